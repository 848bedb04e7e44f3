"""What every request goes through: an id, a log line, a body that cannot blow up, plain errors."""

from __future__ import annotations

import logging
import re
import time
import traceback
import zlib
from ipaddress import ip_address
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.protocol import HEADER, MAX_BYTES, MINIMUM
from sync.server.logs import request_id

log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SLACK = 64 * 1024
"""Around the rows themselves: names of fields, device, epoch."""


class HttpError(Exception):
    """An answer that is no success.

    Args:
        status: HTTP status.
        code: For programs.
        message: For people.
        facts: Further fields of the answer.
        headers: Of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        facts: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.facts = facts or {}
        self.headers = headers or {}


class Requests:
    """ASGI middleware: gives each request an id, and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        identity = given if _ID.fullmatch(given) else uuid4().hex
        token = request_id.set(identity)
        began = time.perf_counter()
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", identity.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            facts = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            }
            log.info("request", extra={"facts": facts})
            request_id.reset(token)


def answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer, written by pydantic's serialiser."""
    return Response(to_json(content), status, headers, media_type="application/json")


def speak_errors(app: FastAPI) -> None:
    """Give every failure the same form: a code for programs and a sentence for people."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, HttpError)
        content = {"code": error.code, "message": error.message, **error.facts}
        return answer(content, error.status, error.headers)

    async def database(request: Request, error: Exception) -> Response:
        log.error("the database refuses", extra={"facts": fault(error)})
        content = {"code": "unavailable", "message": "The database cannot be reached just now."}
        return answer(content, 503, {"Retry-After": "5"})

    async def unknown(request: Request, error: Exception) -> Response:
        log.error("a request failed", extra={"facts": fault(error)})
        return answer({"code": "internal", "message": "The server has a fault."}, 500)

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # Not what was given: it may be a password.
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        return answer({"code": "message", "message": f"{where} is missing or not valid."}, 422)

    app.add_exception_handler(HttpError, known)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(OperationalError, database)
    app.add_exception_handler(InterfaceError, database)
    app.add_exception_handler(PoolTimeoutError, database)
    app.add_exception_handler(Exception, unknown)


def fault(error: BaseException) -> dict[str, object]:
    """What a log may say of an error: kind and place. Its text may quote what somebody said."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return {
        "error": type(cause or error).__name__,
        "sqlstate": getattr(cause, "sqlstate", None),
        "where": [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ],
    }


def check_protocol(request: Request) -> None:
    """Refuse a client whose protocol would lose data.

    Raises:
        HttpError: 426.
    """
    told = request.headers.get(HEADER, "")
    if not told.isdecimal() or int(told) < MINIMUM:
        raise HttpError(
            426, "too_old", "Install the newest LiveConvo to sync.", {"minimum": MINIMUM}
        )


async def read_body(request: Request, limit: int = MAX_BYTES + _SLACK) -> bytes:
    """The body, inflated where it is gzip; measured while it is read and inflated.

    Raises:
        HttpError: Too large, or no gzip.
    """
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise HttpError(415, "encoding", "Send gzip, or nothing special.")
    inflater = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    whole = bytearray()
    try:
        async for part in request.stream():
            if inflater is None:
                whole += part
            else:
                whole += inflater.decompress(part, limit + 1 - len(whole))
            if len(whole) > limit:
                raise HttpError(413, "too_large", f"More than {limit} bytes.", {"limit": limit})
    except zlib.error as error:
        raise HttpError(400, "encoding", "The body is no gzip.") from error
    if inflater is not None and not inflater.eof:
        raise HttpError(400, "encoding", "The body ends too early.")
    return bytes(whole)


def client_address(request: Request, proxies: int) -> str | None:
    """The client's IP address; the one that the outermost of our own proxies saw."""
    found = request.client.host if request.client else ""
    if proxies:
        told = [one.strip() for one in request.headers.get("x-forwarded-for", "").split(",")]
        found = told[-proxies] if len(told) >= proxies else found
    try:
        return str(ip_address(found))
    except ValueError:
        return None
