package db

import "runtime"

// Settle waits until n functions have been taken in by the writer since the
// database was opened.
func (d *DB) Settle(n int) {
	for d.taken() < n {
		runtime.Gosched()
	}
}

func (d *DB) taken() int {
	switch w := d.writer.(type) {
	case *group:
		return int(w.accepted.Load())
	case *lanes:
		return int(w.accepted.Load())
	}
	return 0
}
