package app

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden dialogues anew")

// TestB12_Dialogues plays the conversations of testdata/dialogues on both
// databases. A line `张三: text` is what a person sends, `张三! follow`
// (unfollow, scan SCENE, tap KEY, image) what he does; lines with `> ` are the
// reply; `+30m` moves the clock, `restart` is a new process. {code 0001} is a
// fresh binding code.
func TestB12_Dialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/dialogues/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialogues", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *stage) {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got := s.withLessons().play(string(b))
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
					return
				}
				if got != string(b) {
					t.Errorf("the dialogue went differently:\n%s", diff(string(b), got))
				}
			}, "RIXUE_STUDY_SHUFFLE_OPTIONS=false") // the order of each person's own is another at each run
		})
	}
}

var codeOf = regexp.MustCompile(`\{code (\w+)\}`)

// play goes through a script and returns it with the replies that came.
func (s *stage) play(script string) string {
	s.t.Helper()
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, ">") {
			continue
		}
		out.WriteString(line + "\n")
		if reply, spoke := s.line(line); spoke {
			for r := range strings.Lines(reply) {
				out.WriteString(strings.TrimRight("> "+strings.TrimRight(r, "\n"), " ") + "\n")
			}
		}
	}
	return out.String()
}

func (s *stage) line(line string) (reply string, spoke bool) {
	s.t.Helper()
	switch {
	case line == "" || line[0] == '#':
		return "", false
	case line[0] == '+':
		d, err := time.ParseDuration(line[1:])
		if err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		s.wait(d)
		return "", false
	case line == "restart":
		s.restart()
		return "", false
	}
	s.wait(time.Second)
	line = codeOf.ReplaceAllStringFunc(line, func(m string) string { return s.code(codeOf.FindStringSubmatch(m)[1]) })
	if who, text, ok := strings.Cut(line, ": "); ok {
		return s.sim.Follower(who).Say(text).Text, true
	}
	who, act, ok := strings.Cut(line, "! ")
	if !ok {
		s.t.Fatalf("no line of a dialogue: %q", line)
	}
	f := s.sim.Follower(who)
	verb, arg, _ := strings.Cut(act, " ")
	switch verb {
	case "follow":
		if arg != "" {
			return f.FollowByScene(arg).Text, true
		}
		return f.Follow().Text, true
	case "unfollow":
		return f.Unfollow().Text, true
	case "scan":
		return f.Scan(arg).Text, true
	case "tap":
		return f.Tap(arg).Text, true
	case "image":
		return f.SendImage().Text, true
	case "voice":
		return f.SendVoice().Text, true
	}
	s.t.Fatalf("nobody can %q", act)
	return "", false
}

// diff marks the lines in which two texts differ.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i := range max(len(w), len(g)) {
		a, c := at(w, i), at(g, i)
		if a == c {
			fmt.Fprintf(&b, "  %s\n", a)
			continue
		}
		fmt.Fprintf(&b, "- %s\n+ %s\n", a, c)
	}
	return b.String()
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func contains(text string, all ...string) bool {
	return !slices.ContainsFunc(all, func(s string) bool { return !strings.Contains(text, s) })
}
