package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
)

// file is an embedded file with its encodings.
type file struct {
	contentType string
	plain       []byte

	// brotli and gzip return the compressed content. The first request for an encoding
	// compresses the file, which takes a few milliseconds. The Firebase bundle takes longer, so
	// it's embedded with its brotli form.
	brotli, gzip func() []byte

	// imports returns the names of the modules that this module imports statically.
	imports func() []string
}

func newFile(name string, content []byte) *file {
	return &file{
		contentType: contentType(name),
		plain:       content,
		// The best level, 11, would take 14 times the CPU time of 5, which the first visitor waits
		// for, and save only 10% of the bytes.
		brotli: compressOnce(content, func(w io.Writer) io.WriteCloser {
			return brotli.NewWriterLevel(w, 5)
		}),
		gzip: compressOnce(content, func(w io.Writer) io.WriteCloser {
			zip, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails only for invalid levels
			return zip
		}),
		imports: sync.OnceValue(func() []string { return staticImports(name, content) }),
	}
}

func compressOnce(content []byte, compressor func(io.Writer) io.WriteCloser) func() []byte {
	return sync.OnceValue(func() []byte {
		var out bytes.Buffer
		w := compressor(&out)
		_, _ = w.Write(content) // writing to memory does not fail
		_ = w.Close()
		return out.Bytes()
	})
}

// encoded returns the body in the best encoding that the client accepts, and the encoding's
// name. The name is empty if the body isn't encoded.
func (f *file) encoded(acceptEncoding string) (body []byte, encoding string) {
	if accepts(acceptEncoding, "br") {
		return f.brotli(), "br"
	}
	if accepts(acceptEncoding, "gzip") {
		return f.gzip(), "gzip"
	}
	return f.plain, ""
}
