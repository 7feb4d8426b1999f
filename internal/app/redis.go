package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// openRedis connects to Redis, or makes one inside the process. Whatever is in
// it may vanish at any moment; so a Redis that is away is no reason not to
// start.
func (a *App) openRedis(ctx context.Context) error {
	redis.SetLogger(redisLog{a.Log})
	if a.Config.RedisURL == "embedded" {
		a.Redis = a.embeddedRedis()
		return nil
	}
	opts, err := redisOptions(a.Config.RedisURL)
	if err != nil {
		return err
	}
	a.Redis = redis.NewUniversalClient(opts)
	a.closers = append(a.closers, a.Redis.Close)
	if err := a.Redis.Ping(ctx).Err(); err != nil {
		a.Log.WarnContext(ctx, "redis does not answer; going on without it", "error", err.Error())
	}
	return nil
}

// redisLog takes the library's prints, one per failed dial, as debug lines.
type redisLog struct{ *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, v ...any) {
	l.DebugContext(ctx, "redis", "message", fmt.Sprintf(format, v...))
}

// redisOptions reads redis:// and rediss:// (one server), redis-sentinel://
// (hosts joined by commas, the master's name and the database as path) and
// redis-cluster:// (hosts joined by commas).
func redisOptions(s string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("redis_url: not a URL")
	}
	password, _ := u.User.Password()
	o := &redis.UniversalOptions{
		Addrs: strings.Split(u.Host, ","), Username: u.User.Username(), Password: password,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	}
	for i, addr := range o.Addrs {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			o.Addrs[i] = net.JoinHostPort(strings.Trim(addr, "[]"), defaultPort(u.Scheme))
		}
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch u.Scheme {
	case "rediss":
		o.TLSConfig = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	case "redis-sentinel":
		o.MasterName, path = path[0], path[1:]
	case "redis-cluster":
		o.IsClusterMode, path = true, nil
	}
	if len(path) > 0 && path[0] != "" {
		if o.DB, err = strconv.Atoi(path[0]); err != nil {
			return nil, fmt.Errorf("redis_url: database %q is not a number", path[0])
		}
	}
	return o, nil
}

func defaultPort(scheme string) string {
	if scheme == "redis-sentinel" {
		return "26379"
	}
	return "6379"
}

// embeddedRedis runs a Redis in this process, without a port. It has no clock
// of its own: it is told ten times a second how much time has passed, as
// letting it look at the clock costs a walk over all keys per command.
func (a *App) embeddedRedis() redis.UniversalClient {
	m := miniredis.NewMiniRedis()
	client := redis.NewClient(&redis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return m.Dial() },
	})
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case now := <-tick.C:
				m.FastForward(now.Sub(last))
				last = now
			case <-stop:
				return
			}
		}
	}()
	a.closers = append(a.closers, func() error {
		close(stop)
		<-stopped
		err := client.Close()
		m.Close()
		return err
	})
	return client
}
