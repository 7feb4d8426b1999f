package dialog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"rixue/internal/understand"
)

// Whatever a text can be read as has a row in the table: an act without one
// would be a panic in somebody's chat.
func TestEveryActHasARow(t *testing.T) {
	d := New(nil, nil, nil, Config{})
	file, err := parser.ParseFile(token.NewFileSet(), "../understand/act.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	acts := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); !ok || kind.Name != "Act" {
			return true
		}
		act, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		acts++
		if d.rows[understand.Act(act)].do == nil {
			t.Errorf("%s has no row", v.Names[0].Name)
		}
		return true
	})
	if acts < 50 {
		t.Errorf("only %d acts found", acts)
	}
}
