CREATE TABLE local_marks (
    transcript_id CHAR(36) NOT NULL,
    group_id CHAR(36),
    starred BOOLEAN NOT NULL,
    comment TEXT NOT NULL,
    CONSTRAINT local_marks_pkey PRIMARY KEY (transcript_id),
    CONSTRAINT local_marks_transcript_id_fkey FOREIGN KEY(transcript_id) REFERENCES transcripts (id) ON DELETE CASCADE
);

CREATE TABLE local_moves (
    old_id CHAR(36) NOT NULL,
    session_id CHAR(36) NOT NULL,
    new_id CHAR(36) NOT NULL,
    CONSTRAINT local_moves_pkey PRIMARY KEY (old_id),
    CONSTRAINT local_moves_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX idx_local_moves_session_id ON local_moves (session_id);

CREATE TABLE local_originals (
    id CHAR(36) NOT NULL,
    session_id CHAR(36) NOT NULL,
    group_id CHAR(36) NOT NULL,
    content TEXT NOT NULL,
    speaker VARCHAR(50) NOT NULL,
    confidence_score INTEGER,
    start_time_seconds INTEGER NOT NULL,
    end_time_seconds INTEGER NOT NULL,
    stt_provider VARCHAR(50) NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT local_originals_pkey PRIMARY KEY (id),
    CONSTRAINT local_originals_speaker_words CHECK (speaker IN ('user', 'system', 'other')),
    CONSTRAINT local_originals_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX idx_local_originals_session_id ON local_originals (session_id);

CREATE TABLE local_speakers (
    session_id CHAR(36) NOT NULL,
    speaker VARCHAR(50) NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT local_speakers_pkey PRIMARY KEY (session_id, speaker),
    CONSTRAINT local_speakers_speaker_words CHECK (speaker IN ('user', 'system', 'other')),
    CONSTRAINT local_speakers_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

