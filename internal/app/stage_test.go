package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rixue/bot"
	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/roster"
	"rixue/internal/web"
	"rixue/internal/wechat/wechatsim"
)

const (
	testAppID  = "wx0123456789abcdef"
	testToken  = "testtoken"
	testAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// stage is the product with a WeChat around it: the real callback handler
// behind a real server, a real database, the simulator, and a clock that the
// test moves.
type stage struct {
	t        testing.TB
	sim      *wechatsim.Sim
	app      *App
	handler  *bot.Handler
	config   string // a file of settings beside env
	env      []string
	deadline time.Duration
	logs     *safeBuffer
	server   *httptest.Server

	mu  sync.Mutex
	at  time.Time
	web http.Handler
}

// testTemplates are the account's, and testConfig says what they are for.
var testTemplates = []wechatsim.Template{
	{ID: "T-daily", Title: "每日学习提醒", Kind: wechatsim.KindTemplate, Fields: []string{"thing1", "time2", "thing3"}},
	{ID: "O-remind", Title: "学习未完成提醒", Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}},
	{ID: "T-meeting", Title: "会议通知", Kind: wechatsim.KindTemplate, Fields: []string{"thing1", "time2", "thing3"}},
}

const testConfig = `wechat:
  templates:
    study_daily: {id: T-daily, type: template, fields: {thing1: title, time2: due, thing3: remark}}
    study_reminder: {id: O-remind, type: subscribe_once, fields: {thing1: title, time2: due}}
    meeting_notice: {id: T-meeting, type: template, fields: {thing1: title, time2: time, thing3: place}}
`

// monday is where the tests' clock begins: a study day, ten past half past
// seven.
var monday = time.Date(2026, 11, 23, 7, 40, 0, 0, calendar.Shanghai)

// onBoth runs a test on SQLite and, where there is one, on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, s *stage), extra ...string) {
	t.Run("sqlite", func(t *testing.T) { test(t, newStage(t, "sqlite", extra...)) })
	if os.Getenv("RIXUE_TEST_POSTGRES") != "" {
		t.Run("postgres", func(t *testing.T) { test(t, newStage(t, dbtest.PostgresURL(t), extra...)) })
	}
}

func newStage(t testing.TB, databaseURL string, extra ...string) *stage {
	t.Helper()
	s := &stage{t: t, at: monday, logs: &safeBuffer{}}
	s.sim = wechatsim.New(wechatsim.Options{
		AppID: testAppID, Secret: "0123456789abcdef0123456789abcdef", Token: testToken, AESKey: testAESKey, Now: s.now, Templates: testTemplates,
	})
	api := httptest.NewServer(s.sim)
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		h := s.web
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	s.sim.SetCallback(s.server.URL + "/wechat")
	s.sim.SetSite(s.server.URL)
	s.config = filepath.Join(t.TempDir(), "rixue.yaml")
	if err := os.WriteFile(s.config, []byte(testConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append([]string{
		"RIXUE_DATA_DIR=" + t.TempDir(), "RIXUE_DATABASE_URL=" + databaseURL, "RIXUE_HOSPITAL=示例医院",
		"RIXUE_PUBLIC_URL=" + s.server.URL,
		"RIXUE_WECHAT_APP_ID=" + testAppID, "RIXUE_WECHAT_APP_SECRET=0123456789abcdef0123456789abcdef",
		"RIXUE_WECHAT_TOKEN=" + testToken, "RIXUE_WECHAT_ENCODING_AES_KEY=" + testAESKey, "RIXUE_WECHAT_API_BASE=" + api.URL,
		"RIXUE_WECHAT_OPEN_BASE=" + api.URL,
	}, extra...)
	t.Cleanup(func() {
		s.server.Close()
		api.Close()
		s.sim.Close()
		s.stop()
	})
	s.start()
	return s
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// wait moves the clock.
func (s *stage) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

// start opens the product on the stage's database.
func (s *stage) start() {
	s.t.Helper()
	cfg, err := config.Load(s.config, s.env)
	if err != nil {
		s.t.Fatal(err)
	}
	s.app, err = open(context.Background(), &App{
		Config: cfg, Log: slog.New(slog.NewJSONHandler(s.logs, nil)), Metrics: newMetrics(), now: s.now, deadline: s.deadline,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.handler, err = s.app.callback(); err != nil {
		s.t.Fatal(err)
	}
	h := web.New(web.Config{
		Callback: s.handler, Metrics: s.app.Metrics.handler(), Ready: s.app.ready,
		VerifyDir: filepath.Join(cfg.DataDir, "verify"), Members: s.app.members(),
	})
	s.mu.Lock()
	s.web = h
	s.mu.Unlock()
}

func (s *stage) stop() {
	if err := s.app.Close(); err != nil {
		s.t.Error(err)
	}
}

// restart is a new process on the same data: nothing in memory is left.
func (s *stage) restart() {
	s.t.Helper()
	s.stop()
	s.start()
}

// bring writes a file that somebody brings.
func (s *stage) bring(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// load imports a file of what and returns the report.
func (s *stage) load(what, text string, o ImportOptions) string {
	s.t.Helper()
	out := &safeBuffer{}
	if err := Import(context.Background(), s.app, what, s.bring(what+".csv", text), o, out); err != nil {
		s.t.Fatalf("import %s: %v\n%s", what, err, out)
	}
	return out.String()
}

const testRoster = `工号,姓名,科室,窗口,所在支部,角色
0001,张三,内科,,第一支部,支部书记
0002,李四,外科,挂号窗口,第一支部,职工
0003,王五,外科,,第二支部,职工
`

const testTopics = `日期,标题,正文,来源
2026-11-19,手卫生五时刻,接触患者前后都要洗手。,
2026-11-20,院感防控,防护用品要按规定穿脱。,
2026-11-23,首问负责制,第一位被问到的职工就是这件事的负责人。,医院服务规范
2026-11-24,限时办结,小事不过日，大事不过周。,
`

const testQuestions = `日期,题型,题干,选项A,选项B,选项C,选项D,答案,解析
2026-11-19,判断,洗手要用流动水。,,,,,对,
2026-11-20,判断,口罩可以反复使用。,,,,,错,
2026-11-23,单选,患者来问路时应当怎么做？,请他去问导诊台,带到或说清楚,说不归自己管,,B,首问负责，不推诿。
2026-11-23,多选,首问负责包括哪些？,热情接待,主动引导,跟踪到底,推给别人,ABC,
2026-11-23,判断,首问负责只适用于窗口人员。,,,,,错,全体职工都适用。
2026-11-24,填空,大事不过____。,,,,,周|一周,
`

// withLessons imports the small hospital that most tests play in.
func (s *stage) withLessons() *stage {
	s.t.Helper()
	s.load("roster", testRoster, ImportOptions{})
	s.load("topics", testTopics, ImportOptions{Approve: "0001"})
	s.load("questions", testQuestions, ImportOptions{Approve: "0001"})
	return s
}

// code issues a fresh binding code for a staff number.
func (s *stage) code(staffNo string) string {
	s.t.Helper()
	var c roster.Code
	err := s.app.DB.Tx(context.Background(), func(tx *db.Tx) (err error) {
		c, err = s.app.Roster.Renew(context.Background(), tx, staffNo)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Code
}

// member is a follower who is bound.
func (s *stage) member(name, staffNo string) *wechatsim.Follower {
	s.t.Helper()
	f := s.sim.Follower(name)
	f.Follow()
	if got := f.Say(fmt.Sprintf("绑定 %s %s %s", staffNo, name, s.code(staffNo))); !contains(got.Text, "绑定成功") {
		s.t.Fatalf("binding: %q %s", got.Text, got.Reason)
	}
	return f
}

// work does what is due, as the workers would, until nothing is.
func (s *stage) work() {
	s.t.Helper()
	ctx := context.Background()
	if err := s.app.Timer.Plan(ctx); err != nil {
		s.t.Fatal(err)
	}
	for {
		s.sim.Settle()
		runs, err := s.app.Timer.Work(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		sent, err := s.app.Notify.Work(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		s.sim.Settle()
		if err := s.app.Notify.Reconcile(ctx); err != nil {
			s.t.Fatal(err)
		}
		if runs+sent == 0 {
			return
		}
	}
}

// until moves the clock to a time of the day at hand or a later one.
func (s *stage) until(day, hour string) {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, calendar.Shanghai)
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = at
}

// state is a delivery's, as channel, state and reason, of the latest notice of
// a kind to a member.
func (s *stage) state(kind, staffNo string) string {
	s.t.Helper()
	var channel, state, reason string
	err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT d.channel, d.state, d.reason FROM delivery d
			JOIN notice n ON n.id = d.notice_id JOIN member m ON m.id = d.recipient
			WHERE n.kind = $1 AND m.staff_no = $2 ORDER BY n.id DESC LIMIT 1`, kind, staffNo).Scan(&channel, &state, &reason)
	})
	if err != nil {
		s.t.Fatalf("%s to %s: %v", kind, staffNo, err)
	}
	return channel + " " + state + " " + reason
}

// count counts rows.
func (s *stage) count(table string) int {
	s.t.Helper()
	var n int
	err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// safeBuffer collects what several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  []byte
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.b = append(b.b, p...)
	return len(p), nil
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.b)
}
