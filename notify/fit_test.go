package notify

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFit(t *testing.T) {
	tests := []struct {
		field, value, want string
		refused            bool
	}{
		{"thing1", "首问负责制", "首问负责制", false},
		{"thing1", " 首问\n负责\t制 ", "首问 负责 制", false},
		{"thing12", strings.Repeat("学", 20), strings.Repeat("学", 20), false},
		{"thing12", strings.Repeat("学", 21), strings.Repeat("学", 19) + "…", false},
		{"thing1", "", "—", false},
		{"thing1", "\u0000\u200b", "—", false},
		{"phrase2", "待学习", "待学习", false},
		{"phrase2", "待学习(2)!", "待学习", false},
		{"phrase2", "已经提交给科室", "已经提交给", false},
		{"phrase2", "abc", "—", true},
		{"name3", "欧阳·娜娜 Li", "欧阳·娜娜 Li", false},
		{"number1", "12.5", "12.5", false},
		{"number1", "十二", "—", true},
		{"number1", strings.Repeat("1", 33), "—", true},
		{"character_string1", "7KQ4MN", "7KQ4MN", false},
		{"character_string1", "测试单号", "—", true},
		{"time3", "2026年11月23日 07:30", "2026年11月23日 07:30", false},
		{"time3", "", "—", true},
		{"date3", "", "—", true},
		{"amount1", "¥12.50", "¥12.50", false},
		{"amount1", "", "—", true},
		{"phone_number1", "010-8888 6666", "010-8888 6666", false},
		{"phone_number1", "请打总机", "—", true},
		{"keyword1", "旧模板", "旧模板", false},
	}
	for _, tt := range tests {
		got, ok := Fit(tt.field, tt.value)
		if got != tt.want || ok == tt.refused {
			t.Errorf("Fit(%q, %q) = %q, %v; want %q, %v", tt.field, tt.value, got, ok, tt.want, !tt.refused)
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add("thing1", "首问\n负责")
	f.Add("phrase2", "a…b")
	f.Add("time3", "2026年11月23日 07:30")
	f.Fuzz(func(t *testing.T, field, value string) {
		got, ok := Fit(field, value)
		if got == "" || strings.ContainsAny(got, "\r\n\t\x00") || !utf8.ValidString(got) {
			t.Errorf("Fit(%q, %q) = %q", field, value, got)
		}
		if again, _ := Fit(field, got); ok && again != got {
			t.Errorf("Fit(%q) is not stable: %q, then %q", field, got, again)
		}
		prefix := strings.TrimRight(field, "0123456789")
		if r, known := fieldRules[prefix]; known && ok && utf8.RuneCountInString(got) > r.max {
			t.Errorf("Fit(%q, %q) = %q, longer than %d", field, value, got, r.max)
		}
	})
}
