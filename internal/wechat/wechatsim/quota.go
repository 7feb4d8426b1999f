package wechatsim

import (
	"maps"
	"time"
)

// quotas counts the day's calls by path; they start over at midnight in
// Beijing.
type quotas struct {
	limit map[string]int // paths that are not here have no limit
	day   string
	used  map[string]int
}

// newQuotas takes the platform's limits for a new account and changes those
// that are given.
func newQuotas(changed map[string]int) quotas {
	limit := map[string]int{
		"/cgi-bin/token":               2_000,
		"/cgi-bin/stable_token":        500_000,
		"/cgi-bin/message/custom/send": 500_000,
		"/cgi-bin/qrcode/create":       100_000,
		"/cgi-bin/user/get":            500,
		"/cgi-bin/user/info":           5_000_000,
		"/cgi-bin/menu/create":         1_000,
		"/cgi-bin/menu/get":            10_000,
		"/cgi-bin/menu/delete":         1_000,
		"/cgi-bin/menu/addconditional": 2_000,
		"/cgi-bin/menu/delconditional": 2_000,
		"/cgi-bin/menu/trymatch":       20_000,

		"/cgi-bin/message/template/send": 100_000,
	}
	maps.Copy(limit, changed)
	return quotas{limit: limit, used: map[string]int{}}
}

// take counts a call and reports whether the quota allows it.
func (q *quotas) take(path string, now time.Time) bool {
	q.turn(now)
	if limit, limited := q.limit[path]; limited && q.used[path] >= limit {
		return false
	}
	q.used[path]++
	return true
}

func (q *quotas) turn(now time.Time) {
	if day := beijingDay(now); day != q.day {
		q.day = day
		clear(q.used)
	}
}

func (s *Sim) quotaGet(c *apiCall) (any, *refusal) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	if _, known := endpoints()[in.Path]; !known {
		return nil, refuse(76021, "cgi_path not found")
	}
	limit, limited := s.quotas.limit[in.Path]
	if !limited {
		limit = 10_000_000
	}
	used := s.quotas.used[in.Path]
	return map[string]any{
		"errcode": 0, "errmsg": "ok",
		"quota": map[string]any{"daily_limit": limit, "used": used, "remain": limit - used},
	}, nil
}
