CREATE SCHEMA liveconvo_ops;

-- liveconvo_api serves one signed-in user at a time; liveconvo_auth only finds out who that is.
-- Roles belong to the whole server: another database may have made them.
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['liveconvo_api', 'liveconvo_auth'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE 'CREATE ROLE ' || wanted || ' NOLOGIN';
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
        EXECUTE 'GRANT ' || wanted || ' TO CURRENT_USER';
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA liveconvo_ops TO liveconvo_api, liveconvo_auth;

GRANT USAGE ON SCHEMA public TO liveconvo_api, liveconvo_auth;

-- Whom the transaction is for; nobody where it was not said.
CREATE FUNCTION liveconvo_ops.me() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE TABLE liveconvo_ops.sync_epoch (
    only_one BOOLEAN PRIMARY KEY DEFAULT true CHECK (only_one),
    epoch UUID NOT NULL DEFAULT gen_random_uuid()
);

INSERT INTO liveconvo_ops.sync_epoch DEFAULT VALUES;

-- One row a user, locked until its writer commits: so no sequence number becomes visible late.
CREATE TABLE liveconvo_ops.sync_heads (
    user_id UUID PRIMARY KEY,
    seq BIGINT NOT NULL DEFAULT 0
);

-- One entry a row, also of rows that are gone. device_id: whose write it was. seen: each device's
-- last edit that was taken in, so that one that is sent again is not taken for a new one.
CREATE TABLE liveconvo_ops.sync_changes (
    user_id UUID NOT NULL,
    tbl TEXT NOT NULL,
    row_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    device_id UUID,
    seen JSONB NOT NULL DEFAULT '{}',
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, tbl, row_id),
    UNIQUE (user_id, seq)
);

-- The owner of a child whose parent is already gone.
CREATE INDEX idx_sync_changes_sessions ON liveconvo_ops.sync_changes (row_id) WHERE tbl = 'sessions';

-- What lost against a concurrent edit.
CREATE TABLE liveconvo_ops.sync_losers (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL,
    tbl TEXT NOT NULL,
    row_id UUID NOT NULL,
    device_id UUID,
    content JSONB NOT NULL,
    lost_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX idx_sync_losers_row ON liveconvo_ops.sync_losers (user_id, tbl, row_id);

CREATE TABLE liveconvo_ops.devices (
    user_id UUID NOT NULL REFERENCES users ON DELETE CASCADE,
    id UUID NOT NULL,
    name VARCHAR(100) NOT NULL DEFAULT '',
    last_attempt BIGINT NOT NULL DEFAULT 0,
    last_nonce UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, id)
);

-- A refresh token and the access token that was given with it, as hashes. A family is a sign-in.
CREATE TABLE liveconvo_ops.refresh_tokens (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id UUID NOT NULL,
    user_id UUID NOT NULL REFERENCES users ON DELETE CASCADE,
    device_id UUID,
    parent_id UUID REFERENCES liveconvo_ops.refresh_tokens ON DELETE SET NULL,
    refresh_hash BYTEA NOT NULL UNIQUE,
    access_hash BYTEA NOT NULL UNIQUE,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    access_expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    superseded_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX idx_refresh_tokens_family ON liveconvo_ops.refresh_tokens (family_id);

CREATE INDEX idx_refresh_tokens_user ON liveconvo_ops.refresh_tokens (user_id);

CREATE INDEX idx_refresh_tokens_parent ON liveconvo_ops.refresh_tokens (parent_id);

-- Who did what to an account, never a word of a call. Appended to, never changed.
CREATE TABLE liveconvo_ops.audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    user_id UUID,
    event VARCHAR(50) NOT NULL,
    request_id VARCHAR(100),
    ip_address INET,
    detail JSONB
);

CREATE INDEX idx_audit_log_user ON liveconvo_ops.audit_log (user_id, at);

-- Forgotten in a crash of the server, which is fine: unlogged.
CREATE UNLOGGED TABLE liveconvo_ops.rate_limits (
    key TEXT PRIMARY KEY,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    count INTEGER NOT NULL
);

-- Take the caller's place in the queue of their writers; to be called first in a transaction.
CREATE FUNCTION liveconvo_ops.lock_head() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = liveconvo_ops, pg_temp
AS $$
DECLARE found bigint;
BEGIN
    INSERT INTO sync_heads (user_id) VALUES (me()) ON CONFLICT DO NOTHING;
    SELECT seq INTO STRICT found FROM sync_heads WHERE user_id = me() FOR UPDATE;
    RETURN found;
END $$;

-- Give each changed row its user's next numbers. TG_ARGV[0] says whose a row is: by its column
-- user_id, as a child of a session, or (users) by its own id.
CREATE FUNCTION liveconvo_ops.log_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = liveconvo_ops, pg_temp
AS $$
DECLARE
    gone boolean := TG_OP = 'DELETE';
    device uuid := nullif(current_setting('app.device_id', true), '')::uuid;
    versions jsonb := nullif(current_setting('app.versions', true), '')::jsonb;
    owners uuid[];
    ids uuid[];
BEGIN
    IF TG_ARGV[0] = 'column' THEN
        SELECT array_agg(user_id ORDER BY id), array_agg(id ORDER BY id) INTO owners, ids
        FROM changed_rows WHERE user_id IS NOT NULL;
    ELSIF TG_ARGV[0] = 'session' THEN
        SELECT array_agg(c.user_id ORDER BY r.id), array_agg(r.id ORDER BY r.id) INTO owners, ids
        FROM changed_rows r JOIN sync_changes c ON c.tbl = 'sessions' AND c.row_id = r.session_id;
    ELSE
        SELECT array_agg(id ORDER BY id), array_agg(id ORDER BY id) INTO owners, ids
        FROM changed_rows;
    END IF;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    WITH changed AS (
        SELECT owner, id, row_number() OVER (PARTITION BY owner ORDER BY id) AS place,
            count(*) OVER (PARTITION BY owner) AS total
        FROM unnest(owners, ids) AS one (owner, id)
    ), heads AS (
        INSERT INTO sync_heads AS h (user_id, seq)
        SELECT DISTINCT owner, total FROM changed ORDER BY owner
        ON CONFLICT (user_id) DO UPDATE SET seq = h.seq + excluded.seq
        RETURNING user_id, seq
    )
    INSERT INTO sync_changes AS entry (user_id, tbl, row_id, seq, deleted, device_id, seen)
    SELECT owner, TG_TABLE_NAME, id, seq - total + place, gone,
        CASE WHEN versions ? id::text THEN device END,
        CASE WHEN versions ? id::text
            THEN jsonb_build_object(device, versions -> id::text) ELSE '{}' END
    FROM changed JOIN heads ON user_id = owner
    ON CONFLICT (user_id, tbl, row_id) DO UPDATE SET seq = excluded.seq,
        deleted = excluded.deleted, device_id = excluded.device_id,
        seen = entry.seen || excluded.seen, changed_at = excluded.changed_at;
    RETURN NULL;
END $$;

-- Rows from before: parents first, because a child asks for its session's owner.
DO $$
DECLARE source text;
BEGIN
    FOREACH source IN ARRAY ARRAY[
        'SELECT id, ''users'', id FROM users',
        'SELECT user_id, ''subscriptions'', id FROM subscriptions',
        'SELECT user_id, ''templates'', id FROM templates WHERE user_id IS NOT NULL',
        'SELECT user_id, ''sessions'', id FROM sessions',
        'SELECT user_id, ''documents'', id FROM documents',
        'SELECT s.user_id, ''transcripts'', t.id FROM transcripts t JOIN sessions s ON s.id = t.session_id',
        'SELECT s.user_id, ''guidance'', g.id FROM guidance g JOIN sessions s ON s.id = g.session_id',
        'SELECT user_id, ''summaries'', id FROM summaries',
        'SELECT user_id, ''usage_records'', id FROM usage_records'
    ] LOOP
        EXECUTE 'WITH old (user_id, tbl, id) AS (' || source || '), heads AS ('
            'INSERT INTO liveconvo_ops.sync_heads AS h (user_id, seq)'
            ' SELECT user_id, count(*) FROM old GROUP BY user_id'
            ' ON CONFLICT (user_id) DO UPDATE SET seq = h.seq + excluded.seq RETURNING user_id, seq)'
            ' INSERT INTO liveconvo_ops.sync_changes (user_id, tbl, row_id, seq, deleted)'
            ' SELECT user_id, tbl, id, seq + 1 - row_number() OVER (PARTITION BY user_id ORDER BY id DESC), false'
            ' FROM old JOIN heads USING (user_id)';
    END LOOP;
END $$;

DO $$
DECLARE
    owner_of jsonb := '{"users": "self", "subscriptions": "column", "templates": "column",
        "sessions": "column", "documents": "column", "transcripts": "session",
        "guidance": "session", "summaries": "column", "usage_records": "column"}';
    tbl text;
    way text;
BEGIN
    FOR tbl, way IN SELECT * FROM jsonb_each_text(owner_of) LOOP
        EXECUTE 'CREATE TRIGGER sync_insert AFTER INSERT ON ' || tbl
            || ' REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT'
            || ' EXECUTE FUNCTION liveconvo_ops.log_changes(''' || way || ''')';
        EXECUTE 'CREATE TRIGGER sync_update AFTER UPDATE ON ' || tbl
            || ' REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT'
            || ' EXECUTE FUNCTION liveconvo_ops.log_changes(''' || way || ''')';
        EXECUTE 'CREATE TRIGGER sync_delete AFTER DELETE ON ' || tbl
            || ' REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT'
            || ' EXECUTE FUNCTION liveconvo_ops.log_changes(''' || way || ''')';
    END LOOP;
END $$;

-- Forced: the owner of the tables is bound as well. Foreign keys look past it, so that the policy
-- of a row asks for the owner of everything that it points to.
DO $$
DECLARE tbl text;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['users', 'templates', 'sessions', 'documents', 'transcripts',
        'guidance', 'summaries', 'subscriptions', 'usage_records', 'user_app_sessions',
        'system_logs'] LOOP
        EXECUTE 'ALTER TABLE ' || tbl || ' ENABLE ROW LEVEL SECURITY';
        EXECUTE 'ALTER TABLE ' || tbl || ' FORCE ROW LEVEL SECURITY';
    END LOOP;
    -- Not forced: only their owner writes them, in the functions above.
    FOREACH tbl IN ARRAY ARRAY['sync_heads', 'sync_changes', 'sync_losers', 'devices',
        'refresh_tokens', 'audit_log', 'rate_limits'] LOOP
        EXECUTE 'ALTER TABLE liveconvo_ops.' || tbl || ' ENABLE ROW LEVEL SECURITY';
    END LOOP;
END $$;

CREATE POLICY own ON users TO liveconvo_api USING (id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON templates TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()) AND is_system_template IS NOT TRUE)
    WITH CHECK (user_id = (SELECT liveconvo_ops.me()) AND is_system_template IS NOT TRUE);

CREATE POLICY shipped ON templates FOR SELECT TO liveconvo_api
    USING (user_id IS NULL AND is_system_template);

CREATE POLICY own ON sessions TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()))
    WITH CHECK (user_id = (SELECT liveconvo_ops.me())
        AND (selected_template_id IS NULL
            OR EXISTS (SELECT FROM templates t WHERE t.id = selected_template_id
                AND (t.user_id = liveconvo_ops.me() OR t.is_system_template))));

CREATE POLICY own ON documents TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()))
    WITH CHECK (user_id = (SELECT liveconvo_ops.me())
        AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()));

CREATE POLICY own ON summaries TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()))
    WITH CHECK (user_id = (SELECT liveconvo_ops.me())
        AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()));

CREATE POLICY own ON transcripts TO liveconvo_api
    USING (EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()));

CREATE POLICY own ON guidance TO liveconvo_api
    USING (EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()))
    WITH CHECK (EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me())
        AND (triggered_by_transcript_id IS NULL
            OR EXISTS (SELECT FROM transcripts t WHERE t.id = triggered_by_transcript_id
                AND t.session_id = guidance.session_id))
        AND (prompt_template_id IS NULL
            OR EXISTS (SELECT FROM templates t WHERE t.id = prompt_template_id
                AND (t.user_id = liveconvo_ops.me() OR t.is_system_template))));

CREATE POLICY own ON subscriptions FOR SELECT TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON usage_records TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()))
    WITH CHECK (user_id = (SELECT liveconvo_ops.me())
        AND (session_id IS NULL OR EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me()))
        AND (subscription_id IS NULL
            OR EXISTS (SELECT FROM subscriptions p WHERE p.id = subscription_id
                AND p.user_id = liveconvo_ops.me())));

CREATE POLICY own ON user_app_sessions TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON system_logs TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()))
    WITH CHECK (user_id = (SELECT liveconvo_ops.me())
        AND (session_id IS NULL OR EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.user_id = liveconvo_ops.me())));

CREATE POLICY own ON liveconvo_ops.sync_heads FOR SELECT TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON liveconvo_ops.sync_changes FOR SELECT TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON liveconvo_ops.sync_losers TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY own ON liveconvo_ops.devices TO liveconvo_api
    USING (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY appended ON liveconvo_ops.audit_log FOR INSERT TO liveconvo_api
    WITH CHECK (user_id = (SELECT liveconvo_ops.me()));

CREATE POLICY every ON users TO liveconvo_auth USING (true);

CREATE POLICY every ON liveconvo_ops.refresh_tokens TO liveconvo_auth USING (true);

CREATE POLICY every ON liveconvo_ops.devices TO liveconvo_auth USING (true);

CREATE POLICY every ON liveconvo_ops.rate_limits TO liveconvo_auth USING (true);

CREATE POLICY every ON liveconvo_ops.audit_log FOR INSERT TO liveconvo_auth WITH CHECK (true);

-- Not the hash of a password, and not who they are elsewhere.
GRANT SELECT (id, email, email_verified, full_name, timezone, last_login_at,
    has_completed_onboarding, default_microphone_id, default_speaker_id, is_active,
    is_email_verified, created_at, updated_at, deleted_at) ON users TO liveconvo_api;

GRANT UPDATE (full_name, timezone, has_completed_onboarding, default_microphone_id,
    default_speaker_id, updated_at) ON users TO liveconvo_api;

GRANT SELECT, INSERT, UPDATE, DELETE ON templates, sessions, documents, transcripts, guidance,
    summaries TO liveconvo_api;

GRANT SELECT ON subscriptions, alembic_version TO liveconvo_api;

GRANT SELECT, INSERT ON usage_records, system_logs TO liveconvo_api;

GRANT SELECT, INSERT, UPDATE ON user_app_sessions TO liveconvo_api;

GRANT SELECT ON liveconvo_ops.sync_epoch, liveconvo_ops.sync_heads, liveconvo_ops.sync_changes
    TO liveconvo_api;

GRANT SELECT, INSERT ON liveconvo_ops.sync_losers TO liveconvo_api;

GRANT SELECT, INSERT, UPDATE ON liveconvo_ops.devices TO liveconvo_api;

GRANT INSERT ON liveconvo_ops.audit_log TO liveconvo_api, liveconvo_auth;

GRANT SELECT (id, email, password_hash, is_active, deleted_at) ON users TO liveconvo_auth;

GRANT INSERT (id, email, full_name, password_hash) ON users TO liveconvo_auth;

GRANT UPDATE (password_hash, last_login_at) ON users TO liveconvo_auth;

GRANT SELECT, INSERT, UPDATE, DELETE ON liveconvo_ops.refresh_tokens, liveconvo_ops.rate_limits
    TO liveconvo_auth;

GRANT SELECT, INSERT, UPDATE ON liveconvo_ops.devices TO liveconvo_auth;

REVOKE ALL ON FUNCTION liveconvo_ops.lock_head(), liveconvo_ops.log_changes() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION liveconvo_ops.lock_head() TO liveconvo_api;
