package wechatsim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/silenceper/wechat/v2/util"
)

// answerXML is a passive reply, or its encrypted envelope.
type answerXML struct {
	XMLName    xml.Name `xml:"xml"`
	To         string   `xml:"ToUserName"`
	From       string   `xml:"FromUserName"`
	CreateTime string   `xml:"CreateTime"`
	MsgType    string   `xml:"MsgType"`
	Content    string   `xml:"Content"`
	Image      string   `xml:"Image>MediaId"`
	Voice      string   `xml:"Voice>MediaId"`
	Video      string   `xml:"Video>MediaId"`
	MusicThumb string   `xml:"Music>ThumbMediaId"`
	MusicTitle string   `xml:"Music>Title"`

	ArticleCount int       `xml:"ArticleCount"`
	Articles     []Article `xml:"Articles>item"`

	Encrypt      string `xml:"Encrypt"`
	MsgSignature string `xml:"MsgSignature"`
	TimeStamp    string `xml:"TimeStamp"`
	Nonce        string `xml:"Nonce"`
}

// judge reads the server's answer as the platform does and returns what the
// phone shows.
func (s *Sim) judge(body []byte, openID string, cb callback) Seen {
	if len(body) == 0 || string(body) == "success" {
		return Seen{}
	}
	answer, err := parseAnswer(body)
	if err == nil && (s.opt.Mode == Safe || answer.Encrypt != "") {
		answer, err = s.open(answer)
	}
	if err != nil {
		return notice(err.Error())
	}
	if err := s.checkAddress(answer, openID); err != nil {
		return notice(err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text, refused := s.checkAnswer(&answer, cb)
	if refused != nil {
		return notice(fmt.Sprintf("%s: %d %s", answer.MsgType, refused.code, refused.msg))
	}
	return Seen{Text: text, Kind: answer.MsgType, Articles: answer.shownArticles(cb)}
}

// shownArticles are what the platform leaves of the articles.
func (a *answerXML) shownArticles(cb callback) []Article {
	return a.Articles[:min(len(a.Articles), cb.articles)]
}

// parseAnswer reads one XML document and nothing after it.
func parseAnswer(body []byte) (answerXML, error) {
	var a answerXML
	dec := xml.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&a); err != nil {
		return a, fmt.Errorf("the answer is no XML message: %w", err)
	}
	if rest := body[dec.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		return a, errors.New("something follows the XML message")
	}
	return a, nil
}

// open checks an encrypted answer's signature and decrypts it.
func (s *Sim) open(envelope answerXML) (answerXML, error) {
	switch {
	case s.opt.Mode == Plain:
		return answerXML{}, errors.New("an encrypted answer in plain mode")
	case envelope.Encrypt == "":
		return answerXML{}, errors.New("a plain answer in safe mode")
	case envelope.MsgSignature != util.Signature(s.opt.Token, envelope.TimeStamp, envelope.Nonce, envelope.Encrypt):
		return answerXML{}, errors.New("the answer's MsgSignature is wrong")
	}
	_, inner, err := util.DecryptMsg(s.opt.AppID, envelope.Encrypt, s.opt.AESKey)
	if err != nil {
		return answerXML{}, fmt.Errorf("the answer cannot be decrypted: %w", err)
	}
	return parseAnswer(inner)
}

// checkAddress refuses an answer that is not from the account to the person.
func (s *Sim) checkAddress(a answerXML, openID string) error {
	if a.To != openID || a.From != s.opt.OriginalID {
		return errors.New("ToUserName and FromUserName are not those of the message, swapped")
	}
	if _, err := strconv.ParseInt(a.CreateTime, 10, 64); err != nil {
		return errors.New("CreateTime is no number")
	}
	return nil
}

// checkAnswer returns what the phone shows of an answer. The caller holds mu.
func (s *Sim) checkAnswer(a *answerXML, cb callback) (string, *refusal) {
	switch a.MsgType {
	case "text":
		return a.Content, checkText(a.Content)
	case "image":
		return "[image]", s.checkMedia(a.Image)
	case "voice":
		return "[voice]", s.checkMedia(a.Voice)
	case "video":
		return "[video]", s.checkMedia(a.Video)
	case "music":
		return "[music] " + a.MusicTitle, s.checkMedia(a.MusicThumb)
	case "transfer_customer_service":
		return "", nil
	case "news":
		if len(a.Articles) == 0 || a.ArticleCount != len(a.Articles) {
			return "", refuse(44003, "empty news data, or ArticleCount is wrong")
		}
		var text strings.Builder
		for i, art := range a.shownArticles(cb) {
			if i > 0 {
				text.WriteString("\n\n")
			}
			text.WriteString(showArticle(art))
		}
		return text.String(), nil
	}
	return "", refuse(40008, "invalid message type")
}
