//go:build linux

package app

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

const (
	benchMembers = 5000
	benchReps    = 5
)

// The words by which replies are known.
var (
	saidQuestion = []string{"第 1/10 题"}
	saidMarked   = []string{"回答正确", "回答错误"}
)

// BenchmarkAnswer measures the product's busiest path from connection to
// connection: `rixue serve` on a real file takes answers in safe mode, each
// from another member and each durable before its reply, beside a process that
// echoes with the SDK's server and keeps nothing. Both are measured in turn,
// so that only their ratio is of weight; the machine's speed is not.
//
//	go test ./internal/app -run '^$' -bench BenchmarkAnswer -benchtime 1x
func BenchmarkAnswer(b *testing.B) {
	binary := buildProduct(b)
	var tables strings.Builder
	onEachDatabase(b, func(b *testing.B, url func(testing.TB) string, rounds int) {
		b.Helper()
		for b.Loop() {
			benchAnswer(b, &tables, binary, url, rounds)
		}
	})
	fmt.Print(tables.String()) // behind the lines of results, not among them
}

// measure is one repetition of one server.
type measure struct {
	perSecond float64
	cpu       float64 // of the server, µs a request
	p50, p99  time.Duration
	peak      float64 // MB
	others    float64 // processors that neither the server nor the load used
}

func benchAnswer(b *testing.B, tables io.Writer, binary string, url func(testing.TB) string, rounds int) {
	b.Helper()
	against := startRival(b)
	defer against.stop(b)
	var ours, theirs []measure
	var syncs []time.Duration
	for rep := range benchReps {
		env := benchEnv(b, url(b))
		openIDs := seedBench(b, env, benchMembers)
		product := startProduct(b, binary, env)
		warm(b, openIDs, product, against)
		syncs = append(syncs, probeDisk(b)...)

		answers := writeLetters(b, openIDs, rounds, "A", firstAnswerID)
		runs := []func(){
			func() { theirs = append(theirs, measured(b, against, answers)) },
			func() { ours = append(ours, measured(b, product, answers)) },
		}
		if rep%2 == 1 { // who goes first has the colder machine
			slices.Reverse(runs)
		}
		for _, run := range runs {
			run()
		}
		product.stop(b)
		if got := countAnswers(b, env); got != answers.len() {
			b.Fatalf("%d answers were acknowledged, %d are stored", answers.len(), got)
		}
		answers.free(b)
	}
	slices.Sort(syncs)
	reportAnswer(b, tables, ours, theirs, syncs, rounds*benchMembers)
}

// MsgIds; those of answers are behind those of the greetings before.
const (
	firstGreetingID = 24_000_000_000_000_000
	firstAnswerID   = firstGreetingID + 1_000_000
)

// warm lets everybody open today's questions, and the rival do as much.
func warm(tb testing.TB, openIDs []string, product, against *benchServer) {
	tb.Helper()
	greetings := writeLetters(tb, openIDs, 1, "学习", firstGreetingID)
	defer greetings.free(tb)
	load{addr: product.addr, letters: greetings, want: saidQuestion}.must(tb)
	load{addr: against.addr, letters: greetings, want: saidMarked}.must(tb)
}

// measured runs the load against a server.
func measured(tb testing.TB, s *benchServer, answers *letters) measure {
	tb.Helper()
	machine, load1, server := machineCPU(tb), processCPU(tb, os.Getpid()), s.cpu(tb)
	out := load{addr: s.addr, letters: answers, want: saidMarked}.must(tb)
	server = s.cpu(tb) - server
	own := processCPU(tb, os.Getpid()) - load1
	others := machineCPU(tb) - machine - server - own
	return measure{
		perSecond: out.perSecond(), cpu: float64(server.Microseconds()) / float64(answers.len()),
		p50: out.at(.5), p99: out.at(.99), peak: s.peak(tb), others: max(0, others.Seconds()/out.took.Seconds()),
	}
}

// probeDisk appends 4 KiB and waits for the disk, often: what a commit cannot
// be faster than in this run.
func probeDisk(tb testing.TB) []time.Duration {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "probe"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4<<10)
	took := make([]time.Duration, 200)
	for i := range took {
		start := time.Now()
		if _, err := f.Write(page); err != nil {
			tb.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			tb.Fatal(err)
		}
		took[i] = time.Since(start)
	}
	return took
}

func reportAnswer(b *testing.B, w io.Writer, ours, theirs []measure, syncs []time.Duration, n int) {
	b.Helper()
	fmt.Fprintf(w, "\n%s: %d repetitions of %d answers by %d members over %d connections; medians [min–max]\n",
		b.Name(), len(ours), n, benchMembers, benchConns)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "server\treq/s\tserver CPU µs/req\tp50 ms\tp99 ms\tpeak MB\tothers' CPUs")
	for _, row := range []struct {
		name string
		of   []measure
	}{{"rixue serve", ours}, {"SDK echo", theirs}} {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.name,
			spread(row.of, "%.0f", measure.rate), spread(row.of, "%.1f", measure.micros),
			spread(row.of, "%.1f", func(m measure) float64 { return millis(m.p50) }),
			spread(row.of, "%.1f", func(m measure) float64 { return millis(m.p99) }),
			spread(row.of, "%.0f", func(m measure) float64 { return m.peak }),
			spread(row.of, "%.2f", func(m measure) float64 { return m.others }))
	}
	table.Flush()
	// Of each repetition by itself: the machine was the same for its two runs.
	pairs := make([]measure, len(ours))
	for i := range ours {
		pairs[i] = measure{perSecond: ours[i].perSecond / theirs[i].perSecond, cpu: ours[i].cpu / theirs[i].cpu}
	}
	fmt.Fprintf(w, "req/s ratio %s (floor 1.25, goal 1.5); CPU ratio %s (at most 0.75, goal 0.6)\n",
		spread(pairs, "%.2f", measure.rate), spread(pairs, "%.2f", measure.micros))
	fmt.Fprintln(w, diskLine(syncs))
	b.ReportMetric(0, "ns/op") // of five repetitions with their preparation: of no use
	b.ReportMetric(median(pairs, measure.rate), "req/s-ratio")
	b.ReportMetric(median(pairs, measure.micros), "CPU-ratio")
	b.ReportMetric(median(ours, measure.rate), "req/s")
	b.ReportMetric(median(ours, measure.micros), "CPU-µs/req")
}

func (m measure) rate() float64   { return m.perSecond }
func (m measure) micros() float64 { return m.cpu }

func diskLine(syncs []time.Duration) string {
	var sum time.Duration
	for _, s := range syncs {
		sum += s
	}
	n := len(syncs)
	return fmt.Sprintf("append of 4 KiB with fdatasync, %d times: mean %.2f, p50 %.2f, p99 %.2f, max %.2f ms",
		n, millis(sum)/float64(n), millis(syncs[n/2]), millis(syncs[n*99/100]), millis(syncs[n-1]))
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// median and spread tell of a list's figure its median, and its bounds too.
func median[T any](list []T, figure func(T) float64) float64 {
	f := figures(list, figure)
	return f[len(f)/2]
}

func spread[T any](list []T, format string, figure func(T) float64) string {
	f := figures(list, figure)
	return fmt.Sprintf(format+" ["+format+"–"+format+"]", f[len(f)/2], f[0], f[len(f)-1])
}

func figures[T any](list []T, figure func(T) float64) []float64 {
	f := make([]float64, len(list))
	for i, x := range list {
		f[i] = figure(x)
	}
	slices.SortFunc(f, cmp.Compare)
	return f
}
