package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/office"
	"rixue/internal/roster"
)

var first = []string{
	"0012 张三 13800138000 内科 挂号 一支部 第一党小组 正式党员 支部书记",
	"0013 张三 13900139000 内科  一支部  群众 职工",
	"0014 李四  外科  无   办件员、职工",
}

func TestImportTwiceChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		f := list(w.T, first...)
		d := w.apply(f, roster.Options{})
		if len(d.New) != 3 || d.DryRun {
			w.Errorf("first import: %+v", d)
		}
		again := w.apply(list(w.T, first...), roster.Options{})
		want := roster.Diff{Rows: 3, Same: 3}
		if diff := cmp.Diff(want, again, cmpopts.IgnoreUnexported(roster.Diff{})); diff != "" {
			w.Errorf("second import (-want +got)\n%s", diff)
		}
		m := w.member("００１２")
		if m.Name != "张三" || m.Department != "内科" || !m.Has(roster.Secretary) || m.Has(roster.Staff) || m.Closed() {
			w.Errorf("got %+v", m)
		}
		var p roster.Private
		w.tx(func(ctx context.Context, tx *db.Tx) (err error) { p, err = w.PrivateOf(ctx, tx, m.ID); return err })
		if want := (roster.Private{Phone: "13800138000", Political: "正式党员"}); p != want {
			w.Errorf("got %+v", p)
		}
		if n := w.count(`SELECT COUNT(*) FROM member WHERE phone = $1 OR political = $2`, []byte("13800138000"), []byte("正式党员")); n != 0 {
			w.Error("a phone or a membership lies open")
		}
	})
}

func TestImportDifference(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		f := list(w.T,
			"0014 李四  外科  无   办件员、职工", // only moved
			"0012 张三 13800138001 骨科  二支部 第一党小组 预备党员 支部书记",
			"0015 王五  外科  二支部    ")
		planned := w.plan(f)
		want := strings.Join([]string{
			"试运行，没有改动任何数据。",
			"可用 3 行：新增 1 人，变化 1 人，恢复 0 人，不变 1 人。",
			"文件里缺少 1 人（未停用，需要停用请加 --close-missing），坏行 0 处。",
			"新建科室 骨科", "新建支部 二支部", "新建党小组 第一党小组",
			"新增 王五（0015，外科）",
			"变化 张三（0012，骨科）：手机号 138****8000→138****8001；科室 内科→骨科；窗口 挂号→（空）；所在支部 一支部→二支部；政治面貌 有变化",
			"缺少 张三（0013，内科）",
		}, "\n") + "\n"
		if diff := cmp.Diff(want, planned.Report(f)); diff != "" {
			w.Errorf("(-want +got)\n%s", diff)
		}
		if w.member("0012").Department != "内科" {
			w.Error("a plan changed something")
		}
		done := w.apply(f, roster.Options{})
		planned.DryRun = false
		if diff := cmp.Diff(planned, done, cmpopts.IgnoreUnexported(roster.Diff{})); diff != "" {
			w.Errorf("done is not as planned (-plan +done)\n%s", diff)
		}
		if m := w.member("0013"); m.Closed() {
			w.Error("closed without being asked to")
		}
		if again := w.plan(f); again.Same != 3 {
			w.Errorf("after it: %+v", again)
		}
	})
}

// A file without a column says nothing about it; an empty cell says 'none'.
func TestImportKeepsWhatAFileDoesNotHave(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		few := "工号,姓名,科室,所在支部\n0012,张三,内科,一支部\n0013,张叁,外科,一支部\n0014,李四,外科,\n"
		d := w.apply(parse(w.T, few), roster.Options{})
		if d.Same != 2 || len(d.Changed) != 1 {
			w.Errorf("got %+v", d)
		}
		if got := d.Report(roster.File{}); !strings.Contains(got, "姓名 张三→张叁；姓名变了，请核对是否同一人") {
			w.Errorf("a new name is not pointed out:\n%s", got)
		}
		if m := w.member("0012"); !m.Has(roster.Secretary) || m.WindowID == "" {
			w.Errorf("lost what the file did not speak of: %+v", m)
		}
		// A window belongs to its department and is left behind.
		w.apply(parse(w.T, "工号,姓名,科室,所在支部\n0012,张三,外科,一支部\n"), roster.Options{})
		if m := w.member("0012"); m.WindowID != "" || m.GroupID == "" {
			w.Errorf("got %+v", m)
		}
	})
}

func TestBadRows(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		f := list(w.T, "0012 张三 13800138000 内科 挂号 一支部 第一党小组 正式党员 支部书记", "0013 张三 139 内科", "0016 新人  内科")
		_, err := w.Apply(w.Context(), w.db, f, roster.Options{})
		var faults office.Faults
		if !errors.As(err, &faults) || len(faults) != 1 {
			w.Errorf("got %v", err)
		}
		if w.plan(list(w.T, "0016 新人  内科")).Same != 0 {
			w.Error("something was stored")
		}
		if _, err := w.Apply(w.Context(), w.db, f, roster.Options{SkipBad: true, CloseMissing: true}); errs.KindOf(err) != errs.Conflict {
			w.Errorf("closed by a file that cannot be read whole: %v", err)
		}
		d := w.apply(f, roster.Options{SkipBad: true})
		if len(d.New) != 1 || len(d.Missing) != 1 || d.Missing[0].StaffNo != "0014" {
			w.Errorf("whose row is bad is not missing: %+v", d)
		}
		if got := d.Report(f); !strings.HasSuffix(got, "坏行：\n第 3 行「手机号」：应是 11 位手机号，或带区号的固定电话（写的是“1**”）\n") {
			w.Errorf("report:\n%s", got)
		}
	})
}

func TestCloseMissingAndComeBack(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		w.follow("p1")
		codes := w.issue()
		if r := w.bind("p1", "0014", "李四", codes["0014"]); !r.OK {
			w.Fatal(r.Words)
		}
		few := list(w.T, first[0])
		_, err := w.Apply(w.Context(), w.db, few, roster.Options{CloseMissing: true})
		if got, ok := errs.Words(err); !ok || !strings.Contains(got, "缺了 2 人，超过现有 3 人的一半") {
			w.Errorf("got %v", err)
		}
		if w.bound("p1") != "0014" {
			w.Error("a refused import unbound somebody")
		}
		d := w.apply(list(w.T, first[:2]...), roster.Options{CloseMissing: true})
		if !w.member("0014").Closed() || w.bound("p1") != "" || !d.Closed {
			w.Error("the leaver is still there")
		}
		if d := w.apply(few, roster.Options{CloseMissing: true, AllowMass: true}); len(d.Missing) != 1 || !w.member("0013").Closed() {
			w.Errorf("got %+v", d)
		}
		w.follow("p2")
		if r := w.bind("p2", "0013", "张三", codes["0013"]); r.OK {
			w.Error("a leaver's code still works")
		}
		d = w.apply(list(w.T, first...), roster.Options{})
		if len(d.Reopened) != 2 || w.member("0014").Closed() || w.bound("p1") != "" {
			w.Errorf("back: %+v", d)
		}
	})
}

// An import that is broken off is finished by importing again.
func TestBrokenOffImport(t *testing.T) {
	each(t, func(w *world) {
		var rows []string
		for i := range 950 {
			rows = append(rows, fmt.Sprintf("%04d 员工  科室%d 窗口 支部%d", i, i%50, i%7))
		}
		w.apply(list(w.T, rows[:300]...), roster.Options{})
		f := list(w.T, rows[200:]...)
		for pieces := 1; ; pieces++ {
			ctx, cancel := context.WithCancel(w.Context())
			done := 0
			_, err := w.Apply(ctx, w.db, f, roster.Options{CloseMissing: true, AllowMass: true, Progress: func(int, int) {
				if done++; done == pieces {
					cancel()
				}
			}})
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) || pieces > 10 {
				w.Fatal(err)
			}
		}
		if d := w.plan(f); d.Same != 750 || len(d.Missing) != 0 {
			w.Errorf("not finished: same %d, new %d, missing %d", d.Same, len(d.New), len(d.Missing))
		}
		if n := w.count(`SELECT COUNT(*) FROM member WHERE closed_at > 0`); n != 200 {
			w.Errorf("%d are closed", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM unit`); n != 50+50+7+1 {
			w.Errorf("%d units", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM member m WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.id = m.window_id AND u.parent_id = m.department_id)`); n != 0 {
			w.Errorf("%d members whose window is not their department's", n)
		}
	})
}

func TestUnits(t *testing.T) {
	each(t, func(w *world) {
		w.apply(list(w.T, first...), roster.Options{})
		w.apply(list(w.T, append(first, "0015 王五  内科  二支部 第一党小组", "0016 赵六  一支部  二支部")...), roster.Options{})
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			roots, err := w.Units(ctx, tx)
			if err != nil {
				return err
			}
			var tree []string
			var walk func(depth string, units []*roster.Unit)
			walk = func(depth string, units []*roster.Unit) {
				for _, u := range units {
					tree = append(tree, depth+u.Kind+" "+u.Name)
					walk(depth+"- ", u.Children)
				}
			}
			walk("", roots)
			want := []string{
				"department 内科", "- window 挂号",
				"committee 党委", "- branch 一支部", "- - group 第一党小组", "- branch 二支部", "- - group 第一党小组",
				"department 外科", "department 一支部",
			}
			if diff := cmp.Diff(want, tree); diff != "" {
				w.Errorf("(-want +got)\n%s", diff)
			}
			ids, unknown, err := w.ResolveUnits(ctx, tx, []string{"内 科", "二支部", "一支部/第一党小组", "科室/一支部", "挂号"})
			if len(ids) != 5 || unknown != nil {
				w.Errorf("got %v, unknown %v", ids, unknown)
			}
			_, unknown, err2 := w.ResolveUnits(ctx, tx, []string{"一支部", "第一党小组", "党委", "眼科"})
			if len(unknown) != 4 {
				w.Errorf("not unknown: %v", unknown)
			}
			for staffNo, audience := range map[string]string{"0013": "x " + ids[0], "0015": ids[1], "0012": ids[2], "0016": ids[3]} {
				m, err := w.MemberByStaffNo(ctx, tx, staffNo)
				if err != nil {
					return err
				}
				if !m.InAudience(audience) || !m.InAudience("") || m.InAudience("x") {
					w.Errorf("%s and audience %q", staffNo, audience)
				}
			}
			return errors.Join(err, err2)
		})
	})
}
