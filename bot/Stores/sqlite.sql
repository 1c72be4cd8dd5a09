-- The ledger: entries' exact bytes, their leaf hashes, and what is kept beside them. Append-only.
CREATE TABLE ledger (
  seq     INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  txn     TEXT    NOT NULL,
  leaf    BLOB    NOT NULL,
  entry   BLOB    NOT NULL
) STRICT;
CREATE INDEX ledger_by_txn ON ledger (txn, seq);
CREATE INDEX ledger_config ON ledger (seq)
  WHERE kind IN ('config.changed', 'config.proposed', 'person.linked', 'person.unlinked');
CREATE INDEX ledger_keys ON ledger (seq) WHERE kind IN ('key.created', 'key.rotated');
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Erasable: an entry names it by SHA-256(salt, body). Erased: both are empty, and the entry that says so.
CREATE TABLE content (
  seq     INTEGER PRIMARY KEY REFERENCES ledger (seq),
  salt    BLOB    NOT NULL,
  body    BLOB    NOT NULL,
  erased  INTEGER
) STRICT;

-- Roots of full subtrees of 256^level leaves; level 0 is the ledger's own column.
CREATE TABLE node (
  level   INTEGER NOT NULL,
  idx     INTEGER NOT NULL,
  hash    BLOB    NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  size       INTEGER NOT NULL,
  checkpoint TEXT    NOT NULL
) STRICT;

-- Projections: rebuilt from the ledger at any time.
-- A request's row is found by the entry that opened it, which is the first of its transaction in ledger_by_txn.
CREATE TABLE request (
  opening    INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL,
  agent      TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  code       TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  idem_hash  TEXT,
  state      BLOB    NOT NULL
) STRICT;
CREATE INDEX request_by_agent ON request (agent, opening);
CREATE INDEX request_by_code ON request (code, opening);
CREATE UNIQUE INDEX request_by_idem ON request (idem_hash) WHERE idem_hash IS NOT NULL;
CREATE INDEX request_pending ON request (expires_at) WHERE status = 'pending';

CREATE TABLE document (
  area    TEXT NOT NULL,
  name    TEXT NOT NULL,
  body    BLOB NOT NULL,
  PRIMARY KEY (area, name)
) STRICT, WITHOUT ROWID;

-- Work that is owed to the chat platforms: copies of cards that do not show the present state.
CREATE TABLE outbox (
  token        TEXT    PRIMARY KEY,
  surface      TEXT    NOT NULL,
  queue        TEXT    NOT NULL,
  request      TEXT    NOT NULL,
  due_at       INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  generation   INTEGER NOT NULL,
  maybe_posted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (surface, queue, due_at);

-- Changes that agents are owed a callback for. Without due_at: given up, kept to be looked at and tried again.
CREATE TABLE callback (
  id       TEXT    PRIMARY KEY,
  agent    TEXT    NOT NULL,
  request  TEXT    NOT NULL,
  type     TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  due_at   INTEGER,
  attempts INTEGER NOT NULL,
  error    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_due ON callback (agent, due_at);

-- What anchors answered about checkpoints of this ledger. Append-only: it cannot be made anew.
CREATE TABLE anchor (
  anchor     TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  checkpoint TEXT    NOT NULL,
  answer     BLOB    NOT NULL,
  PRIMARY KEY (anchor, size)
) STRICT;
CREATE TRIGGER anchor_no_update BEFORE UPDATE ON anchor BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER anchor_no_delete BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- When each anchor gets the newest checkpoint, and how it went last.
CREATE TABLE anchor_turn (
  anchor       TEXT    PRIMARY KEY,
  due_at       INTEGER NOT NULL,
  generation   INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  error        TEXT,
  contradicted INTEGER NOT NULL,
  done_at      INTEGER
) STRICT, WITHOUT ROWID;

-- Deliveries of the chat platforms that were acted on, by hash: a captured one has no effect twice.
CREATE TABLE seen (
  key    TEXT    PRIMARY KEY,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);
