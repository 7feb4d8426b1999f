package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"rixue/config"
	"rixue/internal/dialog"
	"rixue/internal/errs"
	"rixue/internal/wechat"
	"rixue/internal/words"
)

// patientMenu is the default menu: what everybody sees who is not bound.
func patientMenu() []wechat.Button {
	return []wechat.Button{
		click(words.ButtonBind, dialog.TapBind),
		click(words.ButtonHelp, dialog.TapHelp),
	}
}

// staffMenu is what those see who carry the staff's tag; base is that of links.
func staffMenu(base string) []wechat.Button {
	return []wechat.Button{
		click(words.ButtonToday, dialog.TapStudy),
		{Name: words.ButtonStudy, Sub: []wechat.Button{
			click(words.ButtonMakeUp, dialog.TapMakeUp),
			click(words.ButtonMine, dialog.TapMine),
			{Name: words.ButtonPage, Type: "view", URL: base + "/m/study"},
		}},
		click(words.ButtonHelp, dialog.TapHelp),
	}
}

func click(name, key string) wechat.Button {
	return wechat.Button{Name: name, Type: "click", Key: key}
}

// DiffMenu prints what menus the account has at WeChat, what it should have
// and the difference, and tells whether there is none.
func DiffMenu(ctx context.Context, a *App, out io.Writer) (same bool, err error) {
	m, err := a.menus(ctx)
	if err != nil {
		return false, err
	}
	m.print(out)
	fmt.Fprintln(out, words.MenuShould)
	printMenu(out, words.MenuDefault, patientMenu())
	printMenu(out, words.MenuStaff, m.forStaff)
	diff := m.differences()
	if len(diff) == 0 {
		fmt.Fprintln(out, words.MenuEqual)
		return true, nil
	}
	printList(out, words.MenuDiffers, diff)
	fmt.Fprintln(out, words.MenuCure)
	return false, nil
}

// ApplyMenu publishes the menus where they differ and reads them again. Menus
// cannot be edited, only replaced; the new ones stand before an old one goes,
// so that at no moment anybody is without. After a failure it prints what the
// account has.
func ApplyMenu(ctx context.Context, a *App, out io.Writer) error {
	m, err := a.menus(ctx)
	if err != nil {
		return err
	}
	steps := a.menuSteps(m)
	for _, s := range steps {
		if err := s.do(ctx); err != nil {
			a.printMenus(ctx, out)
			return errs.Wrap(errs.Busy, words.MenuFailed(s.name, err.Error()), err)
		}
		fmt.Fprintln(out, words.MenuDone(s.name))
	}
	done := words.MenuNoChange
	if len(steps) > 0 {
		done = words.MenuApplied
		if m, err = a.menus(ctx); err != nil {
			return err
		}
		if diff := m.differences(); len(diff) > 0 {
			m.print(out)
			printList(out, words.MenuDiffers, diff)
			return errs.New(errs.Conflict, words.MenuStillDiffers)
		}
	}
	if err := a.Roster.AdoptTag(ctx, a.DB, m.tag); err != nil {
		return err
	}
	fmt.Fprintln(out, done)
	return nil
}

// menuStep is one call that changes the account.
type menuStep struct {
	name string
	do   func(context.Context) error
}

// menuSteps lists what must be done for the menus to be as they should.
func (a *App) menuSteps(m menus) (steps []menuStep) {
	add := func(name string, do func(context.Context) error) { steps = append(steps, menuStep{name, do}) }
	if m.tag == 0 {
		add(words.MenuMakeTag, func(ctx context.Context) (err error) {
			m.tag, err = makeStaffTag(ctx, a.WeChat)
			return err
		})
	}
	if m.def == nil || !sameButtons(m.def.Buttons, patientMenu()) {
		add(words.MenuPublish(words.MenuDefault), func(ctx context.Context) error {
			return a.WeChat.CreateMenu(ctx, patientMenu())
		})
	}
	old := m.others
	if m.staff == nil || !sameButtons(m.staff.Buttons, m.forStaff) {
		add(words.MenuPublish(words.MenuStaff), func(ctx context.Context) error {
			_, err := a.WeChat.AddConditionalMenu(ctx, m.tag, m.forStaff)
			return err
		})
		if m.staff != nil {
			old = append(old, *m.staff)
		}
	}
	for _, o := range old {
		add(words.MenuRemove(m.name(o)), func(ctx context.Context) error {
			return a.WeChat.DeleteConditionalMenu(ctx, o.ID)
		})
	}
	return steps
}

// menus is what the account has at WeChat.
type menus struct {
	def    *wechat.Menu  // nil: none
	staff  *wechat.Menu  // for the staff's tag, of several the one that is right; nil: none
	others []wechat.Menu // conditional ones that should not be there
	tag    int           // the staff's; 0: there is none
	tags   []wechat.Tag

	forStaff []wechat.Button // what the staff's should be
}

// menus reads them for a command, which prints the error's words.
func (a *App) menus(ctx context.Context) (menus, error) {
	if a.WeChat == nil {
		return menus{}, config.Faults{{Key: "wechat.app_id", Rule: config.RuleNeeded, Arg: "rixue menu"}}
	}
	m, err := a.readMenus(ctx)
	if err != nil {
		return m, errs.Wrap(errs.Busy, words.MenuUnread(err.Error()), err)
	}
	return m, nil
}

func (a *App) readMenus(ctx context.Context) (m menus, err error) {
	m.forStaff = staffMenu(a.publicURL())
	if m.tags, err = a.WeChat.Tags(ctx); err != nil {
		return m, err
	}
	m.tag = staffTag(m.tags)
	var conditional []wechat.Menu
	if m.def, conditional, err = a.WeChat.GetMenus(ctx); err != nil {
		return m, err
	}
	for _, c := range conditional {
		switch {
		case m.tag == 0 || c.TagID != m.tag:
			m.others = append(m.others, c)
		case m.staff == nil:
			m.staff = &c
		case !sameButtons(m.staff.Buttons, m.forStaff):
			m.others = append(m.others, *m.staff)
			m.staff = &c
		default:
			m.others = append(m.others, c)
		}
	}
	return m, nil
}

// differences says in words what is not as it should be.
func (m menus) differences() (list []string) {
	if m.tag == 0 {
		list = append(list, words.MenuNoTag)
	}
	list = append(list, differs(words.MenuDefault, m.def, patientMenu())...)
	list = append(list, differs(words.MenuStaff, m.staff, m.forStaff)...)
	for _, o := range m.others {
		list = append(list, words.MenuExtra(m.name(o)))
	}
	return list
}

func differs(name string, has *wechat.Menu, want []wechat.Button) []string {
	if has == nil {
		return []string{words.MenuMissing(name)}
	}
	if sameButtons(has.Buttons, want) {
		return nil
	}
	is, should := buttonLines(has.Buttons), buttonLines(want)
	return []string{words.MenuChanged(name, without(should, is), without(is, should))}
}

// without lists what is in a and not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func sameButtons(a, b []wechat.Button) bool { return slices.Equal(buttonLines(a), buttonLines(b)) }

// name calls a conditional menu by its tag.
func (m menus) name(c wechat.Menu) string {
	if i := slices.IndexFunc(m.tags, func(t wechat.Tag) bool { return t.ID == c.TagID }); i >= 0 {
		return words.MenuOther(m.tags[i].Name)
	}
	if c.TagID == 0 {
		return words.MenuOther("")
	}
	return words.MenuOther(strconv.Itoa(c.TagID))
}

// buttonLines says all of a menu, a line for each button that does something;
// one that lies below another has its name before its own.
func buttonLines(buttons []wechat.Button, above ...string) (lines []string) {
	for _, b := range buttons {
		path := append(slices.Clip(above), b.Name)
		switch {
		case len(b.Sub) > 0:
			lines = append(lines, buttonLines(b.Sub, path...)...)
		case b.Type == "click":
			lines = append(lines, words.MenuClick(path, b.Key))
		case b.Type == "view":
			lines = append(lines, words.MenuView(path, b.URL))
		default:
			lines = append(lines, words.MenuType(path, b.Type))
		}
	}
	return lines
}

// printMenus prints what the account has after something failed.
func (a *App) printMenus(ctx context.Context, out io.Writer) {
	m, err := a.readMenus(ctx)
	if err != nil {
		fmt.Fprintln(out, words.MenuStateUnread(err.Error()))
		return
	}
	m.print(out)
	printList(out, words.MenuDiffers, m.differences())
}

func (m menus) print(out io.Writer) {
	fmt.Fprintln(out, words.MenuHas)
	if m.def == nil {
		fmt.Fprintln(out, "  "+words.MenuNone)
	} else {
		printMenu(out, words.MenuDefault, m.def.Buttons)
	}
	if m.staff != nil {
		printMenu(out, words.MenuStaff, m.staff.Buttons)
	}
	for _, o := range m.others {
		printMenu(out, m.name(o), o.Buttons)
	}
}

func printMenu(out io.Writer, name string, buttons []wechat.Button) {
	fmt.Fprintln(out, "  "+name)
	for _, line := range buttonLines(buttons) {
		fmt.Fprintln(out, "    "+line)
	}
}

func printList(out io.Writer, head string, list []string) {
	fmt.Fprintln(out, head)
	for _, line := range list {
		fmt.Fprintln(out, "  "+line)
	}
}

// checkMenu is the line of the doctor.
func (a *App) checkMenu(ctx context.Context) Finding {
	m, err := a.readMenus(ctx)
	switch {
	case err != nil:
		return Finding{Yellow, words.CheckMenu, words.CheckCallFailed(err.Error())}
	case len(m.differences()) > 0:
		return Finding{Yellow, words.CheckMenu, words.CheckMenuDiffers}
	}
	return Finding{Green, words.CheckMenu, words.CheckMenuGood}
}
