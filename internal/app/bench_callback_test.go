//go:build linux

package app

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkCallback is the same path as BenchmarkAnswer without connections,
// in this process, so that its profile is the product's own. A profile of the
// measured part alone, without what is prepared for it, goes into the folder
// that RIXUE_TEST_PROFILE names; of allocations there are two, to be compared
// with -diff_base:
//
//	RIXUE_TEST_PROFILE=/tmp go test ./internal/app -run '^$' -bench BenchmarkCallback/sqlite -benchtime 100000x
func BenchmarkCallback(b *testing.B) {
	onEachDatabase(b, func(b *testing.B, url func(testing.TB) string, _ int) {
		b.Helper()
		benchCallback(b, url(b))
	})
}

func benchCallback(b *testing.B, databaseURL string) {
	b.Helper()
	tuneMemory() // as serve does
	a := openBench(b, benchEnv(b, databaseURL))
	defer a.Close()
	openIDs, err := seed(b.Context(), a, b.N/benchQuestions+1)
	if err != nil {
		b.Fatal(err)
	}
	h, err := a.callback()
	if err != nil {
		b.Fatal(err)
	}
	greetings := writeLetters(b, openIDs, 1, "学习", firstGreetingID)
	serveAll(b, h, greetings, greetings.len(), saidQuestion)
	greetings.free(b)
	answers := writeLetters(b, openIDs, benchQuestions, "A", firstAnswerID)
	runtime.GC()
	profiled := startProfile(b)
	b.ReportAllocs()
	b.ResetTimer()
	cpu := processCPU(b, os.Getpid())
	serveAll(b, h, answers, b.N, saidMarked)
	b.StopTimer()
	profiled()
	// Steadier than the time on a machine that has other work to do.
	b.ReportMetric(float64((processCPU(b, os.Getpid())-cpu).Microseconds())/float64(b.N), "CPU-µs/op")
	answers.free(b)
}

// serveAll hands the first n letters to the handler, 64 at a time.
func serveAll(b *testing.B, h http.Handler, l *letters, n int, want []string) {
	b.Helper()
	var next atomic.Int64
	done := make(chan error, benchConns)
	for range benchConns {
		go func() {
			var err error
			for err == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					break
				}
				err = serveOne(h, l, i, want)
			}
			done <- err
		}()
	}
	for range benchConns {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

func serveOne(h http.Handler, l *letters, i int, want []string) error {
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	r := &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/wechat", RawQuery: string(l.query(i))},
		Body: io.NopCloser(bytes.NewReader(l.body(i))), ContentLength: int64(len(l.body(i))),
	}
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return statusError(w.status)
	}
	if i%checkEvery == 0 {
		return checkReply(w.body, want)
	}
	return nil
}

type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

// recorder keeps a reply. The recorder of the standard library would be a
// third of the profile.
type recorder struct {
	header http.Header
	status int
	body   []byte
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(s int)   { r.status = s }

func (r *recorder) Write(b []byte) (int, error) {
	r.body = b // the handler is done with it
	return len(b), nil
}

// startProfile begins the profiles that were asked for; what it returns ends
// them.
func startProfile(b *testing.B) (stop func()) {
	b.Helper()
	dir := os.Getenv("RIXUE_TEST_PROFILE")
	if dir == "" {
		return func() {}
	}
	name := filepath.Join(dir, strings.ReplaceAll(b.Name(), "/", "_"))
	writeProfile(b, "allocs", name+".allocs.base")
	f, err := os.Create(name + ".cpu")
	if err != nil {
		b.Fatal(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		b.Fatal(err)
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			b.Error(err)
		}
		runtime.GC() // what was allocated is counted when it is collected
		writeProfile(b, "allocs", name+".allocs")
	}
}

func writeProfile(b *testing.B, kind, file string) {
	b.Helper()
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	if err := pprof.Lookup(kind).WriteTo(f, 0); err != nil {
		b.Error(err)
	}
	if err := f.Close(); err != nil {
		b.Error(err)
	}
}
