"""Accounts: signing up and in with a password, and the tokens that follow from it.

What a stranger sees never tells whether an account exists: the same answers, after the same work.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, text

from sync.server.audit import Audit
from sync.server.config import Config
from sync.server.database import Database
from sync.server.limits import Limit, count

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
"""Hashing costs by length, too."""
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f.]+")
_QUARTER = timedelta(minutes=15)

_LOGIN = text(
    "SELECT id::text, password_hash FROM users"
    " WHERE email = :email AND is_active AND deleted_at IS NULL"
)
_SIGNUP = text(
    "INSERT INTO users (id, email, full_name, password_hash) VALUES (:id, :email, :name, :hash)"
    " ON CONFLICT DO NOTHING"
)
_ISSUE = text(
    "INSERT INTO liveconvo_ops.refresh_tokens (id, family_id, user_id, device_id, parent_id,"
    " refresh_hash, access_hash, access_expires_at, expires_at) VALUES (:id, :family, :user,"
    " :device, :parent, :refresh, :access, :access_until, :until)"
)
_FIND = text("SELECT * FROM liveconvo_ops.refresh_tokens WHERE refresh_hash = :hash FOR UPDATE")
_CHILDREN = text(
    "SELECT bool_or(used_at IS NOT NULL) FROM liveconvo_ops.refresh_tokens WHERE parent_id = :id"
)
_ACCESS = text(
    "SELECT t.user_id::text FROM liveconvo_ops.refresh_tokens t JOIN users u ON u.id = t.user_id"
    " WHERE t.access_hash = :hash AND t.access_expires_at > :now AND t.revoked_at IS NULL"
    " AND t.superseded_at IS NULL AND u.is_active AND u.deleted_at IS NULL"
)
_TIDY = text("DELETE FROM liveconvo_ops.refresh_tokens WHERE user_id = :user AND expires_at < :now")
_REVOKE = text(
    "UPDATE liveconvo_ops.refresh_tokens SET revoked_at = :now"
    " WHERE family_id = :family AND revoked_at IS NULL"
)


class SignInError(Exception):
    """The credentials or the token are not good; why is not told."""


class WeakPasswordError(Exception):
    """The password is too short or too long."""


class BadEmailError(Exception):
    """That is no e-mail address."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in client holds.

    Attributes:
        expires_in: Seconds for which the access token holds.
    """

    user_id: str
    access_token: str
    refresh_token: str
    expires_in: int


class Accounts:
    """Signs people up, in and out.

    Args:
        now: The clock, for tests.
    """

    def __init__(
        self,
        database: Database,
        config: Config,
        hasher: PasswordHasher | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._config = config
        # argon2id with the library's current parameters (RFC 9106, low memory).
        self._hasher = hasher or PasswordHasher()
        self._now = now
        # Verified where there is no account, so that it takes as long.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def sign_up(self, email: str, password: str, name: str, audit: Audit) -> None:
        """Make an account; says nothing where there is one already.

        Raises:
            BadEmailError: That is no address.
            WeakPasswordError: Not between 10 and 200 characters.
            TooManyTriesError: From this address.
        """
        address = canonical(email)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise WeakPasswordError
        limit = Limit(
            f"signup:{audit.address}", self._config.signup_per_address, timedelta(hours=1)
        )
        count(self._database, limit)
        values = {
            "id": str(uuid4()),
            "email": address,
            "name": name[:255] or None,
            "hash": self._hasher.hash(password),
        }
        with self._database.accounts() as connection:
            made = connection.execute(_SIGNUP, values).rowcount
            audit.write(
                connection, "signup" if made else "signup_again", values["id"] if made else None
            )

    def sign_in(self, email: str, password: str, device: UUID | None, audit: Audit) -> Tokens:
        """Exchange a password for tokens.

        Raises:
            SignInError: Wrong address or password.
            TooManyTriesError: From this client address, or for this account.
        """
        try:
            address = canonical(email)
        except BadEmailError:
            address = ""
        account = Limit(_account_key(address), self._config.login_per_account, _QUARTER)
        count(
            self._database,
            Limit(f"login:{audit.address}", self._config.login_per_address, _QUARTER),
            account,
        )
        with self._database.accounts() as connection:
            found = connection.execute(_LOGIN, {"email": address}).first()
        right = self._right(found.password_hash if found else None, password)
        with self._database.accounts() as connection:
            if found is None or not right:
                audit.write(connection, "login_failed", found.id if found else None)
            else:
                self._note_login(connection, found, password)
                account.clear(connection)
                connection.execute(_TIDY, {"user": found.id, "now": self._now()})
                audit.write(connection, "login", found.id)
                return self._issue(connection, found.id, device)
        raise SignInError

    def refresh(self, token: str, audit: Audit) -> Tokens:
        """Exchange a refresh token for the next pair.

        Replies get lost: the token before the last is taken for some minutes, as long as the last
        was not used. Anything older was copied by somebody, and ends the whole sign-in.

        Raises:
            SignInError: The token is not good, or its family was just ended.
        """
        now = self._now()
        with self._database.accounts() as connection:
            row = connection.execute(_FIND, {"hash": _hash(token)}).first()
            good = row is not None and row.revoked_at is None and row.expires_at > now
            if row is not None and good:
                if row.superseded_at is None and self._still_good(connection, row, now):
                    self._mark_used(connection, row, now)
                    return self._issue(
                        connection, str(row.user_id), row.device_id, row.family_id, row.id
                    )
                connection.execute(_REVOKE, {"family": row.family_id, "now": now})
                audit.write(connection, "token_reuse", str(row.user_id))
        raise SignInError

    def sign_out(self, token: str, audit: Audit) -> None:
        """End the sign-in that a refresh token belongs to; idempotent, tells nothing."""
        with self._database.accounts() as connection:
            row = connection.execute(_FIND, {"hash": _hash(token)}).first()
            if row is not None:
                connection.execute(_REVOKE, {"family": row.family_id, "now": self._now()})
                audit.write(connection, "logout", str(row.user_id))

    def user_of(self, access_token: str) -> str:
        """Whose access token this is.

        Raises:
            SignInError: Nobody's, or not any more.
        """
        with self._database.accounts() as connection:
            values = {"hash": _hash(access_token), "now": self._now()}
            found = connection.execute(_ACCESS, values).scalar()
        if found is None:
            raise SignInError
        return str(found)

    def _right(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or self._nobody, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    def _note_login(
        self, connection: Connection, found: Row[tuple[str, str]], password: str
    ) -> None:
        stale = self._hasher.check_needs_rehash(found.password_hash)
        hashed = self._hasher.hash(password) if stale else found.password_hash
        connection.execute(
            text("UPDATE users SET last_login_at = :now, password_hash = :hash WHERE id = :id"),
            {"now": self._now(), "hash": hashed, "id": found.id},
        )

    def _still_good(
        self, connection: Connection, row: Row[tuple[object, ...]], now: datetime
    ) -> bool:
        if row.used_at is None:
            return True
        grace = timedelta(minutes=self._config.grace_minutes)
        followed = connection.execute(_CHILDREN, {"id": row.id}).scalar()
        return now - row.used_at <= grace and not followed

    def _mark_used(
        self, connection: Connection, row: Row[tuple[object, ...]], now: datetime
    ) -> None:
        connection.execute(
            text(
                "UPDATE liveconvo_ops.refresh_tokens SET used_at = coalesce(used_at, :now)"
                " WHERE id = :id"
            ),
            {"now": now, "id": row.id},
        )
        # The pair whose reply was lost: were it to turn up, somebody else has it.
        connection.execute(
            text(
                "UPDATE liveconvo_ops.refresh_tokens SET superseded_at = :now"
                " WHERE parent_id = :id AND superseded_at IS NULL"
            ),
            {"now": now, "id": row.id},
        )

    def _issue(
        self,
        connection: Connection,
        user_id: str,
        device: UUID | None,
        family: UUID | None = None,
        parent: UUID | None = None,
    ) -> Tokens:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        now, minutes = self._now(), self._config.access_minutes
        connection.execute(
            _ISSUE,
            {
                "id": uuid4(),
                "family": family or uuid4(),
                "user": user_id,
                "device": device,
                "parent": parent,
                "refresh": _hash(refresh),
                "access": _hash(access),
                "access_until": now + timedelta(minutes=minutes),
                "until": now + timedelta(days=self._config.refresh_days),
            },
        )
        return Tokens(user_id, access, refresh, minutes * 60)


def canonical(email: str) -> str:
    """The address as accounts are found by it.

    Raises:
        BadEmailError: That is none.
    """
    address = email.strip().lower()
    if len(address) > 255 or not _EMAIL.fullmatch(address):
        raise BadEmailError
    return address


def _account_key(address: str) -> str:
    # Not the address itself: the table of limits is no list of people.
    return "account:" + sha256(address.encode()).hexdigest()


def _hash(token: str) -> bytes:
    # A random token of 256 bits needs no slow hash.
    return sha256(token.encode()).digest()
