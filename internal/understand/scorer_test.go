package understand_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rixue/internal/understand"
)

// line is one text of a corpus with its label.
type line struct {
	file, role, open, text, want, harm, extra string
	number                                    int
	c                                         understand.Context
}

// corpus reads the lines of a file.
func corpus(t *testing.T, file string) []line {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []line
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		if s := scan.Text(); s != "" && !strings.HasPrefix(s, "#") && !strings.HasPrefix(s, "role\t") {
			col := append(strings.Split(s, "\t"), "", "", "", "", "", "")
			l := line{filepath.Base(file), col[0], col[1], strings.ReplaceAll(col[2], `\n`, "\n"), col[3], col[4], col[5], n, understand.Context{}}
			l.context(t)
			all = append(all, l)
		}
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// context makes what is open from the columns.
func (l *line) context(t *testing.T) {
	t.Helper()
	role, err := understand.ParseRole(l.role)
	if err != nil {
		t.Fatalf("%s:%d: %v", l.file, l.number, err)
	}
	c, err := understand.ParseOpen(l.open)
	if err != nil {
		t.Fatalf("%s:%d: %v", l.file, l.number, err)
	}
	c.Roles = role
	if c.Question != nil && l.extra != "" && l.extra != "-" {
		c.Question.Options = strings.Split(l.extra, " / ")
	}
	l.c = c
}

// acts are the acts of a reading as a corpus writes them.
func acts(r understand.Reading) []string {
	name := string(r.Act)
	switch r.Act {
	case understand.Unclear:
		name = "unclear"
	case understand.AskAnswer, understand.AskCommand, understand.AskPart:
		name = "ask"
	}
	if len(r.Args) > 0 {
		name += ":" + r.Args[0]
	}
	all := []string{name}
	for _, m := range r.More {
		all = append(all, acts(m)...)
	}
	return all
}

// means tells whether an act is the one that is wanted; one without argument
// accepts any.
func means(got, want string) bool {
	act, arg, has := strings.Cut(want, ":")
	gotAct, gotArg, _ := strings.Cut(got, ":")
	return act == gotAct && (!has || understand.Same(arg, gotArg))
}

// right compares the acts of one outcome as sets.
func right(got []string, outcome string) bool {
	want := strings.Split(outcome, "+")
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return means(g, strings.TrimSpace(w)) }) {
			return false
		}
	}
	return len(got) == len(want)
}

// askedBack are the acts that only ask.
var askedBack = []string{"ask", "askConfirm", "askWhich", "askReopen", "offerFeedback"}

// undoable are the acts that cannot be undone.
var forever = []string{"confirm", "announceSend", "close", "transfer", "return", "unbind", "withdrawConsent", "confirmUnbind", "confirmWithdraw"}

// score counts what became of the lines.
type score struct{ lines, right, asked, wrong, harmful, missed, falsely, danger int }

func (s *score) add(x score) {
	s.lines, s.right, s.asked, s.wrong = s.lines+x.lines, s.right+x.right, s.asked+x.asked, s.wrong+x.wrong
	s.harmful, s.missed, s.falsely, s.danger = s.harmful+x.harmful, s.missed+x.missed, s.falsely+x.falsely, s.danger+x.danger
}

// judge sorts a reading into one line's score.
func (l *line) judge() (s score, got string) {
	r := understand.Read(l.text, l.c)
	list := acts(r)
	outcomes := strings.Split(l.want, "|")
	ok := slices.ContainsFunc(outcomes, func(o string) bool { return right(list, strings.TrimSpace(o)) })
	has := func(list []string, act string) bool {
		return slices.ContainsFunc(list, func(g string) bool { return means(g, act) })
	}
	s.lines = 1
	wantsDanger := strings.Contains(l.want, "emergency")
	switch {
	case ok:
		s.right = 1
	case has(askedBack, strings.Split(list[0], ":")[0]):
		s.asked = 1
	default:
		s.wrong = 1
	}
	if wantsDanger {
		s.danger = 1
	}
	if wantsDanger && !ok && !has(list, "emergency") {
		s.missed = 1
	}
	if !wantsDanger && has(list, "emergency") {
		s.falsely = 1
	}
	s.harmful = l.harms(list, ok)
	return s, strings.Join(list, "+") + " by " + r.Rule
}

// harms is 1 if the reading does what cannot be undone and was not asked for,
// or what the line names as harm.
func (l *line) harms(list []string, ok bool) int {
	for _, g := range list {
		act, _, _ := strings.Cut(g, ":")
		for _, h := range strings.FieldsFunc(l.harm, func(r rune) bool { return strings.ContainsRune("|+, ", r) }) {
			if means(g, h) && !ok {
				return 1
			}
		}
		if slices.Contains(forever, act) && !ok {
			return 1
		}
	}
	return 0
}

// TestCorpus scores every corpus.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus_*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	table := fmt.Sprintf("%-14s %5s %6s %6s %6s %8s %7s %7s\n", "corpus", "lines", "right", "asked", "wrong", "harmful", "missed", "falsely")
	for _, file := range files {
		var all score
		for _, l := range corpus(t, file) {
			s, got := l.judge()
			all.add(s)
			if s.right == 0 {
				t.Logf("%s:%d %s [%s] %q: %s, want %s%s", l.file, l.number, l.role, l.open, l.text, got, l.want, map[bool]string{true: " HARM"}[s.harmful > 0])
			}
		}
		table += fmt.Sprintf("%-14s %5d %6d %6d %6d %8d %7d %7d\n", strings.TrimSuffix(filepath.Base(file), ".tsv"), all.lines, all.right, all.asked, all.wrong, all.harmful, all.missed, all.falsely)
		if good := float64(all.right+all.asked) / float64(all.lines); good < 0.98 || all.harmful > 0 || all.missed > 0 || all.falsely*100 > all.lines-all.danger {
			t.Errorf("%s: %.1f %% right or asked back, %d harmful, %d missed, %d falsely alarmed", file, 100*good, all.harmful, all.missed, all.falsely)
		}
	}
	t.Log("\n" + table)
}
