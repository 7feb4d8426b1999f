package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"rixue/internal/db"
	"rixue/internal/roster"
	"rixue/internal/wechat"
	"rixue/internal/words"
)

// tags keeps the staff's tag at WeChat on those who are bound and on nobody
// else: by it WeChat decides who sees the staff's menu. A callback only binds
// or unbinds; the tag follows from what the database says, some seconds later,
// by whichever process claims the person.
//
// A call that fails for everybody makes all processes pause. A person whom
// WeChat does not want is tried again alone, a few times, and then left until
// his binding changes.
type tags struct {
	db     *db.DB
	roster *roster.Service
	wechat *wechat.Client
	log    *slog.Logger
	real   func() time.Time
}

const (
	tagBatch = 50               // openids of one call
	tagLease = 30 * time.Second // of a claim
	tagCalls = 20 * time.Second // for the calls about it, so that none is under way when the lease ends
)

// due implements line.
func (t *tags) due(ctx context.Context, limit int) (n int, oldest time.Time, err error) {
	err = t.db.View(ctx, func(tx *db.Tx) (err error) {
		n, oldest, err = t.roster.TagsDue(ctx, tx, t.real(), limit)
		return err
	})
	return n, oldest, err
}

// work implements line.
func (t *tags) work(ctx context.Context) (n int, err error) {
	for ctx.Err() == nil {
		b, err := t.claim(ctx)
		n += b.Seen
		if err != nil || b.Seen == 0 {
			return n, err
		}
		t.tell(ctx, b)
		if b.stale {
			err = t.renew(ctx, b)
		}
		// What was told is written down also when the process is asked to stop.
		if err := errors.Join(err, t.record(context.WithoutCancel(ctx), b)); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// tagging is a claim with what became of it.
type tagging struct {
	roster.TagClaim
	told  bool          // a call went well
	stale bool          // the tag is not, or no longer, at WeChat
	pause time.Duration // nobody calls for so long
}

func (t *tags) claim(ctx context.Context) (*tagging, error) {
	b := &tagging{}
	err := t.db.Tx(ctx, func(tx *db.Tx) (err error) {
		now := t.real()
		b.TagClaim, err = t.roster.ClaimTags(ctx, tx, now, now.Add(tagLease), tagBatch)
		return err
	})
	b.stale = b.TagID == 0 && len(b.People) > 0
	return b, err
}

// tell makes the calls: one for those who get the tag, one for those who lose
// it.
func (t *tags) tell(ctx context.Context, b *tagging) {
	ctx, cancel := context.WithTimeout(ctx, tagCalls)
	defer cancel()
	var on, off []*roster.Tagging
	for i := range b.People {
		if p := &b.People[i]; p.Want != 0 {
			on = append(on, p)
		} else {
			off = append(off, p)
		}
	}
	t.call(ctx, b, on, t.wechat.AddTag)
	t.call(ctx, b, off, t.wechat.RemoveTag)
}

func (t *tags) call(ctx context.Context, b *tagging, people []*roster.Tagging, do func(context.Context, int, []string) error) {
	if len(people) == 0 || b.stale || b.pause > 0 {
		return
	}
	openIDs := make([]string, len(people))
	for i, p := range people {
		openIDs[i] = p.OpenID
	}
	t.judge(ctx, b, people, do(ctx, b.TagID, openIDs))
}

// The platform's codes that are told apart here.
const (
	tooFast    = 45011 // for this minute
	tagTaken   = 45157 // a tag's name is in use
	noSuchTag  = 45159
	someFailed = 45171 // the answer names whom
)

// judge says what a call's outcome means for the people in it, by the table of
// wechat.md 4.
func (t *tags) judge(ctx context.Context, b *tagging, people []*roster.Tagging, err error) {
	e := platformError(err)
	switch {
	case err == nil:
		b.told = true
		for _, p := range people {
			p.Settle(0)
		}
	case e.Code == noSuchTag:
		b.stale = true
	case e.Code == someFailed || e.Class == wechat.ClassUser || e.Class == wechat.ClassContent:
		b.told = true
		t.refuse(ctx, people, err)
	default:
		t.stop(ctx, b, e)
	}
}

// refuse deals with a call in which somebody was not to WeChat's liking.
func (t *tags) refuse(ctx context.Context, people []*roster.Tagging, err error) {
	pauses := [...]time.Duration{time.Minute, 10 * time.Minute, time.Hour}
	e := platformError(err)
	failed, _ := errors.AsType[*wechat.TagError](err)
	for _, p := range people {
		switch {
		case failed != nil && !slices.Contains(failed.Failed, p.OpenID):
			p.Settle(0)
		case len(people) > 1:
			p.Refused(e.Code, time.Time{}) // who is at fault shows when each is alone
		case e.Class == wechat.ClassUser || p.Tries >= len(pauses):
			p.Settle(e.Code)
			t.log.WarnContext(ctx, "tagging given up", "person", p.PersonID, "error", err.Error())
		default:
			p.Refused(e.Code, t.real().Add(pauses[p.Tries]))
		}
	}
}

// stop makes everybody pause after a failure that is nobody's own.
func (t *tags) stop(ctx context.Context, b *tagging, e *wechat.Error) {
	pauses := [...]time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute}
	level := slog.LevelWarn
	switch {
	case e.Class == wechat.ClassNow || e.Class == wechat.ClassUnknown:
		b.pause = pauses[min(b.Tries, len(pauses)-1)]
	case e.Code == tooFast:
		b.pause = time.Minute
	default: // for a person to put right, or for tomorrow
		b.pause, level = 10*time.Minute, slog.LevelError
	}
	t.log.Log(ctx, level, "tagging stopped", "pause", b.pause.String(), "error", e.Error())
}

// renew looks for the tag anew, and makes it if it is gone.
func (t *tags) renew(ctx context.Context, b *tagging) error {
	id, err := makeStaffTag(ctx, t.wechat)
	if err == nil && id == b.TagID {
		err = &wechat.Error{Code: noSuchTag, Msg: "refused and listed at once", Class: wechat.ClassAlarm}
	}
	if err != nil {
		t.stop(ctx, b, platformError(err))
		return nil
	}
	return t.roster.AdoptTag(ctx, t.db, id)
}

// record writes down what became of a claim.
func (t *tags) record(ctx context.Context, b *tagging) error {
	return t.db.Tx(ctx, func(tx *db.Tx) error {
		for i := range b.People {
			if err := b.People[i].Save(ctx, tx); err != nil {
				return err
			}
		}
		switch {
		case b.pause > 0:
			return t.roster.PauseTags(ctx, tx, b.Tries+1, t.real().Add(b.pause))
		case b.told && b.Tries > 0:
			return t.roster.PauseTags(ctx, tx, 0, time.Time{})
		}
		return nil
	})
}

// platformError is the platform's error in err's chain; what is none has an
// unknown outcome.
func platformError(err error) *wechat.Error {
	if e, ok := errors.AsType[*wechat.Error](err); ok || err == nil {
		return e
	}
	return &wechat.Error{Code: wechat.NoAnswer, Msg: err.Error(), Class: wechat.ClassUnknown}
}

// findStaffTag returns the id of the staff's tag at WeChat, 0 if there is none.
func findStaffTag(ctx context.Context, c *wechat.Client) (int, error) {
	all, err := c.Tags(ctx)
	return staffTag(all), err
}

// staffTag picks the staff's from the account's tags, 0 if it is not there.
func staffTag(all []wechat.Tag) int {
	for _, tag := range all {
		if tag.Name == words.StaffTag {
			return tag.ID
		}
	}
	return 0
}

// makeStaffTag is findStaffTag that makes it if there is none.
func makeStaffTag(ctx context.Context, c *wechat.Client) (int, error) {
	id, err := findStaffTag(ctx, c)
	if id != 0 || err != nil {
		return id, err
	}
	tag, err := c.CreateTag(ctx, words.StaffTag)
	if e := platformError(err); e != nil && e.Code == tagTaken { // by another process, at this moment
		return findStaffTag(ctx, c)
	}
	return tag.ID, err
}
