CREATE TABLE local_gaps (
    id INTEGER NOT NULL,
    session_id CHAR(36) NOT NULL,
    channel VARCHAR(10) NOT NULL,
    t0 INTEGER NOT NULL,
    t1 INTEGER NOT NULL,
    reason VARCHAR(10) NOT NULL,
    CONSTRAINT local_gaps_pkey PRIMARY KEY (id),
    CONSTRAINT local_gaps_channel_words CHECK (channel IN ('mic', 'speaker')),
    CONSTRAINT local_gaps_reason_words CHECK (reason IN ('lost', 'stalled', 'device', 'paused', 'killed')),
    CONSTRAINT local_gaps_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_local_gaps_place ON local_gaps (session_id, channel, t0);

CREATE TABLE local_guidance (
    guidance_id CHAR(36) NOT NULL,
    cue TEXT NOT NULL,
    detail TEXT NOT NULL,
    expires_seconds INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    CONSTRAINT local_guidance_pkey PRIMARY KEY (guidance_id),
    CONSTRAINT local_guidance_guidance_id_fkey FOREIGN KEY(guidance_id) REFERENCES guidance (id) ON DELETE CASCADE
);

CREATE TABLE local_recordings (
    session_id CHAR(36) NOT NULL,
    path TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    CONSTRAINT local_recordings_pkey PRIMARY KEY (session_id),
    CONSTRAINT local_recordings_state_words CHECK (state IN ('open', 'complete')),
    CONSTRAINT local_recordings_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

