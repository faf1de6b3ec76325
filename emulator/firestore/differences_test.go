package firestore_test

// difference is an answer that is meant to be another than the one of Google's emulator.
type difference struct {
	local  string
	reason string
}

// intendedDifferences lists all of them by step. What is not listed has to be equal.
var intendedDifferences = map[string]difference{
	"lists: one by one": {"users/a {} users/b {} users/c {} users/d {}",
		"an empty mask asks for the names alone, as it does in every other call"},
	"collection groups: no collection": {"Unimplemented", "the Go client cannot build a query that names no collection"},
	"filters for null and NaN that the client would not send: OPERATOR_UNSPECIFIED null": {"InvalidArgument",
		"a filter without an operator is a mistake; Google's emulator lets it match nothing"},
	"filters for null and NaN that the client would not send: OPERATOR_UNSPECIFIED NaN": {"InvalidArgument",
		"a filter without an operator is a mistake; Google's emulator lets it match nothing"},
	"order and cursors: by name": {"zz 33 32",
		"queries need no index here; Google's emulator asks for this one index alone, and a real Firestore for many more"},
	"aggregations: six":         {"InvalidArgument", "five is the limit of the reference"},
	"transforms: append a list": {"InvalidArgument", "a plain write refuses an array in an array too"},
	"one commit: create twice": {"AlreadyExists",
		"the writes of a commit are applied in order, so the second one finds the document of the first"},
	"one commit: a document of another database": {"InvalidArgument",
		"a commit is to one database, as the reference says; to let another one in would hide a bug"},
	"names: get p/nnnnnnnnnnnnnnnnnn…3": {"InvalidArgument", "reads refuse what no document can be called, as writes do"},
	"names: get p/a/p/a/p/a/p/a/p/a/…3": {"InvalidArgument", "reads refuse what no document can be called, as writes do"},
}
