package firestore

import (
	"context"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/status"
)

// BatchWrite applies each write independently, so a failed write doesn't affect the others. The
// results are in the order of the writes. No two writes may be to the same document.
func (s *Service) BatchWrite(
	_ context.Context, req *pb.BatchWriteRequest,
) (*pb.BatchWriteResponse, error) {
	if err := checkDatabase(req.GetDatabase()); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, w := range req.GetWrites() {
		if err := checkWrite(req.GetDatabase(), w); err != nil {
			return nil, err
		}
		name := writtenName(w)
		if seen[name] {
			return nil, invalid("A batch write can't write to %q more than once.", name)
		}
		seen[name] = true
	}
	res := &pb.BatchWriteResponse{}
	_, err := s.docs.commit(func(b *batch) error {
		for _, w := range req.GetWrites() {
			result, err := b.apply(w)
			if err != nil {
				result = &pb.WriteResult{}
			}
			res.WriteResults = append(res.WriteResults, result)
			res.Status = append(res.Status, status.Convert(err).Proto())
		}
		return nil
	})
	return res, err
}
