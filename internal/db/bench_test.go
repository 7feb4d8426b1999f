//go:build linux

package db_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"modernc.org/sqlite"

	"rixue/internal/db"
	"rixue/internal/db/dbtest"
)

const (
	benchProducers = 64
	benchReps      = 5
	benchMembers   = 5000
	benchPreload   = 100_000 // answers of earlier days
	benchRun       = time.Second
)

// BenchmarkCommit measures what a durable answer costs: 64 producers insert
// answers, each waiting until its own is on the disk. The product's group
// commit stands beside a file that is appended to and synced in groups, which
// no database can beat, and beside one transaction per answer. They run in
// turn, so that the ratios hold although the disk's speed changes.
//
//	go test ./internal/db -run '^$' -bench BenchmarkCommit -benchtime 1x
func BenchmarkCommit(b *testing.B) {
	var table strings.Builder
	// Its result line ends before the table begins.
	b.Run("64", func(b *testing.B) {
		for b.Loop() {
			benchCommit(b, &table)
		}
	})
	fmt.Print(table.String())
}

// scheme is a way to make answers durable.
type scheme struct {
	name    string
	insert  func(i int64) error
	commits func() int64
	runs    []commitRun
}

// commitRun is one repetition of one scheme.
type commitRun struct {
	rows, commits float64       // a second
	cpu           float64       // of this process, µs a row
	p50, p99      time.Duration // until the answer was durable
}

func benchCommit(b *testing.B, table *strings.Builder) {
	b.Helper()
	counted := countCommits(b)
	file := newGroupFile(b)
	schemes := []*scheme{
		{name: "file, append + fdatasync in groups", insert: file.append, commits: file.commits.Load},
		sqliteScheme(b, "group commit (DB.Tx)", db.Options{}, counted),
		sqliteScheme(b, "one transaction per answer", db.Options{MaxBatch: 1}, counted),
	}
	if os.Getenv("RIXUE_TEST_POSTGRES") != "" {
		schemes = append(schemes, postgresScheme(b))
	}
	for rep := range benchReps {
		for _, s := range schemes {
			s.runs = append(s.runs, s.run(b, int64(rep)<<32))
		}
	}
	reportCommit(b, table, schemes)
}

// run lets the producers insert for a second; first is the number of the first
// answer.
func (s *scheme) run(b *testing.B, first int64) commitRun {
	b.Helper()
	var next atomic.Int64
	var over atomic.Bool
	waits := make([][]time.Duration, benchProducers)
	errs := make(chan error, benchProducers)
	var wg sync.WaitGroup
	time.AfterFunc(benchRun, func() { over.Store(true) })
	begin, commits, cpu := time.Now(), s.commits(), ownCPU(b)
	for p := range waits {
		wg.Go(func() {
			for !over.Load() {
				start := time.Now()
				if err := s.insert(first + next.Add(1)); err != nil {
					errs <- err
					return
				}
				waits[p] = append(waits[p], time.Since(start))
			}
		})
	}
	wg.Wait()
	took, used := time.Since(begin), ownCPU(b)-cpu
	select {
	case err := <-errs:
		b.Fatalf("%s: %v", s.name, err)
	default:
	}
	all := slices.Concat(waits...)
	slices.Sort(all)
	n := len(all)
	return commitRun{
		rows: float64(n) / took.Seconds(), commits: float64(s.commits()-commits) / took.Seconds(),
		cpu: float64(used.Microseconds()) / float64(n), p50: all[n/2], p99: all[n*99/100],
	}
}

func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// countCommits makes SQLite count the commits of each database file that is
// opened from now on.
func countCommits(b *testing.B) func(path string) int64 {
	b.Helper()
	var counts sync.Map // by the connection's data source
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, dsn string) error {
		n, _ := counts.LoadOrStore(dsn, new(atomic.Int64))
		c.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 { n.(*atomic.Int64).Add(1); return 0 })
		return nil
	})
	return func(path string) (sum int64) {
		counts.Range(func(dsn, n any) bool {
			if strings.Contains(dsn.(string), path) {
				sum += n.(*atomic.Int64).Load()
			}
			return true
		})
		return sum
	}
}

func sqliteScheme(b *testing.B, name string, opts db.Options, counted func(path string) int64) *scheme {
	b.Helper()
	url := dbtest.SQLiteURL(b)
	path := strings.TrimPrefix(url, "sqlite:")
	return &scheme{name: name, insert: answers(b, url, opts), commits: func() int64 { return counted(path) }}
}

func postgresScheme(b *testing.B) *scheme {
	b.Helper()
	var n atomic.Int64
	insert := answers(b, dbtest.PostgresURL(b), db.Options{})
	return &scheme{name: "PostgreSQL (DB.Tx)", commits: n.Load, insert: func(i int64) error {
		n.Add(1)
		return insert(i)
	}}
}

const insertAnswer = `
INSERT INTO answer (topic_id, question_id, member_id, version_id, given, mark, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (topic_id, question_id, member_id) DO NOTHING`

// answers opens a database with answers of earlier days in it, and returns
// what inserts the ith answer of today: one question after another, each
// answered by all members in no order.
func answers(b *testing.B, url string, opts db.Options) func(i int64) error {
	b.Helper()
	d, err := db.Open(b.Context(), url, opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := d.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	members := make([]string, benchMembers)
	for i := range members {
		members[i] = db.NewKey()
	}
	rand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	ctx := context.Background()
	insert := func(tx *db.Tx, topic string, i int64) error {
		question := fmt.Sprintf("%026d", i/benchMembers)
		_, err := tx.Exec(ctx, insertAnswer, topic, question, members[i%benchMembers], question, "A", 1, tx.Millis())
		return err
	}
	for i := int64(0); i < benchPreload; i += benchMembers {
		topic := db.NewKey()
		err := d.Tx(ctx, func(tx *db.Tx) error {
			for k := range int64(benchMembers) {
				if err := insert(tx, topic, i+k); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	today := db.NewKey()
	return func(i int64) error {
		return d.Tx(ctx, func(tx *db.Tx) error { return insert(tx, today, i) })
	}
}

// groupFile is the floor: one goroutine writes the rows that wait, waits for
// the disk once and lets their producers go on.
type groupFile struct {
	rows    chan chan error
	commits atomic.Int64
}

func newGroupFile(b *testing.B) *groupFile {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "rows"))
	if err != nil {
		b.Fatal(err)
	}
	g := &groupFile{rows: make(chan chan error, 256)}
	var wg sync.WaitGroup
	wg.Go(func() { g.write(f) })
	b.Cleanup(func() {
		close(g.rows)
		wg.Wait()
		f.Close()
	})
	return g
}

func (g *groupFile) append(int64) error {
	done := make(chan error)
	g.rows <- done
	return <-done
}

// write ends when rows is closed.
func (g *groupFile) write(f *os.File) {
	const rowSize = 77 // of an answer
	row := slices.Repeat([]byte("r"), rowSize)
	var batch []chan error
	var buf []byte
	for first := range g.rows {
		batch, buf = append(batch[:0], first), append(buf[:0], row...)
		for n := len(g.rows); n > 0; n-- {
			batch, buf = append(batch, <-g.rows), append(buf, row...)
		}
		_, err := f.Write(buf)
		if err == nil {
			err = syscall.Fdatasync(int(f.Fd()))
		}
		g.commits.Add(1)
		for _, done := range batch {
			done <- err
		}
	}
}

func reportCommit(b *testing.B, w *strings.Builder, schemes []*scheme) {
	b.Helper()
	fmt.Fprintf(w, "\n%s: %d producers, %d repetitions of %v in turn, medians [min–max]\n", b.Name(), benchProducers, benchReps, benchRun)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "scheme\trows/s\tcommits/s\tCPU µs/row\tp50 ms\tp99 ms")
	rows := func(r commitRun) float64 { return r.rows }
	for _, s := range schemes {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", s.name, spread(s.runs, "%.0f", rows),
			spread(s.runs, "%.0f", func(r commitRun) float64 { return r.commits }),
			spread(s.runs, "%.1f", func(r commitRun) float64 { return r.cpu }),
			spread(s.runs, "%.2f", func(r commitRun) float64 { return float64(r.p50.Microseconds()) / 1000 }),
			spread(s.runs, "%.2f", func(r commitRun) float64 { return float64(r.p99.Microseconds()) / 1000 }))
	}
	table.Flush()
	toFile, toEach := ratios(schemes[1], schemes[0]), ratios(schemes[1], schemes[2])
	fmt.Fprintf(w, "group commit: %s × the file (floor 0.35, goal 0.45), %s × one transaction per answer (floor 6, goal 8)\n",
		spread(toFile, "%.2f", itself), spread(toEach, "%.1f", itself))
	b.ReportMetric(0, "ns/op") // of five repetitions with their preparation: of no use
	b.ReportMetric(median(schemes[1].runs, rows), "rows/s")
	b.ReportMetric(median(toFile, itself), "file-ratio")
	b.ReportMetric(median(toEach, itself), "each-ratio")
}

func itself(f float64) float64 { return f }

// ratios are those of each repetition by itself: the disk was the same for
// both.
func ratios(a, to *scheme) []float64 {
	out := make([]float64, len(a.runs))
	for i := range out {
		out[i] = a.runs[i].rows / to.runs[i].rows
	}
	return out
}

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
