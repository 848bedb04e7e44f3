"""Protects accounts: nobody learns who has one, tokens are used once, a stolen one ends it all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from sync.migrations import upgrade
from sync.server.accounts import Accounts, BadEmailError, SignInError, WeakPasswordError, canonical
from sync.server.audit import Audit
from sync.server.config import Config
from sync.server.database import Database
from sync.server.limits import TooManyTriesError
from tests.sync.serving import CHEAP, PASSWORD

pytestmark = pytest.mark.postgres
WHO = Audit("request-1", "203.0.113.9")


class Clock:
    def __init__(self):
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def later(self, **more):
        self.now += timedelta(**more)


@pytest.fixture(scope="module")
def url(postgres):
    made = postgres("accounts")
    upgrade(made)
    return made


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(url):
    made = Database(Config(url, pool_size=2))
    with made.accounts() as connection:
        connection.execute(text("DELETE FROM liveconvo_ops.rate_limits"))
    yield made
    made.close()


@pytest.fixture
def accounts(database, url, clock):
    config = Config(url, login_per_account=3, login_per_address=8, signup_per_address=5)
    return Accounts(database, config, CHEAP, clock)


@pytest.fixture
def tokens(accounts, request):
    email = f"{abs(hash(request.node.name))}@example.com"
    accounts.sign_up(email, PASSWORD, "Dana", WHO)
    return accounts.sign_in(email, PASSWORD, None, WHO)


def events(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT event FROM liveconvo_ops.audit_log ORDER BY id"))
        names = list(found.scalars())
    engine.dispose()
    return names


def test_signing_up_and_in(accounts, url):
    accounts.sign_up(" Dana@Example.com ", PASSWORD, "Dana", WHO)
    tokens = accounts.sign_in("dana@example.com", PASSWORD, None, WHO)
    assert accounts.user_of(tokens.access_token) == tokens.user_id
    engine = create_engine(url)
    with engine.connect() as connection:
        hashed = connection.execute(
            text("SELECT password_hash FROM users WHERE email = 'dana@example.com'")
        ).scalar()
        kept = connection.execute(text("SELECT * FROM liveconvo_ops.refresh_tokens")).all()
    engine.dispose()
    assert hashed.startswith("$argon2id$")
    assert tokens.refresh_token not in str(kept)


def test_a_second_sign_up_says_nothing_and_changes_nothing(accounts):
    accounts.sign_up("twice@example.com", PASSWORD, "", WHO)
    assert accounts.sign_up("twice@example.com", "another password", "", WHO) is None
    with pytest.raises(SignInError):
        accounts.sign_in("twice@example.com", "another password", None, WHO)
    accounts.sign_in("twice@example.com", PASSWORD, None, WHO)


def test_an_unknown_address_costs_a_hash_as_well(accounts, monkeypatch):
    """The time of an answer must not tell whether there is an account."""
    hashed = []
    monkeypatch.setattr(
        type(accounts._hasher), "verify", lambda self, known, given: hashed.append(known)
    )
    with pytest.raises(SignInError):
        accounts.sign_in("nobody@example.com", PASSWORD, None, WHO)
    assert hashed == [accounts._nobody]


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_passwords_that_are_too_short_or_long(accounts, password):
    with pytest.raises(WeakPasswordError):
        accounts.sign_up("weak@example.com", password, "", WHO)


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.de", "a@b@c.de", "a\n@b.de", "@b.de"])
def test_what_is_no_address(email):
    with pytest.raises(BadEmailError):
        canonical(email)


def test_tries_are_limited_for_one_account_and_for_one_address(accounts):
    accounts.sign_up("limited@example.com", PASSWORD, "", WHO)
    for _ in range(3):
        with pytest.raises(SignInError):
            accounts.sign_in("limited@example.com", "wrong", None, WHO)
    with pytest.raises(TooManyTriesError) as refused:
        accounts.sign_in("limited@example.com", PASSWORD, None, WHO)
    assert 1 <= refused.value.wait <= 900
    for n in range(4):
        with pytest.raises(SignInError):
            accounts.sign_in(f"other{n}@example.com", "wrong", None, WHO)
    with pytest.raises(TooManyTriesError):
        accounts.sign_in("other9@example.com", "wrong", None, WHO)
    with pytest.raises(SignInError):
        accounts.sign_in("other9@example.com", "wrong", None, Audit("2", "203.0.113.10"))


def test_a_success_clears_the_failures(accounts):
    accounts.sign_up("human@example.com", PASSWORD, "", WHO)
    for _ in range(2):
        with pytest.raises(SignInError):
            accounts.sign_in("human@example.com", "wrong", None, WHO)
        accounts.sign_in("human@example.com", PASSWORD, None, WHO)


def test_an_access_token_ends(accounts, tokens, clock):
    clock.later(minutes=14)
    accounts.user_of(tokens.access_token)
    clock.later(minutes=2)
    with pytest.raises(SignInError):
        accounts.user_of(tokens.access_token)


def test_each_refresh_gives_the_next_pair(accounts, tokens):
    second = accounts.refresh(tokens.refresh_token, WHO)
    third = accounts.refresh(second.refresh_token, WHO)
    assert len({tokens.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert accounts.user_of(third.access_token) == tokens.user_id


def test_a_lost_answer_is_forgiven_for_ten_minutes(accounts, tokens, clock):
    accounts.refresh(tokens.refresh_token, WHO)
    clock.later(minutes=9)
    again = accounts.refresh(tokens.refresh_token, WHO)
    assert accounts.user_of(again.access_token) == tokens.user_id
    accounts.refresh(again.refresh_token, WHO)


def test_after_ten_minutes_an_old_token_ends_the_sign_in(accounts, tokens, clock, url):
    second = accounts.refresh(tokens.refresh_token, WHO)
    clock.later(minutes=11)
    with pytest.raises(SignInError):
        accounts.refresh(tokens.refresh_token, WHO)
    for ended in (second.refresh_token, tokens.refresh_token):
        with pytest.raises(SignInError):
            accounts.refresh(ended, WHO)
    assert events(url)[-1] == "token_reuse"


def test_a_token_before_the_last_ends_the_sign_in(accounts, tokens):
    second = accounts.refresh(tokens.refresh_token, WHO)
    third = accounts.refresh(second.refresh_token, WHO)
    with pytest.raises(SignInError):
        accounts.refresh(tokens.refresh_token, WHO)
    with pytest.raises(SignInError):
        accounts.user_of(third.access_token)


def test_the_pair_of_a_lost_answer_is_good_for_nobody(accounts, tokens):
    lost = accounts.refresh(tokens.refresh_token, WHO)
    again = accounts.refresh(tokens.refresh_token, WHO)
    with pytest.raises(SignInError):
        accounts.user_of(lost.access_token)
    with pytest.raises(SignInError):
        accounts.refresh(lost.refresh_token, WHO)
    with pytest.raises(SignInError):
        accounts.refresh(again.refresh_token, WHO)


def test_signing_out_ends_it(accounts, tokens):
    accounts.sign_out(tokens.refresh_token, WHO)
    accounts.sign_out("nonsense", WHO)
    with pytest.raises(SignInError):
        accounts.user_of(tokens.access_token)
    with pytest.raises(SignInError):
        accounts.refresh(tokens.refresh_token, WHO)


def test_an_account_that_was_closed_is_out_at_once(accounts, tokens, url):
    engine = create_engine(url)
    with engine.begin() as connection:
        close = text("UPDATE users SET is_active = false WHERE id = :id")
        connection.execute(close, {"id": tokens.user_id})
    engine.dispose()
    with pytest.raises(SignInError):
        accounts.user_of(tokens.access_token)
