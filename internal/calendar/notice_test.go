package calendar

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const holidayCN = `{
    "$schema": "https://example.com/schema.json", "year": 2027, "papers": ["notice of 2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
        {"name": "元旦", "date": "2026-12-27", "isOffDay": false},
        {"name": "劳动节", "date": "2027-05-01", "isOffDay": true},
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": true}
    ]}`

const asCSV = "name,date,isOffDay,source\n" +
	"元旦,2026-12-27,false,notice of 2027\r\n" +
	"元旦,2027-01-01,true,notice of 2027\n" +
	"国庆节,2027-10-01,TRUE,notice of 2027\n" +
	"\n" +
	"劳动节,2027-05-01,1,notice of 2027\n"

func TestLoadForms(t *testing.T) {
	want := []Notice{{Year: 2027, Days: []Special{
		{Day: "2026-12-27", Name: "元旦", Source: "notice of 2027"},
		{Day: "2027-01-01", Name: "元旦", Off: true, Source: "notice of 2027"},
		{Day: "2027-05-01", Name: "劳动节", Off: true, Source: "notice of 2027"},
		{Day: "2027-10-01", Name: "国庆节", Off: true, Source: "notice of 2027"},
	}}}
	for name, file := range map[string]string{"json": holidayCN, "csv": asCSV, "bom": "\ufeff" + asCSV} {
		got, err := Load(strings.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Special{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadSeveralYears(t *testing.T) {
	notices, err := Load(strings.NewReader(string(embedded)))
	if err != nil {
		t.Fatal(err)
	}
	if len(notices) != 2 || notices[0].Year != 2025 || notices[1].Year != 2026 || len(notices[0].Days) != 33 || len(notices[1].Days) != 39 {
		t.Errorf("embedded are %d notices", len(notices))
	}
}

func TestLoadRefuses(t *testing.T) {
	line := func(s string) string { return asCSV + s + "\n" }
	for name, v := range map[string]struct{ file, want string }{
		"empty":           {"", "CSV"},
		"html":            {"<html>", "no column date"},
		"json":            {`{"year": "x"}`, "not the JSON"},
		"not published":   {`{"year": 2027, "papers": [], "days": []}`, "does not give 2027-01-01 off"},
		"no year":         {`{"days": []}`, "year: 0"},
		"json date":       {strings.Replace(holidayCN, "2027-05-01", "2027-05-32", 1), `days[2].date: "2027-05-32"`},
		"json off":        {strings.Replace(holidayCN, `, "isOffDay": false`, "", 1), "days[1].isOffDay: missing"},
		"other year":      {strings.Replace(holidayCN, "2026-12-27", "2026-11-29", 1), "2026-11-29 cannot stand in the notice of 2027"},
		"year after":      {strings.Replace(holidayCN, "2026-12-27", "2028-01-01", 1), "2028-01-01 cannot stand in the notice of 2027"},
		"date":            {line("元旦,2027-1-2,true,x"), "line 7: date: "},
		"off":             {line("元旦,2027-01-02,maybe,x"), "line 7: isOffDay: "},
		"twice":           {line("元旦,2027-01-01,true,x"), "2027-01-01 stands twice"},
		"weekday make-up": {line("元旦,2027-01-04,false,x"), "2027-01-04 is called a make-up day (isOffDay false) but is a Monday"},
		"no name":         {line(",2027-01-02,true,x"), "2027-01-02 has no name"},
		"columns":         {line("元旦,2027-01-02"), "record on line 7"},
		"cut off":         {asCSV[:strings.Index(asCSV, "国庆")], "does not give 2027-05-01 off"},
		"large":           {strings.Repeat("x", maxNotice+1), "larger"},
		"csv year":        {"date,name,isOffDay,year\n2027-01-01,元旦,true,MMXXVII\n", "line 2: year: "},
	} {
		_, err := Load(strings.NewReader(v.file))
		if err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%s: %v; want %q", name, err, v.want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(holidayCN)
	f.Add(asCSV)
	f.Add("date,name,isOffDay,year\n2027-01-01,a,true,2027\n")
	f.Fuzz(func(t *testing.T, file string) {
		notices, err := Load(strings.NewReader(file))
		if err != nil {
			return
		}
		c := New(notices...)
		for _, n := range notices {
			if !c.Known(n.Year) {
				t.Errorf("%d was loaded and is not known", n.Year)
			}
		}
	})
}
