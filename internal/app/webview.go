package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	"rixue/internal/web"
)

// webViews gives the browser inside each of the simulator's phones an address
// of its own: a port beside the simulator's, so that each has its own origin.
type webViews struct {
	beside net.Addr

	mu      sync.Mutex // phones open their browsers while it runs
	servers []*http.Server
}

// open serves h at a new address and returns its origin.
func (v *webViews) open(h http.Handler) (origin string, err error) {
	host, _, err := net.SplitHostPort(v.beside.String())
	if err != nil {
		return "", err
	}
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	srv := web.Server(h)
	go srv.Serve(ln) //nolint:errcheck // ends with close
	v.mu.Lock()
	defer v.mu.Unlock()
	v.servers = append(v.servers, srv)
	return "http://" + ln.Addr().String(), nil
}

func (v *webViews) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var errs []error
	for _, srv := range v.servers {
		errs = append(errs, srv.Close())
	}
	return errors.Join(errs...)
}
