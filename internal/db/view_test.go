package db_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/db/dbtest"
)

// Readers who all come with new statements at the same moment, as many as there
// are connections, do not wait for each other.
func TestViewsWithNewStatements(t *testing.T) {
	dbtest.Each(t, time.Now, func(t *testing.T, d *db.DB) {
		const readers = 4 // the connections that SQLite's readers have
		var inside, done sync.WaitGroup
		inside.Add(readers)
		for i := range readers {
			done.Go(func() {
				err := d.View(context.Background(), func(tx *db.Tx) error {
					inside.Done()
					inside.Wait()
					var n int
					err := tx.QueryRow(context.Background(), fmt.Sprintf("SELECT %d + 1", i)).Scan(&n)
					if err == nil && n != i+1 {
						err = fmt.Errorf("got %d", n)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
	})
}
