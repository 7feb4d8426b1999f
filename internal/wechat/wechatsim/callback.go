package wechatsim

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// callback is what the platform tells the account's server once, in one or
// several attempts.
type callback struct {
	xml      []byte
	articles int  // how many articles an answer may have
	silent   bool // the platform shows neither answer nor failure

	kind, said string // what the chat shows on the person's side; nothing without a kind
}

// maxArticles is for answers to events; messages take one article.
const maxArticles = 8

// element and cdata write one XML element with a number and with a text.
func element(name, value string) string { return "<" + name + ">" + value + "</" + name + ">" }

func cdata(name, value string) string {
	value = strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")
	return "<" + name + "><![CDATA[" + value + "]]></" + name + ">"
}

// envelopeXML writes a message of a kind with what all kinds have in common.
func (f *Follower) envelopeXML(now time.Time, kind, fields string) []byte {
	return []byte("<xml>" + cdata("ToUserName", f.sim.opt.OriginalID) + cdata("FromUserName", f.openID) +
		element("CreateTime", strconv.FormatInt(now.Unix(), 10)) + cdata("MsgType", kind) + fields + "</xml>")
}

func (f *Follower) event(now time.Time, name, fields string) callback {
	return callback{
		xml:      f.envelopeXML(now, "event", cdata("Event", name)+fields),
		articles: maxArticles,
		silent:   silent(name),
	}
}

// silent tells the events that nobody waits for an answer to: those of leaving
// and of opening pages, and those by which the platform reports something.
func silent(event string) bool {
	switch event {
	case "unsubscribe", "VIEW", "view_miniprogram", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "PUBLISHJOBFINISH",
		"user_info_modified", "user_authorization_revoke", "user_authorization_cancellation":
		return true
	}
	return strings.HasPrefix(event, "subscribe_msg_")
}

// msgID writes a message's id, which is unique and rises.
func (f *Follower) msgID() string {
	return element("MsgId", strconv.FormatInt(23_000_000_000_000_000+f.sim.next(), 10))
}

// sealed is a callback ready to be posted.
type sealed struct {
	query url.Values
	body  []byte
}

// seal signs a callback and puts it into the envelope of the account's mode.
func (s *Sim) seal(openID string, inner []byte) (sealed, error) {
	timestamp := strconv.FormatInt(s.opt.Now().Unix(), 10)
	nonce, err := digits()
	if err != nil {
		return sealed{}, err
	}
	out := sealed{
		query: url.Values{
			"signature": {util.Signature(s.opt.Token, timestamp, nonce)},
			"timestamp": {timestamp}, "nonce": {nonce}, "openid": {openID},
		},
		body: inner,
	}
	if s.opt.Mode == Plain {
		return out, nil
	}
	encrypted, err := util.EncryptMsg([]byte(rand.Text()[:16]), inner, s.opt.AppID, s.opt.AESKey)
	if err != nil {
		return sealed{}, fmt.Errorf("encrypt: %w", err)
	}
	out.query.Set("encrypt_type", "aes")
	out.query.Set("msg_signature", util.Signature(s.opt.Token, timestamp, nonce, string(encrypted)))
	encrypt := cdata("Encrypt", string(encrypted))
	if s.opt.Mode == Safe {
		out.body = []byte("<xml>" + cdata("ToUserName", s.opt.OriginalID) + encrypt + "</xml>")
		return out, nil
	}
	out.body = []byte(strings.TrimSuffix(string(inner), "</xml>") + encrypt + "</xml>")
	return out, nil
}

// digits returns a random number of ten digits at most, as the platform's
// nonces are.
func digits() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000_000))
	if err != nil {
		return "", err
	}
	return n.String(), nil
}
