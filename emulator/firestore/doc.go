// Package firestore is the local Firestore. It serves google.firestore.v1.Firestore over gRPC to
// the unmodified Go client.
//
// # What it supports
//
//   - Commit and BatchWrite with masks, preconditions and transforms, and the RPCs for single
//     documents.
//   - BatchGetDocuments, RunQuery (collections and collection groups, all filters, orders,
//     cursors, offset, limit, projection), RunAggregationQuery (count, sum, average),
//     ListDocuments and ListCollectionIds. All of them can read at an earlier time.
//   - Read-write and read-only transactions. All reads of a transaction come from one snapshot.
//     If a read would return something else by the time of the commit, the commit fails with
//     ABORTED and the client retries.
//   - Firestore's limits on names, fields, nesting and sizes, and its order of values of
//     different types.
//   - Update times that always increase, by at least a microsecond, even across restarts and
//     when the system clock is set back.
//
// Everything else returns UNIMPLEMENTED with a message that names the feature: snapshot
// listeners (Listen), the Write stream (which only the browser and mobile SDKs use), pipelines,
// PartitionQuery, vector search, query explain, queries without a collection, and ListDocuments
// in any order except by name.
//
// # How it works
//
// All documents are in memory, together with their versions of the last five minutes. A commit
// computes its changes, writes them to the state store in one transaction, makes them visible
// and then responds. A kill -9 therefore never loses an acknowledged write or leaves half of a
// commit behind. Readers never wait for the disk.
//
// # Differences from Google's emulator
//
// The parity test compares the responses of both servers. Its table intendedDifferences lists
// every response that differs, with the reason. Two more differences don't show in a single
// response:
//
//   - Transactions are optimistic. With Google's emulator, the second of two transactions on
//     the same document waits for the first. Here, the one that commits later fails
//     immediately, so no test waits for a lock to time out.
//   - firestore.rules are not evaluated. Every caller that isn't a server gets
//     PERMISSION_DENIED, which is the result of the app's rules too; rules_test.go runs those
//     rules on Google's emulator. See ServerOptions.
//
// # Differences from production
//
//   - Queries need no index. Production rejects a query that lacks a composite index; add that
//     index to firestore.indexes.json.
//   - Earlier versions are kept for five minutes. Production keeps them for at least an hour.
//   - There are no quotas and no limit on how often a document can be written.
//   - Production allows at most 30 disjunctions in a query as a whole. Here, only the values of
//     each in and array-contains-any filter are counted.
//   - There is no time-to-live (TTL): expired documents are never deleted.
package firestore
