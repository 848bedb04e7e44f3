"""What the server is told by its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

PREFIX = "LIVECONVO_"


class ConfigError(Exception):
    """The environment does not say what the server needs."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that may differ between two installations.

    Attributes:
        database_url: PostgreSQL, as a role that may become liveconvo_api and liveconvo_auth.
        pool_size: Connections that are kept; as many again may be opened under load.
        access_minutes: How long an access token holds.
        refresh_days: How long a sign-in lasts without being used.
        grace_minutes: How long the token before the last is still taken, for lost replies.
        login_per_address: Tries to sign in per client address and quarter of an hour.
        login_per_account: Failed tries per account and quarter of an hour.
        signup_per_address: New accounts per client address and hour.
        trusted_proxies: How many proxies before this server add to X-Forwarded-For.
    """

    database_url: str = field(repr=False)
    pool_size: int = 10
    access_minutes: int = 15
    refresh_days: int = 60
    grace_minutes: int = 10
    login_per_address: int = 60
    login_per_account: int = 10
    signup_per_address: int = 20
    trusted_proxies: int = 0


def from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration: ``LIVECONVO_`` and the attribute's name, in capitals.

    Raises:
        ConfigError: No database is named, or a number is none.
    """
    url = environment.get(PREFIX + "DATABASE_URL", "")
    if not url:
        raise ConfigError(
            "LIVECONVO_DATABASE_URL is not set: postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    numbers: dict[str, int] = {}
    for name in Config.__slots__:
        value = environment.get(PREFIX + name.upper())
        if name != "database_url" and value is not None:
            if not value.isdecimal():
                raise ConfigError(f"{PREFIX}{name.upper()} is no number: {value!r}")
            numbers[name] = int(value)
    return Config(psycopg_url(url), **numbers)


def psycopg_url(url: str) -> str:
    """The URL with the driver that is installed, however it was written."""
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    return url
