"""Protects the merge rules one by one; the simulation protects them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from sync.merge import StaleAttemptError, take_in
from sync.protocol import MAX_ROWS, Change, Decision, Push, Version, clamped, decide, fitting
from tests.sync.memory import MemoryServer

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
A, B, C = (str(uuid4()) for _ in range(3))
ROW = str(uuid4())


def change(version=1, base=0, row=ROW, table="sessions", **values):
    if values.pop("deleted", False):
        return Change(table=table, id=row, version=version, base=base, deleted=True)
    return Change(table=table, id=row, version=version, base=base, row=values)


def push(server, device, attempt, *changes, nonce=None):
    message = Push(
        device=device,
        attempt=attempt,
        nonce=nonce or uuid4(),
        epoch=server.epoch,
        changes=list(changes),
    )
    return take_in(server, message, NOW).results


def at(minutes):
    return (NOW + timedelta(minutes=minutes)).isoformat()


@pytest.mark.parametrize(
    ("current", "edit", "decision"),
    [
        (None, change(), Decision.APPLY),
        (Version(5, False, B, {B: 1}), change(base=5, updated_at=at(-60)), Decision.APPLY),
        (Version(5, False, A, {A: 3}), change(4, updated_at=at(-60)), Decision.APPLY),
        (Version(5, False, A, {A: 3}), change(3), Decision.ALREADY),
        (Version(6, False, B, {A: 3, B: 1}), change(3, updated_at=at(9)), Decision.SUPERSEDED),
        (Version(5, False, B, {}, NOW), change(updated_at=at(1)), Decision.APPLY_OVER),
        (Version(5, False, B, {}, NOW), change(updated_at=at(-1)), Decision.KEEP),
        (Version(5, False, B, {}, NOW, NOW), change(updated_at=at(1)), Decision.KEEP),
        (
            Version(5, False, B, {}, NOW),
            change(updated_at=at(-1), deleted_at=at(-1)),
            Decision.APPLY_OVER,
        ),
        (Version(5, False, B, {}, NOW), change(deleted=True), Decision.APPLY_OVER),
        (Version(5, True, B, {}), change(updated_at=at(1)), Decision.GONE),
        (Version(5, True, B, {}), change(base=5), Decision.APPLY),
    ],
)
def test_decisions(current, edit, decision):
    assert decide(current, edit, A) is decision


def test_equal_moments_are_decided_the_same_way_on_both_sides():
    low, high = sorted((A, B))
    assert decide(Version(5, False, low, {}, NOW), change(updated_at=at(0)), high) is (
        Decision.APPLY_OVER
    )
    assert decide(Version(5, False, high, {}, NOW), change(updated_at=at(0)), low) is Decision.KEEP


def test_a_request_that_was_overtaken_is_refused():
    """An insert that arrives after its own deletion must not bring the row back."""
    server = MemoryServer()
    push(server, A, 2, change(2, deleted=True))
    with pytest.raises(StaleAttemptError) as refused:
        push(server, A, 1, change(1, title="late"))
    assert refused.value.last == 2
    assert server.rows["sessions"] == {}


def test_the_same_request_again_is_answered_and_changes_nothing():
    server = MemoryServer()
    nonce = uuid4()
    first = push(server, A, 1, change(1, title="one"), nonce=nonce)
    again = push(server, A, 1, change(1, title="one"), nonce=nonce)
    assert (first[0].status, first[0].seq) == (again[0].status, again[0].seq) == ("applied", 1)
    with pytest.raises(StaleAttemptError):
        push(server, A, 1, change(1, title="a copy that was put back"))


def test_an_edit_that_is_sent_again_does_not_beat_what_was_made_on_top_of_it():
    server = MemoryServer()
    push(server, A, 1, change(1, title="one", updated_at=at(4)))
    push(server, B, 1, change(1, base=1, title="two", updated_at=at(1)))
    (result,) = push(server, A, 2, change(1, title="one", updated_at=at(4)))
    assert (result.status, result.row["title"]) == ("kept_server", "two")
    assert server.losers == []


def test_both_losers_are_kept():
    server = MemoryServer()
    push(server, A, 1, change(1, title="a", updated_at=at(1)))
    push(server, B, 1, change(1, title="b", updated_at=at(2)))
    (result,) = push(server, C, 1, change(1, title="c", updated_at=at(0)))
    assert (result.status, result.row["title"]) == ("kept_server", "b")
    assert [row["title"] for _, _, row in server.losers] == ["a", "c"]


def test_parents_that_are_missing_or_gone():
    server = MemoryServer()
    child = {"table": "transcripts", "content": "x", "session_id": ROW}
    (missing,) = push(server, A, 1, change(1, row=C, **child))
    assert missing.status == "missing_parent"
    push(server, B, 1, change(1, title="a call"))
    push(server, B, 2, change(2, deleted=True))
    (gone,) = push(server, A, 2, change(1, row=C, **child))
    assert gone.status == "gone"
    assert [row["content"] for _, _, row in server.losers] == ["x"]


def test_a_link_to_a_row_that_was_deleted_is_emptied_and_told():
    server = MemoryServer()
    push(server, B, 1, change(1, row=C, table="templates", name="mine"))
    push(server, B, 2, change(2, row=C, table="templates", deleted=True))
    (result,) = push(server, A, 1, change(1, title="a call", selected_template_id=C))
    assert (result.status, result.row["selected_template_id"]) == ("applied", None)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (change(table="usage_records", quantity="1"), "not_accepted"),
        (change(table="nonsense", a=1), "not_accepted"),
        (change(user_id=A), "unknown_column"),
        (change(audio_file_url="file:///secret"), "unknown_column"),
        (change(table="documents", file_url="a path of one computer"), "unknown_column"),
    ],
)
def test_what_is_no_change_of_the_protocol_is_rejected_alone(edit, code):
    server = MemoryServer()
    good = change(2, row=C, title="fine")
    results = push(server, A, 1, edit, good)
    assert [(one.status, one.code) for one in results] == [("rejected", code), ("applied", None)]


def test_a_clock_in_the_future_is_brought_back_and_every_other_kept():
    assert clamped({"updated_at": at(4)}, NOW) == {"updated_at": at(4)}
    assert clamped({"updated_at": at(6)}, NOW) == {"updated_at": at(0)}
    assert clamped({"updated_at": at(-60)}, NOW) == {"updated_at": at(-60)}
    (result,) = push(MemoryServer(), A, 1, change(1, title="a", updated_at=at(6)))
    assert result.row == {"title": "a", "updated_at": at(0)}


def test_a_batch_ends_before_it_is_too_large():
    rows = [change(n, row=str(uuid4()), title="x" * 1000) for n in range(1, 600)]
    assert len(list(fitting(rows))) == MAX_ROWS
    assert 5 <= len(list(fitting(rows, limit=9_000))) <= 8
    assert len(list(fitting(rows, limit=1))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"table": "sessions", "id": "x", "version": 1, "row": {}},
        {"table": "sessions", "id": ROW.upper(), "version": 1, "row": {}},
        {"table": "sessions", "id": ROW, "version": 0, "row": {}},
        {"table": "sessions", "id": ROW, "version": 1},
        {"table": "sessions", "id": ROW, "version": 1, "deleted": True, "row": {}},
    ],
)
def test_malformed_changes_are_refused(wrong):
    with pytest.raises(ValueError):
        Change.model_validate(wrong)
