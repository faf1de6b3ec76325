package firestore

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// RunQuery streams the documents that match a structured query, all from one snapshot.
func (s *Service) RunQuery(req *pb.RunQueryRequest, stream pb.Firestore_RunQueryServer) error {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return err
	}
	if req.GetExplainOptions() != nil {
		return unimplemented("query explain")
	}
	q, err := parseQuery(req.GetParent(), req.GetStructuredQuery())
	if err != nil {
		return err
	}
	r, err := s.reader(database, req, req.GetNewTransaction())
	if err != nil {
		return err
	}
	return sendResults(r, q, stream)
}

func sendResults(r reader, q *query, stream pb.Firestore_RunQueryServer) error {
	docs, skipped := r.query(q)
	readTime := r.timestamp()
	var responses []*pb.RunQueryResponse
	// A new transaction's ID and an empty result each need a response without a document.
	if r.newTx != nil || len(docs) == 0 {
		res := &pb.RunQueryResponse{Transaction: r.newTx, ReadTime: readTime}
		responses = append(responses, res)
	}
	for _, doc := range docs {
		res := &pb.RunQueryResponse{Document: q.result(doc), ReadTime: readTime}
		responses = append(responses, res)
	}
	responses[0].SkippedResults = int32(skipped)
	for _, res := range responses {
		if err := stream.Send(res); err != nil {
			return err
		}
	}
	return nil
}

// query runs q. If the result changes before the transaction commits, the commit fails.
func (r reader) query(q *query) (docs []*pb.Document, skipped int) {
	docs, skipped = q.run(r.snapshot)
	r.tx.addCheck(func(now snapshot) bool {
		again, _ := q.run(now)
		return slices.Equal(again, docs)
	})
	return docs, skipped
}
