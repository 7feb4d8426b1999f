package app

import (
	"context"

	"rixue/internal/db"
)

// answerOnPage answers the question that a phone's page shows, whatever its
// kind: the first choice, or some text.
func (b *browser) answerOnPage(who string) {
	b.t.Helper()
	b.inPage(who, `
		const choice = doc.querySelector('input[name=answer][type=radio], input[name=answer][type=checkbox]');
		if (choice) choice.click();
		for (const s of doc.querySelectorAll('select[name=answer]')) s.selectedIndex = 1;
		const text = doc.querySelector('#answer');
		if (text) text.value = '不太清楚';`)
	b.shot("answer")
	b.tap(who, `button[name=do][value=answer]`)
	b.pageSays(who, "出处")
}

// subscribeOnPage taps WeChat's open tag and allows it on the sheet.
func (b *browser) subscribeOnPage(who string) {
	b.t.Helper()
	b.waitFor("the open tag", b.pageScript(who, `
		const tag = doc.querySelector('wx-open-subscribe');
		return !!tag && !!tag.shadowRoot && !!tag.shadowRoot.querySelector('button');`))
	b.inPage(who, `doc.querySelector('wx-open-subscribe').shadowRoot.querySelector('button').click();`)
	const allow = `[...doc.body.children].map((e) => e.shadowRoot && e.shadowRoot.querySelector('.yes')).find(Boolean)`
	b.waitFor("the sheet", b.pageScript(who, "return !!"+allow))
	b.shot("sheet")
	b.inPage(who, allow+".click();")
	b.pageSays(who, "已订阅")
}

// pageScript is an expression that runs in a phone's page. The browser of the
// test lets one origin look into another; policies of the pages hold.
func (b *browser) pageScript(who, body string) string {
	return `(() => { const frame = document.querySelector('` + string(onPhone(who, ".webview iframe")) + `');
		const doc = frame && frame.contentDocument; if (!doc) return false; ` + body + ` })()`
}

func (b *browser) inPage(who, body string) {
	b.t.Helper()
	b.waitFor("in the page", b.pageScript(who, body+"; return true;"))
}

// stockOf is how many notices of a template may be sent.
func (d *demo) stockOf(template string) (n int, err error) {
	err = d.app.DB.View(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT COALESCE(SUM(stock), 0) FROM subscription WHERE template_id = $1`, template).Scan(&n)
	})
	return n, err
}
