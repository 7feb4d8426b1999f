package wechatsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// endpoint is one path of the platform's API.
type endpoint struct {
	method string // the only one that is accepted
	open   bool   // needs no token
	handle func(*Sim, *apiCall) (any, *refusal)
}

// apiCall is one request for an endpoint. Handlers run under Sim.mu.
type apiCall struct {
	path string
	req  *http.Request
	body []byte
	now  time.Time

	fault    Fault     // that the call meets
	receipts []receipt // that the call has caused
}

// endpoints is the table of what this platform offers.
func endpoints() map[string]endpoint {
	const get, post = http.MethodGet, http.MethodPost
	return map[string]endpoint{
		"/cgi-bin/token":                       {get, true, (*Sim).plainToken},
		"/cgi-bin/stable_token":                {post, true, (*Sim).stableToken},
		"/cgi-bin/getcallbackip":               {get, false, (*Sim).callbackIPs},
		"/cgi-bin/openapi/quota/get":           {post, false, (*Sim).quotaGet},
		"/cgi-bin/openapi/rid/get":             {post, false, (*Sim).ridGet},
		"/cgi-bin/message/custom/send":         {post, false, (*Sim).customSend},
		"/cgi-bin/message/custom/typing":       {post, false, (*Sim).customTyping},
		"/cgi-bin/qrcode/create":               {post, false, (*Sim).qrCreate},
		"/cgi-bin/tags/create":                 {post, false, (*Sim).tagCreate},
		"/cgi-bin/tags/get":                    {get, false, (*Sim).tagList},
		"/cgi-bin/tags/update":                 {post, false, (*Sim).tagUpdate},
		"/cgi-bin/tags/delete":                 {post, false, (*Sim).tagDelete},
		"/cgi-bin/tags/members/batchtagging":   {post, false, (*Sim).tagPut},
		"/cgi-bin/tags/members/batchuntagging": {post, false, (*Sim).tagTake},
		"/cgi-bin/tags/getidlist":              {post, false, (*Sim).tagsOfUser},
		"/cgi-bin/user/tag/get":                {post, false, (*Sim).usersOfTag},
		"/cgi-bin/user/info":                   {get, false, (*Sim).userInfo},
		"/cgi-bin/user/get":                    {get, false, (*Sim).userList},
		"/cgi-bin/menu/create":                 {post, false, (*Sim).menuCreate},
		"/cgi-bin/menu/get":                    {get, false, (*Sim).menuGet},
		"/cgi-bin/menu/delete":                 {get, false, (*Sim).menuDelete},
		"/cgi-bin/menu/addconditional":         {post, false, (*Sim).menuAdd},
		"/cgi-bin/menu/delconditional":         {post, false, (*Sim).menuDelConditional},
		"/cgi-bin/menu/trymatch":               {post, false, (*Sim).menuTry},
		"/cgi-bin/ticket/getticket":            {get, false, (*Sim).jsTicket},
		"/sns/oauth2/access_token":             {get, true, (*Sim).oauthToken},

		"/cgi-bin/message/template/send":             {post, false, (*Sim).templateSend},
		"/cgi-bin/message/subscribe/bizsend":         {post, false, (*Sim).bizSend},
		"/cgi-bin/template/get_all_private_template": {get, false, (*Sim).templateList},
		"/wxaapi/newtmpl/gettemplate":                {get, false, (*Sim).noticeList},
	}
}

func (s *Sim) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for path, e := range endpoints() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveAPI(w, r, path, e) }) //nolint:contextcheck // receipts outlive the call that caused them
	}
	mux.HandleFunc("GET /cgi-bin/showqrcode", s.showQR)
	mux.HandleFunc("GET "+authorizePath, s.authorizeOutside)
	mux.HandleFunc("GET "+scriptPath, s.serveScript)
	s.controlRoutes(mux)
	s.phoneRoutes(mux)
	return mux
}

// serveAPI answers one call, as a fault demands where one is set.
func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request, path string, e endpoint) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		panic(http.ErrAbortHandler) // the client has left
	}
	f := s.takeFault(path)
	if f.before() {
		s.failBefore(w, r, f)
		return
	}
	c := &apiCall{path: path, req: r, body: body, fault: f}
	s.answerWithReceipts(w, c, s.answer(c, e, f))
}

// answer carries the call out and returns what the platform says to it.
func (s *Sim) answer(c *apiCall, e endpoint, f Fault) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.opt.Now()
	out, refused := s.carryOut(c, e, f)
	if refused != nil {
		out = refused.body(s.newRID(c, refused))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		s.opt.Log.Error("api answer", "path", c.path, "error", err)
	}
	return b.Bytes()
}

// carryOut checks method, token and quota, and then does what is asked.
func (s *Sim) carryOut(c *apiCall, e endpoint, f Fault) (any, *refusal) {
	switch {
	case c.req.Method != e.method && e.method == http.MethodPost:
		return nil, refuse(43002, "require POST method")
	case c.req.Method != e.method:
		return nil, refuse(43001, "require GET method")
	}
	if !e.open {
		if r := s.checkToken(c); r != nil {
			return nil, r
		}
	}
	if f.Code != 0 {
		return nil, refuse(f.Code, f.Msg)
	}
	if !s.rates.take(c.path, c.now) {
		return nil, refuse(45011, "api minute-quota reach limit, must slower, retry next minute")
	}
	if !s.quotas.take(c.path, c.now) {
		return nil, refuse(45009, "reach max api daily quota limit")
	}
	return e.handle(s, c)
}

// into reads the body's JSON.
func (c *apiCall) into(v any) *refusal {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return refuse(44002, "empty post data")
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		return refuse(47001, "data format error")
	}
	return nil
}

func (c *apiCall) clientIP() string {
	host, _, err := net.SplitHostPort(c.req.RemoteAddr)
	if err != nil {
		return c.req.RemoteAddr
	}
	return host
}

// refusal is a call that the platform does not carry out.
type refusal struct {
	code int
	msg  string
	more map[string]any // further fields of the answer
}

func refuse(code int, msg string) *refusal { return &refusal{code: code, msg: msg} }

func (r *refusal) body(rid string) map[string]any {
	out := map[string]any{"errcode": r.code, "errmsg": r.msg + " rid: " + rid}
	maps.Copy(out, r.more)
	return out
}

// ok is what calls that only write answer.
func ok() map[string]any { return map[string]any{"errcode": 0, "errmsg": "ok"} }

// ridRecord is what openapi/rid/get tells of a refused call.
type ridRecord struct {
	at      time.Time
	request map[string]any
}

const ridLife = 7 * 24 * time.Hour

// newRID makes the id of a refused request and remembers the request.
func (s *Sim) newRID(c *apiCall, r *refusal) string {
	rid := fmt.Sprintf("%08x-%08x-%08x", uint32(c.now.Unix()), uint32(s.next()), crc(s.salt+c.path))
	for old, rec := range s.rids {
		if len(s.rids) > 10_000 || c.now.Sub(rec.at) > ridLife {
			delete(s.rids, old)
		}
	}
	q := c.req.URL.Query()
	for _, secret := range []string{"access_token", "secret", "code"} {
		if q.Has(secret) {
			q.Set(secret, "***")
		}
	}
	s.rids[rid] = ridRecord{c.now, map[string]any{
		"invoke_time": c.now.Unix(), "cost_in_ms": 1,
		"request_url": q.Encode(), "request_body": string(c.body),
		"response_body": `{"errcode":` + strconv.Itoa(r.code) + `}`, "client_ip": c.clientIP(),
	}}
	return rid
}
