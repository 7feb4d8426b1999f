package wechat

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"
)

func TestATokenRefusedTwiceIsReplacedOnce(t *testing.T) {
	fetches := 0
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	tk := &tokens{log: slog.New(slog.DiscardHandler), now: clock, real: clock}
	tk.fetch = func(context.Context, bool) (grant, error) {
		fetches++
		return grant{token: fmt.Sprint("T", fetches), asked: now, until: now.Add(2 * time.Hour)}, nil
	}
	first, err := tk.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second had been sent before the first was answered
		if got, err := tk.replace(t.Context(), first); err != nil || got != "T2" {
			t.Errorf("replaced by %q, %v", got, err)
		}
	}
	if fetches != 2 {
		t.Errorf("%d fetches", fetches)
	}
}
