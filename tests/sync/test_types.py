"""Protects the values: what goes into a column comes out of it, on both dialects, and sorts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, func, select
from sqlalchemy.exc import StatementError

from sync.schema import subscriptions, users
from sync.sqlite import open_engine
from sync.types import ExactDecimal, Inet, Json, NewUuid, Now, UtcDateTime, Uuid

things = Table(
    "things",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("uuid", Uuid, server_default=NewUuid()),
    Column("made", UtcDateTime, server_default=Now()),
    Column("amount", ExactDecimal(10, 3)),
    Column("data", Json),
    Column("address", Inet),
)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = open_engine(tmp_path_factory.mktemp("types") / "types.db")
    else:
        made = create_engine(request.getfixturevalue("postgres")("types"))
    things.metadata.create_all(made)
    yield made
    made.dispose()


def through(engine: Engine, column: str, values: list) -> list:
    """The values after a stay in the database, in the database's own order."""
    with engine.connect() as connection:
        for n, value in enumerate(values):
            connection.execute(things.insert().values(n=n, **{column: value}))
        kept = connection.execute(select(things.c[column]).order_by(things.c[column])).scalars()
        found = list(kept)
        connection.rollback()
    return found


both = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
zones = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@both
@given(
    st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=zones), max_size=20)
)
def test_moments_come_back_in_utc_and_in_order(engine, moments):
    found = through(engine, "made", moments)
    assert found == sorted(moments)
    assert all(one.tzinfo is UTC for one in found)


@both
@given(st.lists(st.decimals(-9_999_999, 9_999_999, places=3), max_size=20))
def test_decimals_are_exact_and_sort_as_numbers(engine, amounts):
    found = through(engine, "amount", amounts)
    assert found == sorted(amounts)
    assert all(one.as_tuple().exponent == -3 for one in found)


@both
@given(st.floats(-9_999_999, 9_999_999))
def test_floats_are_rounded_once_half_away_from_zero(engine, amount):
    expected = Decimal(repr(amount)).quantize(Decimal("0.001"), ROUND_HALF_UP)
    assert through(engine, "amount", [amount]) == [expected]


def test_decimals_add_up(engine):
    """0.1 + 0.2 is 0.3 in the database too."""
    with engine.connect() as connection:
        for n, value in enumerate(["0.1", "0.2", "9999999.700"]):
            connection.execute(things.insert().values(n=n, amount=Decimal(value)))
        total = connection.execute(select(func.sum(things.c.amount))).scalar()
        connection.rollback()
    assert total == Decimal("10000000.000")


json_values = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner | st.none()) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)


@both
@given(json_values)
def test_json_comes_back_as_it_was(engine, value):
    with engine.connect() as connection:
        connection.execute(things.insert().values(n=1, data=value))
        assert connection.execute(select(things.c.data)).scalar() == value
        connection.rollback()


def test_no_document_is_null(engine):
    with engine.connect() as connection:
        connection.execute(things.insert().values(n=1, data=None))
        query = select(things.c.n).where(things.c.data.is_(None))
        assert connection.execute(query).scalar() == 1
        connection.rollback()


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("192.168.0.1", "192.168.0.1"),
        ("10.1.2.3/8", "10.1.2.3/8"),
        ("2001:DB8:0::1", "2001:db8::1"),
        (None, None),
    ],
)
def test_addresses_are_text(engine, given_, kept):
    assert through(engine, "address", [given_]) == [kept]


def test_uuids_are_canonical_text(engine):
    mixed = "6BA7B810-9dad-41d1-80B4-00C04FD430C8"
    assert through(engine, "uuid", [mixed, None, UUID(mixed)]).count(mixed.lower()) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("made", datetime(2025, 1, 27)),
        ("amount", Decimal("10000000")),
        ("amount", float("inf")),
        ("amount", Decimal("NaN")),
        ("uuid", "6ba7b810"),
        ("address", "localhost"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(engine, column, value):
    with pytest.raises(StatementError):
        through(engine, column, [value])


def test_the_database_makes_ids_and_times(engine):
    before = datetime.now(UTC)
    with engine.connect() as connection:
        for n in range(200):
            connection.execute(things.insert().values(n=n))
        found = connection.execute(select(things.c.uuid, things.c.made)).all()
        connection.rollback()
    ids = [UUID(row.uuid) for row in found]
    assert len(set(ids)) == 200
    assert {(one.version, one.variant) for one in ids} == {(4, "specified in RFC 4122")}
    # SQLite's clock has milliseconds.
    assert all(abs(row.made - before) < timedelta(minutes=1) for row in found)


def test_server_defaults_read_as_their_types(tmp_path):
    engine = open_engine(tmp_path / "defaults.db")
    users.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(users.insert().values(email="a@example.com"))
        user = connection.execute(select(users)).one()
        connection.execute(
            subscriptions.insert().values(
                user_id=user.id, plan_name="pro", plan_type="monthly", status="active"
            )
        )
        used = connection.execute(select(subscriptions.c.monthly_audio_hours_used)).scalar()
    engine.dispose()
    assert (user.timezone, user.is_active, user.email_verified) == ("UTC", True, False)
    assert user.created_at.tzinfo is UTC
    assert used == Decimal("0.00")
