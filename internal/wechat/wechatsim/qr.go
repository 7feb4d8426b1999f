package wechatsim

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	maxCodeLife  = 2_592_000 // seconds
	maxPermanent = 100_000
)

// qrCode is a code with a scene.
type qrCode struct {
	scene string
	until time.Time // zero: permanent
}

func (q qrCode) live(now time.Time) bool { return q.until.IsZero() || now.Before(q.until) }

// qrCreate is POST /cgi-bin/qrcode/create. Its answer has no errmsg.
func (s *Sim) qrCreate(c *apiCall) (any, *refusal) {
	var in struct {
		ExpireSeconds int64  `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				Str string `json:"scene_str"`
				ID  int64  `json:"scene_id"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	scene := in.ActionInfo.Scene.Str
	permanent := in.ActionName == "QR_LIMIT_SCENE" || in.ActionName == "QR_LIMIT_STR_SCENE"
	var valid bool
	switch in.ActionName {
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		valid = utf8.RuneCountInString(scene) >= 1 && utf8.RuneCountInString(scene) <= 64
	case "QR_SCENE":
		valid = in.ActionInfo.Scene.ID > 0 && in.ActionInfo.Scene.ID < 1<<32
		scene = strconv.FormatInt(in.ActionInfo.Scene.ID, 10)
	case "QR_LIMIT_SCENE":
		valid = in.ActionInfo.Scene.ID > 0 && in.ActionInfo.Scene.ID <= maxPermanent
		scene = strconv.FormatInt(in.ActionInfo.Scene.ID, 10)
	default:
		return nil, refuse(40052, "invalid action name")
	}
	life := cmp.Or(in.ExpireSeconds, 60)
	if !valid || !permanent && (life < 0 || life > maxCodeLife) {
		return nil, refuse(40053, "invalid action info")
	}
	return s.newCode(scene, permanent, life, c.now), nil
}

func (s *Sim) newCode(scene string, permanent bool, seconds int64, now time.Time) any {
	ticket := s.newTicket()
	out := map[string]any{"ticket": ticket, "url": fmt.Sprintf("http://weixin.qq.com/q/%08x", crc(ticket))}
	code := qrCode{scene: scene}
	if !permanent {
		out["expire_seconds"] = seconds
		code.until = now.Add(time.Duration(seconds) * time.Second)
	}
	s.codes[ticket] = code
	return out
}

// newTicket makes a ticket that holds all characters which must be escaped in
// a URL, as some of the platform's do.
func (s *Sim) newTicket() string {
	sum := sha256.Sum256([]byte(s.salt + "ticket" + strconv.FormatInt(s.next(), 10)))
	return "gQ+/" + base64.StdEncoding.EncodeToString(append(sum[:], sum[:16]...)[:46])
}

// scan finds the code that a person scans: a live one of the scene, or an old
// printed one if no call has ever made one. It is false when all that were made
// are over. The caller holds mu.
func (s *Sim) scan(scene string, now time.Time) (ticket string, live bool) {
	made := false
	for t, code := range s.codes {
		if code.scene != scene {
			continue
		}
		made = true
		if code.live(now) && (ticket == "" || t < ticket) {
			ticket = t
		}
	}
	if !made {
		ticket = s.newTicket()
		s.codes[ticket] = qrCode{scene: scene}
	}
	return ticket, ticket != ""
}

// showQR is the picture of a code: a card with its scene, which a person can
// read and the control API can scan.
func (s *Sim) showQR(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	code, known := s.codes[r.URL.Query().Get("ticket")]
	live := code.live(s.opt.Now())
	s.mu.Unlock()
	if !known || !live {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml; charset=utf-8")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="430" height="430" viewBox="0 0 430 430">`+
		`<rect width="430" height="430" fill="#fff" stroke="#000" stroke-width="8"/>`+
		`<text x="215" y="220" font-size="20" text-anchor="middle">%s</text></svg>`, html.EscapeString(code.scene))
}
