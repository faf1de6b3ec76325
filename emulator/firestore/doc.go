// Package firestore is the local Firestore: google.firestore.v1.Firestore over gRPC, as the unmodified Go client uses
// it.
//
// # What it covers
//
//   - Commit and BatchWrite with masks, preconditions and transforms, and the calls for single documents.
//   - BatchGetDocuments, RunQuery (collections and collection groups, all filters, orders, cursors, offset, limit,
//     projection), RunAggregationQuery (count, sum, average), ListDocuments, ListCollectionIds, reads of an earlier
//     time.
//   - Transactions, read-write and read-only. Every transaction reads one snapshot. Its commit is refused with ABORTED
//     when one of its reads would by then have another answer, and the client tries again.
//   - Limits on names, fields, nesting and sizes; the order of values of all types; update times that strictly
//     increase, by a microsecond at least, over restarts and a clock that is set back.
//
// What it does not cover it answers with UNIMPLEMENTED, and says so: snapshot listeners (Listen), the Write stream,
// which only browsers and phones use, pipelines, PartitionQuery, vector search, query explain, queries over all
// collections.
//
// # How it works
//
// All documents are in memory, with the versions of the last five minutes. A commit computes its changes, writes them
// to the state store in one transaction of its own, makes them visible, and only then answers; a kill -9 loses nothing
// that was acknowledged and leaves no half of a commit. Readers never wait for the disk.
//
// # Where it means to differ
//
// From Google's emulator in the answers that the table intendedDifferences of the parity test lists, each with its
// reason, and in these points that a comparison of answers cannot show:
//
//   - Transactions are optimistic. Google's servers let the second of two transactions on a document wait for the
//     first; here the one that commits later is refused at once, so no test waits for a lock to time out.
//   - firestore.rules are not evaluated. Whoever is not the server gets PERMISSION_DENIED, which is what the
//     application's rules come to; their own test runs them on Google's emulator. See ServerOptions.
//
// From a real Firestore:
//
//   - No query needs an index. Add the index that the real one asks for to firestore.indexes.json.
//   - It remembers five minutes of earlier versions, a real one at least an hour.
//   - No quotas, and no limit on how often a document is written.
package firestore
