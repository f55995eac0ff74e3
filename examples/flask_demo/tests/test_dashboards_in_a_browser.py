"""Dashboards in Chromium: every section for every role, in both languages, on a phone and at a desk (X-ANA-05).

The pictures of the documentation are made here, too: ``CRM_PICTURES=<folder> pytest -k pictures`` keeps them.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import PASSWORD
from flask import Flask
from visiting import DESK, PHONE, Visit

import crmcore
from crmcore import Crm, setup
from crmcore.access.argon2 import Argon2
from crmcore.i18n import LANGUAGES
from crmcore.reports.dashboards import Section
from crmcore_demo import create_app

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
"""In Shanghai."""
KEPT = 150_000
"""Bytes that a picture of the documentation has at most."""
LOOKED_AT: set[tuple[str, str]] = set()
"""Scheme and section that axe has looked at: marks and colours are the same in each language, width and role."""
NEAR = 8
GAPS = """() => {
  const sheets = [...document.querySelectorAll('main .sheet')].map(one => one.getBoundingClientRect());
  return sheets.flatMap(one => sheets.filter(other => other.top >= one.bottom - 1 && other.left < one.right
    && one.left < other.right).map(other => other.top - one.bottom));
}"""
"""How far apart sheets are that stand below each other."""
ROLES = {"lihua": "supervisor", "wangwei": "account-manager", "gaojianguo": "executive"}
PICTURES = (
    ("lihua", Section.TARGETS, DESK),
    ("lihua", Section.SERVICE, DESK),
    ("gaojianguo", Section.SALES, DESK),
    ("gaojianguo", Section.CHANGES, DESK),
    ("wangwei", Section.TARGETS, PHONE),
    ("wangwei", Section.CUSTOMERS, PHONE),
)


@pytest.fixture(scope="module")
def sample() -> Iterator[Crm]:
    """The sample company on a day that is always the same."""
    with crmcore.open("memory://", clock=lambda: NOON, passwords=Argon2(memory_kib=8, rounds=1)) as crm:
        setup.install(crm)
        setup.demo_data(crm, password=PASSWORD)
        yield crm


@pytest.fixture
def app(sample: Crm) -> Flask:
    made = create_app(sample, secret_key="k" * 40)
    made.testing = False
    return made


def sections(visitor: Visit) -> list[str]:
    """Where the tabs of the dashboard lead."""
    visitor.open("/dashboard")
    found: list[str] = visitor.page.locator("nav.tabs a").evaluate_all("links => links.map(one => one.pathname)")
    return found


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_can_be_read_by_everybody(
    visit: Callable[..., Visit], language: str, viewport: dict[str, int]
) -> None:
    scheme = "dark" if (language == "en") == (viewport is DESK) else "light"
    visitor = visit(language, viewport, color_scheme=scheme)
    for name in ROLES:
        visitor.sign_in(name)
        shown = sections(visitor)
        assert len(shown) == len(Section)
        for path in shown:
            visitor.open(path)
            assert visitor.page.locator(".card").count() >= 2
            assert visitor.page.locator(".card-figure a, .card-figure .undefined").count() >= 1
            for details in visitor.page.locator("details.behind summary").all():
                details.click()
            apart = visitor.page.evaluate(GAPS)
            assert min(apart, default=NEAR) >= NEAR, (path, apart)
            if (scheme, path) in LOOKED_AT:
                visitor.fits()
            else:
                visitor.look()
                LOOKED_AT.add((scheme, path))
        visitor.sign_out()


def test_the_filters_stay_in_the_address_and_a_number_opens_by_keyboard(visit: Callable[..., Visit]) -> None:
    visitor = visit("en")
    visitor.sign_in("lihua")
    visitor.open("/dashboard/sales")
    visitor.page.select_option("#q-period", "this_quarter")
    visitor.page.select_option("#q-whose", label="王伟")
    visitor.page.keyboard.press("Tab")
    visitor.click("Show", role="button")
    assert "period=this_quarter" in visitor.page.url
    number = visitor.page.locator("#card-orders .card-figure a")
    wanted = number.inner_text()
    number.focus()
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.told(wanted)
    visitor.look()
    with visitor.page.expect_navigation():
        visitor.page.locator("a.back").click()
    assert "period=this_quarter" in visitor.page.url
    assert "whose=" in visitor.page.url
    visitor.click("Service", within="nav.tabs")
    assert "period=this_quarter" in visitor.page.url


@pytest.mark.requirement("RBA-13")
@pytest.mark.parametrize("name", ROLES)
def test_whoever_has_reports_finds_them_in_the_menu_of_a_phone(visit: Callable[..., Visit], name: str) -> None:
    visitor = visit("en", PHONE)
    visitor.sign_in(name)
    visitor.page.get_by_role("button", name="Open menu").click()
    with visitor.page.expect_navigation():
        visitor.page.locator("#modules").get_by_role("link", name="Statistics", exact=True).click()
    assert visitor.page.url.endswith("/reports")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_the_documentation_are_small(visit: Callable[..., Visit], language: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("CRM_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    signed_in: dict[tuple[str, bool], Visit] = {}
    for name, section, viewport in PICTURES:
        visitor = signed_in.get((name, viewport is DESK))
        if visitor is None:
            visitor = signed_in[name, viewport is DESK] = visit(language, viewport)
            visitor.sign_in(name)
        visitor.page.set_viewport_size(viewport)
        visitor.open(f"/dashboard/{section.value}")
        left = visitor.page.locator("main").bounding_box()["x"]
        high = 900 if viewport is DESK else 1100
        visitor.page.set_viewport_size({"width": viewport["width"], "height": high})
        width = "desk" if viewport is DESK else "phone"
        file = folder / f"dashboard-{ROLES[name]}-{section.value}-{width}.{language}.png"
        part = {"x": left, "y": 56, "width": viewport["width"] - left, "height": high - 56}
        picture = visitor.page.screenshot(path=file, animations="disabled", clip=part)
        assert 10_000 < len(picture) < KEPT, file.name
