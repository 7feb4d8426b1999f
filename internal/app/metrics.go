package app

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rixue/internal/db"
	"rixue/notify"
)

// metrics are the figures of one process. Labels come from fixed lists, never
// from what people send.
type metrics struct {
	registry  *prometheus.Registry
	callbacks *prometheus.CounterVec
	seconds   prometheus.Histogram
	wechat    *prometheus.CounterVec

	deliveries *prometheus.CounterVec
	waiting    *prometheus.GaugeVec
	oldest     *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		callbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rixue_callbacks_total", Help: "Callbacks by kind and result (done, duplicate, ignored, refused, late, failed, dead).",
		}, []string{"kind", "result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "rixue_callback_seconds", Help: "Time from the first byte of a callback to its reply.",
			Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 4.5},
		}),
		wechat: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rixue_wechat_calls_total", Help: "Calls of WeChat's API by path and error code (0 is success, -2 no answer).",
		}, []string{"path", "code"}),
	}
	m.deliveries = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rixue_deliveries_total", Help: "Deliveries by channel, the state they came to, and why.",
	}, []string{"channel", "state", "reason"})
	m.waiting = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "rixue_due", Help: "Due rows that nobody has taken yet, by line (notify: deliveries, timer: runs, tags: followers), up to a few hundred.",
	}, []string{"line"})
	m.oldest = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "rixue_due_oldest_seconds", Help: "Since when the oldest of them is due, in business seconds.",
	}, []string{"line"})
	m.registry.MustRegister(m.callbacks, m.seconds, m.wechat, m.deliveries, m.waiting, m.oldest,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what others count.
func (m *metrics) watch(d *db.DB) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "rixue_writes_accepted_total", Help: "Write transactions taken in, also those that still wait for their turn.",
	}, func() float64 { return float64(d.Accepted()) }))
}

func (m *metrics) callback(kind, result string, took time.Duration) {
	m.callbacks.WithLabelValues(kind, result).Inc()
	if took > 0 {
		m.seconds.Observe(took.Seconds())
	}
}

func (m *metrics) wechatCall(path string, code int, _ time.Duration) {
	m.wechat.WithLabelValues(path, strconv.Itoa(code)).Inc()
}

func (m *metrics) delivery(c notify.Channel, s notify.State, r notify.Reason) {
	m.deliveries.WithLabelValues(string(c), string(s), string(r)).Inc()
}

// line shows how much work of a kind waits.
func (m *metrics) line(name string, waiting int, age time.Duration) {
	m.waiting.WithLabelValues(name).Set(float64(waiting))
	m.oldest.WithLabelValues(name).Set(age.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
