package app

import (
	"context"
	"maps"
	"slices"

	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/wechat"
	"rixue/internal/words"
	"rixue/notify"
)

// checkTemplates compares the templates of the configuration with those of the
// account: WeChat refuses a card that lacks a field or has one too many.
func (a *App) checkTemplates(ctx context.Context) []Finding {
	if len(a.Config.WeChat.Templates) == 0 {
		return []Finding{{Yellow, words.CheckTemplates, words.CheckNoTemplates}}
	}
	there := map[string]wechat.Template{}
	for _, list := range []func(context.Context) ([]wechat.Template, error){a.WeChat.Templates, a.WeChat.Subscriptions} {
		some, err := list(ctx)
		if err != nil {
			return []Finding{{Yellow, words.CheckTemplates, words.CheckCallFailed(err.Error())}}
		}
		for _, t := range some {
			there[t.ID] = t
		}
	}
	var list []Finding
	for _, kind := range slices.Sorted(maps.Keys(a.Config.WeChat.Templates)) {
		list = append(list, checkTemplate(kind, a.Config.WeChat.Templates[kind], there))
	}
	var without []string
	for _, kind := range config.Kinds() {
		if _, ok := a.Config.WeChat.Templates[kind]; !ok {
			without = append(without, kind)
		}
	}
	if len(without) > 0 {
		list = append(list, Finding{Yellow, words.CheckTemplates, words.CheckWithoutTemplate(without)})
	}
	return list
}

func checkTemplate(kind string, t config.Template, there map[string]wechat.Template) Finding {
	what := words.CheckTemplates + " " + kind
	real, ok := there[t.ID]
	types := map[string]int{"template": 0, "subscribe_once": 2, "subscribe_long": 3}
	switch {
	case !ok:
		return Finding{Red, what, words.CheckTemplateGone(t.ID)}
	case real.Type != types[t.Type]:
		return Finding{Red, what, words.CheckTemplateType(t.Type)}
	}
	var lacks, extra []string
	for _, f := range real.Fields {
		if _, given := t.Fields[f]; !given {
			lacks = append(lacks, f)
		}
	}
	for f := range t.Fields {
		if !slices.Contains(real.Fields, f) {
			extra = append(extra, f)
		}
	}
	if len(lacks)+len(extra) > 0 {
		slices.Sort(extra)
		return Finding{Red, what, words.CheckTemplateFields(lacks, extra)}
	}
	return Finding{Green, what, real.Title}
}

// checkReach tells who of those who want the daily push cannot be told of the
// next one as things stand (N14).
func (a *App) checkReach(ctx context.Context) Finding {
	at, err := a.Timer.NextOf("study_push")
	if err != nil {
		return Finding{Yellow, words.CheckReach, words.CheckCallFailed(err.Error())}
	}
	var unreached []string
	var all int
	err = a.DB.View(ctx, func(tx *db.Tx) error {
		f, err := a.Notify.Forecast(ctx, tx, notify.StudyDaily, at)
		all = f.Recipients
		for id, why := range f.Unreached {
			m, e := a.Roster.MemberByID(ctx, tx, id)
			if e != nil {
				return e
			}
			if m.Closed() { // left, and his consent with him
				all--
				continue
			}
			unreached = append(unreached, words.CheckOneUnreached(m.Name, m.StaffNo, string(why)))
		}
		return err
	})
	slices.Sort(unreached)
	when := words.MonthDay(string(calendar.DayOf(at))) + " " + at.In(calendar.Shanghai).Format("15:04")
	switch {
	case err != nil:
		return Finding{Yellow, words.CheckReach, words.CheckCallFailed(err.Error())}
	case all == 0:
		return Finding{Green, words.CheckReach, words.CheckNobodyWants}
	case len(unreached) > 0:
		return Finding{Yellow, words.CheckReach, words.CheckUnreached(when, all, unreached)}
	}
	return Finding{Green, words.CheckReach, words.CheckAllReached(when, all)}
}
