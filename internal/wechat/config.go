package wechat

import (
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// Where the platform lives unless Config says otherwise.
const (
	DefaultAPIBase  = "https://api.weixin.qq.com"
	DefaultOpenBase = "https://open.weixin.qq.com"
)

// defaultTimeout bounds one exchange with the platform. Its answers usually
// take 50 to 300 ms; one that takes longer than 8 s is as good as lost.
const defaultTimeout = 8 * time.Second

// Config is what a Client needs. AppID and AppSecret must be set; every other
// field has a default.
type Config struct {
	AppID     string // of the service account, from its admin site
	AppSecret string // never logged

	APIBase  string // scheme and host of the API; DefaultAPIBase when empty
	OpenBase string // scheme and host of the OAuth page; DefaultOpenBase when empty

	// Redis shares the token between processes. Nil: this process is alone.
	Redis redis.UniversalClient

	Log     *slog.Logger  // nil: silent
	Timeout time.Duration // of one exchange; 8 s when zero

	// Now is the clock by which tokens age. It should agree with the
	// platform's: the wall clock, or that of the simulator. Back-off and
	// timeouts are always real time.
	Now func() time.Time

	// OnCall, when set, is told of every exchange: the path, 0 or the errcode
	// (an HTTP status, or NoAnswer, where there was none) and how long it took.
	// It is called from many goroutines.
	OnCall func(path string, code int, d time.Duration)
}

func (c Config) withDefaults() Config {
	if c.APIBase == "" {
		c.APIBase = DefaultAPIBase
	}
	if c.OpenBase == "" {
		c.OpenBase = DefaultOpenBase
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Now == nil {
		c.Now = wallClock
	}
	if c.OnCall == nil {
		c.OnCall = func(string, int, time.Duration) {}
	}
	return c
}

// wallClock is the real time: what latency, back-off and, in production, the
// age of a token are measured by.
func wallClock() time.Time {
	return time.Now() //nolint:forbidigo // the one place where this package asks the machine's clock
}
