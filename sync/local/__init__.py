"""Side tables of the desktop's SQLite, a module a part of the product.

They hold what the desktop knows and the shared schema has no column for. They are never synced and
do not exist on PostgreSQL. Importing this package defines them all.
"""

from sync.local import documents, privacy, review, search, summaries
from sync.local.base import local_extras, local_metadata
from sync.local.live import local_gaps, local_guidance, local_recordings
from sync.local.privacy import local_purges, local_retention
from sync.local.review import local_marks, local_moves, local_originals, local_speakers
from sync.local.search import (
    local_lines,
    local_people,
    local_sessions,
    local_tags,
    local_texts,
)
from sync.local.sync import local_outbox, local_private, local_sync, local_synced

__all__ = [
    "documents",
    "local_extras",
    "local_gaps",
    "local_guidance",
    "local_lines",
    "local_marks",
    "local_metadata",
    "local_moves",
    "local_originals",
    "local_outbox",
    "local_people",
    "local_private",
    "local_purges",
    "local_recordings",
    "local_retention",
    "local_sessions",
    "local_speakers",
    "local_sync",
    "local_synced",
    "local_tags",
    "local_texts",
    "privacy",
    "review",
    "search",
    "summaries",
]
