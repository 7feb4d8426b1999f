package wechatsim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// params are what a control request says, as a form or as JSON.
type params map[string]string

// control serves one control request: parameters in, JSON or plain text out.
func (s *Sim) control(do func(*http.Request, params) (any, error)) http.Handler {
	return onlyLocal(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := readParams(r)
		var out any
		if err == nil {
			out, err = do(r, p)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if show, can := out.(plainer); can && (p["plain"] == "1" || strings.Contains(r.Header.Get("Accept"), "text/plain")) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			s.write(w, []byte(show.plain()))
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(out); err != nil {
			s.opt.Log.Debug("control answer", "error", err)
		}
	}))
}

func readParams(r *http.Request) (params, error) {
	p := params{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var in map[string]any
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in); err != nil {
			return nil, err
		}
		for k, v := range in {
			p[k] = fmt.Sprint(v)
		}
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	for k := range r.Form {
		p[k] = r.Form.Get(k)
	}
	return p, nil
}

// number reads a parameter; 0 if it is none.
func (p params) number(name string) float64 {
	x, err := strconv.ParseFloat(p[name], 64)
	if err != nil {
		return 0
	}
	return x
}

// list reads a parameter of several values with commas between them.
func (p params) list(name string) []string {
	return strings.FieldsFunc(p[name], func(r rune) bool { return r == ',' || r == ' ' })
}

// integer reads a parameter that may be missing.
func (p params) integer(name string) (int, error) {
	if p[name] == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(p[name])
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

// plainer is an answer that reads well in a shell.
type plainer interface{ plain() string }

func (s Seen) plain() string {
	switch {
	case s.Text != "":
		return s.Text + "\n"
	case s.Reason != "":
		return "(" + s.Reason + ")\n"
	}
	return ""
}

// phone is the answer of /sim/phone.
type phone []Message

func (ph phone) plain() string {
	var b strings.Builder
	for _, m := range ph {
		fmt.Fprintf(&b, "%s [%s] %s\n", m.At.In(beijing()).Format("01-02 15:04:05"), m.Via, m.Text)
	}
	return b.String()
}
