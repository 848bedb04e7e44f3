"""The one definition of every shared table, for PostgreSQL and for SQLite.

It follows the product's database schema document (version 1.0) column by column; what is added to
it is only the CHECKs: the allowed words of statuses and kinds on both dialects, and the lengths
of VARCHARs on SQLite, which does not enforce them itself. Tables that only the desktop keeps are
in ``sync.local``. Types, and why: docs/database.md.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
    true,
)

from sync.types import ExactDecimal, Inet, Json, NewUuid, Now, UtcDateTime, Uuid

SCHEMA_VERSION = "1.0"
"""Of the document that the tables follow."""

NAMING = {
    # PostgreSQL's own names, so that a database made from the document looks the same.
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_name)s_key",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
}
metadata = MetaData(naming_convention=NAMING)

CONVERSATION_TYPES = ("sales_call", "interview", "meeting", "consultation")
SESSION_STATUSES = ("draft", "active", "completed", "archived")
SPEAKERS = ("user", "system", "other")
GUIDANCE_TYPES = ("ask", "clarify", "avoid", "suggest", "warn")
FEEDBACKS = ("helpful", "irrelevant", "too_late")
WORK_STATUSES = ("pending", "processing", "completed", "failed")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def _id() -> Column[str]:
    return Column("id", Uuid, primary_key=True, server_default=NewUuid())


def _ref(name: str, target: str, ondelete: str | None = "CASCADE", **kw: Any) -> Column[str]:
    return Column(name, Uuid, ForeignKey(target, ondelete=ondelete), **kw)


def _at(name: str) -> Column[Any]:
    return Column(name, UtcDateTime)


def _stamped(name: str) -> Column[Any]:
    return Column(name, UtcDateTime, server_default=Now())


def _flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, server_default=true() if default else false())


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, server_default=text(str(default)))


def words_check(table: str, column: str, words: tuple[str, ...]) -> CheckConstraint:
    """A CHECK that names the words a column may hold (NULL passes where the column allows it)."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{table}_{column}_words")


users = Table(
    "users",
    metadata,
    _id(),
    Column("email", String(255), unique=True, nullable=False),
    _flag("email_verified"),
    Column("full_name", String(255)),
    Column("timezone", String(50), server_default=text("'UTC'")),
    Column("password_hash", String(255)),
    Column("google_id", String(255), unique=True),
    _at("last_login_at"),
    _flag("has_completed_onboarding"),
    Column("default_microphone_id", String(255)),
    Column("default_speaker_id", String(255)),
    _flag("is_active", default=True),
    _flag("is_email_verified"),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("deleted_at"),
    Index("idx_users_email", "email"),
    Index("idx_users_google_id", "google_id"),
    Index("idx_users_created_at", "created_at"),
)

templates = Table(
    "templates",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    Column("name", String(255), nullable=False),
    Column("description", Text),
    Column("conversation_type", String(50)),
    _flag("is_system_template"),
    _flag("is_public"),
    Column("guidance_prompts", Json),
    Column("context_instructions", Text),
    Column("summary_template", Text),
    _count("usage_count"),
    _at("last_used_at"),
    _flag("is_active", default=True),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("deleted_at"),
    words_check("templates", "conversation_type", CONVERSATION_TYPES),
    Index("idx_templates_user_id", "user_id"),
    Index("idx_templates_conversation_type", "conversation_type"),
    Index("idx_templates_is_system", "is_system_template"),
    Index("idx_templates_is_public", "is_public"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _ref("user_id", "users.id", nullable=False),
    Column("title", String(255)),
    Column("conversation_type", String(50)),
    Column("status", String(20), server_default=text("'draft'")),
    _ref("selected_template_id", "templates.id", ondelete=None),
    Column("audio_file_url", String(512)),
    _count("recording_duration_seconds"),
    _at("recording_started_at"),
    _at("recording_ended_at"),
    _count("total_words_spoken"),
    _count("user_talk_time_seconds"),
    _count("silence_periods_count"),
    _at("audio_deleted_at"),
    _count("data_retention_days", default=30),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("deleted_at"),
    words_check("sessions", "conversation_type", CONVERSATION_TYPES),
    words_check("sessions", "status", SESSION_STATUSES),
    Index("idx_sessions_user_id", "user_id"),
    Index("idx_sessions_status", "status"),
    Index("idx_sessions_created_at", "created_at"),
    Index("idx_sessions_conversation_type", "conversation_type"),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _ref("session_id", "sessions.id", nullable=False),
    _ref("user_id", "users.id", nullable=False),
    Column("original_filename", String(255), nullable=False),
    Column("file_type", String(50), nullable=False),
    Column("file_size_bytes", Integer, nullable=False),
    Column("file_url", String(512)),
    Column("extracted_text", Text),
    Column("processing_status", String(20), server_default=text("'pending'")),
    Column("processing_error", Text),
    Column("embedding_status", String(20), server_default=text("'pending'")),
    Column("pinecone_vector_id", String(255)),
    Column("ocr_confidence_score", ExactDecimal(3, 2)),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("deleted_at"),
    words_check("documents", "processing_status", WORK_STATUSES),
    words_check("documents", "embedding_status", WORK_STATUSES),
    Index("idx_documents_session_id", "session_id"),
    Index("idx_documents_user_id", "user_id"),
    Index("idx_documents_file_type", "file_type"),
    Index("idx_documents_processing_status", "processing_status"),
)

transcripts = Table(
    "transcripts",
    metadata,
    _id(),
    _ref("session_id", "sessions.id", nullable=False),
    Column("content", Text, nullable=False),
    Column("speaker", String(50), server_default=text("'user'")),
    Column("confidence_score", ExactDecimal(3, 2)),
    Column("start_time_seconds", ExactDecimal(10, 3), nullable=False),
    Column("end_time_seconds", ExactDecimal(10, 3)),
    Column("duration_seconds", ExactDecimal(8, 3)),
    Column("stt_provider", String(50)),
    _flag("is_final"),
    _stamped("created_at"),
    _stamped("updated_at"),
    words_check("transcripts", "speaker", SPEAKERS),
    Index("idx_transcripts_session_id", "session_id"),
    Index("idx_transcripts_start_time", "start_time_seconds"),
    Index("idx_transcripts_is_final", "is_final"),
)

guidance = Table(
    "guidance",
    metadata,
    _id(),
    _ref("session_id", "sessions.id", nullable=False),
    Column("content", Text, nullable=False),
    Column("guidance_type", String(20), nullable=False),
    _count("priority", default=1),
    _ref("triggered_by_transcript_id", "transcripts.id", ondelete=None),
    Column("context_snippet", Text),
    Column("triggered_at_seconds", ExactDecimal(10, 3)),
    _flag("was_displayed"),
    _flag("was_clicked"),
    _flag("was_dismissed"),
    Column("user_feedback", String(20)),
    Column("model_used", String(50)),
    _ref("prompt_template_id", "templates.id", ondelete=None),
    Column("processing_time_ms", Integer),
    _stamped("created_at"),
    _stamped("updated_at"),
    words_check("guidance", "guidance_type", GUIDANCE_TYPES),
    words_check("guidance", "user_feedback", FEEDBACKS),
    CheckConstraint("priority BETWEEN 1 AND 3", name="guidance_priority_range"),
    Index("idx_guidance_session_id", "session_id"),
    Index("idx_guidance_type", "guidance_type"),
    Index("idx_guidance_triggered_at", "triggered_at_seconds"),
    Index("idx_guidance_was_displayed", "was_displayed"),
)

summaries = Table(
    "summaries",
    metadata,
    _id(),
    _ref("session_id", "sessions.id", nullable=False),
    _ref("user_id", "users.id", nullable=False),
    Column("title", String(255)),
    Column("tldr", Text),
    Column("key_decisions", Json),
    Column("action_items", Json),
    Column("follow_up_questions", Json),
    Column("full_transcript", Text),
    Column("structured_notes", Text),
    Column("generation_status", String(20), server_default=text("'pending'")),
    Column("generation_error", Text),
    Column("model_used", String(50)),
    Column("generation_time_seconds", ExactDecimal(6, 2)),
    _count("export_count"),
    _at("last_exported_at"),
    _flag("is_marked_done"),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("deleted_at"),
    words_check("summaries", "generation_status", ("pending", "generating", "completed", "failed")),
    Index("idx_summaries_session_id", "session_id"),
    Index("idx_summaries_user_id", "user_id"),
    Index("idx_summaries_status", "generation_status"),
    Index("idx_summaries_marked_done", "is_marked_done"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _ref("user_id", "users.id", nullable=False),
    Column("stripe_customer_id", String(255), unique=True),
    Column("stripe_subscription_id", String(255), unique=True),
    Column("stripe_price_id", String(255)),
    Column("plan_name", String(50), nullable=False),
    Column("plan_type", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    _at("current_period_start"),
    _at("current_period_end"),
    Column("monthly_audio_hours_limit", Integer),
    Column("monthly_audio_hours_used", ExactDecimal(6, 2), server_default=text("0")),
    _stamped("created_at"),
    _stamped("updated_at"),
    _at("canceled_at"),
    words_check("subscriptions", "plan_name", ("free", "pro", "team")),
    words_check("subscriptions", "plan_type", ("monthly", "yearly")),
    words_check("subscriptions", "status", ("active", "past_due", "canceled", "unpaid")),
    Index("idx_subscriptions_user_id", "user_id"),
    Index("idx_subscriptions_stripe_customer", "stripe_customer_id"),
    Index("idx_subscriptions_status", "status"),
    Index("idx_subscriptions_current_period", "current_period_end"),
)

usage_records = Table(
    "usage_records",
    metadata,
    _id(),
    _ref("user_id", "users.id", nullable=False),
    _ref("session_id", "sessions.id"),
    _ref("subscription_id", "subscriptions.id"),
    Column("usage_type", String(50), nullable=False),
    Column("quantity", ExactDecimal(10, 3), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("billing_period_start", Date, nullable=False),
    Column("billing_period_end", Date, nullable=False),
    Column("unit_price_cents", Integer),
    Column("total_cost_cents", Integer),
    _stamped("created_at"),
    words_check(
        "usage_records", "usage_type", ("audio_processing", "ai_guidance", "summary_generation")
    ),
    words_check("usage_records", "unit", ("hours", "calls", "tokens")),
    Index("idx_usage_records_user_id", "user_id"),
    Index("idx_usage_records_session_id", "session_id"),
    Index("idx_usage_records_billing_period", "billing_period_start", "billing_period_end"),
    Index("idx_usage_records_usage_type", "usage_type"),
)

user_app_sessions = Table(
    "user_app_sessions",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    Column("session_token", String(255), unique=True),
    Column("ip_address", Inet),
    Column("user_agent", Text),
    Column("country_code", String(2)),
    Column("city", String(100)),
    _stamped("started_at"),
    _stamped("last_activity_at"),
    _at("ended_at"),
    Column("duration_seconds", Integer),
    _count("page_views"),
    Column("device_type", String(20)),
    Column("browser", String(50)),
    Column("os", String(50)),
    words_check("user_app_sessions", "device_type", ("desktop", "tablet", "mobile")),
    Index("idx_user_app_sessions_user_id", "user_id"),
    Index("idx_user_app_sessions_started_at", "started_at"),
)

system_logs = Table(
    "system_logs",
    metadata,
    _id(),
    Column("level", String(10), nullable=False),
    Column("logger_name", String(100)),
    Column("message", Text, nullable=False),
    _ref("user_id", "users.id", ondelete="SET NULL"),
    _ref("session_id", "sessions.id", ondelete="SET NULL"),
    Column("module", String(100)),
    Column("function_name", String(100)),
    Column("line_number", Integer),
    Column("exception_traceback", Text),
    Column("request_id", String(100)),
    Column("ip_address", Inet),
    Column("endpoint", String(255)),
    _stamped("created_at"),
    words_check("system_logs", "level", LOG_LEVELS),
    Index("idx_system_logs_level", "level"),
    Index("idx_system_logs_created_at", "created_at"),
    Index("idx_system_logs_user_id", "user_id"),
    Index("idx_system_logs_session_id", "session_id"),
)


def _check_lengths(table: Table) -> None:
    for column in table.columns:
        # CHAR(36) of a UUID is a TypeDecorator, not a String.
        if isinstance(column.type, String) and column.type.length is not None:
            check = CheckConstraint(
                f"length({column.name}) <= {column.type.length}",
                name=f"{table.name}_{column.name}_length",
            )
            table.append_constraint(check.ddl_if(dialect="sqlite"))


for _table in metadata.tables.values():
    _check_lengths(_table)
