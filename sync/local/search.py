"""Side tables of the library and its full-text index, kept in step by triggers.

Two FTS5 indexes: one over final lines of transcripts, one over everything that is not a line
(titles of sessions, summaries, documents). Both are external-content tables over views: the words
are stored once, in their own rows. SQLite may renumber the rows of a table without an INTEGER
PRIMARY KEY, so the index has row numbers of its own in ``local_lines`` and ``local_texts``.

A line's number is its session's number, shifted, plus a count: what was said in one session, and in
sessions made one after the other, lies together, so that a search in some sessions or from the
newest backwards reads only their part of the index.

Every trigger has the same form: take out what was indexed, from the ``old`` row, put in what is to
be indexed, from the ``new`` one. A partial touches neither index nor figures. ``INSERT OR REPLACE``
does not run delete triggers and must not be used on these tables; upserts are fine.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from sync import schema
from sync.local.base import local_extras, local_metadata
from sync.schema import words_check
from sync.types import ExactDecimal, Uuid

LINE_BITS = 24
"""A line's number is ``session number << LINE_BITS`` plus its count in the session, from 1."""

TEXT_KINDS = ("title", "summary", "document")


def _session_ref(**kw: Any) -> Column[str]:
    return Column("session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), **kw)


def _sum(name: str, kind: type[Integer] | ExactDecimal) -> Column[int]:
    return Column(name, kind, nullable=False, server_default=text("0"))


local_sessions = Table(
    "local_sessions",
    local_metadata,
    Column("number", Integer, primary_key=True),
    _session_ref(nullable=False, unique=True),
    _sum("lines", Integer),
    _sum("words", Integer),
    _sum("talk_seconds", ExactDecimal(12, 3)),
    _sum("user_talk_seconds", ExactDecimal(12, 3)),
    info={
        "doc": "Running figures over a session's finals, so that a list needs no transcript. The"
        " seconds outlive the words: retention leaves them."
    },
)

local_lines = Table(
    "local_lines",
    local_metadata,
    Column("id", Integer, primary_key=True),
    # No foreign key: the trigger needs the number after the row has gone.
    Column("transcript_id", Uuid, nullable=False, unique=True),
)

local_texts = Table(
    "local_texts",
    local_metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("source_id", Uuid, nullable=False, unique=True),
    Column("session_id", Uuid, nullable=False),
    # What a summary's JSON columns say. FTS5 reads no table-valued function while it rebuilds.
    Column("lists", Text),
    words_check("local_texts", "kind", TEXT_KINDS),
)

local_tags = Table(
    "local_tags",
    local_metadata,
    _session_ref(primary_key=True),
    Column("tag", String(50), primary_key=True),
    Index("idx_local_tags_tag", "tag"),
)

local_people = Table(
    "local_people",
    local_metadata,
    Column("id", Integer, primary_key=True),
    _session_ref(nullable=False),
    Column("name", String(255), nullable=False),
    Column("company", String(255), nullable=False, server_default=text("''")),
    Index("idx_local_people_place", "session_id", "name", unique=True),
    Index("idx_local_people_name", "name"),
)


def _words(column: str) -> str:
    """SQL that counts what stands between white space, as ``str.split`` does.

    Runs of blanks become one: each blank is written as two marks, and marks that meet the wrong
    way round vanish.
    """
    blank = f"replace(replace(replace({column}, char(9), ' '), char(10), ' '), char(13), ' ')"
    one = f"replace(replace(replace({blank}, ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')"
    trimmed = f"trim({one})"
    return (
        f"CASE WHEN {trimmed} = '' THEN 0"
        f" ELSE length({trimmed}) - length(replace({trimmed}, ' ', '')) + 1 END"
    )


def _json_words(column: str) -> str:
    """The texts of a JSON list: its strings, and ``text`` and ``owner`` of its objects."""
    return (
        f"coalesce((SELECT group_concat(atom, char(10))\n"
        f"            FROM json_tree(CASE WHEN json_valid({column}) THEN {column} END)\n"
        f"            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')"
    )


def _lists(row: str) -> str:
    columns = ("key_decisions", "action_items", "follow_up_questions")
    joined = "\n        || char(10) || "
    return joined.join(_json_words(f"{row}.{column}") for column in columns)


def _line_figures(row: str, sign: str) -> str:
    duration = f"coalesce({row}.duration_seconds, 0)"
    return (
        f"UPDATE local_sessions SET lines = lines {sign} 1,"
        f" words = words {sign} ({_words(row + '.content')}),\n"
        f"        talk_seconds = talk_seconds {sign} {duration},\n"
        f"        user_talk_seconds = user_talk_seconds"
        f" {sign} iif({row}.speaker = 'user', {duration}, 0)\n"
        f"        WHERE session_id = {row}.session_id AND {row}.is_final"
    )


_LINE_OUT = (
    "INSERT INTO local_lines_fts (local_lines_fts, rowid, content)\n"
    "        SELECT 'delete', id, old.content FROM local_lines WHERE transcript_id = old.id"
)
_LINE_NUMBER = (
    f"INSERT INTO local_lines (id, transcript_id)\n"
    f"        SELECT coalesce((SELECT id FROM local_lines\n"
    f"            WHERE id > number << {LINE_BITS} AND id < (number + 1) << {LINE_BITS}\n"
    f"            ORDER BY id DESC LIMIT 1), number << {LINE_BITS}) + 1, new.id\n"
    f"        FROM local_sessions WHERE session_id = new.session_id AND new.is_final\n"
    f"        AND NOT EXISTS (SELECT 1 FROM local_lines WHERE transcript_id = new.id)"
)
_LINE_IN = (
    "INSERT INTO local_lines_fts (rowid, content)\n"
    "        SELECT id, new.content FROM local_lines WHERE transcript_id = new.id"
)

_SOURCES: dict[str, tuple[str, str, str, str]] = {
    # kind: table, its title, its body, the columns that both are made of
    "title": ("sessions", "coalesce({}.title, '')", "''", "title"),
    "summary": (
        "summaries",
        "coalesce({}.title, '')",
        "coalesce({0}.tldr, '') || char(10) || coalesce({0}.structured_notes, '')\n"
        "        || char(10) || coalesce(local_texts.lists, '')",
        "title, tldr, structured_notes, key_decisions, action_items, follow_up_questions,"
        " deleted_at, session_id",
    ),
    "document": (
        "documents",
        "{}.original_filename",
        "coalesce({}.extracted_text, '')",
        "original_filename, extracted_text, deleted_at, session_id",
    ),
}


def _text_steps(kind: str) -> tuple[str, str]:
    """How a text leaves the index, and how it comes in."""
    _, title, body, _ = _SOURCES[kind]
    # A deleted session is looked past when searching; it may come back by an undo.
    kept = "" if kind == "title" else " WHERE new.deleted_at IS NULL"
    session = "new.id" if kind == "title" else "new.session_id"
    out = (
        f"    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)\n"
        f"        SELECT 'delete', id, {title.format('old')}, {body.format('old')}\n"
        f"        FROM local_texts WHERE source_id = old.id;\n"
        f"    DELETE FROM local_texts WHERE source_id = old.id;\n"
    )
    lists = _lists("new") if kind == "summary" else "NULL"
    into = (
        f"    INSERT INTO local_texts (kind, source_id, session_id, lists)\n"
        f"        SELECT '{kind}', new.id, {session}, {lists}{kept};\n"
        f"    INSERT INTO local_texts_fts (rowid, title, body)\n"
        f"        SELECT id, {title.format('new')}, {body.format('new')}\n"
        f"        FROM local_texts WHERE source_id = new.id;\n"
    )
    return out, into


def _changed(columns: str) -> str:
    return "\n    OR ".join(f"old.{name} IS NOT new.{name}" for name in columns.split(", "))


def _text_triggers(kind: str) -> dict[str, str]:
    table, _, _, columns = _SOURCES[kind]
    out, into = _text_steps(kind)
    number = "    INSERT INTO local_sessions (session_id) VALUES (new.id);\n"
    name = f"local_{table}"
    return {
        f"{name}_insert": f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN\n"
        f"{number if kind == 'title' else ''}{into}END",
        f"{name}_update": f"CREATE TRIGGER {name}_update AFTER UPDATE OF {columns} ON {table}\n"
        f"WHEN {_changed(columns)} BEGIN\n{out}{into}END",
        f"{name}_delete": f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN\n{out}END",
    }


def _texts_view() -> str:
    parts = [
        f"    SELECT local_texts.id AS id, {title.format(table)} AS title,\n"
        f"        {body.format(table)} AS body\n"
        f"        FROM local_texts JOIN {table} ON {table}.id = local_texts.source_id"
        f" AND local_texts.kind = '{kind}'"
        for kind, (table, title, body, _) in _SOURCES.items()
    ]
    return "CREATE VIEW local_texts_content AS\n" + "\n    UNION ALL\n".join(parts)


_LINE_COLUMNS = "content, speaker, duration_seconds, is_final, session_id"
# Accents do not matter; two- and three-letter beginnings have an index of their own, so that a
# prefix is read like a word while somebody types.
_TOKENS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'"

local_extras.update(
    {
        "local_lines_content": "CREATE VIEW local_lines_content AS\n"
        "    SELECT local_lines.id AS id, transcripts.content AS content\n"
        "        FROM local_lines JOIN transcripts ON transcripts.id = local_lines.transcript_id",
        "local_texts_content": _texts_view(),
        "local_lines_fts": "CREATE VIRTUAL TABLE local_lines_fts USING fts5 (content,\n"
        f"    content = 'local_lines_content', content_rowid = 'id', {_TOKENS})",
        "local_texts_fts": "CREATE VIRTUAL TABLE local_texts_fts USING fts5 (title, body,\n"
        f"    content = 'local_texts_content', content_rowid = 'id', {_TOKENS})",
        **_text_triggers("title"),
        **_text_triggers("summary"),
        **_text_triggers("document"),
        "local_transcripts_insert": "CREATE TRIGGER local_transcripts_insert"
        " AFTER INSERT ON transcripts\nWHEN new.is_final BEGIN\n"
        f"    {_LINE_NUMBER};\n    {_LINE_IN};\n    {_line_figures('new', '+')};\nEND",
        "local_transcripts_update": "CREATE TRIGGER local_transcripts_update"
        f" AFTER UPDATE OF {_LINE_COLUMNS} ON transcripts\n"
        f"WHEN (old.is_final OR new.is_final) AND ({_changed(_LINE_COLUMNS)}) BEGIN\n"
        f"    {_LINE_OUT};\n"
        "    DELETE FROM local_lines WHERE transcript_id = old.id\n"
        "        AND (NOT new.is_final OR old.session_id <> new.session_id);\n"
        f"    {_LINE_NUMBER};\n    {_LINE_IN};\n"
        f"    {_line_figures('old', '-')};\n    {_line_figures('new', '+')};\nEND",
        "local_transcripts_delete": "CREATE TRIGGER local_transcripts_delete"
        " AFTER DELETE ON transcripts\nWHEN old.is_final BEGIN\n"
        f"    {_LINE_OUT};\n    DELETE FROM local_lines WHERE transcript_id = old.id;\n"
        f"    {_line_figures('old', '-')};\nEND",
    }
)

FILL = (
    # The numbers follow the calls' own time, whatever order the rows came in.
    "INSERT INTO local_sessions\n"
    "    (number, session_id, lines, words, talk_seconds, user_talk_seconds)\n"
    "SELECT row_number() OVER (ORDER BY coalesce(recording_started_at, created_at), id), id,\n"
    "    coalesce(lines, 0), coalesce(words, 0), coalesce(talk, 0), coalesce(user_talk, 0)\n"
    "FROM sessions LEFT JOIN (\n"
    f"    SELECT session_id, count(*) AS lines, sum({_words('content')}) AS words,\n"
    "        sum(coalesce(duration_seconds, 0)) AS talk,\n"
    "        sum(iif(speaker = 'user', coalesce(duration_seconds, 0), 0)) AS user_talk\n"
    "    FROM transcripts WHERE +is_final GROUP BY session_id\n"
    ") ON session_id = sessions.id",
    "INSERT INTO local_lines (id, transcript_id)\n"
    f"SELECT (number << {LINE_BITS}) + row_number() OVER (\n"
    "    PARTITION BY number ORDER BY start_time_seconds, end_time_seconds, transcripts.id),\n"
    "    transcripts.id\n"
    "FROM transcripts JOIN local_sessions USING (session_id) WHERE +is_final",
    "INSERT INTO local_texts (kind, source_id, session_id, lists)\n"
    "SELECT 'title', id, id, NULL FROM sessions\n"
    f"UNION ALL SELECT 'summary', id, session_id, {_lists('summaries')}\n"
    "FROM summaries WHERE deleted_at IS NULL\n"
    "UNION ALL SELECT 'document', id, session_id, NULL FROM documents WHERE deleted_at IS NULL",
    "INSERT INTO local_lines_fts (local_lines_fts) VALUES ('rebuild')",
    "INSERT INTO local_texts_fts (local_texts_fts) VALUES ('rebuild')",
)
"""Statements that fill the empty side tables and indexes from the rows that are there."""
