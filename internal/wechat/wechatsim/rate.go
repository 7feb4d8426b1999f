package wechatsim

import "time"

// rates counts the calls of a second by path, on the platform's clock.
type rates struct {
	limit  map[string]int // calls in a second; paths that are not here have no limit
	second int64
	used   map[string]int
}

// take counts a call and reports whether it comes slowly enough.
func (r *rates) take(path string, now time.Time) bool {
	if second := now.Unix(); second != r.second {
		r.second = second
		clear(r.used)
	}
	r.used[path]++
	limit, limited := r.limit[path]
	return !limited || r.used[path] <= limit
}
