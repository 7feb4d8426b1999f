// Package archtest holds no code, only the tests that keep the shape of the
// tree: the floors, the top level, names and sizes.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "rixue"

// layers lists every package, lowest floor first. A package may import only
// packages of lower floors, so no arrow points up and none points sideways.
var layers = [][]string{
	{"config", "internal/errs", "internal/words", "internal/calendar", "internal/understand", "internal/wechat/wire"},
	{"internal/db", "internal/wechat", "internal/llm", "internal/media", "internal/office", "internal/seal"},
	{"bot", "notify", "internal/roster", "internal/db/dbtest", "internal/wechat/wechatsim"},
	{"study", "internal/feedback", "internal/pledge", "internal/meeting", "internal/evaluation"},
	{"internal/dialog", "internal/web", "internal/timer"},
	{"internal/app"},
	{"cmd/rixue"},
}

// http lists who may speak HTTP: the doors to the outside, never a slice.
var http = []string{
	"bot", "internal/wechat", "internal/wechat/wechatsim", "internal/llm", "internal/media",
	"internal/web", "internal/app",
}

// only names the packages that alone may import a package, or any package below
// a path that ends in a slash.
var only = map[string][]string{
	"config":                    {"internal/app", "cmd/rixue"},
	"bot":                       {"internal/dialog", "internal/app"},
	"internal/wechat/wechatsim": {"internal/app"},
	"internal/db/dbtest":        {}, // tests only
	"github.com/hibiken/asynq":  {"notify", "internal/timer", "internal/app"},
	"database/sql":              {"internal/db", "internal/db/dbtest", "internal/app"},
	"github.com/jackc/pgx/":     {"internal/app", "internal/db/dbtest"},
	"modernc.org/sqlite":        {"internal/app", "internal/db/dbtest"}, // fuzzed packages must not carry it
	"github.com/xuri/excelize/": {"internal/office"},
	"net/http":                  http,
	"github.com/prometheus/client_golang/prometheus/promhttp": http,
}

// allowed returns who alone may import path, if there is such a rule.
func allowed(path string) (who []string, ruled bool) {
	for to, who := range only {
		if path == to || strings.HasSuffix(to, "/") && strings.HasPrefix(path, to) {
			return who, true
		}
	}
	return nil, false
}

// source is one Go file of the tree.
type source struct {
	path string // from the root, with slashes
	pkg  string // its folder
	test bool
	file *ast.File
	fset *token.FileSet
}

// sources parses every Go file of the tree but those of this folder.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || name == "archtest" || strings.HasPrefix(name, ".") && name != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		pkg := strings.TrimSuffix(rel[:len(rel)-len(d.Name())], "/")
		all = append(all, source{rel, pkg, strings.HasSuffix(rel, "_test.go"), f, fset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 5 {
		t.Fatalf("only %d Go files were found below %s", len(all), root)
	}
	return all
}

func TestLayers(t *testing.T) {
	floor := map[string]int{}
	for i, l := range layers {
		for _, p := range l {
			floor[p] = i
		}
	}
	for _, s := range sources(t) {
		from, ok := floor[s.pkg]
		if !ok {
			t.Errorf("%s: package %q is on no floor; add it to layers", s.path, s.pkg)
			continue
		}
		for _, im := range s.file.Imports {
			to := strings.Trim(im.Path.Value, `"`)
			if s.test {
				checkTestImport(t, s, to)
				continue
			}
			if in, ok := strings.CutPrefix(to, module+"/"); ok {
				to = in
				if at, ok := floor[in]; !ok || at >= from {
					t.Errorf("%s imports %s: floor %d may not import floor %d", s.path, in, from, at)
				}
			}
			if who, ruled := allowed(to); ruled && !slices.Contains(who, s.pkg) {
				t.Errorf("%s imports %s: only %s may", s.path, to, strings.Join(who, ", "))
			}
		}
	}
}

// checkTestImport: a test may use any floor, but no test hands a whole Config
// to a package that must not know it.
func checkTestImport(t *testing.T, s source, to string) {
	t.Helper()
	if to == module+"/config" && s.pkg != "config" && !slices.Contains(only["config"], s.pkg) {
		t.Errorf("%s imports config: not even tests of %s may", s.path, s.pkg)
	}
}

func TestOnlyNamesExistingFloors(t *testing.T) {
	var all []string
	for _, l := range layers {
		all = append(all, l...)
	}
	if dup := len(all) - len(slices.Compact(slices.Sorted(slices.Values(all)))); dup != 0 {
		t.Errorf("%d packages stand on two floors", dup)
	}
	for to, who := range only {
		for _, p := range who {
			if !slices.Contains(all, p) {
				t.Errorf("only[%q] names %q, which is on no floor", to, p)
			}
		}
	}
}
