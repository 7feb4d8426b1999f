package bot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/wechat/wire"
)

// Handler answers WeChat's callback address.
type Handler struct {
	Config
	started func() time.Time // real time, for the deadline
}

// NewHandler returns the handler of GET and POST at the callback address.
func NewHandler(c Config) *Handler {
	if c.Deadline == 0 {
		c.Deadline = 4500 * time.Millisecond
	}
	if c.Rate == 0 {
		c.Rate = 1
	}
	return &Handler{Config: c, started: time.Now} //nolint:forbidigo // WeChat's five seconds are real ones
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.verify(w, r)
	case http.MethodPost:
		h.post(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// verify answers the check that WeChat makes when the address is entered.
func (h *Handler) verify(w http.ResponseWriter, r *http.Request) {
	q, err := wire.ParseQuery(r.URL.RawQuery)
	if err == nil {
		err = h.inWindow(q)
	}
	var echo string
	if err == nil {
		echo, err = h.Account.VerifyURL(q)
	}
	if err != nil {
		h.refuse(w, r, "verify", err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.WriteString(w, echo)
}

func (h *Handler) post(w http.ResponseWriter, r *http.Request) {
	start := h.started()
	body, err := readBody(w, r)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			h.Observe("unread", "refused", h.started().Sub(start))
			return
		}
		h.refuse(w, r, "unread", err)
		return
	}
	env, q, msg, err := h.open(r.URL.RawQuery, body)
	if err != nil {
		h.refuse(w, r, "unread", err)
		return
	}
	kind, handle := h.Router.Route(msg)
	if handle == nil {
		io.WriteString(w, wire.Success)
		h.Observe(kind, "ignored", h.started().Sub(start))
		return
	}
	c := &callback{h: h, msg: msg, key: msg.Key(), kind: kind, handle: handle, start: start}
	reply, err := c.wait(r.Context())
	h.Observe(kind, c.result(err), h.started().Sub(start))
	if err != nil {
		// No body and no 200: WeChat sends the callback again.
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if reply.Text == "" {
		io.WriteString(w, wire.Success)
		return
	}
	now := h.Now().Unix()
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Write(h.Account.Seal(env, q.Nonce, now, wire.TextReply(msg, now, reply.Text)))
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body := http.MaxBytesReader(w, r.Body, maxBody)
	if n := r.ContentLength; n > 0 && n <= maxBody {
		b := make([]byte, n)
		_, err := io.ReadFull(body, b)
		return b, err
	}
	return io.ReadAll(body)
}

// open does steps 2 and 3.
func (h *Handler) open(rawQuery string, body []byte) (wire.Envelope, wire.Query, *wire.Message, error) {
	q, err := wire.ParseQuery(rawQuery)
	if err != nil {
		return wire.Envelope{}, q, nil, err
	}
	if err := h.inWindow(q); err != nil {
		return wire.Envelope{}, q, nil, err
	}
	env, err := h.Account.Open(q, body)
	if err != nil {
		return env, q, nil, err
	}
	msg, err := wire.ParseMessage(env.XML)
	return env, q, msg, err
}

var errWindow = errors.New("bot: timestamp is too far from our clock")

func (h *Handler) inWindow(q wire.Query) error {
	ts, err := q.Time()
	if err != nil {
		return err
	}
	off := float64(h.Now().Unix() - ts)
	if limit := window.Seconds() * h.Rate; off > limit || off < -limit {
		return errWindow
	}
	return nil
}

// refuse answers what must have no effect. Why goes to the log alone.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, kind string, err error) {
	w.WriteHeader(http.StatusForbidden)
	h.Observe(kind, "refused", 0)
	h.Log.WarnContext(r.Context(), "callback refused", "reason", err.Error())
}

// callback is one message on its way through steps 4 and 5.
type callback struct {
	h       *Handler
	msg     *wire.Message
	key     string
	kind    string
	handle  Handle
	start   time.Time
	reply   Reply // of the transaction that was committed
	state   atomic.Int32
	owed    bool // the transaction itself noted that the reply is owed
	fetched bool // this delivery noted that it takes the reply
	dup     bool
	dead    bool
}

// The states of a callback: either its reply reaches WeChat or it is owed.
const (
	waiting int32 = iota
	answered
	gone // WeChat has been told to send again
)

var errLate = errors.New("bot: not durable in time")

// wait carries the callback out, for as long as WeChat waits.
func (c *callback) wait(ctx context.Context) (Reply, error) {
	// The work goes on when WeChat hangs up: its reply may still be fetched.
	ctx = context.WithoutCancel(ctx)
	timer := time.NewTimer(c.h.Deadline)
	defer timer.Stop()
	first := c.once(ctx, c.handle)
	select {
	case <-first.Done():
		if first.Wait() == nil {
			return c.inTime(c.reply, nil)
		}
	case <-timer.C:
		timer.Reset(0)
	}
	type outcome struct {
		reply Reply
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		reply, err := c.settle(ctx, first.Wait())
		if c.state.CompareAndSwap(waiting, answered) {
			done <- outcome{reply, err}
		} else if err == nil {
			c.owe(ctx)
		}
	}()
	select {
	case o := <-done:
		return c.inTime(o.reply, o.err)
	case <-timer.C:
		if c.state.CompareAndSwap(waiting, gone) {
			return Reply{}, errLate
		}
		o := <-done
		return c.inTime(o.reply, o.err)
	}
}

// inTime gives the reply, unless its transaction took it for late and owes it:
// then WeChat is told to send again, and that delivery fetches it.
func (c *callback) inTime(reply Reply, err error) (Reply, error) {
	if err == nil && c.owed {
		return Reply{}, errLate
	}
	return reply, err
}

// settle does what is left after the first transaction ended with err.
func (c *callback) settle(ctx context.Context, err error) (Reply, error) {
	if err != nil && !errors.Is(err, errSeen) && !db.Temporary(err) {
		err = c.answerFault(ctx, err)
	}
	if errors.Is(err, errSeen) {
		c.dup = true
		return c.again(ctx)
	}
	return c.reply, err
}

// answerFault answers a callback whose handler failed.
func (c *callback) answerFault(ctx context.Context, err error) error {
	if words, ok := errs.Words(err); ok {
		// The refusal is the effect: mark it, so that it is said again to a
		// second delivery even if it would be allowed by then.
		return c.once(ctx, func(context.Context, *Turn) (Reply, error) { return Text(words), nil }).Wait()
	}
	c.dead = true
	c.log(ctx, err)
	return c.once(ctx, func(ctx context.Context, t *Turn) (Reply, error) {
		return Text(c.h.Apology), c.bury(ctx, t.Tx, err)
	}).Wait()
}

func (c *callback) log(ctx context.Context, err error) {
	attrs := []any{"kind", c.kind, "key", c.key, "error", err.Error()}
	if p, ok := errors.AsType[*db.PanicError](err); ok {
		attrs = append(attrs, "stack", string(p.Stack))
	}
	c.h.Log.ErrorContext(ctx, "callback failed", attrs...)
}

// result names what came of the callback, for metrics.
func (c *callback) result(err error) string {
	switch {
	case errors.Is(err, errLate):
		return "late"
	case err != nil:
		return "failed"
	case c.dead:
		return "dead"
	case c.dup:
		return "duplicate"
	}
	return "done"
}
