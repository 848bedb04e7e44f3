CREATE TABLE local_outbox (
    version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tbl VARCHAR(20) NOT NULL,
    row_id CHAR(36) NOT NULL,
    deleted BOOLEAN NOT NULL,
    parked VARCHAR(30),
    CONSTRAINT local_outbox_row UNIQUE (row_id, tbl)
);

CREATE INDEX idx_local_outbox_next ON local_outbox (parked, deleted, tbl, version);

CREATE TABLE local_private (
    session_id CHAR(36) NOT NULL,
    CONSTRAINT local_private_pkey PRIMARY KEY (session_id),
    CONSTRAINT local_private_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE TABLE local_sync (
    id INTEGER NOT NULL,
    server TEXT NOT NULL,
    email VARCHAR(255) NOT NULL,
    account_id CHAR(36) NOT NULL,
    device_id CHAR(36) NOT NULL,
    enabled BOOLEAN DEFAULT 0 NOT NULL,
    recording BOOLEAN DEFAULT 1 NOT NULL,
    epoch CHAR(36),
    seq INTEGER DEFAULT 0 NOT NULL,
    attempt INTEGER DEFAULT 0 NOT NULL,
    last_sync_at TEXT,
    last_error TEXT,
    CONSTRAINT local_sync_pkey PRIMARY KEY (id),
    CONSTRAINT local_sync_only_one CHECK (id = 1)
);

CREATE TABLE local_synced (
    row_id CHAR(36) NOT NULL,
    tbl VARCHAR(20) NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT local_synced_pkey PRIMARY KEY (row_id, tbl)
)
 WITHOUT ROWID;

CREATE TRIGGER local_sync_templates_insert AFTER INSERT ON templates
WHEN new.is_system_template IS NOT 1 AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'templates' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('templates', new.id, 0);
END;

CREATE TRIGGER local_sync_templates_update AFTER UPDATE OF context_instructions, conversation_type, created_at, deleted_at, description, guidance_prompts, is_active, is_system_template, last_used_at, name, summary_template, updated_at, usage_count ON templates
WHEN new.is_system_template IS NOT 1 AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'templates' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('templates', new.id, 0);
END;

CREATE TRIGGER local_sync_templates_delete AFTER DELETE ON templates
WHEN old.is_system_template IS NOT 1 AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'templates' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('templates', old.id, 1);
END;

CREATE TRIGGER local_sync_sessions_insert AFTER INSERT ON sessions
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'sessions' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('sessions', new.id, 0);
END;

CREATE TRIGGER local_sync_sessions_update AFTER UPDATE OF audio_deleted_at, conversation_type, created_at, data_retention_days, deleted_at, recording_duration_seconds, recording_ended_at, recording_started_at, selected_template_id, silence_periods_count, status, title, total_words_spoken, updated_at, user_talk_time_seconds ON sessions
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'sessions' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('sessions', new.id, 0);
END;

CREATE TRIGGER local_sync_sessions_delete AFTER DELETE ON sessions
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'sessions' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('sessions', old.id, 1);
END;

CREATE TRIGGER local_sync_documents_insert AFTER INSERT ON documents
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'documents' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('documents', new.id, 0);
END;

CREATE TRIGGER local_sync_documents_update AFTER UPDATE OF created_at, deleted_at, extracted_text, file_size_bytes, file_type, ocr_confidence_score, original_filename, processing_error, processing_status, session_id, updated_at ON documents
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'documents' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('documents', new.id, 0);
END;

CREATE TRIGGER local_sync_documents_delete AFTER DELETE ON documents
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'documents' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('documents', old.id, 1);
END;

CREATE TRIGGER local_sync_transcripts_insert AFTER INSERT ON transcripts
WHEN new.is_final AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'transcripts' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('transcripts', new.id, 0);
END;

CREATE TRIGGER local_sync_transcripts_update AFTER UPDATE OF confidence_score, content, created_at, duration_seconds, end_time_seconds, is_final, session_id, speaker, start_time_seconds, stt_provider, updated_at ON transcripts
WHEN new.is_final AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'transcripts' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('transcripts', new.id, 0);
END;

CREATE TRIGGER local_sync_transcripts_delete AFTER DELETE ON transcripts
WHEN old.is_final AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'transcripts' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('transcripts', old.id, 1);
END;

CREATE TRIGGER local_sync_guidance_insert AFTER INSERT ON guidance
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'guidance' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('guidance', new.id, 0);
END;

CREATE TRIGGER local_sync_guidance_update AFTER UPDATE OF content, context_snippet, created_at, guidance_type, model_used, priority, processing_time_ms, prompt_template_id, session_id, triggered_at_seconds, triggered_by_transcript_id, updated_at, user_feedback, was_clicked, was_dismissed, was_displayed ON guidance
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'guidance' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('guidance', new.id, 0);
END;

CREATE TRIGGER local_sync_guidance_delete AFTER DELETE ON guidance
WHEN (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'guidance' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('guidance', old.id, 1);
END;

CREATE TRIGGER local_sync_summaries_insert AFTER INSERT ON summaries
WHEN new.generation_status IS NOT 'generating' AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'summaries' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('summaries', new.id, 0);
END;

CREATE TRIGGER local_sync_summaries_update AFTER UPDATE OF action_items, created_at, deleted_at, export_count, follow_up_questions, full_transcript, generation_error, generation_status, generation_time_seconds, is_marked_done, key_decisions, last_exported_at, model_used, session_id, structured_notes, title, tldr, updated_at ON summaries
WHEN new.generation_status IS NOT 'generating' AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'summaries' AND row_id = new.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('summaries', new.id, 0);
END;

CREATE TRIGGER local_sync_summaries_delete AFTER DELETE ON summaries
WHEN old.generation_status IS NOT 'generating' AND (SELECT recording FROM local_sync) BEGIN
    DELETE FROM local_outbox WHERE tbl = 'summaries' AND row_id = old.id;
    INSERT INTO local_outbox (tbl, row_id, deleted) VALUES ('summaries', old.id, 1);
END;
