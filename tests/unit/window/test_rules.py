"""Whose address somebody has typed, and until when a link lets anybody in."""

import datetime as dt
from typing import Any
from uuid import uuid4

import attrs
import pytest

from crmcore.access.entity import UserId
from crmcore.window.entity import SignInLink, SignInLinkId
from crmcore.window.rules import is_his_session, is_usable, reached_by_mail, reached_by_phone

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.requirement("X-SLF-03")
@pytest.mark.parametrize(
    ("said", "recorded", "same"),
    [
        ("liu@a.example", "Liu@A.example", True),
        ("ｌｉｕ＠a.example", "liu@a.example", True),
        ("liu@a.example", "liu@a.example.org", False),
        ("liu", "liu@a.example", False),
        ("", "", False),
        ("@", "", False),
    ],
)
def test_a_mail_address_is_the_same_in_any_case_and_width(said: str, recorded: str, same: bool) -> None:
    assert reached_by_mail(said)(recorded) is same


@pytest.mark.requirement("X-SLF-03")
@pytest.mark.parametrize(
    ("said", "recorded", "same"),
    [
        ("138-1234-5678", "138 1234 5678", True),
        ("+86 13812345678", "13812345678", True),
        ("0086 138 1234 5678", "138 12345678", True),
        ("１３８１２３４５６７８", "13812345678", True),
        ("13812345679", "13812345678", False),
        ("5678", "5678", False),
        ("", "", False),
        ("13812345678@a.example", "13812345678", False),
    ],
)
def test_a_number_is_the_same_however_it_is_grouped(said: str, recorded: str, same: bool) -> None:
    assert reached_by_phone(said)(recorded) is same


@pytest.mark.requirement("X-SLF-03")
def test_a_link_works_until_the_instant_it_expires_and_once() -> None:
    link = SignInLink(
        id=SignInLinkId(uuid4()),
        guest=UserId(uuid4()),
        token_digest="0" * 64,
        address_digest="1" * 64,
        made_at=NOW,
        expires_at=NOW + 60 * SECOND,
    )
    assert is_usable(link, NOW + 59 * SECOND)
    assert not is_usable(link, NOW + 60 * SECOND)
    assert not is_usable(attrs.evolve(link, used_at=NOW), NOW)


@pytest.mark.requirement("X-SLF-03")
def test_a_session_begins_with_a_used_link_and_lasts_half_a_day() -> None:
    made: dict[str, Any] = {"made_at": NOW, "expires_at": NOW + 60 * SECOND}
    link = SignInLink(
        id=SignInLinkId(uuid4()), guest=UserId(uuid4()), token_digest="0" * 64, address_digest="1" * 64, **made
    )
    assert not is_his_session(link, NOW)
    used = attrs.evolve(link, used_at=NOW)
    assert is_his_session(used, NOW + dt.timedelta(hours=12) - SECOND)
    assert not is_his_session(used, NOW + dt.timedelta(hours=12))
