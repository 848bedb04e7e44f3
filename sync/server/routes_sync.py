"""``/v1/sync``: what a device sends, and what it reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sync.merge import StaleAttemptError, take_in
from sync.protocol import MAX_ROWS, Page, Push, PushReply
from sync.server.accounts import Accounts, SignInError
from sync.server.database import Database
from sync.server.http import HttpError, answer, check_protocol, read_body
from sync.server.ledger import PostgresLedger
from sync.server.reading import OtherEpochError, epoch, read_page

_NEW_EPOCH = "The server was restored from a backup: read everything again."


def sync_routes(accounts: Accounts, database: Database) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/v1/sync", dependencies=[Depends(check_protocol)])

    def signed_in(request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            try:
                return accounts.user_of(token)
            except SignInError:
                pass
        raise HttpError(401, "token", "Sign in again.", headers={"WWW-Authenticate": "Bearer"})

    @router.post("/push", response_model=PushReply)
    async def push(request: Request) -> Response:
        """Merge edits of a device; a result for each row, and a bad one hinders no other."""
        # First: a stranger's body is not even read.
        user_id = await run_in_threadpool(signed_in, request)
        body = await read_body(request)
        return answer(await run_in_threadpool(_push, database, user_id, body))

    @router.get("/pull", response_model=Page)
    def pull(
        request: Request,
        epoch: UUID | None = None,
        seq: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = MAX_ROWS,
    ) -> Response:
        """Changes after a cursor, the oldest first."""
        user_id = signed_in(request)
        try:
            with database.view_of_user(user_id) as connection:
                return answer(read_page(connection, str(epoch) if epoch else None, seq, limit))
        except OtherEpochError as error:
            raise HttpError(410, "new_epoch", _NEW_EPOCH) from error

    return router


def _push(database: Database, user_id: str, body: bytes) -> PushReply:
    try:
        message = Push.model_validate_json(body)
    except ValidationError as error:
        # Not pydantic's own text: it quotes what was sent.
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise HttpError(422, "message", f"The message cannot be read at {where!r}.") from error
    with database.of_user(user_id) as connection:
        if epoch(connection) != str(message.epoch):
            raise HttpError(410, "new_epoch", _NEW_EPOCH)
        try:
            return take_in(PostgresLedger(connection), message, datetime.now(UTC))
        except StaleAttemptError as error:
            raise HttpError(
                409, "stale_attempt", "A later request overtook this one.", {"last": error.last}
            ) from error
