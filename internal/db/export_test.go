package db

import "runtime"

// Settle waits until n functions have been taken in by the writer since the
// database was opened.
func (d *DB) Settle(n int) {
	for d.Accepted() < int64(n) {
		runtime.Gosched()
	}
}
