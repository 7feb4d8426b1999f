// wx-open-subscribe
