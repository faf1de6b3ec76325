package firestore_test

var transactionScenarios = []scenario{}
var queryScenarios = []scenario{}
var listScenarios = []scenario{}
