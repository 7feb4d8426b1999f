package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/wechat"
	"rixue/internal/wechat/wire"
	"rixue/internal/words"
)

// Light is a line of the doctor: green, or with its cure.
type Light uint8

// The lights.
const (
	Green Light = iota
	Yellow
	Red
)

// Finding is one line of `rixue check`.
type Finding struct {
	Light Light
	What  string // what was looked at
	State string // how it is, and the cure if it is not green
}

// Check looks at everything that the product needs and tells how it is. It
// changes nothing but bringing the schema up, and sends nothing to people.
func Check(ctx context.Context, a *App, env []string) []Finding {
	var list []Finding
	add := func(l Light, what, state string) { list = append(list, Finding{l, what, state}) }
	for _, name := range config.UnknownEnv(env) {
		add(Yellow, words.CheckConfig, words.CheckUnknownEnv(name))
	}
	add(Green, words.CheckConfig, words.CheckConfigGood)
	if a.Clock.IsReal() {
		add(Green, words.CheckClock, a.now().In(calendar.Shanghai).Format("2006-01-02 15:04:05"))
	} else {
		add(Yellow, words.CheckClock, words.CheckTestClock(a.Clock.String()))
	}
	list = append(list, a.checkDB(ctx), a.checkRedis(ctx), a.checkCalendar())
	if a.WeChat == nil {
		add(Red, words.CheckAccount, words.CheckNoAccount)
		return list
	}
	list = append(list, a.checkCallback(ctx))
	list = append(list, a.checkPlatform(ctx)...)
	list = append(list, a.checkTemplates(ctx)...)
	return append(list, a.checkReach(ctx))
}

func (a *App) checkDB(ctx context.Context) Finding {
	name := words.CheckDatabase + " " + string(a.DB.Dialect())
	if err := a.DB.Ping(ctx); err != nil {
		return Finding{Red, name, words.CheckDatabaseAway(err.Error())}
	}
	return Finding{Green, name, words.CheckGood}
}

func (a *App) checkRedis(ctx context.Context) Finding {
	if a.Config.RedisURL == "embedded" {
		return Finding{Green, words.CheckRedis, words.CheckRedisEmbedded}
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := a.Redis.Ping(ctx).Err(); err != nil {
		return Finding{Red, words.CheckRedis, words.CheckRedisAway(err.Error())}
	}
	return Finding{Green, words.CheckRedis, words.CheckGood}
}

func (a *App) checkCalendar() Finding {
	now := a.now()
	s := a.Days.Status(now)
	if s.Light == calendar.Green {
		return Finding{Green, words.CheckCalendar, words.CalendarLoaded(calendar.DayOf(now).Year())}
	}
	light := Yellow
	if s.Light == calendar.Red {
		light = Red
	}
	return Finding{light, words.CheckCalendar, words.CalendarMissing(s.Missing, light == Red)}
}

// checkCallback asks our own public address what WeChat asks when it is
// entered: does a signed question come back?
func (a *App) checkCallback(ctx context.Context) Finding {
	base := a.publicURL()
	if err := a.askCallback(ctx, base+"/wechat"); err != nil {
		return Finding{Red, words.CheckCallback, words.CheckCallbackAway(base+"/wechat", err.Error())}
	}
	return Finding{Green, words.CheckCallback, words.CheckCallbackGood(base + "/wechat")}
}

func (a *App) askCallback(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	stamp, nonce, echo := strconv.FormatInt(a.now().Unix(), 10), rand.Text(), rand.Text()
	q := url.Values{
		"signature": {wire.Sign(string(a.Config.WeChat.Token), stamp, nonce)},
		"timestamp": {stamp}, "nonce": {nonce}, "echostr": {echo},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			return u.Err
		}
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1024))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || string(body) != echo {
		return fmt.Errorf("HTTP %d", res.StatusCode)
	}
	return nil
}

// checkPlatform calls WeChat: the token, and what it lets us see.
func (a *App) checkPlatform(ctx context.Context) []Finding {
	if _, err := a.WeChat.AccessToken(ctx); err != nil {
		return []Finding{{Red, words.CheckToken, words.CheckTokenBad(tokenCure(err), err.Error())}}
	}
	list := []Finding{{Green, words.CheckToken, words.CheckGood}}
	if ips, err := a.WeChat.CallbackIPs(ctx); err != nil {
		list = append(list, Finding{Red, words.CheckIPs, words.CheckCallFailed(err.Error())})
	} else {
		list = append(list, Finding{Green, words.CheckIPs, words.CheckIPsGood(len(ips))})
	}
	quota, err := a.WeChat.Quota(ctx, "/cgi-bin/message/custom/send")
	switch {
	case err != nil:
		list = append(list, Finding{Yellow, words.CheckQuota, words.CheckCallFailed(err.Error())})
	case quota.Left*10 < quota.Limit:
		list = append(list, Finding{Yellow, words.CheckQuota, words.CheckQuotaLeft(quota.Left, quota.Limit)})
	default:
		list = append(list, Finding{Green, words.CheckQuota, words.CheckQuotaLeft(quota.Left, quota.Limit)})
	}
	return append(list, a.checkMenu(ctx))
}

// tokenCure says what to do about a token that is not given.
func tokenCure(err error) string {
	var e *wechat.Error
	if !errors.As(err, &e) {
		return words.CureNetwork
	}
	switch e.Code {
	case 40164, 89503, 89506, 89507:
		return words.CureIPList
	case 40001, 40125, 40243, 41004:
		return words.CureSecret
	case 40013, 41002:
		return words.CureAppID
	}
	return words.CureNetwork
}

// WriteFindings prints the table and tells whether anything is red.
func WriteFindings(w io.Writer, list []Finding) (red bool) {
	for _, f := range list {
		fmt.Fprintln(w, words.CheckLine(int(f.Light), f.What, f.State))
		red = red || f.Light == Red
	}
	return red
}
