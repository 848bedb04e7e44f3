CREATE TABLE local_lines (
    id INTEGER NOT NULL,
    transcript_id CHAR(36) NOT NULL,
    CONSTRAINT local_lines_pkey PRIMARY KEY (id),
    CONSTRAINT local_lines_transcript_id_key UNIQUE (transcript_id)
);

CREATE TABLE local_people (
    id INTEGER NOT NULL,
    session_id CHAR(36) NOT NULL,
    name VARCHAR(255) NOT NULL,
    company VARCHAR(255) DEFAULT '' NOT NULL,
    CONSTRAINT local_people_pkey PRIMARY KEY (id),
    CONSTRAINT local_people_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX idx_local_people_name ON local_people (name);

CREATE UNIQUE INDEX idx_local_people_place ON local_people (session_id, name);

CREATE TABLE local_sessions (
    number INTEGER NOT NULL,
    session_id CHAR(36) NOT NULL,
    lines INTEGER DEFAULT 0 NOT NULL,
    words INTEGER DEFAULT 0 NOT NULL,
    talk_seconds INTEGER DEFAULT 0 NOT NULL,
    user_talk_seconds INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT local_sessions_pkey PRIMARY KEY (number),
    CONSTRAINT local_sessions_session_id_key UNIQUE (session_id),
    CONSTRAINT local_sessions_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE TABLE local_tags (
    session_id CHAR(36) NOT NULL,
    tag VARCHAR(50) NOT NULL,
    CONSTRAINT local_tags_pkey PRIMARY KEY (session_id, tag),
    CONSTRAINT local_tags_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX idx_local_tags_tag ON local_tags (tag);

CREATE TABLE local_texts (
    id INTEGER NOT NULL,
    kind VARCHAR(10) NOT NULL,
    source_id CHAR(36) NOT NULL,
    session_id CHAR(36) NOT NULL,
    lists TEXT,
    CONSTRAINT local_texts_pkey PRIMARY KEY (id),
    CONSTRAINT local_texts_kind_words CHECK (kind IN ('title', 'summary', 'document')),
    CONSTRAINT local_texts_source_id_key UNIQUE (source_id)
);

CREATE VIEW local_lines_content AS
    SELECT local_lines.id AS id, transcripts.content AS content
        FROM local_lines JOIN transcripts ON transcripts.id = local_lines.transcript_id;

CREATE VIEW local_texts_content AS
    SELECT local_texts.id AS id, coalesce(sessions.title, '') AS title,
        '' AS body
        FROM local_texts JOIN sessions ON sessions.id = local_texts.source_id AND local_texts.kind = 'title'
    UNION ALL
    SELECT local_texts.id AS id, coalesce(summaries.title, '') AS title,
        coalesce(summaries.tldr, '') || char(10) || coalesce(summaries.structured_notes, '')
        || char(10) || coalesce(local_texts.lists, '') AS body
        FROM local_texts JOIN summaries ON summaries.id = local_texts.source_id AND local_texts.kind = 'summary'
    UNION ALL
    SELECT local_texts.id AS id, documents.original_filename AS title,
        coalesce(documents.extracted_text, '') AS body
        FROM local_texts JOIN documents ON documents.id = local_texts.source_id AND local_texts.kind = 'document';

CREATE VIRTUAL TABLE local_lines_fts USING fts5 (content,
    content = 'local_lines_content', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

CREATE VIRTUAL TABLE local_texts_fts USING fts5 (title, body,
    content = 'local_texts_content', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

CREATE TRIGGER local_sessions_insert AFTER INSERT ON sessions BEGIN
    INSERT INTO local_sessions (session_id) VALUES (new.id);
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'title', new.id, new.id, NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, coalesce(new.title, ''), ''
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_sessions_update AFTER UPDATE OF title ON sessions
WHEN old.title IS NOT new.title BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, coalesce(old.title, ''), ''
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'title', new.id, new.id, NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, coalesce(new.title, ''), ''
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_sessions_delete AFTER DELETE ON sessions BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, coalesce(old.title, ''), ''
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
END;

CREATE TRIGGER local_summaries_insert AFTER INSERT ON summaries BEGIN
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'summary', new.id, new.session_id, coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.key_decisions) THEN new.key_decisions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.action_items) THEN new.action_items END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.follow_up_questions) THEN new.follow_up_questions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '') WHERE new.deleted_at IS NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, coalesce(new.title, ''), coalesce(new.tldr, '') || char(10) || coalesce(new.structured_notes, '')
        || char(10) || coalesce(local_texts.lists, '')
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_summaries_update AFTER UPDATE OF title, tldr, structured_notes, key_decisions, action_items, follow_up_questions, deleted_at, session_id ON summaries
WHEN old.title IS NOT new.title
    OR old.tldr IS NOT new.tldr
    OR old.structured_notes IS NOT new.structured_notes
    OR old.key_decisions IS NOT new.key_decisions
    OR old.action_items IS NOT new.action_items
    OR old.follow_up_questions IS NOT new.follow_up_questions
    OR old.deleted_at IS NOT new.deleted_at
    OR old.session_id IS NOT new.session_id BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, coalesce(old.title, ''), coalesce(old.tldr, '') || char(10) || coalesce(old.structured_notes, '')
        || char(10) || coalesce(local_texts.lists, '')
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'summary', new.id, new.session_id, coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.key_decisions) THEN new.key_decisions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.action_items) THEN new.action_items END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(new.follow_up_questions) THEN new.follow_up_questions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '') WHERE new.deleted_at IS NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, coalesce(new.title, ''), coalesce(new.tldr, '') || char(10) || coalesce(new.structured_notes, '')
        || char(10) || coalesce(local_texts.lists, '')
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_summaries_delete AFTER DELETE ON summaries BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, coalesce(old.title, ''), coalesce(old.tldr, '') || char(10) || coalesce(old.structured_notes, '')
        || char(10) || coalesce(local_texts.lists, '')
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
END;

CREATE TRIGGER local_documents_insert AFTER INSERT ON documents BEGIN
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'document', new.id, new.session_id, NULL WHERE new.deleted_at IS NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, new.original_filename, coalesce(new.extracted_text, '')
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_documents_update AFTER UPDATE OF original_filename, extracted_text, deleted_at, session_id ON documents
WHEN old.original_filename IS NOT new.original_filename
    OR old.extracted_text IS NOT new.extracted_text
    OR old.deleted_at IS NOT new.deleted_at
    OR old.session_id IS NOT new.session_id BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, old.original_filename, coalesce(old.extracted_text, '')
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
    INSERT INTO local_texts (kind, source_id, session_id, lists)
        SELECT 'document', new.id, new.session_id, NULL WHERE new.deleted_at IS NULL;
    INSERT INTO local_texts_fts (rowid, title, body)
        SELECT id, new.original_filename, coalesce(new.extracted_text, '')
        FROM local_texts WHERE source_id = new.id;
END;

CREATE TRIGGER local_documents_delete AFTER DELETE ON documents BEGIN
    INSERT INTO local_texts_fts (local_texts_fts, rowid, title, body)
        SELECT 'delete', id, old.original_filename, coalesce(old.extracted_text, '')
        FROM local_texts WHERE source_id = old.id;
    DELETE FROM local_texts WHERE source_id = old.id;
END;

CREATE TRIGGER local_transcripts_insert AFTER INSERT ON transcripts
WHEN new.is_final BEGIN
    INSERT INTO local_lines (id, transcript_id)
        SELECT coalesce((SELECT id FROM local_lines
            WHERE id > number << 24 AND id < (number + 1) << 24
            ORDER BY id DESC LIMIT 1), number << 24) + 1, new.id
        FROM local_sessions WHERE session_id = new.session_id AND new.is_final
        AND NOT EXISTS (SELECT 1 FROM local_lines WHERE transcript_id = new.id);
    INSERT INTO local_lines_fts (rowid, content)
        SELECT id, new.content FROM local_lines WHERE transcript_id = new.id;
    UPDATE local_sessions SET lines = lines + 1, words = words + (CASE WHEN trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')) = '' THEN 0 ELSE length(trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' '))) - length(replace(trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')), ' ', '')) + 1 END),
        talk_seconds = talk_seconds + coalesce(new.duration_seconds, 0),
        user_talk_seconds = user_talk_seconds + iif(new.speaker = 'user', coalesce(new.duration_seconds, 0), 0)
        WHERE session_id = new.session_id AND new.is_final;
END;

CREATE TRIGGER local_transcripts_update AFTER UPDATE OF content, speaker, duration_seconds, is_final, session_id ON transcripts
WHEN (old.is_final OR new.is_final) AND (old.content IS NOT new.content
    OR old.speaker IS NOT new.speaker
    OR old.duration_seconds IS NOT new.duration_seconds
    OR old.is_final IS NOT new.is_final
    OR old.session_id IS NOT new.session_id) BEGIN
    INSERT INTO local_lines_fts (local_lines_fts, rowid, content)
        SELECT 'delete', id, old.content FROM local_lines WHERE transcript_id = old.id;
    DELETE FROM local_lines WHERE transcript_id = old.id
        AND (NOT new.is_final OR old.session_id <> new.session_id);
    INSERT INTO local_lines (id, transcript_id)
        SELECT coalesce((SELECT id FROM local_lines
            WHERE id > number << 24 AND id < (number + 1) << 24
            ORDER BY id DESC LIMIT 1), number << 24) + 1, new.id
        FROM local_sessions WHERE session_id = new.session_id AND new.is_final
        AND NOT EXISTS (SELECT 1 FROM local_lines WHERE transcript_id = new.id);
    INSERT INTO local_lines_fts (rowid, content)
        SELECT id, new.content FROM local_lines WHERE transcript_id = new.id;
    UPDATE local_sessions SET lines = lines - 1, words = words - (CASE WHEN trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')) = '' THEN 0 ELSE length(trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' '))) - length(replace(trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')), ' ', '')) + 1 END),
        talk_seconds = talk_seconds - coalesce(old.duration_seconds, 0),
        user_talk_seconds = user_talk_seconds - iif(old.speaker = 'user', coalesce(old.duration_seconds, 0), 0)
        WHERE session_id = old.session_id AND old.is_final;
    UPDATE local_sessions SET lines = lines + 1, words = words + (CASE WHEN trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')) = '' THEN 0 ELSE length(trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' '))) - length(replace(trim(replace(replace(replace(replace(replace(replace(new.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')), ' ', '')) + 1 END),
        talk_seconds = talk_seconds + coalesce(new.duration_seconds, 0),
        user_talk_seconds = user_talk_seconds + iif(new.speaker = 'user', coalesce(new.duration_seconds, 0), 0)
        WHERE session_id = new.session_id AND new.is_final;
END;

CREATE TRIGGER local_transcripts_delete AFTER DELETE ON transcripts
WHEN old.is_final BEGIN
    INSERT INTO local_lines_fts (local_lines_fts, rowid, content)
        SELECT 'delete', id, old.content FROM local_lines WHERE transcript_id = old.id;
    DELETE FROM local_lines WHERE transcript_id = old.id;
    UPDATE local_sessions SET lines = lines - 1, words = words - (CASE WHEN trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')) = '' THEN 0 ELSE length(trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' '))) - length(replace(trim(replace(replace(replace(replace(replace(replace(old.content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')), ' ', '')) + 1 END),
        talk_seconds = talk_seconds - coalesce(old.duration_seconds, 0),
        user_talk_seconds = user_talk_seconds - iif(old.speaker = 'user', coalesce(old.duration_seconds, 0), 0)
        WHERE session_id = old.session_id AND old.is_final;
END;

INSERT INTO local_sessions
    (number, session_id, lines, words, talk_seconds, user_talk_seconds)
SELECT row_number() OVER (ORDER BY coalesce(recording_started_at, created_at), id), id,
    coalesce(lines, 0), coalesce(words, 0), coalesce(talk, 0), coalesce(user_talk, 0)
FROM sessions LEFT JOIN (
    SELECT session_id, count(*) AS lines, sum(CASE WHEN trim(replace(replace(replace(replace(replace(replace(content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')) = '' THEN 0 ELSE length(trim(replace(replace(replace(replace(replace(replace(content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' '))) - length(replace(trim(replace(replace(replace(replace(replace(replace(content, char(9), ' '), char(10), ' '), char(13), ' '), ' ', char(1, 2)), char(2, 1), ''), char(1, 2), ' ')), ' ', '')) + 1 END) AS words,
        sum(coalesce(duration_seconds, 0)) AS talk,
        sum(iif(speaker = 'user', coalesce(duration_seconds, 0), 0)) AS user_talk
    FROM transcripts WHERE +is_final GROUP BY session_id
) ON session_id = sessions.id;

INSERT INTO local_lines (id, transcript_id)
SELECT (number << 24) + row_number() OVER (
    PARTITION BY number ORDER BY start_time_seconds, end_time_seconds, transcripts.id),
    transcripts.id
FROM transcripts JOIN local_sessions USING (session_id) WHERE +is_final;

INSERT INTO local_texts (kind, source_id, session_id, lists)
SELECT 'title', id, id, NULL FROM sessions
UNION ALL SELECT 'summary', id, session_id, coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(summaries.key_decisions) THEN summaries.key_decisions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(summaries.action_items) THEN summaries.action_items END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
        || char(10) || coalesce((SELECT group_concat(atom, char(10))
            FROM json_tree(CASE WHEN json_valid(summaries.follow_up_questions) THEN summaries.follow_up_questions END)
            WHERE type = 'text' AND (path = '$' OR key IN ('text', 'owner'))), '')
FROM summaries WHERE deleted_at IS NULL
UNION ALL SELECT 'document', id, session_id, NULL FROM documents WHERE deleted_at IS NULL;

INSERT INTO local_lines_fts (local_lines_fts) VALUES ('rebuild');

INSERT INTO local_texts_fts (local_texts_fts) VALUES ('rebuild');

