"""Somebody at Chromium: everything asked for, complained about and looked at is kept and judged."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from browsing import PASSWORD
from flask import Flask
from werkzeug.serving import make_server

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright import sync_api as playwright

    expect = playwright.expect
    AXE = Axe().axe_script
except ImportError:
    playwright = expect = AXE = None

CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-default-apps",
    "--disable-extensions",
    "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
# What passes need not be described: that is most of what axe has to say about a page.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
JUDGE = """rules => axe.run(document, rules).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => [one.id, one.nodes.map(node => node.target)]))"""
LOOKED_AT: set[tuple[str, str, int, bool]] = set()
FRAME = {"zh": {"sign out": "退出系统"}, "en": {"sign out": "Sign out"}}


def missing(why: str) -> None:
    wanted = os.environ.get("REQUIRE_BACKENDS", "").split(",")
    if {"all", "chromium"} & set(wanted):
        pytest.fail(f"chromium is required, but {why}", pytrace=False)
    pytest.skip(f"chromium: {why}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if playwright is None:
        missing("playwright and axe-playwright-python are not installed")
    if not Path(CHROMIUM).exists():
        missing(f"{CHROMIUM} is not there")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, headless=True, chromium_sandbox=False, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@attrs.define(slots=False)  # playwright hangs something on who listens
class Visit:
    """Somebody at a browser: everything asked for and complained about is kept."""

    page: Any
    address: str
    language: str
    asked: list[str] = attrs.field(factory=list)
    complaints: list[str] = attrs.field(factory=list)
    looked_at: set[str] = attrs.field(factory=set)

    def hear(self, line: Any) -> None:
        """Keep what the browser complains about; that a form was refused it need not say."""
        if line.type in {"error", "warning"} and "status of 4" not in line.text:
            self.complaints.append(line.text)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, name: str) -> None:
        self.open("/sign-in")
        self.look_once("sign-in")
        self.page.fill("#f-name", name)
        self.page.fill("#f-password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.address + "/")
        other = self.page.locator(f"button[name=language][value={self.language}]")
        if other.get_attribute("aria-current") is None:
            with self.page.expect_navigation():
                other.click()
        self.look_once(name)

    def look_once(self, what: str) -> None:
        """Let axe look at what every story begins with, once in each language, width and scheme."""
        dark = self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        key = (what, self.language, self.page.viewport_size["width"], dark)
        if key not in LOOKED_AT:
            self.look()
            LOOKED_AT.add(key)
        self.looked_at.add(self.page.url)

    def sign_out(self) -> None:
        self.page.get_by_role("button", name=FRAME[self.language]["sign out"]).click()
        self.page.wait_for_url("**/sign-in")

    def click(self, words: str, *, role: str = "link", exact: bool = False, within: str = "main") -> None:
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role(role, name=words, exact=exact).first.click()

    def told(self, words: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(words)

    def fits(self) -> None:
        """Look whether the page is as wide as the screen, and everything on it as wide as what it stands in."""
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
        spilt = self.page.evaluate(
            "[...document.querySelectorAll('.sheet')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert not spilt, f"{self.page.url} has {spilt} sheets that are too wide"
        short = self.page.evaluate(
            "[...document.querySelectorAll('.sideways')].filter(e => e.clientWidth"
            " && e.clientWidth < Math.min(e.scrollWidth, e.parentElement.clientWidth) - 60).length"
        )
        assert not short, f"{self.page.url} has {short} tables that show less than there is room for"
        tall = self.page.evaluate(
            "[...document.querySelectorAll('.heading-end .button')].filter(e => e.clientHeight > 72).length"
        )
        assert not tall, f"{self.page.url} has {tall} buttons squeezed beside its title"

    def look(self) -> None:
        """Let axe look at the page; nothing serious may be wrong, and nothing may be wider than the screen."""
        self.fits()
        self.page.evaluate(AXE)
        bad = self.page.evaluate(JUDGE, RULES)
        assert not bad, (self.page.url, bad)
        self.looked_at.add(self.page.url)


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Callable[..., Visit]]:
    visits: list[tuple[Any, Visit]] = []

    def make(language: str = "zh", viewport: dict[str, int] = DESK, **more: Any) -> Visit:
        context = chromium.new_context(viewport=viewport, locale="zh-CN" if language == "zh" else "en-GB", **more)
        context.add_cookies([{"name": "crm_language", "value": language, "url": address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        made = Visit(page, address, language)
        context.on("request", lambda request: made.asked.append(request.url))
        page.on("console", made.hear)
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        visits.append((context, made))
        return made

    yield make
    for context, made in visits:
        context.close()
        elsewhere = [url for url in made.asked if not url.startswith((address, "data:"))]
        assert not elsewhere
        assert not made.complaints
