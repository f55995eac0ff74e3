"""What members of staff do at the service desk in Chromium: the steps of more than one story."""

import os
from pathlib import Path

from visiting import Visit

__all__ = ["SAY", "ask_customer", "assign_it", "handle_it", "judge_it", "look", "open_row"]

SAY = {
    "zh": {
        "file": "新建服务",
        "save": "保存服务",
        "saved": "保存成功",
        "assign": "指派",
        "assigned": "已指派给",
        "handle": "处理",
        "save handling": "保存处理情况",
        "feedback": "反馈",
        "save feedback": "保存反馈",
        "returned": "需要重新处理",
        "archived": "已归档",
        "round": "第 2 次处理",
        "wait": "等待客户",
        "ask": "询问并暂停计时",
    },
    "en": {
        "file": "File a request",
        "save": "Save request",
        "saved": "Saved",
        "assign": "Assign",
        "assigned": "Assigned to ",
        "handle": "Handle",
        "save handling": "Save handling",
        "feedback": "Record feedback",
        "save feedback": "Save feedback",
        "returned": "handled again",
        "archived": "archived",
        "round": "Round 2",
        "wait": "Wait for the customer",
        "ask": "Ask and stop the clock",
    },
}


def look(one: Visit, name: str) -> None:
    """Let axe look, and keep a picture for people where the environment names a folder."""
    one.look()
    if folder := os.environ.get("TEST_PICTURES"):
        wide = one.page.viewport_size["width"]
        one.page.screenshot(path=Path(folder) / f"{name}-{one.language}-{wide}.png", full_page=True)


def open_row(one: Visit, words: str) -> None:
    """Open the record of the row with these words, by the row's first link."""
    with one.page.expect_navigation():
        one.page.locator(".list tbody tr").filter(has_text=words).get_by_role("link").first.click()


def assign_it(one: Visit, to: str, title: str) -> None:
    """Look at who is proposed, and choose in the row of the list."""
    page, say = one.page, SAY[one.language]
    one.open("/service/assignment")
    look(one, "assignment")
    open_row(one, title)
    one.click(say["assign"])
    look(one, "proposals")
    one.open("/service/assignment")
    row = page.locator(".list tbody tr").filter(has_text=title)
    row.locator("select[name=assignee]").select_option(label=to)
    with page.expect_navigation():
        row.get_by_role("button", name=say["assign"]).click()
    one.told(f"{say['assigned']}{to}")


def handle_it(one: Visit, done: str) -> None:
    """Say what was done; all that was before stands above."""
    one.click(SAY[one.language]["handle"])
    look(one, "handle")
    one.page.fill("#f-handling", done)
    one.click(SAY[one.language]["save handling"], role="button")


def ask_customer(one: Visit, question: str) -> None:
    """Ask the customer something, which stops the clock."""
    one.click(SAY[one.language]["wait"])
    one.page.fill("#f-text", question)
    one.click(SAY[one.language]["ask"], role="button")
    look(one, "waiting")


def judge_it(one: Visit, result: str, stars: int) -> None:
    """Record what the customer says."""
    one.click(SAY[one.language]["feedback"])
    one.page.fill("#f-result", result)
    one.page.locator(f"[name=satisfaction][value='{stars}']").check()
    look(one, f"feedback-{stars}")
    one.click(SAY[one.language]["save feedback"], role="button")
