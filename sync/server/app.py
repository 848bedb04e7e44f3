"""The HTTP application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from sync.protocol import MINIMUM, PROTOCOL
from sync.server.accounts import Accounts
from sync.server.config import Config
from sync.server.database import Database
from sync.server.http import Requests, answer, speak_errors
from sync.server.routes_auth import auth_routes
from sync.server.routes_sync import sync_routes


def create_app(config: Config, hasher: PasswordHasher | None = None) -> FastAPI:
    """The application; it holds a pool of connections and no other state.

    Args:
        config: See there.
        hasher: Another cost of passwords, for tests.
    """
    database = Database(config)
    accounts = Accounts(database, config, hasher)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    # The pages that show the API would load scripts from elsewhere.
    app = FastAPI(title="LiveConvo", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    speak_errors(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Requests)
    app.include_router(auth_routes(accounts, config))
    app.include_router(sync_routes(accounts, database))
    _add_health(app, database)
    return app


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/healthz")
    def health() -> dict[str, object]:
        """The process answers; restart it where it does not."""
        return {"status": "ok", "protocol": PROTOCOL, "minimum": MINIMUM}

    @app.get("/readyz")
    def ready() -> Response:
        """It can serve: the database answers, is of this schema, and binds its rows."""
        problems = database.problems()
        status = "not ready" if problems else "ready"
        return answer({"status": status, "problems": problems}, 503 if problems else 200)
