//go:build linux

package app

import (
	"os/exec"
	"testing"

	"rixue/internal/words"
)

// startRival starts what the product is measured against (testdata/rival).
func startRival(tb testing.TB) *benchServer {
	tb.Helper()
	q := benchQuestion(1)
	reply := words.Marked(true, "A", "", q.Explanation, "") + "\n\n" + words.QuestionCard(2, benchQuestions, string(q.Kind), q.Stem, q.Options)
	return startServer(tb, exec.CommandContext(tb.Context(), build(tb, "./internal/app/testdata/rival")), []string{
		"APP_ID=" + benchAppID, "APP_SECRET=" + benchSecret, "TOKEN=" + benchToken, "AES_KEY=" + benchAESKey, "REPLY=" + reply,
	})
}
