"""Protects the speed of reading by the plan that SQLite chooses, not by a clock."""

from __future__ import annotations

from sqlalchemy import event, insert

from liveconvo_desktop.review.session import read_review, save_step
from sync.schema import summaries
from tests.store.make import STARTED, make_segment


def test_no_query_goes_through_the_words_of_other_sessions(store, session):
    """The flag's index holds nearly every row there is: through it a list took minutes."""
    asked: list[tuple[str, tuple]] = []
    event.listen(
        store._engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, values, *_: asked.append((statement, values)),
    )
    store.sessions()
    store.session(session.id)
    store.transcript(session.id)
    store.chips(session.id)
    store.gaps(session.id)
    store.finish_session(session.id, STARTED, 1.0)
    assert_by_index(store, asked, 10)


def test_opening_and_editing_read_only_the_session(store, session):
    store.save(make_segment(session.id))
    store.finish_session(session.id, STARTED, 9.0)
    with store.writing() as connection:
        owner = {"session_id": session.id, "user_id": store.user_id}
        connection.execute(insert(summaries).values(**owner, tldr="short"))
    asked: list[tuple[str, tuple]] = []
    event.listen(
        store._engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, values, *_: asked.append((statement, values)),
    )
    before = read_review(store, session.id).lines
    after = before.edit(before.lines[0].id, "other words")
    save_step(store, session.id, before, after)
    save_step(store, session.id, after, before)
    assert_by_index(store, asked, 39)


def assert_by_index(store, asked, count: int) -> None:
    queries = [one for one in asked if one[0].startswith("SELECT")]
    assert len(queries) == count
    with store._engine.connect() as connection:
        for statement, values in queries:
            steps = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
            plan = "\n".join(step.detail for step in steps)
            for table in ("transcripts", "guidance", "local_gaps", "local_originals"):
                assert f"SCAN {table}" not in plan, plan
            assert "is_final" not in plan, plan
