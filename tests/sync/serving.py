"""A real server on a real port, with a real PostgreSQL behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from argon2 import PasswordHasher

from sync.migrations import upgrade
from sync.server.app import create_app
from sync.server.config import Config

# As cheap as it goes: what a password costs is not tested here.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse"


@contextmanager
def serving(config: Config) -> Iterator[str]:
    """Serve in a thread of this process; its address."""
    upgrade(config.database_url)
    app = create_app(config, CHEAP)
    options = uvicorn.Config(app, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(options)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


class Memory:
    """Tokens that nobody keeps."""

    def __init__(self):
        self.token = None
        self.lock = threading.Lock()

    def load(self):
        return self.token

    def save(self, token):
        self.token = token

    def alone(self):
        return self.lock
