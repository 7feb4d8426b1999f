package wechatsim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Follower is a person with a phone, following the account or not. What a
// person does is sent to the callback at once; the method returns when the
// platform is done with it, with what the phone shows for it. What is not
// possible, such as writing without following, sends nothing and is told in
// Seen.Reason.
type Follower struct {
	sim    *Sim
	name   string
	openID string

	// Guarded by Sim.mu.
	following    bool
	everFollowed bool
	place        int64 // in the order of all subscriptions
	since        time.Time
	how, scene   string
	tags         []int // by the time they were put on
	windows      windows
	accepted     map[string]int // notices by template: how many, or 1 for any number
	blocked      bool           // messages of the account are switched off
	lastExchange time.Time
	typingUntil  time.Time
	inbox        []Message
	chat         []Message // inbox and what the person said, in order
	read         int       // messages of the inbox that Expect has seen
	last         callback
	snapshot     bool // opens pages as a snapshot user
	cookies      http.CookieJar
	title        string // of the page in the WebView
}

// Follower returns the person of that name. The same name has the same openid
// in every Sim of the same AppID.
func (s *Sim) Follower(name string) *Follower {
	sum := sha256.Sum256([]byte(s.opt.AppID + "|" + name))
	openID := "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.followers[openID]
	if !known {
		f = &Follower{sim: s, name: name, openID: openID}
		s.followers[openID] = f
	}
	return f
}

// OpenID returns who the person is to the account: 28 characters.
func (f *Follower) OpenID() string { return f.openID }

// Name returns the name by which the person was asked for.
func (f *Follower) Name() string { return f.name }

// Follow subscribes to the account by its name.
func (f *Follower) Follow() Seen { return f.subscribe("") }

// FollowByScene scans a code and follows; somebody who follows already just
// scans.
func (f *Follower) FollowByScene(scene string) Seen {
	f.sim.mu.Lock()
	following := f.following
	f.sim.mu.Unlock()
	if following {
		return f.Scan(scene)
	}
	return f.subscribe(scene)
}

func (f *Follower) subscribe(scene string) Seen {
	return f.act(func(now time.Time) (callback, string) {
		if f.following {
			return callback{}, "follows already"
		}
		fields, how := cdata("EventKey", ""), "ADD_SCENE_SEARCH"
		if scene != "" {
			ticket, live := f.sim.scan(scene, now)
			if !live {
				return callback{}, "the code has expired"
			}
			fields, how = cdata("EventKey", "qrscene_"+scene)+cdata("Ticket", ticket), "ADD_SCENE_QR_CODE"
		}
		f.following, f.everFollowed = true, true
		f.since, f.how, f.scene, f.place = now, how, scene, f.sim.next()
		f.windows.tapped(now)
		return f.event(now, "subscribe", fields), ""
	})
}

// Unfollow ends the subscription. Nothing reaches the person from then on.
func (f *Follower) Unfollow() Seen {
	return f.ifFollowing(func(now time.Time) callback {
		f.following, f.tags, f.windows, f.accepted = false, nil, windows{}, nil
		return f.event(now, "unsubscribe", cdata("EventKey", ""))
	})
}

// Say sends a text.
func (f *Follower) Say(text string) Seen { return f.message("text", text, cdata("Content", text)) }

// Choose taps an item of a msgmenu message; it arrives as the item's text with
// its id, and counts as a tap.
func (f *Follower) Choose(id, text string) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		f.windows.tapped(now)
		f.lastExchange = now
		fields := cdata("Content", text) + f.msgID() + element("bizmsgmenuid", id)
		return callback{xml: f.envelopeXML(now, "text", fields), articles: 1, kind: "text", said: text}
	})
}

// SendImage sends a picture.
func (f *Follower) SendImage() Seen {
	return f.media("image", func(id string) string { return cdata("PicUrl", "http://mmbiz.qpic.cn/"+id) })
}

// SendVoice sends a voice message.
func (f *Follower) SendVoice() Seen {
	return f.media("voice", func(id string) string { return cdata("Format", "amr") + cdata("MediaId16K", id+"-16k") })
}

// SendVideo sends a video.
func (f *Follower) SendVideo() Seen {
	return f.media("video", func(id string) string { return cdata("ThumbMediaId", id+"-thumb") })
}

// SendShortVideo sends a short video.
func (f *Follower) SendShortVideo() Seen {
	return f.media("shortvideo", func(id string) string { return cdata("ThumbMediaId", id+"-thumb") })
}

// SendLocation sends a place: latitude and longitude in degrees.
func (f *Follower) SendLocation(latitude, longitude float64, label string) Seen {
	return f.message("location", label, element("Location_X", degrees(latitude))+element("Location_Y", degrees(longitude))+
		element("Scale", "20")+cdata("Label", label))
}

// SendLink sends a link card.
func (f *Follower) SendLink(title, description, url string) Seen {
	return f.message("link", title, cdata("Title", title)+cdata("Description", description)+cdata("Url", url))
}

// Tap taps a menu button that has a key.
func (f *Follower) Tap(key string) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		f.windows.tapped(now)
		return f.event(now, "CLICK", cdata("EventKey", key))
	})
}

// View taps a menu button that opens a page. The platform ignores the answer.
func (f *Follower) View(url string) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		return f.event(now, "VIEW", cdata("EventKey", url)+element("MenuId", "1"))
	})
}

// Scan scans a code of the account as a follower.
func (f *Follower) Scan(scene string) Seen {
	return f.act(func(now time.Time) (callback, string) {
		if !f.following {
			return callback{}, notFollowing
		}
		ticket, live := f.sim.scan(scene, now)
		if !live {
			return callback{}, "the code has expired"
		}
		f.windows.tapped(now)
		return f.event(now, "SCAN", cdata("EventKey", scene)+cdata("Ticket", ticket)), ""
	})
}

// Locate reports where the person is, as phones do on entering the chat.
func (f *Follower) Locate(latitude, longitude, precision float64) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		return f.event(now, "LOCATION", element("Latitude", degrees(latitude))+
			element("Longitude", degrees(longitude))+element("Precision", degrees(precision)))
	})
}

// Event sends any event with any further elements in XML. It opens no window.
func (f *Follower) Event(name, xml string) Seen {
	return f.act(func(now time.Time) (callback, string) { return f.event(now, name, xml), "" })
}

// Raw sends an XML of the caller's making, enveloped and signed.
func (f *Follower) Raw(xml string) Seen {
	return f.act(func(time.Time) (callback, string) { return callback{xml: []byte(xml), articles: 1}, "" })
}

// Again delivers the person's last callback a second time, signed anew.
func (f *Follower) Again() Seen {
	return f.act(func(time.Time) (callback, string) {
		if f.last.xml == nil {
			return callback{}, "nothing was sent before"
		}
		again := f.last
		again.kind = "" // the person says nothing new
		return again, ""
	})
}

const notFollowing = "does not follow"

// act does something under the lock and sends its callback without it. The
// reason says why nothing is sent.
func (f *Follower) act(do func(now time.Time) (cb callback, reason string)) Seen {
	f.sim.mu.Lock()
	now := f.sim.opt.Now()
	cb, reason := do(now)
	if reason == "" {
		f.last = cb
		f.say(now, cb)
	}
	f.sim.mu.Unlock()
	if reason != "" {
		return Seen{Reason: reason}
	}
	return f.sim.deliver(f, cb)
}

// say puts into the chat what the person said, and tells who watches that
// something was done. The caller holds Sim.mu.
func (f *Follower) say(now time.Time, cb callback) {
	if cb.kind != "" {
		f.chat = append(f.chat, Message{At: now, Via: Me, Kind: cb.kind, Text: cb.said})
	}
	f.sim.wake()
}

// Chat returns both sides of the chat in order: the inbox, and with Via Me what
// the person said.
func (f *Follower) Chat() []Message {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	return slices.Clone(f.chat)
}

func (f *Follower) ifFollowing(do func(now time.Time) callback) Seen {
	return f.act(func(now time.Time) (callback, string) {
		if !f.following {
			return callback{}, notFollowing
		}
		return do(now), ""
	})
}

// message sends what opens the long window.
func (f *Follower) message(kind, said, fields string) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		f.windows.wrote(now)
		f.lastExchange = now
		return callback{xml: f.envelopeXML(now, kind, fields+f.msgID()), articles: 1, kind: kind, said: said}
	})
}

func (f *Follower) media(kind string, more func(id string) string) Seen {
	return f.ifFollowing(func(now time.Time) callback {
		f.windows.wrote(now)
		f.lastExchange = now
		id := fmt.Sprintf("media-%s-%d", kind, f.sim.next())
		f.sim.media[id] = now
		fields := cdata("MediaId", id) + more(id) + f.msgID()
		return callback{xml: f.envelopeXML(now, kind, fields), articles: 1, kind: kind, said: "[" + kind + "]"}
	})
}

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }
