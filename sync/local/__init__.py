"""Side tables of the desktop's SQLite, a module a part of the product.

They hold what the desktop knows and the shared schema has no column for. They are never synced and
do not exist on PostgreSQL. Importing this package defines them all.
"""

from sync.local import documents, privacy, review, search, summaries
from sync.local.base import local_metadata
from sync.local.live import local_gaps, local_guidance, local_recordings
from sync.local.review import local_lines, local_moves, local_originals, local_speakers

__all__ = [
    "documents",
    "local_gaps",
    "local_guidance",
    "local_lines",
    "local_metadata",
    "local_moves",
    "local_originals",
    "local_recordings",
    "local_speakers",
    "privacy",
    "review",
    "search",
    "summaries",
]
