// Package bot is the engine of one WeChat callback. It knows no slice: what a
// message means is the router's business.
//
// A callback goes through six steps:
//
//  1. read: POST, body at most 64 KiB, XML
//  2. verify: the signature in force for the mode, time within the window
//  3. decrypt and parse (internal/wechat/wire)
//  4. carry out, in one transaction: the person's row (held until the commit,
//     which keeps each person's order), the router's handler, the inbox mark
//     with the reply
//  5. wait for the commit
//  6. answer: the reply, encrypted if the mode says so, or `success`
//
// # Once
//
// The mark is written last, under the message's key. If it is there already,
// everything that this transaction did is undone and the stored reply is the
// answer: a second delivery gets the same reply and changes nothing, whichever
// process it reaches.
//
// # In time
//
// WeChat waits five seconds and then sends again. A callback that is not
// durable by 4.5 s is answered 503 without a body, so that WeChat does so; the
// work goes on, and the second delivery finds its reply. If none comes in
// time, the reply is owed (table inbox_late) and goes out as a service
// message.
//
// # Faults
//
// A refusal (errs.Error) undoes what the handler did and its words are the
// reply. Trouble of the database that may pass is a 503. Anything else, panics
// included, would fail again: the message is kept, sealed, in inbox_dead, the
// person gets an apology, and the fault is counted and logged.
package bot

import (
	"context"
	"log/slog"
	"time"

	"rixue/internal/db"
	"rixue/internal/seal"
	"rixue/internal/wechat/wire"
)

// Reply is what a handler answers; the zero Reply answers nothing.
type Reply struct {
	Text string
}

// Text is a reply of one text.
func Text(s string) Reply { return Reply{Text: s} }

// Turn is one callback while it is carried out.
type Turn struct {
	Tx     *db.Tx
	Msg    *wire.Message
	Person *Person
}

// Handle carries out a callback inside the turn's transaction. It may run more
// than once for one callback; only the run that commits counts.
type Handle func(ctx context.Context, t *Turn) (Reply, error)

// Router finds who carries out a message. Kind names it for metrics and logs;
// a nil Handle means that nothing is to be done: it is acknowledged and
// counted.
type Router interface {
	Route(m *wire.Message) (kind string, h Handle)
}

// Observer is told of each callback, for metrics. Result is one of done,
// duplicate, ignored, refused, late, failed, dead.
type Observer func(kind, result string, took time.Duration)

// Config of a Handler.
type Config struct {
	Account *wire.Account
	DB      *db.DB
	Ring    *seal.Ring
	Router  Router
	Log     *slog.Logger
	// Now is business time: the window of timestamps, the time in replies.
	Now func() time.Time
	// Rate is how fast Now runs; the window is 300 s of real time.
	Rate float64
	// Apology is said when our side failed for good.
	Apology string
	Observe Observer
	// Deadline is how long a callback may take; 0 means 4.5 s.
	Deadline time.Duration
}

// window is how far a callback's timestamp may be from our clock. The platform
// publishes none; clocks drift by minutes, and within it the inbox mark
// answers a replay with what it answered before.
const window = 300 * time.Second

// maxBody bounds a callback; the longest legitimate ones are a few KiB.
const maxBody = 64 << 10
