package web

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	m := newMarkdown()
	for in, want := range map[string]string{
		"# 一级\n\n## 二级":   "<h2>一级</h2><h2>二级</h2>",
		"一行\n又一行":         "<p>一行<br>又一行</p>",
		"**不少于三分钟。**接着":   "<p><strong>不少于三分钟。</strong>接着</p>",
		"换一句**“我帮您问”**再走": "<p>换一句<strong>“我帮您问”</strong>再走</p>",
		"**“您好”**，**（一）**和**《条例》**都要。**完。**":                              "<p><strong>“您好”</strong>，<strong>（一）</strong>和<strong>《条例》</strong>都要。<strong>完。</strong></p>",
		"**注意：**A组先去，*慢慢。*再说":                                             "<p><strong>注意：</strong>A组先去，<em>慢慢。</em>再说</p>",
		"装到**四分之三**就封口":                                                   "<p>装到<strong>四分之三</strong>就封口</p>",
		"- **一**：甲\n- **二。**乙":                                            "<ul><li><strong>一</strong>：甲</li><li><strong>二。</strong>乙</li></ul>",
		"`字。**字**`":                                                       "<p><code>字。**字**</code></p>",
		"    字。**字":                                                       "<pre><code>字。**字</code></pre>",
		"3*2*1 和 2**3":                                                    "<p>3<em>2</em>1 和 2**3</p>",
		"~~旧的~~ https://example.com":                                      `<p><del>旧的</del> <a href="https://example.com" rel="nofollow">https://example.com</a></p>`,
		"|甲|乙|\n|:-|-:|\n|1|2|":                                           `<table><thead><tr><th align="left">甲</th><th align="right">乙</th></tr></thead><tbody><tr><td align="left">1</td><td align="right">2</td></tr></tbody></table>`,
		"- [x] 洗手\n- [ ] 戴口罩":                                             `<ul><li><input checked="" disabled="" type="checkbox"> 洗手</li><li><input disabled="" type="checkbox"> 戴口罩</li></ul>`,
		"<b onclick=x>粗</b><script>x</script>":                            "<p>粗x</p>",
		"[a](javascript:x) [b](JAVA\u200bSCRIPT:x) [c](data:text/html,x)": "<p>a b c</p>",
		"<java\u200bscript:x>":                                            "<p>&lt;javascript:x&gt;</p>",
		"![图](https://example.com/a.png \"题\")":                           `<p><img src="https://example.com/a.png" alt="图" title="题"></p>`,
		"": "",
	} {
		got, err := m.html(in)
		if err != nil {
			t.Fatal(err)
		}
		if one := strings.ReplaceAll(string(got), "\n", ""); one != want {
			t.Errorf("%q is drawn as %s, want %s", in, one, want)
		}
	}
}
