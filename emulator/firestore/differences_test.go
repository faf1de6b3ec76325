package firestore_test

// difference is a result that intentionally differs from the one of Google's emulator.
type difference struct {
	local  string // the result of the local Firestore
	reason string
}

// intendedDifferences lists all intended differences by "scenario: step". All other results
// must be equal.
var intendedDifferences = map[string]difference{
	"lists: one per page": {"users/a {} users/b {} users/c {} users/d {}",
		"an empty mask returns only the names, as in every other call"},
	"collection groups: no collection": {"Unimplemented",
		"the Go client can't build a query without a collection"},
	"null and NaN filters: OPERATOR_UNSPECIFIED null": {"InvalidArgument",
		"a filter without an operator is a mistake; with Google's emulator, it matches nothing"},
	"null and NaN filters: OPERATOR_UNSPECIFIED NaN": {"InvalidArgument",
		"a filter without an operator is a mistake; with Google's emulator, it matches nothing"},
	"order and cursors: by name descending": {"zz 33 32",
		"queries need no index here; Google's emulator requires this one, production many more"},
	"aggregations: six": {"InvalidArgument",
		"the API reference documents a limit of five"},
	"transforms: append an array": {"InvalidArgument",
		"other writes reject an array in an array too"},
	"one commit: create twice": {"AlreadyExists",
		"writes are applied in order, so the second finds the document that the first created"},
	"one commit: document of another database": {"InvalidArgument",
		"the API reference allows one database per commit; accepting another would hide a bug"},
	"names: get p/nnnnnnnnnnnnnnnnnn… (1503 bytes)": {"InvalidArgument",
		"reads reject invalid document names, as writes do"},
	"names: get p/a/p/a/p/a/p/a/p/a/… (403 bytes)": {"InvalidArgument",
		"reads reject invalid document names, as writes do"},
}
