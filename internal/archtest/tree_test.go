package archtest

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// topLevel is all that the root may hold besides dot-files.
var topLevel = []string{
	"bot", "cmd", "config", "internal", "notify", "study",
	"go.mod", "go.sum", "README.md", "LICENSE",
}

// leftover matches what a build, a run or a profile leaves in the root; git
// ignores it.
var leftover = regexp.MustCompile(`^(rixue|rixue\.yaml|data|bin|.*\.(test|out|prof))$`)

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !leftover.MatchString(name) {
			t.Errorf("%s has no place at the top level; it holds %s", name, strings.Join(topLevel, " "))
		}
	}
	for _, name := range []string{"go.mod", "README.md", "LICENSE", "cmd", "config", "internal"} {
		if !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name }) {
			t.Errorf("%s is missing from the top level", name)
		}
	}
}

// TestNoInit: wiring happens in internal/app, in an order that can be read.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.fset.Position(f.Pos()))
			}
		}
	}
}

// TestNames: a file and a package are called by what they are about.
func TestNames(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "manager", "misc"}
	for _, s := range sources(t) {
		name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		for word := range strings.SplitSeq(name, "_") {
			if slices.Contains(empty, word) {
				t.Errorf("%s: %q says nothing about what is in it", s.path, word)
			}
		}
		if slices.Contains(empty, path.Base(s.pkg)) {
			t.Errorf("package %s: its name says nothing about what is in it", s.pkg)
		}
	}
}

// TestSizes: nobody reads a file of a thousand lines.
func TestSizes(t *testing.T) {
	const most, long = 600, 400
	var files, longer int
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		files++
		lines := s.fset.Position(s.file.FileEnd).Line
		if lines > most {
			t.Errorf("%s has %d lines; split it by subject below %d", s.path, lines, most)
		}
		if lines > long {
			longer++
			t.Logf("%s has %d lines", s.path, lines)
		}
	}
	if longer*10 > files {
		t.Errorf("%d of %d files have more than %d lines; nine of ten must have fewer", longer, files, long)
	}
}
