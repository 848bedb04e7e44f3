"""``/v1/auth``: signing up, in and out, and the next tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from sync.server.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Accounts,
    BadEmailError,
    SignInError,
    WeakPasswordError,
)
from sync.server.audit import Audit
from sync.server.config import Config
from sync.server.http import HttpError, answer, client_address
from sync.server.limits import TooManyTriesError
from sync.server.logs import request_id

_NO_STORE = {"Cache-Control": "no-store"}


class SignUp(BaseModel):
    """A new account."""

    email: str = Field(max_length=255)
    password: str = Field(max_length=1000)
    full_name: str = Field(default="", max_length=255)


class SignIn(BaseModel):
    """A sign-in on a device."""

    email: str = Field(max_length=255)
    password: str = Field(max_length=1000)
    device: UUID | None = None


class Refresh(BaseModel):
    """A refresh token."""

    refresh_token: str = Field(max_length=200)


def auth_routes(accounts: Accounts, config: Config) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/v1/auth")

    def audit(request: Request) -> Audit:
        return Audit(request_id.get(), client_address(request, config.trusted_proxies))

    @router.post("/signup")
    def signup(request: Request, given: SignUp) -> Response:
        """Make an account. The answer is the same where there is one already: then sign in."""
        with _translated():
            accounts.sign_up(given.email, given.password, given.full_name, audit(request))
        return answer({"status": "accepted"}, 202, _NO_STORE)

    @router.post("/login")
    def login(request: Request, given: SignIn) -> Response:
        """Tokens for a password."""
        with _translated():
            tokens = accounts.sign_in(given.email, given.password, given.device, audit(request))
        return answer(asdict(tokens), headers=_NO_STORE)

    @router.post("/refresh")
    def refresh(request: Request, given: Refresh) -> Response:
        """The next tokens."""
        with _translated():
            tokens = accounts.refresh(given.refresh_token, audit(request))
        return answer(asdict(tokens), headers=_NO_STORE)

    @router.post("/logout")
    def logout(request: Request, given: Refresh) -> Response:
        """End the sign-in."""
        accounts.sign_out(given.refresh_token, audit(request))
        return answer({"status": "ok"}, headers=_NO_STORE)

    return router


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SignInError as error:
        raise HttpError(401, "sign_in", "Wrong e-mail address, password or token.") from error
    except BadEmailError as error:
        raise HttpError(422, "email", "That is no e-mail address.") from error
    except WeakPasswordError as error:
        text = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        raise HttpError(422, "password", text) from error
    except TooManyTriesError as error:
        text = f"Too many tries. Try again in {error.wait} seconds."
        raise HttpError(429, "too_many", text, headers={"Retry-After": str(error.wait)}) from error
