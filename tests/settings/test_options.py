"""Protects the one declaration: what the page and the command show, and what they let in."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import Settings, options

ALL = [option for section in options.sections() for option in section.options]


@pytest.mark.parametrize("option", ALL, ids=lambda option: option.name)
def test_every_setting_says_what_it_is_and_takes_its_own_default(option):
    assert option.title != option.name
    assert option.help.endswith(".")
    if option.kind in ("whole", "number"):
        assert option.unit
        # Without an upper end a number could be larger than any calendar.
        assert option.limits[-1] != " "
        assert " to " in option.limits
    assert option.read(Settings()) == option.default
    assert option.parse(option.text(option.default)) == option.default
    assert option.parse(option.shown(option.default)) == option.default


def test_nothing_declared_is_forgotten_but_what_is_no_setting_of_the_users():
    shown = {option.name for option in ALL}
    declared = {
        f"{name}.{own}"
        for name, section in Settings.model_fields.items()
        for own in section.annotation.model_fields
    }
    assert declared - shown == {"summary.key_addresses"}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("privacy.audio_hours", " 36.5 ", 36.5),
        ("documents.max_pages", "1,500", 1500),
        ("summary.writer", "model", "model"),
        ("summary.writer", "A language model", "model"),
        ("summary.base_url", " http://[::1]:80/v1 ", "http://[::1]:80/v1"),
        ("summary.base_url", "", ""),
    ],
)
def test_what_a_person_types_becomes_a_value(name, typed, value):
    mine, option = Settings(), options.find(name)
    option.write(mine, option.parse(typed))
    assert option.read(mine) == value


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("privacy.audio_hours", "23", "Allowed: 24 to 48 hours."),
        ("privacy.audio_hours", "nan", "Allowed: 24 to 48 hours."),
        ("privacy.audio_hours_without_summary", "inf", "more than 0, up to 876,000 hours"),
        ("privacy.audio_hours", "36,5", "not a number"),
        ("documents.max_pages", "1.5", "not a whole number"),
        ("documents.max_pages", "", "not a whole number"),
        ("summary.writer", "gpt", "Allowed: offline, model."),
        ("summary.base_url", "api.example.com/v1", "begins with https://"),
        ("summary.base_url", "https://", "begins with https://"),
        ("summary.base_url", "https://[", "no address"),
        ("summary.base_url", "https://me:secret@api.example.com", "a key does not belong"),
        ("summary.model", "m" * 201, "at most 200 characters"),
    ],
)
def test_what_is_not_allowed_is_said_in_words(name, typed, words):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$") as caught:
        options.find(name).parse(typed)
    assert words.lower() in str(caught.value).lower()


def test_a_refused_value_changes_nothing():
    mine = Settings()
    with pytest.raises(ValidationError):
        options.find("privacy.log_days").write(mine, 0)
    assert mine == Settings()


def test_an_unknown_name_names_the_near_ones():
    with pytest.raises(LiveConvoError) as caught:
        options.find("summary.modle")
    assert "summary.model" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.4.0.1/v1", True),
        ("http://[::1]/v1", True),
        ("https://localhost.example.com/v1", False),
        ("http://192.168.1.4/v1", False),
    ],
)
def test_where_the_words_go_is_said(address, local):
    mine = Settings().summary
    mine.base_url = address
    assert mine.local is local
    assert ("on this computer" in mine.destination) is local
    assert mine.host in mine.destination
    assert ("not encrypted" in mine.destination) is (not local and address.startswith("http:"))
