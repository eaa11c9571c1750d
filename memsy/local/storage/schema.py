"""Database schema: the SQL script that creates the tables, its version and format id."""

from __future__ import annotations

import re

from memsy.local.storage import words

VERSION = 4
APPLICATION_ID = int.from_bytes(b"Mems", "big")
"""Number in the header of a database file that names the program it belongs to."""

TABLES = """
CREATE TABLE counter (value INTEGER NOT NULL);
INSERT INTO counter VALUES (0);

CREATE TABLE keys (
    key_id TEXT PRIMARY KEY, org_id TEXT NOT NULL, user_id TEXT NOT NULL, digest BLOB NOT NULL,
    prefix TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL, is_session INTEGER NOT NULL,
    created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER
);

CREATE TABLE members (
    org_id TEXT, user_id TEXT, role TEXT NOT NULL, has_seat INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id)
) WITHOUT ROWID;

CREATE TABLE usage (
    org_id TEXT, hour INTEGER, dimension TEXT, key_id TEXT, quantity INTEGER NOT NULL,
    PRIMARY KEY (org_id, hour, dimension, key_id)
) WITHOUT ROWID;

-- Sign-ups of agents. The inbox is set on approval, and the last three ids when the key is issued.
CREATE TABLE signups (
    signup_id TEXT PRIMARY KEY, digest BLOB NOT NULL, status TEXT NOT NULL, org_name TEXT,
    inbox TEXT, error TEXT, org_id TEXT, user_id TEXT, key_id TEXT, created_at INTEGER NOT NULL
);

CREATE TABLE interest (org_id TEXT PRIMARY KEY, expressed_at INTEGER NOT NULL);

CREATE TABLE connectors (
    seq INTEGER PRIMARY KEY, connector_id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
    provider TEXT NOT NULL, user_id TEXT NOT NULL, status TEXT NOT NULL,
    is_authorized INTEGER NOT NULL, display_name TEXT, external_account_id TEXT,
    configured_by_email TEXT NOT NULL, bucket TEXT, region TEXT,
    last_sync_at INTEGER, last_error TEXT, created_at INTEGER NOT NULL
);
-- Resources that a provider offers. The column above is the folder or repository of a resource.
CREATE TABLE offers (
    seq INTEGER PRIMARY KEY, connector_id TEXT NOT NULL, above TEXT NOT NULL,
    external_id TEXT NOT NULL, resource_type TEXT NOT NULL, name TEXT
);
CREATE TABLE selections (
    seq INTEGER PRIMARY KEY, connector_id TEXT NOT NULL,
    external_id TEXT NOT NULL, resource_type TEXT NOT NULL, name TEXT
);

CREATE TABLE hierarchy (
    noun TEXT NOT NULL, record_id TEXT NOT NULL, org_id TEXT NOT NULL, name TEXT NOT NULL,
    focus TEXT NOT NULL, promotion_prompt TEXT NOT NULL, prompt_meta TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    PRIMARY KEY (noun, record_id)
);

CREATE TABLE events (
    seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
    key_id TEXT NOT NULL, actor_id TEXT NOT NULL, session_id TEXT NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, role_id TEXT, team_id TEXT, ts INTEGER NOT NULL, metadata TEXT,
    source_id TEXT, source_author_email TEXT, source_author_id TEXT,
    fingerprint BLOB NOT NULL, ingested_at INTEGER NOT NULL,
    state TEXT NOT NULL, due_at INTEGER
);
CREATE INDEX events_by_time ON events (org_id, ts);
CREATE INDEX events_by_fingerprint ON events (fingerprint, ingested_at);
CREATE INDEX events_pending ON events (due_at) WHERE state = 'pending';

-- The columns that a search reads come first: SQLite reads a row from its beginning.
CREATE TABLE memories (
    seq INTEGER PRIMARY KEY, memory_id TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,
    status TEXT NOT NULL, level TEXT NOT NULL, actor_id TEXT, role_id TEXT, team_id TEXT,
    session_id TEXT, observed_at INTEGER NOT NULL,
    type TEXT NOT NULL, kind TEXT NOT NULL, event_id TEXT NOT NULL, confidence REAL NOT NULL,
    strength REAL NOT NULL, half_life_days REAL NOT NULL,
    recall_count INTEGER NOT NULL, last_recalled_at INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX memories_by_time ON memories (org_id, status, observed_at DESC, memory_id);
CREATE INDEX memories_by_actor ON memories (org_id, actor_id, created_at);
"""

# The text column has words of words.py, so the tokenizer keeps all characters beyond ASCII.
# The scope column encodes the visibility of a memory in words: see domain/visibility.py.
SEARCH_INDEX = """
CREATE VIRTUAL TABLE memory_index USING fts5(text, scope, content='', tokenize='porter ascii')
"""

TABLE_NAMES = tuple(re.findall(r"^CREATE TABLE (\w+)", TABLES, re.MULTILINE))
"""Names of all tables but those of the search index."""

# BM25 weighs a word by the share of documents that contain it. This share is not meaningful in an
# index of three documents, so the index starts with 200 background documents that no search finds.
# With them, the first memory of a test has the score that it has among many memories. In a large
# store they make no difference. Their only word is a private-use character, their scope has the
# version of the words in the index, and their row ids are negative.
BACKGROUND = f"""
    WITH RECURSIVE below (rowid) AS (
        SELECT -1 UNION ALL SELECT rowid - 1 FROM below WHERE rowid > -200
    )
    INSERT INTO memory_index (rowid, text, scope)
    SELECT
        rowid,
        '\ue000 \ue000 \ue000 \ue000 \ue000 \ue000 \ue000 \ue000 \ue000 \ue000',
        '\ue000 {words.VERSION}'
    FROM below
"""  # noqa: S608 - a constant version

SCRIPT = f"""
    BEGIN; {TABLES} {SEARCH_INDEX}; {BACKGROUND};
    PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;
"""
