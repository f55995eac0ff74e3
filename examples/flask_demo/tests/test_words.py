import re
from pathlib import Path

import pytest
from browsing import dotted_codes
from flask import Flask

import crmcore_demo
from crmcore import registered
from crmcore.i18n import has_text, keys
from crmcore_demo import words
from crmcore_demo.navigation import PAGES

FOLDER = Path(crmcore_demo.__file__).parent
SOURCES = [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.html")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
# Keys put together while a page is drawn.
MADE = re.compile(
    r"trouble\.\d+\.(title|words)|weekday\.[1-7]|language\.(zh|en)|home\.(given|waiting)_(days|today)"
    r"|(roles|dictionary|users|custom_fields|contacts|interactions|groups|opportunities|customers|plan|unmatched"
    r"|duplicates|terminate)\.(retire|restore|delete|undo|discard|step)(_title|_question|_consequence|_button)?"
    r"|(calendars|targets|policies|skills|special_days)\.(retire|restore|delete)(_title|_question|_consequence|_button|_done)?"
    r"|home\.(assign|handle|call)(_nothing)?|home\.filed_(days|today)"
    r"|care\.(complete|edit|cancel)(_title|_button)?|(contracts|care|service_files|calendars|special_days|targets|policies|skills)\.help\.\w+"
    r"|(calendars|targets|policies|skills)\.(title|lead|none|new)|escalations\.all"
    r"|(churn|development|customers)\.(lead|none)_(all|own)|home\.warnings(_all)?_nothing"
    r"|category\.\w+|delivered_role\.\w+|word\.(yes|no)"
    r"|deed\.\w+\.\w+|(opportunities|plan|users|dictionary|customers|interactions|custom_fields)\.help\.\w+"
    r"|customer\.tab_\w+|(customers|dictionary|sales)\.beside_\w+|customers\.(part|sort)_\w+"
    r"|customers\.(created|amount)_(from|to)|customers\.tag|home\.warned_(days|today)"
    r"|churn\.(delay|confirm|retain)(_title|_field|_help|_button|_done)?"
    r"|requests\.((lead|none|beside|note|stars)_\w+|(edit|merge|delete|undo|assign|hand_over|handle|feedback|wait"
    r"|resume|reopen|note|attach)(_(title|question|consequence|button|button_to|done|help|nobody))?)"
    r"|knowledge_(drafts|review)\.(title|lead|none|none_found)"
    r"|knowledge\.(beside|order)_\w+|(knowledge|surveys|survey_questions)\.help\.\w+"
    r"|knowledge\.(edit|submit|withdraw|discard|revise|publish|archive|restore|reject)(_title|_question|_consequence|_button|_done)?"
    r"|surveys\.(open|close|delete)(_title|_question|_consequence|_button|_done)?"
    r"|(survey_questions\.delete|inviting\.withdraw)(_title|_question|_consequence|_button|_done)?"
    r"|inviting\.state_\w+|answering\.(satisfaction|recommendation)_\d+"
    r"|results\.(invited|answered|satisfied|csat|promoters|passives|detractors|nps)"
    r"|window\.(new|feedback|say|rate)(_button|_lead)?|window\.(mail|sms)|guests\.withdraw(_\w+)?"
    r"|chart\.(bar|stacked_bar|line|share|waterfall)|reports\.(this|last)_(month|quarter|year)|reports\.(period|take)_\w+"
    r"|dashboards\.((lead|than|with)_\w+|more|less)"
    r"|selling\.beside_\w+|stages\.(retire|restore)(_title|_question|_consequence|_button)?"
    r"|activities\.(progress|complete|cancel)(_title|_button)?|progress\.(forward|backward)"
    r"|saved_reports\.delete(_\w+)?|sales_targets\.(in_\w+|into_\w+|delete(_\w+)?|help\.\w+)"
    r"|imports\.(way|kind|encoding|delimiter|mode|key|blank)(_[\w-]+)?|exports\.(kind|format)(_\w+)?"
)


LISTS = set(re.findall(r'list_page\(\s*"[\w/.]+",\s*"(\w+)"', TEXT))
"""Where the sentences of the lists are."""
FORMS = set(re.findall(r'words="(\w+)"', TEXT))
"""Where the sentences of the forms on records are."""


def made() -> set[str]:
    """Answer the keys the patterns of lists and forms put together."""
    lists = {f"{one}.{name}" for one in LISTS for name in ("title", "lead", "none", "none_found")}
    forms = {f"{one}.{name}" for one in FORMS for name in ("new", "edit_title", "save")}
    return lists | forms


def test_both_languages_say_the_same_things() -> None:
    chinese, english = words.catalogue("zh"), words.catalogue("en")
    assert chinese.keys() == english.keys()
    for key, sentence in chinese.items():
        gaps = re.compile(r"\{(\w+)")
        assert {*gaps.findall(sentence)} == {*gaps.findall(english[key])} or "|" in english[key], key
        assert sentence.strip(), key
        assert english[key].strip(), key


def test_no_sentence_is_left_over() -> None:
    said = {key for key in words.catalogue("zh") if f'"{key}"' in TEXT or f"'{key}'" in TEXT or MADE.fullmatch(key)}
    said |= made()
    assert words.catalogue("zh").keys() - said == set()


def test_no_sentence_is_missing() -> None:
    asked = set(re.findall(r"\bt\(\s*['\"]([\w.]+\w)['\"]", TEXT))
    asked = {key for key in asked if not key.endswith("_")}
    asked |= set(re.findall(r"\bt\([^()]* else ['\"]([\w.]+\w)['\"]", TEXT))
    asked |= {f"{one}.{name}" for one in FORMS for name in ("new", "edit_title", "save")}
    assert asked - words.catalogue("zh").keys() == set()
    assert {"roles", "unmatched", "customers"} <= LISTS
    assert {"roles", "contacts", "users"} <= FORMS


def test_labels_are_the_librarys() -> None:
    asked = set(re.findall(r"\blabel\(\s*['\"]([\w.]+)['\"]\)", TEXT))
    assert {key for key in asked if not has_text(key, "zh")} == set()
    assert {f"menu.{code}" for code in PAGES} <= keys("zh")


@pytest.mark.requirement("GEN-19")
def test_every_screen_has_its_help_in_both_languages() -> None:
    topics = set(re.findall(r"heading\(.*?\)?, '(\w+)'[,)]", TEXT)) | set(re.findall(r'topic="(\w+)"', TEXT)) | LISTS
    for language in ("zh", "en"):
        written = words.help_pages(language)
        assert topics <= written.keys()
        assert all(page["title"] and page["text"] for page in written.values())
    assert words.help_pages("zh").keys() == words.help_pages("en").keys()
    assert words.help_pages("zh").keys() == topics


def test_every_deed_told_is_an_action(app: Flask) -> None:
    names = {one.name for one in registered()}
    assert {key.removeprefix("deed.") for key in words.catalogue("zh") if key.startswith("deed.")} <= names


def test_one_and_many() -> None:
    assert words.say("en", "list.found", n=1) == "1 record"
    assert words.say("en", "list.found", n=2) == "2 records"
    assert words.say("zh", "list.found", n=1) == "共 1 条"


def test_a_sentence_can_not_reach_into_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "catalogue", lambda _: {"one": "{who}", "two": "{who.__class__}"})
    assert words.say("en", "one", who="{who.__class__}") == "{who.__class__}"
    with pytest.raises(KeyError):
        words.say("en", "two", who=1)


def test_codes_are_told_from_words() -> None:
    assert dotted_codes("状态 invitation.state 和 requests.note_for。") == ["invitation.state", "requests.note_for"]
    assert dotted_codes("state: one. Two www.customer.example li.hua@user.example a.txt, 3.5 h/service.pdf") == []
