package wechatsim

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
)

// browser is the browser inside a phone. As an http.RoundTripper it sends what
// is meant for the account's site there, with the cookies of this phone, and
// gives WeChat's own answers to what is meant for WeChat.
type browser struct {
	sim *Sim
	f   *Follower
}

var errNoSite = errors.New("no site is set: neither SetSite nor a callback URL")

// SetSite names the origin of the account's pages, http://127.0.0.1:8080; unless
// set, it is that of the callback URL.
func (s *Sim) SetSite(origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site = origin
}

func (s *Sim) siteURL() (*url.URL, error) {
	s.mu.Lock()
	site := s.site
	if site == "" {
		site = s.callback
	}
	s.mu.Unlock()
	u, err := url.Parse(site)
	if err != nil {
		return nil, err
	}
	if u.Host == "" {
		return nil, errNoSite
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// Browse returns the browser of the person's phone for tests that need no
// screen. It knows who is asking: a page that sends it through web
// authorization gets the person's code.
func (f *Follower) Browse() *http.Client { return &http.Client{Transport: &browser{f.sim, f}} }

// RoundTrip implements http.RoundTripper.
func (b *browser) RoundTrip(r *http.Request) (*http.Response, error) {
	site, err := b.sim.siteURL()
	if err != nil {
		return nil, err
	}
	if answer := b.platform(r, site); answer != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return answer, nil
	}
	if r.URL.Host != site.Host {
		return b.sim.http.Transport.RoundTrip(r)
	}
	out := r.Clone(r.Context())
	jar := b.f.jar()
	out.Header.Del("Cookie") // those of the browser that shows this one
	for _, c := range jar.Cookies(out.URL) {
		out.AddCookie(c)
	}
	out.Header.Set("User-Agent", strings.TrimSpace(r.UserAgent()+" MicroMessenger/8.0.50"))
	resp, err := b.sim.http.Transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	jar.SetCookies(out.URL, resp.Cookies())
	resp.Header.Del("Set-Cookie")
	return resp, nil
}

// jar returns the phone's cookies.
func (f *Follower) jar() http.CookieJar {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	if f.cookies == nil {
		f.cookies, _ = cookiejar.New(nil) // fails never
	}
	return f.cookies
}

// WebView returns the browser of a person's phone as a server that a real
// browser can be pointed at: it passes everything on to the account's site as
// that phone would. The site's cookies stay here, for several phones shown in
// one browser would share them, and so would pages on other ports.
func (s *Sim) WebView(f *Follower) http.Handler {
	b := &browser{s, f}
	return onlyLocal(&httputil.ReverseProxy{
		Rewrite:        b.outward,
		Transport:      b,
		ModifyResponse: b.inward,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			s.opt.Log.Warn("webview", "path", r.URL.Path, "error", err)
			w.Header().Set("Content-Type", htmlType)
			w.WriteHeader(http.StatusBadGateway)
			s.write(w, []byte(notePage("网页无法打开")))
		},
	})
}

// outward makes a request to this server one to the site.
func (b *browser) outward(p *httputil.ProxyRequest) {
	site, err := b.sim.siteURL()
	if err != nil {
		return // RoundTrip says so
	}
	own := "http://" + p.In.Host
	p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = site.Scheme, site.Host, site.Host
	h := p.Out.Header
	if h.Get("Origin") == own {
		h.Set("Origin", site.String())
	}
	if rest, inside := strings.CutPrefix(h.Get("Referer"), own+"/"); inside {
		h.Set("Referer", site.String()+"/"+rest)
	} else {
		h.Del("Referer") // the page of phones: a phone opens the first page from nowhere
	}
	if h.Get("Sec-Fetch-Dest") == "iframe" {
		h.Set("Sec-Fetch-Dest", "document")
		if h.Get("Sec-Fetch-Site") != "same-origin" && p.In.Method == http.MethodGet {
			h.Set("Sec-Fetch-Site", "none")
		}
	}
	h.Del("Accept-Encoding") // the page's title is read
}

// inward keeps the answer's redirects inside, lets the answer be shown in a
// frame and notes its title.
func (b *browser) inward(resp *http.Response) error {
	if location := resp.Header.Get("Location"); location != "" {
		site, err := b.sim.siteURL()
		if err != nil {
			return err
		}
		if path, inside := within(site, location); inside {
			resp.Header.Set("Location", path)
		}
	}
	resp.Header.Del("X-Frame-Options")
	unframe(resp.Header, "Content-Security-Policy")
	unframe(resp.Header, "Content-Security-Policy-Report-Only")
	return b.noteTitle(resp)
}

// within returns where the WebView has an address: as a path, if it is the
// site's or the platform's page of web authorization, whatever its host.
func within(site *url.URL, address string) (path string, inside bool) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "", false
	case u.Path == authorizePath:
		return u.RequestURI(), true // without #wechat_redirect, which would stay in the address
	case u.Host == site.Host && u.Scheme == site.Scheme:
		path = u.RequestURI()
		if u.Fragment != "" {
			path += "#" + u.EscapedFragment()
		}
		return path, true
	}
	return "", false
}

// unframe takes out of a policy who may show the page in a frame.
func unframe(h http.Header, name string) {
	var kept []string
	for _, policy := range h.Values(name) {
		directives := slices.DeleteFunc(strings.Split(policy, ";"), func(d string) bool {
			word, _, _ := strings.Cut(strings.TrimSpace(d), " ")
			return strings.EqualFold(word, "frame-ancestors")
		})
		if p := strings.TrimSpace(strings.Join(directives, ";")); p != "" {
			kept = append(kept, p)
		}
	}
	h.Del(name)
	for _, p := range kept {
		h.Add(name, p)
	}
}

// inWebView returns the path under which a person's WebView shows an address.
func (s *Sim) inWebView(address string) (string, error) {
	site, err := s.siteURL()
	if err != nil {
		return "", err
	}
	path, inside := within(site, address)
	if !inside {
		return "", fmt.Errorf("%s is not on the account's site %s", address, site)
	}
	return path, nil
}
