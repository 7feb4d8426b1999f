-- +goose Up

-- The word WITHOUT ROWID is for SQLite alone: its comment is opened by dialect.go.

-- Committee, branches, groups, departments and windows: one tree of units.
CREATE TABLE unit (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,             -- committee branch group department window
    parent_id TEXT NOT NULL DEFAULT '',  -- a group's branch, a window's department, a branch's committee
    name      TEXT NOT NULL,
    pos       BIGINT NOT NULL,           -- order of the first import
    UNIQUE (kind, parent_id, name)
);

CREATE TABLE member (
    id            TEXT PRIMARY KEY,
    staff_no      TEXT NOT NULL UNIQUE,      -- 工号, the key of a person
    name          TEXT NOT NULL,
    phone         BYTEA NOT NULL,            -- sealed; empty when unknown
    department_id TEXT NOT NULL,
    window_id     TEXT NOT NULL DEFAULT '',
    branch_id     TEXT NOT NULL DEFAULT '',  -- 所在支部; empty for staff without one
    group_id      TEXT NOT NULL DEFAULT '',  -- 党小组
    political     BYTEA NOT NULL,            -- 政治面貌, sealed: treated as sensitive
    post          TEXT NOT NULL DEFAULT '',  -- 职务
    roles         TEXT NOT NULL,             -- role codes joined by blanks
    joined_on     BYTEA NOT NULL,            -- 入党时间, a day, sealed; empty when unknown
    remark        TEXT NOT NULL DEFAULT '',
    pos           BIGINT NOT NULL,           -- order of the imported list
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    closed_at     BIGINT NOT NULL DEFAULT 0  -- left; 0 while in service
);

-- A follower of the account. The id is a keyed hash of the openid, so that the
-- table alone names nobody; the openid itself is sealed, for sending.
CREATE TABLE person (
    id            TEXT PRIMARY KEY,
    openid        BYTEA NOT NULL,
    member_id     TEXT NOT NULL DEFAULT '',
    bound_at      BIGINT NOT NULL DEFAULT 0,
    followed      BOOLEAN NOT NULL,
    first_at      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,           -- last callback of any kind
    dialogue      TEXT NOT NULL DEFAULT ''   -- what was shown or asked last, as JSON
);
CREATE UNIQUE INDEX person_member ON person (member_id) WHERE member_id <> '';

CREATE TABLE bind_code (
    member_id  TEXT PRIMARY KEY,
    code_hash  TEXT NOT NULL UNIQUE,      -- keyed hash; the code itself is only printed
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0
);

-- Wrong tries at binding, by openid and by staff number (as keyed hashes).
CREATE TABLE bind_try (
    subject TEXT NOT NULL,
    at      BIGINT NOT NULL,
    id      TEXT NOT NULL,
    PRIMARY KEY (subject, at, id)
);

-- One row per callback that was carried out: the mark and what it answered.
CREATE TABLE inbox (
    key   TEXT PRIMARY KEY,      -- hash of MsgId, or of sender, time, event and event key
    at    BIGINT NOT NULL,
    reply TEXT NOT NULL          -- the reply's kind and text; empty for none
) /*sqlite: WITHOUT ROWID*/;

-- A reply that came too late for its callback and is owed by another way.
CREATE TABLE inbox_late (
    key       TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    due_at    BIGINT NOT NULL,
    tries     BIGINT NOT NULL DEFAULT 0,
    reason    TEXT NOT NULL DEFAULT ''
);

-- A callback whose handling failed for a reason that trying again won't cure.
CREATE TABLE inbox_dead (
    key    TEXT PRIMARY KEY,
    at     BIGINT NOT NULL,
    kind   TEXT NOT NULL,
    body   BYTEA NOT NULL,       -- the message, sealed
    reason TEXT NOT NULL
);

CREATE TABLE topic (
    id          TEXT PRIMARY KEY,
    day         TEXT NOT NULL,             -- local study day
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,             -- Markdown
    link        TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL DEFAULT '',
    audience    TEXT NOT NULL DEFAULT '',  -- unit ids joined by blanks; empty is everybody
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    approved_by TEXT NOT NULL DEFAULT '',  -- member id; empty while it waits
    approved_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (day, audience)
);

-- A question keeps its id; every change makes a new version.
CREATE TABLE question (
    id      TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,      -- of kind, stem and options, blind to blanks and punctuation
    current TEXT NOT NULL                  -- its version
);
CREATE TABLE question_version (
    id          TEXT PRIMARY KEY,
    question_id TEXT NOT NULL,
    kind        TEXT NOT NULL,             -- single multiple truefalse fill short match
    stem        TEXT NOT NULL,
    options     TEXT NOT NULL,             -- JSON array in file order
    answer      TEXT NOT NULL,             -- in the notation of the kind
    explanation TEXT NOT NULL DEFAULT '',
    category    TEXT NOT NULL DEFAULT '',
    difficulty  TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);
CREATE TABLE topic_question (
    topic_id    TEXT NOT NULL,
    pos         BIGINT NOT NULL,
    question_id TEXT NOT NULL,
    PRIMARY KEY (topic_id, pos)
);

-- An answer counts once per topic, question and member. The key is day first:
-- topic ids grow with time, so a day's answers touch few pages (perf).
CREATE TABLE answer (
    topic_id    TEXT NOT NULL,
    question_id TEXT NOT NULL,
    member_id   TEXT NOT NULL,
    version_id  TEXT NOT NULL,             -- what was shown
    given       TEXT NOT NULL,             -- in the notation of the kind, file order
    mark        BIGINT NOT NULL,           -- 1 right, 0 wrong, 2 waits for a person
    at          BIGINT NOT NULL,
    PRIMARY KEY (topic_id, question_id, member_id)
) /*sqlite: WITHOUT ROWID*/;

-- +goose Down
DROP TABLE answer;
DROP TABLE topic_question;
DROP TABLE question_version;
DROP TABLE question;
DROP TABLE topic;
DROP TABLE inbox_dead;
DROP TABLE inbox_late;
DROP TABLE inbox;
DROP TABLE bind_try;
DROP TABLE bind_code;
DROP TABLE person;
DROP TABLE member;
DROP TABLE unit;
