//go:build linux

package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

const (
	burstRate = 2000
	burstReps = 3
)

// BenchmarkBurst sends 2,000 answers a second for five seconds whether the
// server keeps up or not, as half past seven does, and tells how long each
// waited since it was due.
func BenchmarkBurst(b *testing.B) {
	binary := buildProduct(b)
	var tables strings.Builder
	onEachDatabase(b, func(b *testing.B, url func(testing.TB) string, _ int) {
		b.Helper()
		for b.Loop() {
			benchBurst(b, &tables, binary, url)
		}
	})
	fmt.Print(tables.String())
}

// burst is one repetition of one server.
type burst struct {
	p50, p99, max time.Duration
	failed        int
	peak          float64 // MB
}

func benchBurst(b *testing.B, tables *strings.Builder, binary string, url func(testing.TB) string) {
	b.Helper()
	against := startRival(b)
	defer against.stop(b)
	var ours, theirs []burst
	var syncs []time.Duration
	for range burstReps {
		env := benchEnv(b, url(b))
		openIDs := seedBench(b, env, benchMembers)
		product := startProduct(b, binary, env)
		warm(b, openIDs, product, against)
		syncs = append(syncs, probeDisk(b)...)
		answers := writeLetters(b, openIDs, 5*burstRate/benchMembers, "A", firstAnswerID)
		theirs = append(theirs, burstOf(b, against, answers))
		ours = append(ours, burstOf(b, product, answers))
		product.stop(b)
		last := ours[len(ours)-1]
		if got := countAnswers(b, env); got < answers.len()-last.failed {
			b.Fatalf("%d answers were acknowledged, %d are stored", answers.len()-last.failed, got)
		}
		answers.free(b)
	}
	slices.Sort(syncs)
	reportBurst(b, tables, ours, theirs, syncs)
}

func burstOf(tb testing.TB, s *benchServer, answers *letters) burst {
	tb.Helper()
	out := load{addr: s.addr, letters: answers, rate: burstRate, want: saidMarked}.run(tb)
	if out.example != nil {
		tb.Log(out.example)
	}
	return burst{out.at(.5), out.at(.99), out.at(1), out.failed, s.peak(tb)}
}

func reportBurst(b *testing.B, w *strings.Builder, ours, theirs []burst, syncs []time.Duration) {
	b.Helper()
	fmt.Fprintf(w, "\n%s: %d repetitions of %d answers/s for 5 s; waits since due, medians [min–max]\n", b.Name(), len(ours), burstRate)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "server\tp50 ms\tp99 ms\tmax ms\terrors\tpeak MB")
	p99 := func(x burst) float64 { return millis(x.p99) }
	failed := func(x burst) float64 { return float64(x.failed) }
	for _, row := range []struct {
		name string
		of   []burst
	}{{"rixue serve", ours}, {"SDK echo", theirs}} {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", row.name,
			spread(row.of, "%.2f", func(x burst) float64 { return millis(x.p50) }), spread(row.of, "%.2f", p99),
			spread(row.of, "%.1f", func(x burst) float64 { return millis(x.max) }), spread(row.of, "%.0f", failed),
			spread(row.of, "%.0f", func(x burst) float64 { return x.peak }))
	}
	table.Flush()
	limit := max(10, 4*millis(syncs[len(syncs)*99/100]))
	fmt.Fprintf(w, "target: no errors, p99 at most %.1f ms (10, or four times the disk's p99)\n%s\n", limit, diskLine(syncs))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours, p99), "p99-ms")
	b.ReportMetric(median(ours, failed), "errors")
}
