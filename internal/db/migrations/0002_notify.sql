-- +goose Up

-- What the platform allows us to send of our own accord, by what the person
-- did last: a message opens five service messages in 48 hours, a tap three in
-- a minute.
ALTER TABLE person ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;    -- WeChat's time of the last message
ALTER TABLE person ADD COLUMN said_used BIGINT NOT NULL DEFAULT 0;  -- service messages since
ALTER TABLE person ADD COLUMN tapped_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN tap_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;  -- something may wait for the next visit

-- A notice is one event told to people, and the outbox of it.
CREATE TABLE notice (
    id         TEXT PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,  -- made from the cause
    kind       TEXT NOT NULL,
    topic      TEXT NOT NULL,         -- of an optional kind: what consent it needs
    urgent     BOOLEAN NOT NULL,
    visit_only BOOLEAN NOT NULL,      -- too late to disturb: wait for the next visit
    content    BYTEA NOT NULL,        -- sealed JSON: title, text, values, path
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL        -- 0: never
);

-- A notice on its way to one recipient.
CREATE TABLE delivery (
    notice_id   TEXT NOT NULL,
    recipient   TEXT NOT NULL,             -- member id, or person id of a patient
    of_member   BOOLEAN NOT NULL,
    state       TEXT NOT NULL,
    channel     TEXT NOT NULL DEFAULT '',  -- of the last try
    reason      TEXT NOT NULL,             -- why this state, or why this channel
    due_at      BIGINT NOT NULL,           -- when to look at it again; 0: it has ended
    hold_until  BIGINT NOT NULL DEFAULT 0, -- real time: a lease, or a pause between tries
    tries       BIGINT NOT NULL DEFAULT 0,
    barred      BIGINT NOT NULL DEFAULT 0, -- bits of the channels that failed for it
    person_id   TEXT NOT NULL DEFAULT '',  -- who got it
    template_id TEXT NOT NULL DEFAULT '',
    msg_id      TEXT NOT NULL DEFAULT '',
    sent_at     BIGINT NOT NULL DEFAULT 0, -- of a try whose outcome is open; else 0
    changed_at  BIGINT NOT NULL,
    history     TEXT NOT NULL,             -- a line a step: milliseconds, state, channel, reason
    PRIMARY KEY (notice_id, recipient)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX delivery_due ON delivery (due_at, notice_id, recipient) WHERE due_at > 0;
CREATE INDEX delivery_recipient ON delivery (recipient);
CREATE INDEX delivery_msg ON delivery (msg_id) WHERE msg_id <> '';

-- What the platform said later about a message; it may come before we have
-- kept the message's id.
CREATE TABLE receipt (
    key         TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    template_id TEXT NOT NULL,              -- of a subscription notice; else empty
    msg_id      TEXT NOT NULL,
    status      TEXT NOT NULL,              -- delivered, blocked, failed
    at          BIGINT NOT NULL
);
CREATE INDEX receipt_person ON receipt (person_id);

-- Ledgers. Channel or template that rests, and calls a day.
CREATE TABLE send_pause (
    what   TEXT PRIMARY KEY,   -- a channel, or template: and its id
    until  BIGINT NOT NULL,
    code   TEXT NOT NULL,      -- the platform's reason
    at     BIGINT NOT NULL
);
CREATE TABLE send_use (
    channel TEXT NOT NULL,
    day     TEXT NOT NULL,     -- in Beijing
    used    BIGINT NOT NULL,
    PRIMARY KEY (channel, day)
);

-- Subscriptions that a person gave: a stock of single ones, or a standing one.
-- Each change has its entry; the stock is their sum.
CREATE TABLE subscription (
    person_id   TEXT NOT NULL,
    template_id TEXT NOT NULL,
    stock       BIGINT NOT NULL,
    standing    BOOLEAN NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (person_id, template_id)
);
CREATE TABLE subscription_entry (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    template_id TEXT NOT NULL,
    change      BIGINT NOT NULL,
    cause       TEXT NOT NULL,      -- accepted, sent, refunded, refused, unfollowed
    at          BIGINT NOT NULL
);
CREATE INDEX subscription_entry_of ON subscription_entry (person_id, template_id);

-- Consent to an optional kind, with the words that were shown. until is 0 while
-- it holds.
CREATE TABLE opt_in (
    id        TEXT PRIMARY KEY,
    member_id TEXT NOT NULL,
    topic     TEXT NOT NULL,        -- study lecture summary survey
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    wording   TEXT NOT NULL,        -- version of the words
    ended     TEXT NOT NULL         -- why: said, unbound, unfollowed
);
CREATE UNIQUE INDEX opt_in_now ON opt_in (topic, member_id) WHERE until = 0;

-- Everything that must happen at a time. The key is kind and cause, so that a
-- day's run exists once however often it is asked for.
CREATE TABLE due (
    key        TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,              -- what it is about, such as a day
    at         BIGINT NOT NULL,            -- business time
    place      TEXT NOT NULL DEFAULT '',   -- how far a long run has come
    hold_until BIGINT NOT NULL DEFAULT 0,  -- real time: somebody is at it
    tries      BIGINT NOT NULL DEFAULT 0,
    done_at    BIGINT NOT NULL DEFAULT 0,
    outcome    TEXT NOT NULL DEFAULT ''    -- done, caught up, skipped: why; the last error while open
);
CREATE INDEX due_open ON due (at) WHERE done_at = 0;
CREATE INDEX due_kind ON due (kind, at);

-- A member looked at a topic; the first time counts.
CREATE TABLE topic_open (
    topic_id  TEXT NOT NULL,
    member_id TEXT NOT NULL,
    at        BIGINT NOT NULL,
    how       TEXT NOT NULL,               -- chat or page
    PRIMARY KEY (topic_id, member_id)
) /*sqlite: WITHOUT ROWID*/;

-- +goose Down
DROP TABLE topic_open;
DROP TABLE due;
DROP TABLE opt_in;
DROP TABLE subscription_entry;
DROP TABLE subscription;
DROP TABLE send_use;
DROP TABLE send_pause;
DROP TABLE receipt;
DROP TABLE delivery;
DROP TABLE notice;
ALTER TABLE person DROP COLUMN held;
ALTER TABLE person DROP COLUMN tap_used;
ALTER TABLE person DROP COLUMN tapped_at;
ALTER TABLE person DROP COLUMN said_used;
ALTER TABLE person DROP COLUMN said_at;
