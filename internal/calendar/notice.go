package calendar

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Notice is the State Council's decree of one year: the days off, and the
// weekend days worked in exchange (调休). Its year is that of the notice; days
// of late December may stand in the notice of the next year.
type Notice struct {
	Year int
	Days []Special // in order of days
}

// Special is a day about which a notice says something.
type Special struct {
	Day    Day
	Name   string // of the holiday, such as 春节
	Off    bool   // false: a weekend day that is worked
	Source string // number of the notice, may be empty

	year int // of the notice
}

// maxNotice bounds what Load reads; a year has about forty lines.
const maxNotice = 1 << 20

// Load reads notices in one of two forms: the JSON of holiday-cn,
//
//	{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}, …]}
//
// or CSV with the columns date, name, isOffDay, and if one likes year and
// source, in any order. A CSV without year belongs to the year of its last day
// or may hold several whole years, as long as no day stands in the notice of
// another year. Errors name the line or the field.
func Load(r io.Reader) ([]Notice, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxNotice+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxNotice {
		return nil, errors.New("the file is larger than a calendar can be")
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	read := readCSV
	if bytes.HasPrefix(data, []byte("{")) {
		read = readJSON
	}
	notices, err := read(data)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		if err := n.check(); err != nil {
			return nil, err
		}
	}
	return notices, nil
}

// readJSON reads the form of holiday-cn; its other fields are passed over.
func readJSON(data []byte) ([]Notice, error) {
	var file struct {
		Year   int      `json:"year"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name     string `json:"name"`
			Date     string `json:"date"`
			IsOffDay *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("not the JSON of a calendar: %w", err)
	}
	n := Notice{Year: file.Year}
	for i, d := range file.Days {
		day, err := ParseDay(d.Date)
		if err != nil {
			return nil, fmt.Errorf("days[%d].date: %w", i, err)
		}
		if d.IsOffDay == nil {
			return nil, fmt.Errorf("days[%d].isOffDay: missing, write true or false", i)
		}
		n.Days = append(n.Days, Special{Day: day, Name: d.Name, Off: *d.IsOffDay, Source: strings.Join(file.Papers, " ")})
	}
	return []Notice{n}, nil
}

// row is one line of a CSV file.
type row struct {
	year int // 0 if the file has no such column
	day  Special
}

func readCSV(data []byte) ([]Notice, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("not the CSV of a calendar: %w", err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.ToLower(strings.TrimSpace(name))] = i + 1
	}
	for _, name := range []string{"date", "name", "isoffday"} {
		if column[name] == 0 {
			return nil, fmt.Errorf("line 1: no column %s; needed are date, name, isOffDay", name)
		}
	}
	var rows []row
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return group(rows), nil
		}
		if err != nil {
			return nil, err // names its line
		}
		line, _ := r.FieldPos(0)
		one, err := readRow(func(name string) string {
			if i := column[name]; i > 0 {
				return strings.TrimSpace(record[i-1])
			}
			return ""
		})
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		rows = append(rows, one)
	}
}

func readRow(get func(column string) string) (row, error) {
	day, err := ParseDay(get("date"))
	if err != nil {
		return row{}, fmt.Errorf("date: %w", err)
	}
	off, err := strconv.ParseBool(get("isoffday"))
	if err != nil {
		return row{}, fmt.Errorf("isOffDay: %q is neither true nor false", get("isoffday"))
	}
	one := row{day: Special{Day: day, Name: get("name"), Off: off, Source: get("source")}}
	if y := get("year"); y != "" {
		if one.year, err = strconv.Atoi(y); err != nil {
			return row{}, fmt.Errorf("year: %q is not a number", y)
		}
	}
	return one, nil
}

// group makes notices of rows. A row that names no year belongs to its day's,
// unless that is the December before the first whole year of the file.
func group(rows []row) []Notice {
	whole := map[int]bool{} // years whose New Year's Day is in the file
	for _, r := range rows {
		if r.day.Day.Month() == time.January {
			whole[r.day.Day.Year()] = true
		}
	}
	byYear := map[int]*Notice{}
	var notices []*Notice
	for _, r := range rows {
		year := r.year
		if year == 0 {
			year = r.day.Day.Year()
			if !whole[year] && whole[year+1] {
				year++
			}
		}
		if byYear[year] == nil {
			byYear[year] = &Notice{Year: year}
			notices = append(notices, byYear[year])
		}
		byYear[year].Days = append(byYear[year].Days, r.day)
	}
	list := make([]Notice, len(notices))
	for i, n := range notices {
		list[i] = *n
	}
	return list
}

// check refuses what cannot be a whole notice: a mistake here would move the
// legal dates of a year.
func (n *Notice) check() error {
	if n.Year < 2000 || n.Year > 2999 {
		return fmt.Errorf("year: %d is not a year", n.Year)
	}
	slices.SortFunc(n.Days, func(a, b Special) int { return strings.Compare(string(a.Day), string(b.Day)) })
	off := map[Day]bool{}
	for i, s := range n.Days {
		switch {
		case i > 0 && n.Days[i-1].Day == s.Day:
			return fmt.Errorf("%s stands twice in the notice of %d", s.Day, n.Year)
		case s.Day.Year() != n.Year && s.Day.Sub(DayAt(n.Year, time.January, 1)) < -31, s.Day.Year() > n.Year:
			return fmt.Errorf("%s cannot stand in the notice of %d: it covers that year and the December before", s.Day, n.Year)
		case !s.Off && s.Day.Weekday() != time.Saturday && s.Day.Weekday() != time.Sunday:
			return fmt.Errorf("%s is called a make-up day (isOffDay false) but is a %s", s.Day, s.Day.Weekday())
		case s.Name == "":
			return fmt.Errorf("%s has no name", s.Day)
		}
		off[s.Day] = s.Off
	}
	for _, d := range []Day{DayAt(n.Year, time.January, 1), DayAt(n.Year, time.May, 1), DayAt(n.Year, time.October, 1)} {
		if !off[d] {
			return fmt.Errorf("the notice of %d does not give %s off: it is incomplete or not published yet", n.Year, d)
		}
	}
	return nil
}
