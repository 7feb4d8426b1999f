//go:build ignore

// Testlog reads the JSON of `go test -json` and prints what a person wants to
// see: at once whatever failed, at the end, and into the file named by its
// argument, the ten slowest tests, what was skipped, and a line a package. It
// exits 1 if a test or a build failed or no test ran.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is a line of go test -json (go doc test2json), or of a build.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

type test struct{ pkg, name string }

// log is what was read so far.
type log struct {
	output   map[test]string // of what has not ended yet; name is empty for the package's own
	passed   int
	failed   bool
	skipped  []string
	elapsed  map[test]float64
	packages []string
}

func main() {
	l := log{output: map[test]string{}, elapsed: map[test]float64{}}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var e event
		if err := json.Unmarshal(in.Bytes(), &e); err != nil || e.Action == "" {
			fmt.Println(in.Text()) // not from go test
			continue
		}
		l.add(e)
	}
	if err := in.Err(); err != nil {
		fmt.Println(err)
		l.failed = true
	}
	var summary strings.Builder
	l.summarise(&summary)
	fmt.Print("\n", summary.String())
	if len(os.Args) > 1 {
		if err := os.WriteFile(os.Args[1], []byte(summary.String()), 0o644); err != nil {
			fmt.Println(err)
			l.failed = true
		}
	}
	if l.failed || l.passed == 0 {
		os.Exit(1)
	}
}

func (l *log) add(e event) {
	id := test{e.Package, e.Test}
	switch e.Action {
	case "output":
		if e.Test == "" && isResult(e.Output) {
			l.packages = append(l.packages, strings.TrimRight(e.Output, "\n"))
		} else {
			l.output[id] += e.Output
		}
	case "build-output":
		fmt.Print(e.Output)
	case "build-fail":
		l.failed = true
	case "fail":
		l.failed = true
		fmt.Print(l.output[id])
	case "skip":
		if e.Test != "" {
			l.skipped = append(l.skipped, e.Package+" "+e.Test)
		}
	case "pass":
		if e.Test != "" {
			l.passed++
		}
	}
	if e.Action == "pass" || e.Action == "fail" || e.Action == "skip" {
		delete(l.output, id)
		if e.Test != "" && !strings.Contains(e.Test, "/") {
			l.elapsed[id] = e.Elapsed
		}
	}
}

// isResult tells a package's last line from what it printed before.
func isResult(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") ||
		strings.HasPrefix(line, "?   \t") || strings.HasPrefix(line, "---\t")
}

func (l *log) summarise(w io.Writer) {
	slowest := make([]test, 0, len(l.elapsed))
	for id := range l.elapsed {
		slowest = append(slowest, id)
	}
	slices.SortFunc(slowest, func(a, b test) int {
		return cmp.Or(cmp.Compare(l.elapsed[b], l.elapsed[a]), cmp.Compare(a.pkg+a.name, b.pkg+b.name))
	})
	fmt.Fprintln(w, "slowest tests:")
	for _, id := range slowest[:min(10, len(slowest))] {
		fmt.Fprintf(w, "%8.2f s  %s %s\n", l.elapsed[id], id.pkg, id.name)
	}
	fmt.Fprintf(w, "%d passed, %d skipped\n", l.passed, len(l.skipped))
	for _, s := range l.skipped {
		fmt.Fprintln(w, "skipped:", s)
	}
	slices.Sort(l.packages)
	for _, p := range l.packages {
		fmt.Fprintln(w, p)
	}
}
