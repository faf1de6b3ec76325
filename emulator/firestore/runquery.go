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
	answers := []*pb.RunQueryResponse{}
	if r.newTx != nil || len(docs) == 0 { // the id of a new transaction, and that nothing was found, need an answer too
		answers = append(answers, &pb.RunQueryResponse{Transaction: r.newTx, ReadTime: r.timestamp()})
	}
	for _, doc := range docs {
		answers = append(answers, &pb.RunQueryResponse{Document: q.result(doc), ReadTime: r.timestamp()})
	}
	answers[0].SkippedResults = int32(skipped)
	for _, answer := range answers {
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
	return nil
}

// query runs q, and has the transaction remember the result.
func (r reader) query(q *query) (docs []*pb.Document, skipped int) {
	docs, skipped = q.run(r.snapshot)
	r.tx.watch(func(now snapshot) bool {
		again, _ := q.run(now)
		return slices.Equal(again, docs)
	})
	return docs, skipped
}
