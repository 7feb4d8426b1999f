package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/roster"
	"rixue/internal/words"
)

func hospital(t *testing.T, test func(w *world, codes map[string]string)) {
	t.Helper()
	each(t, func(w *world) {
		w.apply(list(w.T, append(first, "a05 Anna·Li  外科")...), roster.Options{})
		w.follow("p1", "p2", "p3", "p4", "p5", "p6")
		test(w, w.issue())
	})
}

func TestBind(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		r := w.bind("p1", " ００12 ", "张 三", strings.ToLower(codes["0012"][:4])+" - "+codes["0012"][4:])
		if !r.OK || r.Member.StaffNo != "0012" || w.bound("p1") != "0012" {
			w.Fatalf("got %+v", r)
		}
		for _, part := range []string{"绑定成功", "张三", "内科", "0012", "“学习”"} {
			if !strings.Contains(r.Words, part) {
				w.Errorf("%q is not in %q", part, r.Words)
			}
		}
		if r := w.bind("p2", "Ａ０5", "anna・li", codes["A05"]); !r.OK {
			w.Errorf("latin name: %s", r.Words)
		}
		if r := w.bind("p3", "0012", "张三", codes["0012"]); r.OK || r.Words != words.BindFailed {
			w.Errorf("a code worked twice: %+v", r)
		}
		if r := w.bind("p1", "0013", "张三", codes["0013"]); r.OK || r.Words != words.AlreadyBound("张三", "内科") {
			w.Errorf("one openid, two members: %+v", r)
		}
		if n := w.count(`SELECT COUNT(*) FROM bind_try`); n != 2 {
			w.Errorf("%d tries are held against somebody, want one for p3 and one for 0012", n)
		}
	})
}

// What was wrong is not told.
func TestFailuresLookAlike(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		w.renew("0014")
		for person, try := range map[string][3]string{
			"p1": {"9999", "张三", codes["0012"]},
			"p2": {"0012", "李四", codes["0012"]},
			"p3": {"0012", "张三", codes["0013"]},
			"p4": {"0012", "张三", ""},
			"p5": {"0014", "李四", codes["0014"]}, // void
		} {
			if r := w.bind(person, try[0], try[1], try[2]); r.OK || r.Words != words.BindFailed || !strings.Contains(r.Words, "绑定失败") {
				w.Errorf("%v: %+v", try, r)
			}
		}
		w.pass(31 * 24 * time.Hour)
		if r := w.bind("p6", "0013", "张三", codes["0013"]); r.OK || r.Words != words.BindFailed {
			w.Errorf("an old code: %+v", r)
		}
	})
}

func TestLockOfAnOpenID(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		wrong := func() string { return w.bind("p1", "77"+w.now.Format("0405"), "x", "y").Words }
		w.pass(-20 * time.Minute)
		for range 4 {
			w.pass(5 * time.Minute)
			if got := wrong(); got != words.BindFailed {
				w.Fatal(got)
			}
		}
		w.pass(5 * time.Minute) // 9:05
		until := words.BindLocked("11月23日 10:05")
		if got := wrong(); got != until {
			w.Errorf("the fifth: %s", got)
		}
		w.pass(59 * time.Minute)
		tries := w.count(`SELECT COUNT(*) FROM bind_try`)
		if r := w.bind("p1", "0012", "张三", codes["0012"]); r.OK || r.Words != until {
			w.Errorf("a right try while locked: %+v", r)
		}
		if r := w.scan("p1", "bind_"+codes["0012"]); r.OK || r.Words != until {
			w.Errorf("a scan while locked: %+v", r)
		}
		if wrong(); w.count(`SELECT COUNT(*) FROM bind_try`) != tries {
			w.Error("a try while locked left a trace")
		}
		if r := w.bind("p2", "0013", "张三", codes["0013"]); !r.OK {
			w.Errorf("another openid is locked too: %s", r.Words)
		}
		w.pass(time.Minute)
		if got := wrong(); got != words.BindFailed { // the lock is over, and counting begins anew
			w.Error(got)
		}
		if r := w.bind("p1", "0012", "张三", codes["0012"]); !r.OK {
			w.Errorf("an hour later: %s", r.Words)
		}
	})
}

func TestLockOfAStaffNumber(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		for i, person := range []string{"p1", "p2", "p3", "p4", "p5"} {
			r := w.bind(person, "0012", "张三", "WRONG")
			if locked := r.Words == words.BindLocked("11月23日 10:00"); locked != (i == 4) {
				w.Errorf("try %d: %s", i+1, r.Words)
			}
		}
		if r := w.bind("p6", "0012", "张三", codes["0012"]); r.OK {
			w.Error("the staff number is not locked")
		}
		if r := w.scan("p6", "bind_"+codes["0012"]); r.OK || !strings.Contains(r.Words, "锁定") {
			w.Errorf("the staff number is not locked for a scan: %+v", r)
		}
		if r := w.bind("p6", "0013", "张三", codes["0013"]); !r.OK {
			w.Errorf("another staff number: %s", r.Words)
		}
		w.pass(time.Hour)
		if r := w.bind("p1", "0012", "张三", codes["0012"]); !r.OK {
			w.Errorf("an hour later: %s", r.Words)
		}
		// A staff number that nobody has is locked in the same way.
		for _, person := range []string{"p2", "p3", "p4", "p5", "p2"} {
			w.bind(person, "8888", "张三", "WRONG")
		}
		if r := w.bind("p3", "8888", "张三", "WRONG"); r.Words != words.BindLocked("11月23日 11:00") {
			w.Errorf("got %s", r.Words)
		}
	})
}

// Four tries an hour never lock.
func TestSlowTriesDoNotLock(t *testing.T) {
	hospital(t, func(w *world, _ map[string]string) {
		for i := range 12 {
			if r := w.bind("p1", "0012", "张三", "WRONG"); r.Words != words.BindFailed {
				w.Fatalf("try %d: %s", i, r.Words)
			}
			w.pass(15 * time.Minute)
		}
		if n := w.count(`SELECT COUNT(*) FROM bind_try`); n > 2*9 {
			w.Errorf("%d old tries are kept", n)
		}
	})
}

func TestScan(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		for _, scene := range []string{"bind_WRONG234", "bind_", "sign_" + codes["0012"], codes["0012"]} {
			if r := w.scan("p1", scene); r.OK || r.Words != words.BindSceneFailed {
				w.Errorf("%s: %+v", scene, r)
			}
		}
		if r := w.scan("p1", "bind_"+codes["0014"]); !r.OK || w.bound("p1") != "0014" || !strings.Contains(r.Words, "李四") {
			w.Errorf("got %+v", r)
		}
		if r := w.scan("p2", "bind_"+codes["0014"]); r.OK {
			w.Error("a scanned code worked twice")
		}
	})
}

func TestRenewedCodeMovesTheBinding(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		w.bind("p1", "0012", "张三", codes["0012"])
		c := w.renew("0012")
		if w.bound("p1") != "0012" {
			w.Error("a renewed code unbound somebody before it was used")
		}
		if r := w.bind("p2", "0012", "张三", c.Code); !r.OK || r.Moved != "p1" || w.bound("p1") != "" || w.bound("p2") != "0012" {
			w.Errorf("got %+v", r)
		}
		err := w.db.Tx(w.Context(), func(tx *db.Tx) error { _, err := w.Renew(w.Context(), tx, "9999"); return err })
		if errs.KindOf(err) != errs.NotFound {
			w.Errorf("got %v", err)
		}
	})
}

func TestUnbindAndSuspend(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		w.bind("p1", "0012", "张三", codes["0012"])
		w.bind("p2", "0013", "张三", codes["0013"])
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			got, err := w.Unbind(ctx, tx, "p1")
			if !strings.Contains(got, "已解绑") {
				w.Error(got)
			}
			_, again := w.Unbind(ctx, tx, "p1")
			if errs.KindOf(again) != errs.Conflict {
				w.Errorf("unbinding twice: %v", again)
			}
			return errors.Join(err, w.Suspend(ctx, tx, "p2"), w.Suspend(ctx, tx, "p3"))
		})
		if w.bound("p1") != "" || w.bound("p2") != "" {
			w.Error("still bound")
		}
		if r := w.bind("p1", "0012", "张三", codes["0012"]); r.OK {
			w.Error("the used code worked again")
		}
		codes = w.issue()
		if len(codes) != 2 || codes["0012"] == "" || codes["0013"] == "" {
			w.Errorf("codes for %v", codes)
		}
	})
}

func TestIssueCodes(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		crash := errors.New("printer on fire")
		if err := w.IssueCodes(w.Context(), w.db, func([]roster.Code) error { return crash }); !errors.Is(err, crash) {
			w.Errorf("got %v", err)
		}
		var codes []roster.Code
		w.must(w.IssueCodes(w.Context(), w.db, func(c []roster.Code) error { codes = c; return nil }))
		header, rows := roster.CodeTable(codes)
		for i := range rows {
			if len(rows[i][3]) != 8 || strings.Trim(rows[i][3], "23456789ABCDEFGHJKMNPQRSTUVWXYZ") != "" {
				w.Errorf("code %q", rows[i][3])
			}
			if w.count(`SELECT COUNT(*) FROM bind_code WHERE code_hash = $1`, rows[i][3]) != 0 {
				w.Error("a code lies open")
			}
			rows[i][3] = "code"
		}
		want := [][]string{
			{"工号", "姓名", "科室", "绑定码", "有效期至"},
			{"0012", "张三", "内科", "code", "2026-12-23"},
			{"0013", "张三", "内科", "code", "2026-12-23"},
			{"0014", "李四", "外科", "code", "2026-12-23"},
		}
		if diff := cmp.Diff(want, append([][]string{header}, rows...)); diff != "" {
			w.Errorf("(-want +got)\n%s", diff)
		}
		if again := w.issue(); len(again) != 0 {
			w.Errorf("issued again: %v", again)
		}
		w.pass(30 * 24 * time.Hour)
		w.follow("p1")
		if r := w.scan("p1", "bind_"+codes[0].Code); !r.OK {
			w.Error("does not work on its last day")
		}
		w.pass(24 * time.Hour)
		if again := w.issue(); len(again) != 2 {
			w.Errorf("issued after expiry: %v", again)
		}
		// Two clerks at once: one's list holds, the other one is told.
		w.pass(31 * 24 * time.Hour)
		err := w.IssueCodes(w.Context(), w.db, func([]roster.Code) error { w.issue(); return nil })
		if got, _ := errs.Words(err); got != words.CodesOverlap(2) {
			w.Errorf("got %v", err)
		}
	})
}

// Two followers with one code: exactly one gets it.
func TestConcurrentBinds(t *testing.T) {
	hospital(t, func(w *world, codes map[string]string) {
		for _, no := range []string{"0012", "0014"} {
			var wg sync.WaitGroup
			won := make([]bool, 6)
			fault := make([]error, 6)
			for i, person := range []string{"p1", "p2", "p3", "p4", "p5", "p6"} {
				wg.Go(func() {
					fault[i] = w.db.Tx(w.Context(), func(tx *db.Tx) error {
						r, err := w.BindByScene(w.Context(), tx, person, "bind_"+codes[no])
						won[i] = r.OK
						return err
					})
				})
			}
			wg.Wait()
			w.must(errors.Join(fault...))
			winners := 0
			for _, ok := range won {
				if ok {
					winners++
				}
			}
			if n := w.count(`SELECT COUNT(*) FROM person p JOIN member m ON m.id = p.member_id WHERE m.staff_no = $1`, no); winners != 1 || n != 1 {
				w.Errorf("%d winners, %d bound", winners, n)
			}
		}
	})
}

// Of many wrong tries at once exactly five are counted.
func TestConcurrentWrongTries(t *testing.T) {
	each(t, func(w *world) {
		for round := range 12 {
			no := fmt.Sprintf("%04d", round)
			w.apply(list(w.T, no+" 张三  内科"), roster.Options{})
			var wg sync.WaitGroup
			fault := make([]error, 12)
			for i := range fault {
				person := fmt.Sprintf("p%d-%d", round, i)
				w.follow(person)
				wg.Go(func() {
					fault[i] = w.db.Tx(w.Context(), func(tx *db.Tx) error {
						_, err := w.Bind(w.Context(), tx, person, no, "张三", "WRONG")
						return err
					})
				})
			}
			wg.Wait()
			w.must(errors.Join(fault...))
			if n := w.count(`SELECT COUNT(*) FROM bind_try`); n != 10*(round+1) {
				w.Fatalf("round %d: %d rows, want five tries for their persons and five for the number", round, n)
			}
		}
	})
}

// One follower with two codes at once: one member, and the other code is left.
func TestConcurrentBindsOfOnePerson(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		codes := w.issue()
		for round := range 12 {
			person := fmt.Sprintf("p%d", round)
			w.follow(person)
			var wg sync.WaitGroup
			won, fault := make([]bool, 2), make([]error, 2)
			for i, no := range []string{"0012", "0013"} {
				wg.Go(func() {
					fault[i] = w.db.Tx(w.Context(), func(tx *db.Tx) error {
						r, err := w.Bind(w.Context(), tx, person, no, "张三", codes[no])
						won[i] = r.OK
						return err
					})
				})
			}
			wg.Wait()
			w.must(errors.Join(fault...))
			if n := w.count(`SELECT COUNT(*) FROM bind_code WHERE used_at > 0`); won[0] == won[1] || n != 1 {
				w.Fatalf("round %d: won %v, %d codes used", round, won, n)
			}
			for _, no := range []string{"0012", "0013"} {
				codes[no] = w.renew(no).Code
			}
		}
	})
}
