package seal

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func ring(t *testing.T, text []byte) *Ring {
	t.Helper()
	r, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealOpens(t *testing.T) {
	r := ring(t, New())
	a, b := r.Seal("member.phone", "13800000000"), r.Seal("member.phone", "13800000000")
	if bytes.Equal(a, b) {
		t.Error("two seals of one value are alike: equal phones could be told apart in a dump")
	}
	if bytes.Contains(a, []byte("1380")) {
		t.Error("the value shows")
	}
	if got, err := r.Open("member.phone", a); err != nil || got != "13800000000" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := r.Open("person.openid", a); err == nil {
		t.Error("a value opens in another column")
	}
	a[len(a)-1] ^= 1
	if _, err := r.Open("member.phone", a); err == nil {
		t.Error("a changed value opens")
	}
	if _, err := ring(t, New()).Open("member.phone", b); err == nil {
		t.Error("a value opens with another ring")
	}
	if s := r.Seal("x", ""); s == nil || len(s) != 0 {
		t.Errorf("Seal of nothing = %v", s)
	}
}

// A new key seals from now on and what the old one sealed still opens.
func TestKeyChange(t *testing.T) {
	var f file
	if err := json.Unmarshal(New(), &f); err != nil {
		t.Fatal(err)
	}
	text := func() []byte { b, _ := json.Marshal(f); return b }
	old := ring(t, text())
	sealed := old.Seal("c", "value")
	f.Keys = append(f.Keys, fileKey{ID: 2, Key: random()})
	both := ring(t, text())
	if got, err := both.Open("c", sealed); err != nil || got != "value" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := old.Open("c", both.Seal("c", "value")); err == nil {
		t.Error("the new key is not used")
	}
	if old.ID("openid", "o1") != both.ID("openid", "o1") {
		t.Error("the hash changed with the key: nobody would be found")
	}
}

func TestID(t *testing.T) {
	r := ring(t, New())
	if r.ID("openid", "o1") == r.ID("openid", "o2") || r.ID("a", "x") == r.ID("b", "x") {
		t.Error("different things have one id")
	}
	if n := len(r.ID("openid", "o1")); n != 26 {
		t.Errorf("len = %d", n)
	}
}

// Processes that start together on an empty folder must end with one ring.
func TestLoadMakesOneRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keys.json")
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			r, err := Load(path)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = r.ID("d", "v")
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("rings differ: %v", ids)
		}
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if _, err := Load(`{"hash":"AA=="}`); err == nil {
		t.Error("an incomplete ring loads")
	}
}
