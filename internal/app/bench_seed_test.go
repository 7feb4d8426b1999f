//go:build linux

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rixue/bot"
	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/study"
)

// benchQuestions is how many questions the day's topic has: nobody can answer
// more often.
const benchQuestions = 10

// benchDatabases are those that a benchmark runs on; url makes a fresh one.
var benchDatabases = []struct {
	name string
	url  func(testing.TB) string
	// rounds is how often everybody answers, for repetitions of a few seconds.
	rounds int
}{
	{"sqlite", func(testing.TB) string { return "sqlite" }, 4},
	{"postgres", dbtest.PostgresURL, 2},
}

// onEachDatabase runs a benchmark on SQLite and, where there is one, on
// PostgreSQL.
func onEachDatabase(b *testing.B, bench func(b *testing.B, url func(testing.TB) string, rounds int)) {
	b.Helper()
	for _, d := range benchDatabases {
		if d.name == "postgres" && os.Getenv("RIXUE_TEST_POSTGRES") == "" {
			continue
		}
		b.Run(d.name, func(b *testing.B) { bench(b, d.url, d.rounds) })
	}
}

// benchEnv configures the product in a fresh data folder.
func benchEnv(tb testing.TB, databaseURL string) []string {
	tb.Helper()
	return []string{
		"RIXUE_LISTEN=127.0.0.1:0", "RIXUE_DATA_DIR=" + tb.TempDir(), "RIXUE_DATABASE_URL=" + databaseURL,
		"RIXUE_WECHAT_APP_ID=" + benchAppID, "RIXUE_WECHAT_APP_SECRET=" + benchSecret, "RIXUE_WECHAT_TOKEN=" + benchToken,
		"RIXUE_WECHAT_ENCODING_AES_KEY=" + benchAESKey,
		"RIXUE_WECHAT_API_BASE=http://127.0.0.1:9", // nobody is there, and nobody needs it
	}
}

// openBench opens the product in this process.
func openBench(tb testing.TB, env []string) *App {
	tb.Helper()
	cfg, err := config.Load(noFile(tb), env)
	if err != nil {
		tb.Fatal(err)
	}
	a, err := New(tb.Context(), cfg, slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// noFile names an empty file of settings, so that one that lies about is not
// taken.
func noFile(tb testing.TB) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "rixue.yaml")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// seedBench fills a fresh database with members who are bound to their
// openids and with a topic for today, and returns the openids.
func seedBench(tb testing.TB, env []string, members int) []string {
	tb.Helper()
	a := openBench(tb, env)
	ids, err := seed(tb.Context(), a, members)
	if err != nil {
		tb.Fatal(err)
	}
	if err := a.Close(); err != nil {
		tb.Fatal(err)
	}
	return ids
}

func seed(ctx context.Context, a *App, members int) ([]string, error) {
	ids := make([]string, members)
	for i := range ids {
		ids[i] = fmt.Sprintf("oBench_%021d", i)
	}
	i := 0
	for part := range slices.Chunk(ids, 500) {
		first := i
		err := a.DB.Tx(ctx, func(tx *db.Tx) error {
			for k, openID := range part {
				if err := seedMember(ctx, tx, a, first+k, openID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		i += len(part)
	}
	ends, err := calendar.ParseTimeOfDay(a.Config.Study.DayEndsAt)
	if err != nil {
		return nil, err
	}
	return ids, a.DB.Tx(ctx, func(tx *db.Tx) error {
		return seedTopic(ctx, tx, calendar.StudyDay(tx.Now, ends))
	})
}

func seedMember(ctx context.Context, tx *db.Tx, a *App, i int, openID string) error {
	id := db.NewKey()
	_, err := tx.Exec(ctx, `
		INSERT INTO member (id, staff_no, name, phone, department_id, political, roles, joined_on, pos, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'd', $4, '', $4, $5, $6, $6)`,
		id, fmt.Sprintf("B%05d", i), fmt.Sprintf("职工%05d", i), []byte{}, i, tx.Millis())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO person (id, openid, member_id, bound_at, followed, first_at, last_at) VALUES ($1, $2, $3, $4, TRUE, $4, $4)`,
		a.Ring.ID("openid", openID), a.Ring.Seal(bot.OpenIDColumn, openID), id, tx.Millis())
	return err
}

func seedTopic(ctx context.Context, tx *db.Tx, day calendar.Day) error {
	topic := db.NewKey()
	_, err := tx.Exec(ctx, `
		INSERT INTO topic (id, day, title, body, created_at, updated_at, approved_by, approved_at)
		VALUES ($1, $2, '手卫生', '手卫生是预防院内感染最简单、最有效的措施。', $3, $3, 'bench', $3)`, topic, string(day), tx.Millis())
	for i := range benchQuestions {
		if err != nil {
			return err
		}
		err = seedQuestion(ctx, tx, topic, i)
	}
	return err
}

func seedQuestion(ctx context.Context, tx *db.Tx, topic string, i int) error {
	q := benchQuestion(i)
	options, err := json.Marshal(q.Options)
	if err != nil {
		return err
	}
	id, version := db.NewKey(), db.NewKey()
	if _, err = tx.Exec(ctx, `INSERT INTO question (id, fingerprint, current) VALUES ($1, $1, $2)`, id, version); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO question_version (id, question_id, kind, stem, options, answer, explanation, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, version, id, string(q.Kind), q.Stem, string(options), q.Answer, q.Explanation, tx.Millis())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO topic_question (topic_id, pos, question_id) VALUES ($1, $2, $3)`, topic, i, id)
	return err
}

// benchQuestion is a single choice of the usual length.
func benchQuestion(i int) study.Question {
	return study.Question{
		Kind:        study.Single,
		Stem:        fmt.Sprintf("（%d）接触患者后，下列哪一项手卫生做法符合规范要求？", i+1),
		Options:     []string{"用流动水和皂液洗手", "只戴手套不洗手", "用湿纸巾擦一擦", "等下班时再洗"},
		Answer:      "A",
		Explanation: "脱去手套之后也应当洗手或者卫生手消毒。",
	}
}

// countAnswers asks a closed product's database how many answers it has.
func countAnswers(tb testing.TB, env []string) int {
	tb.Helper()
	a := openBench(tb, env)
	var n int
	err := a.DB.View(tb.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(tb.Context(), `SELECT COUNT(*) FROM answer`).Scan(&n)
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := a.Close(); err != nil {
		tb.Fatal(err)
	}
	return n
}
