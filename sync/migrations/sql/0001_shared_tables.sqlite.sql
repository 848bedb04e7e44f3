CREATE TABLE users (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    email VARCHAR(255) NOT NULL,
    email_verified BOOLEAN DEFAULT 0,
    full_name VARCHAR(255),
    timezone VARCHAR(50) DEFAULT 'UTC',
    password_hash VARCHAR(255),
    google_id VARCHAR(255),
    last_login_at TEXT,
    has_completed_onboarding BOOLEAN DEFAULT 0,
    default_microphone_id VARCHAR(255),
    default_speaker_id VARCHAR(255),
    is_active BOOLEAN DEFAULT 1,
    is_email_verified BOOLEAN DEFAULT 0,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    deleted_at TEXT,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_google_id_key UNIQUE (google_id),
    CONSTRAINT users_email_length CHECK (length(email) <= 255),
    CONSTRAINT users_full_name_length CHECK (length(full_name) <= 255),
    CONSTRAINT users_timezone_length CHECK (length(timezone) <= 50),
    CONSTRAINT users_password_hash_length CHECK (length(password_hash) <= 255),
    CONSTRAINT users_google_id_length CHECK (length(google_id) <= 255),
    CONSTRAINT users_default_microphone_id_length CHECK (length(default_microphone_id) <= 255),
    CONSTRAINT users_default_speaker_id_length CHECK (length(default_speaker_id) <= 255)
);

CREATE INDEX idx_users_created_at ON users (created_at);

CREATE INDEX idx_users_email ON users (email);

CREATE INDEX idx_users_google_id ON users (google_id);

CREATE TABLE subscriptions (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    user_id CHAR(36) NOT NULL,
    stripe_customer_id VARCHAR(255),
    stripe_subscription_id VARCHAR(255),
    stripe_price_id VARCHAR(255),
    plan_name VARCHAR(50) NOT NULL,
    plan_type VARCHAR(20) NOT NULL,
    status VARCHAR(20) NOT NULL,
    current_period_start TEXT,
    current_period_end TEXT,
    monthly_audio_hours_limit INTEGER,
    monthly_audio_hours_used INTEGER DEFAULT 0,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    canceled_at TEXT,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_plan_name_words CHECK (plan_name IN ('free', 'pro', 'team')),
    CONSTRAINT subscriptions_plan_type_words CHECK (plan_type IN ('monthly', 'yearly')),
    CONSTRAINT subscriptions_status_words CHECK (status IN ('active', 'past_due', 'canceled', 'unpaid')),
    CONSTRAINT subscriptions_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT subscriptions_stripe_customer_id_key UNIQUE (stripe_customer_id),
    CONSTRAINT subscriptions_stripe_subscription_id_key UNIQUE (stripe_subscription_id),
    CONSTRAINT subscriptions_stripe_customer_id_length CHECK (length(stripe_customer_id) <= 255),
    CONSTRAINT subscriptions_stripe_subscription_id_length CHECK (length(stripe_subscription_id) <= 255),
    CONSTRAINT subscriptions_stripe_price_id_length CHECK (length(stripe_price_id) <= 255),
    CONSTRAINT subscriptions_plan_name_length CHECK (length(plan_name) <= 50),
    CONSTRAINT subscriptions_plan_type_length CHECK (length(plan_type) <= 20),
    CONSTRAINT subscriptions_status_length CHECK (length(status) <= 20)
);

CREATE INDEX idx_subscriptions_current_period ON subscriptions (current_period_end);

CREATE INDEX idx_subscriptions_status ON subscriptions (status);

CREATE INDEX idx_subscriptions_stripe_customer ON subscriptions (stripe_customer_id);

CREATE INDEX idx_subscriptions_user_id ON subscriptions (user_id);

CREATE TABLE templates (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    user_id CHAR(36),
    name VARCHAR(255) NOT NULL,
    description TEXT,
    conversation_type VARCHAR(50),
    is_system_template BOOLEAN DEFAULT 0,
    is_public BOOLEAN DEFAULT 0,
    guidance_prompts TEXT,
    context_instructions TEXT,
    summary_template TEXT,
    usage_count INTEGER DEFAULT 0,
    last_used_at TEXT,
    is_active BOOLEAN DEFAULT 1,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    deleted_at TEXT,
    CONSTRAINT templates_pkey PRIMARY KEY (id),
    CONSTRAINT templates_conversation_type_words CHECK (conversation_type IN ('sales_call', 'interview', 'meeting', 'consultation')),
    CONSTRAINT templates_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT templates_name_length CHECK (length(name) <= 255),
    CONSTRAINT templates_conversation_type_length CHECK (length(conversation_type) <= 50)
);

CREATE INDEX idx_templates_conversation_type ON templates (conversation_type);

CREATE INDEX idx_templates_is_public ON templates (is_public);

CREATE INDEX idx_templates_is_system ON templates (is_system_template);

CREATE INDEX idx_templates_user_id ON templates (user_id);

CREATE TABLE user_app_sessions (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    user_id CHAR(36),
    session_token VARCHAR(255),
    ip_address TEXT,
    user_agent TEXT,
    country_code VARCHAR(2),
    city VARCHAR(100),
    started_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    last_activity_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    ended_at TEXT,
    duration_seconds INTEGER,
    page_views INTEGER DEFAULT 0,
    device_type VARCHAR(20),
    browser VARCHAR(50),
    os VARCHAR(50),
    CONSTRAINT user_app_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT user_app_sessions_device_type_words CHECK (device_type IN ('desktop', 'tablet', 'mobile')),
    CONSTRAINT user_app_sessions_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_app_sessions_session_token_key UNIQUE (session_token),
    CONSTRAINT user_app_sessions_session_token_length CHECK (length(session_token) <= 255),
    CONSTRAINT user_app_sessions_country_code_length CHECK (length(country_code) <= 2),
    CONSTRAINT user_app_sessions_city_length CHECK (length(city) <= 100),
    CONSTRAINT user_app_sessions_device_type_length CHECK (length(device_type) <= 20),
    CONSTRAINT user_app_sessions_browser_length CHECK (length(browser) <= 50),
    CONSTRAINT user_app_sessions_os_length CHECK (length(os) <= 50)
);

CREATE INDEX idx_user_app_sessions_started_at ON user_app_sessions (started_at);

CREATE INDEX idx_user_app_sessions_user_id ON user_app_sessions (user_id);

CREATE TABLE sessions (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    user_id CHAR(36) NOT NULL,
    title VARCHAR(255),
    conversation_type VARCHAR(50),
    status VARCHAR(20) DEFAULT 'draft',
    selected_template_id CHAR(36),
    audio_file_url VARCHAR(512),
    recording_duration_seconds INTEGER DEFAULT 0,
    recording_started_at TEXT,
    recording_ended_at TEXT,
    total_words_spoken INTEGER DEFAULT 0,
    user_talk_time_seconds INTEGER DEFAULT 0,
    silence_periods_count INTEGER DEFAULT 0,
    audio_deleted_at TEXT,
    data_retention_days INTEGER DEFAULT 30,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    deleted_at TEXT,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_conversation_type_words CHECK (conversation_type IN ('sales_call', 'interview', 'meeting', 'consultation')),
    CONSTRAINT sessions_status_words CHECK (status IN ('draft', 'active', 'completed', 'archived')),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT sessions_selected_template_id_fkey FOREIGN KEY(selected_template_id) REFERENCES templates (id),
    CONSTRAINT sessions_title_length CHECK (length(title) <= 255),
    CONSTRAINT sessions_conversation_type_length CHECK (length(conversation_type) <= 50),
    CONSTRAINT sessions_status_length CHECK (length(status) <= 20),
    CONSTRAINT sessions_audio_file_url_length CHECK (length(audio_file_url) <= 512)
);

CREATE INDEX idx_sessions_conversation_type ON sessions (conversation_type);

CREATE INDEX idx_sessions_created_at ON sessions (created_at);

CREATE INDEX idx_sessions_status ON sessions (status);

CREATE INDEX idx_sessions_user_id ON sessions (user_id);

CREATE TABLE documents (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    session_id CHAR(36) NOT NULL,
    user_id CHAR(36) NOT NULL,
    original_filename VARCHAR(255) NOT NULL,
    file_type VARCHAR(50) NOT NULL,
    file_size_bytes INTEGER NOT NULL,
    file_url VARCHAR(512),
    extracted_text TEXT,
    processing_status VARCHAR(20) DEFAULT 'pending',
    processing_error TEXT,
    embedding_status VARCHAR(20) DEFAULT 'pending',
    pinecone_vector_id VARCHAR(255),
    ocr_confidence_score INTEGER,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    deleted_at TEXT,
    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT documents_processing_status_words CHECK (processing_status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT documents_embedding_status_words CHECK (embedding_status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT documents_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT documents_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT documents_original_filename_length CHECK (length(original_filename) <= 255),
    CONSTRAINT documents_file_type_length CHECK (length(file_type) <= 50),
    CONSTRAINT documents_file_url_length CHECK (length(file_url) <= 512),
    CONSTRAINT documents_processing_status_length CHECK (length(processing_status) <= 20),
    CONSTRAINT documents_embedding_status_length CHECK (length(embedding_status) <= 20),
    CONSTRAINT documents_pinecone_vector_id_length CHECK (length(pinecone_vector_id) <= 255)
);

CREATE INDEX idx_documents_file_type ON documents (file_type);

CREATE INDEX idx_documents_processing_status ON documents (processing_status);

CREATE INDEX idx_documents_session_id ON documents (session_id);

CREATE INDEX idx_documents_user_id ON documents (user_id);

CREATE TABLE summaries (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    session_id CHAR(36) NOT NULL,
    user_id CHAR(36) NOT NULL,
    title VARCHAR(255),
    tldr TEXT,
    key_decisions TEXT,
    action_items TEXT,
    follow_up_questions TEXT,
    full_transcript TEXT,
    structured_notes TEXT,
    generation_status VARCHAR(20) DEFAULT 'pending',
    generation_error TEXT,
    model_used VARCHAR(50),
    generation_time_seconds INTEGER,
    export_count INTEGER DEFAULT 0,
    last_exported_at TEXT,
    is_marked_done BOOLEAN DEFAULT 0,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    deleted_at TEXT,
    CONSTRAINT summaries_pkey PRIMARY KEY (id),
    CONSTRAINT summaries_generation_status_words CHECK (generation_status IN ('pending', 'generating', 'completed', 'failed')),
    CONSTRAINT summaries_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT summaries_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT summaries_title_length CHECK (length(title) <= 255),
    CONSTRAINT summaries_generation_status_length CHECK (length(generation_status) <= 20),
    CONSTRAINT summaries_model_used_length CHECK (length(model_used) <= 50)
);

CREATE INDEX idx_summaries_marked_done ON summaries (is_marked_done);

CREATE INDEX idx_summaries_session_id ON summaries (session_id);

CREATE INDEX idx_summaries_status ON summaries (generation_status);

CREATE INDEX idx_summaries_user_id ON summaries (user_id);

CREATE TABLE system_logs (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    level VARCHAR(10) NOT NULL,
    logger_name VARCHAR(100),
    message TEXT NOT NULL,
    user_id CHAR(36),
    session_id CHAR(36),
    module VARCHAR(100),
    function_name VARCHAR(100),
    line_number INTEGER,
    exception_traceback TEXT,
    request_id VARCHAR(100),
    ip_address TEXT,
    endpoint VARCHAR(255),
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    CONSTRAINT system_logs_pkey PRIMARY KEY (id),
    CONSTRAINT system_logs_level_words CHECK (level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')),
    CONSTRAINT system_logs_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT system_logs_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE SET NULL,
    CONSTRAINT system_logs_level_length CHECK (length(level) <= 10),
    CONSTRAINT system_logs_logger_name_length CHECK (length(logger_name) <= 100),
    CONSTRAINT system_logs_module_length CHECK (length(module) <= 100),
    CONSTRAINT system_logs_function_name_length CHECK (length(function_name) <= 100),
    CONSTRAINT system_logs_request_id_length CHECK (length(request_id) <= 100),
    CONSTRAINT system_logs_endpoint_length CHECK (length(endpoint) <= 255)
);

CREATE INDEX idx_system_logs_created_at ON system_logs (created_at);

CREATE INDEX idx_system_logs_level ON system_logs (level);

CREATE INDEX idx_system_logs_session_id ON system_logs (session_id);

CREATE INDEX idx_system_logs_user_id ON system_logs (user_id);

CREATE TABLE transcripts (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    session_id CHAR(36) NOT NULL,
    content TEXT NOT NULL,
    speaker VARCHAR(50) DEFAULT 'user',
    confidence_score INTEGER,
    start_time_seconds INTEGER NOT NULL,
    end_time_seconds INTEGER,
    duration_seconds INTEGER,
    stt_provider VARCHAR(50),
    is_final BOOLEAN DEFAULT 0,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    CONSTRAINT transcripts_pkey PRIMARY KEY (id),
    CONSTRAINT transcripts_speaker_words CHECK (speaker IN ('user', 'system', 'other')),
    CONSTRAINT transcripts_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT transcripts_speaker_length CHECK (length(speaker) <= 50),
    CONSTRAINT transcripts_stt_provider_length CHECK (length(stt_provider) <= 50)
);

CREATE INDEX idx_transcripts_is_final ON transcripts (is_final);

CREATE INDEX idx_transcripts_session_id ON transcripts (session_id);

CREATE INDEX idx_transcripts_start_time ON transcripts (start_time_seconds);

CREATE TABLE usage_records (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    user_id CHAR(36) NOT NULL,
    session_id CHAR(36),
    subscription_id CHAR(36),
    usage_type VARCHAR(50) NOT NULL,
    quantity INTEGER NOT NULL,
    unit VARCHAR(20) NOT NULL,
    billing_period_start DATE NOT NULL,
    billing_period_end DATE NOT NULL,
    unit_price_cents INTEGER,
    total_cost_cents INTEGER,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    CONSTRAINT usage_records_pkey PRIMARY KEY (id),
    CONSTRAINT usage_records_usage_type_words CHECK (usage_type IN ('audio_processing', 'ai_guidance', 'summary_generation')),
    CONSTRAINT usage_records_unit_words CHECK (unit IN ('hours', 'calls', 'tokens')),
    CONSTRAINT usage_records_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT usage_records_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT usage_records_subscription_id_fkey FOREIGN KEY(subscription_id) REFERENCES subscriptions (id) ON DELETE CASCADE,
    CONSTRAINT usage_records_usage_type_length CHECK (length(usage_type) <= 50),
    CONSTRAINT usage_records_unit_length CHECK (length(unit) <= 20)
);

CREATE INDEX idx_usage_records_billing_period ON usage_records (billing_period_start, billing_period_end);

CREATE INDEX idx_usage_records_session_id ON usage_records (session_id);

CREATE INDEX idx_usage_records_usage_type ON usage_records (usage_type);

CREATE INDEX idx_usage_records_user_id ON usage_records (user_id);

CREATE TABLE guidance (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    session_id CHAR(36) NOT NULL,
    content TEXT NOT NULL,
    guidance_type VARCHAR(20) NOT NULL,
    priority INTEGER DEFAULT 1,
    triggered_by_transcript_id CHAR(36),
    context_snippet TEXT,
    triggered_at_seconds INTEGER,
    was_displayed BOOLEAN DEFAULT 0,
    was_clicked BOOLEAN DEFAULT 0,
    was_dismissed BOOLEAN DEFAULT 0,
    user_feedback VARCHAR(20),
    model_used VARCHAR(50),
    prompt_template_id CHAR(36),
    processing_time_ms INTEGER,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    CONSTRAINT guidance_pkey PRIMARY KEY (id),
    CONSTRAINT guidance_guidance_type_words CHECK (guidance_type IN ('ask', 'clarify', 'avoid', 'suggest', 'warn')),
    CONSTRAINT guidance_user_feedback_words CHECK (user_feedback IN ('helpful', 'irrelevant', 'too_late')),
    CONSTRAINT guidance_priority_range CHECK (priority BETWEEN 1 AND 3),
    CONSTRAINT guidance_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT guidance_triggered_by_transcript_id_fkey FOREIGN KEY(triggered_by_transcript_id) REFERENCES transcripts (id),
    CONSTRAINT guidance_prompt_template_id_fkey FOREIGN KEY(prompt_template_id) REFERENCES templates (id),
    CONSTRAINT guidance_guidance_type_length CHECK (length(guidance_type) <= 20),
    CONSTRAINT guidance_user_feedback_length CHECK (length(user_feedback) <= 20),
    CONSTRAINT guidance_model_used_length CHECK (length(model_used) <= 50)
);

CREATE INDEX idx_guidance_session_id ON guidance (session_id);

CREATE INDEX idx_guidance_triggered_at ON guidance (triggered_at_seconds);

CREATE INDEX idx_guidance_type ON guidance (guidance_type);

CREATE INDEX idx_guidance_was_displayed ON guidance (was_displayed);

