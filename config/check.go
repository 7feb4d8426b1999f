package config

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// check judges a value that is not empty: the rule it breaks and the rule's
// argument, or "".
type check func(s string) (Rule, string)

// pattern makes a check of an expression.
func pattern(rule Rule, expr string) check {
	re := regexp.MustCompile(expr)
	return func(s string) (Rule, string) {
		if !re.MatchString(s) {
			return rule, ""
		}
		return "", ""
	}
}

var (
	isTime   = pattern(RuleTime, `^([01]\d|2[0-3]):[0-5]\d$`)
	isAppID  = pattern(RuleAppID, `^wx[0-9a-zA-Z]{4,30}$`)
	isToken  = pattern(RuleToken, `^[0-9a-zA-Z]{3,32}$`)
	isAESKey = pattern(RuleAESKey, `^[0-9a-zA-Z]{43}$`)
	isPhone  = pattern(RulePhone, `^\+?\d[\d -]{1,28}\d$`)
	isWord   = pattern(RuleWord, `^[^\s\pC]{1,200}$`)
)

// isQuiet takes a range of two different times, also over midnight.
func isQuiet(s string) (Rule, string) {
	if s == "off" {
		return "", ""
	}
	begin, end, _ := strings.Cut(s, "-")
	for _, t := range []string{begin, end} {
		if rule, _ := isTime(t); rule != "" {
			return RuleQuiet, ""
		}
	}
	if begin == end {
		return RuleQuiet, ""
	}
	return "", ""
}

func isBool(s string) (Rule, string) {
	if _, err := strconv.ParseBool(s); err != nil {
		return RuleBool, ""
	}
	return "", ""
}

// notPrintable finds what has no place in a line that is shown or logged.
func notPrintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

func isLine(s string) (Rule, string) {
	if utf8.RuneCountInString(s) > 200 || strings.ContainsFunc(s, notPrintable) {
		return RuleLine, ""
	}
	return "", ""
}

// isAddress takes host:port; an empty host is every address of the machine.
func isAddress(s string) (Rule, string) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return RuleAddress, ""
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return RuleAddress, ""
	}
	if rule, _ := isHTTP("http://" + s); host != "" && rule != "" { // links may begin so
		return RuleAddress, ""
	}
	return "", ""
}

func isHTTP(s string) (Rule, string) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.User != nil || strings.ContainsAny(s, "?#") || strings.ContainsFunc(s, notPrintable) {
		return RuleHTTP, ""
	}
	return "", ""
}

// isDatabase takes a PostgreSQL without a host if the query names one, as for
// a Unix socket.
func isDatabase(s string) (Rule, string) {
	if s == "sqlite" || hasHost(s, "postgres", "postgresql") ||
		strings.HasPrefix(s, "postgres:///") && strings.Contains(s, "host=") {
		return "", ""
	}
	return RuleDatabase, ""
}

func isRedis(s string) (Rule, string) {
	if s == "embedded" || hasHost(s, "redis", "rediss", "redis-sentinel", "redis-cluster") {
		return "", ""
	}
	return RuleRedis, ""
}

// hasHost accepts SCHEME://[USER@]HOST[,HOST…][/…]. The list of hosts is not a
// URL in the strict sense, so the text is taken apart by hand; the driver reads
// the rest.
func hasHost(s string, schemes ...string) bool {
	for _, scheme := range schemes {
		rest, ok := strings.CutPrefix(s, scheme+"://")
		if !ok {
			continue
		}
		if i := strings.LastIndex(rest, "@"); i >= 0 {
			rest = rest[i+1:]
		}
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			rest = rest[:i]
		}
		return rest != "" && !strings.HasPrefix(rest, ":") && !strings.ContainsAny(rest, " \t\"'")
	}
	return false
}

func isProxies(s string) (Rule, string) {
	for _, part := range list(s) {
		if _, err := parsePrefix(part); err != nil {
			return RuleProxy, quote(part)
		}
	}
	return "", ""
}
