"""An opportunity through the stages in Chromium, in Chinese on a desk and in English on a phone."""

from collections.abc import Callable
from typing import Final

import pytest
from selling import stages_of
from visiting import DESK, PHONE, Visit, expect

from conftest import Chance
from crmcore import Crm

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
SAY: Final = {
    "zh": {
        "evaluate": "评估",
        "save": "保存评估",
        "advance": "推进到“{name}”",
        "back": "退回到“{name}”",
        "move": "转换阶段",
        "moved": "阶段已转换",
    },
    "en": {
        "evaluate": "Evaluate",
        "save": "Save evaluation",
        "advance": "Advance to “{name}”",
        "back": "Send back to “{name}”",
        "move": "Change stage",
        "moved": "The stage was changed",
    },
}


def go(one: Visit, words: str, stage: str, reason: str = "") -> None:
    """Choose where it goes, in the dialog that opens, and say why."""
    say = SAY[one.language]
    one.page.locator("main").get_by_role("link", name=say[words].format(name=stage)).click()
    dialog = one.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    if reason:
        dialog.locator("[name=reason]").fill(reason)
    with one.page.expect_navigation():
        dialog.get_by_role("button", name=say["move"]).click()
    one.told(say["moved"])


@pytest.mark.requirement("X-OPP-01", "X-OPP-02", "X-OPP-03", "X-OPP-06", "X-OPP-07")
@pytest.mark.parametrize(
    ("language", "viewport", "scheme"), [("zh", DESK, "light"), ("en", PHONE, "dark")], ids=["zh-desk", "en-phone"]
)
def test_an_opportunity_goes_through_the_stages(
    crm: Crm, chance: Chance, visit: Callable[..., Visit], language: str, viewport: dict[str, int], scheme: str
) -> None:
    names = [one.name for one in stages_of(crm, language)]
    it = chance("wangwei")
    one = visit(language, viewport, color_scheme=scheme)
    say = SAY[language]
    one.sign_in("wangwei")
    one.open("/process")
    one.look()
    one.click("北京华建")
    one.look()
    one.click(say["evaluate"], exact=True)
    one.look()
    one.page.fill("#f-expected_amount", "1200000")
    one.page.fill("#f-expected_on", "2030-06-28")
    one.click(say["save"], role="button")
    for name in names[1:]:
        go(one, "advance", name)
    go(one, "back", names[2], "reason")
    expect(one.page.locator("main")).to_contain_text("1,200,000.00 CNY")
    one.look()
    for path in ("/activities", f"/activities/of/{it.id}/new", "/process/large", "/sales-targets", "/snapshots"):
        one.open(path)
        one.look()
    assert not one.complaints
