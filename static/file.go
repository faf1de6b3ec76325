package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
)

// file is one embedded file in every form in which it may be sent.
type file struct {
	contentType string
	plain       []byte

	// Compressed on the first request that wants it, once, in some milliseconds. The Firebase bundle, which takes longer,
	// is brought along compressed.
	brotli, gzip func() []byte

	// imports are the names of the modules that this module imports statically.
	imports func() []string
}

func newFile(name string, content []byte) *file {
	return &file{
		contentType: contentType(name),
		plain:       content,
		brotli: compressOnce(content, func(w io.Writer) io.WriteCloser {
			return brotli.NewWriterLevel(w, brotli.BestCompression)
		}),
		gzip: compressOnce(content, func(w io.Writer) io.WriteCloser {
			zip, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails for an unknown level only
			return zip
		}),
		imports: sync.OnceValue(func() []string { return staticImports(name, content) }),
	}
}

func compressOnce(content []byte, compressor func(io.Writer) io.WriteCloser) func() []byte {
	return sync.OnceValue(func() []byte {
		var out bytes.Buffer
		w := compressor(&out)
		// Writing to memory does not fail.
		_, _ = w.Write(content)
		_ = w.Close()
		return out.Bytes()
	})
}

// encoded returns the body in the first of the client's accepted encodings, best first, and the encoding's name; the
// name is empty when the body is sent as it is.
func (f *file) encoded(acceptEncoding string) (body []byte, encoding string) {
	if accepts(acceptEncoding, "br") {
		return f.brotli(), "br"
	}
	if accepts(acceptEncoding, "gzip") {
		return f.gzip(), "gzip"
	}
	return f.plain, ""
}
