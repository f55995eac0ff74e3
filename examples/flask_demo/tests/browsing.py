"""A browser without JavaScript: reads pages, follows links, fills in forms. Every answer of 500 is a failure."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import attrs
from flask import Flask
from werkzeug.test import TestResponse

from crmcore.i18n import keys
from crmcore_demo import words

PASSWORD = "secret phrase"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}
SILENT = {"script", "style", "title", "option"}


@attrs.define
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = attrs.field(factory=dict)
    buttons: list[tuple[str, str, str]] = attrs.field(factory=list)
    required: set[str] = attrs.field(factory=set)
    choices: dict[str, list[str]] = attrs.field(factory=dict)
    labels: str = ""

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


@attrs.define
class _Reader(HTMLParser):
    page: "Page"
    stack: list[str] = attrs.field(factory=list)
    form: Form | None = None
    select: str = ""
    link: dict[str, str] | None = None
    textarea: str = ""
    button: dict[str, str] | None = None

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in given}
        self.page.tags.append((tag, facts))
        if tag not in VOID:
            self.stack.append(tag)
        match tag:
            case "form":
                self.form = Form(facts.get("action", ""), facts.get("method", "get").lower())
                self.page.forms.append(self.form)
            case "a" if "href" in facts:
                self.link = {"href": facts["href"], "text": "", "dialog": str("data-dialog" in facts)}
            case "button":
                self.button = {**facts, "text": ""}
            case "textarea" if self.form:
                self.textarea = facts["name"]
                self.form.fields[self.textarea] = [""]
            case "select" if self.form:
                self.select = facts["name"]
                self.form.fields[self.select] = []
                self.form.choices[self.select] = []
            case "option" if self.form and self.select:
                self.form.choices[self.select].append(facts.get("value", ""))
                if "selected" in facts or not self.form.fields[self.select]:
                    self.form.fields[self.select] = [facts.get("value", "")]
            case "input" if self.form and "name" in facts:
                self._input(facts)
        if self.form and "required" in facts:
            self.form.required.add(facts.get("name", ""))

    def _input(self, facts: dict[str, str]) -> None:
        assert self.form is not None
        name = facts["name"]
        if facts.get("type") in {"checkbox", "radio"}:
            self.form.choices.setdefault(name, []).append(facts.get("value", "on"))
            if "checked" in facts:
                self.form.add(name, facts.get("value", "on"))
        else:
            self.form.add(name, facts.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop() != tag:
            pass
        match tag:
            case "form":
                self.form = None
            case "select":
                self.select = ""
            case "textarea" if self.form and self.textarea:
                # The first line break of a textarea does not belong to its text.
                self.form.fields[self.textarea][0] = self.form.fields[self.textarea][0].removeprefix("\n")
                self.textarea = ""
            case "a" if self.link:
                self.page.links.append(self.link)
                self.link = None
            case "button" if self.button:
                if self.form is not None:
                    self.form.buttons.append(
                        (self.button["text"].strip(), self.button.get("name", ""), self.button.get("value", ""))
                    )
                self.button = None

    def handle_data(self, data: str) -> None:
        if self.form is not None:
            self.form.labels += data
        if self.textarea and self.form is not None:
            self.form.fields[self.textarea][0] += data
        if self.link is not None:
            self.link["text"] += data
        if self.button is not None:
            self.button["text"] += data
        if not self.stack or self.stack[-1] not in SILENT:
            self.page.words.append(data)


@attrs.define
class Page:
    response: TestResponse
    path: str
    tags: list[tuple[str, dict[str, str]]] = attrs.field(factory=list)
    links: list[dict[str, str]] = attrs.field(factory=list)
    forms: list[Form] = attrs.field(factory=list)
    words: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        reader = _Reader(self)
        reader.feed(self.response.get_data(as_text=True))
        reader.close()

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def link(self, words: str) -> str:
        found = [one["href"] for one in self.links if words in one["text"]]
        assert found, f"no link {words!r} on {self.path}: {[one['text'].strip() for one in self.links]}"
        return found[0]

    def has_link(self, words: str) -> bool:
        return any(words in one["text"] for one in self.links)

    def main_form(self, button: str = "") -> Form:
        frame = {"/language", "/sign-out", "/window/language", "/window/sign-out"}
        found = [
            one
            for one in self.forms
            if one.method == "post" and one.action not in frame and any(button in words for words, _, _ in one.buttons)
        ]
        assert found, f"no form with {button!r} on {self.path}"
        return found[0]

    def with_id(self, one: str) -> dict[str, str] | None:
        return next((facts for _, facts in self.tags if facts.get("id") == one), None)


@attrs.define
class Browser:
    """One person's browser."""

    app: Flask
    client: Any = attrs.field(init=False)
    page: Page = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.client = self.app.test_client()

    def open(self, path: str, **more: Any) -> Page:
        return self._keep(path, self.client.get(path, follow_redirects=True, **more))

    def post(self, path: str, data: Mapping[str, Any], **more: Any) -> Page:
        return self._keep(path, self.client.post(path, data=data, follow_redirects=True, **more))

    def submit(self, button: str = "", *, press: str = "", **values: Any) -> Page:
        """Fill in the page's form and send it; what is not given stays as it is."""
        form = self.page.main_form(button)
        data: dict[str, Any] = {**form.fields, **values}
        data |= {name: value for words, name, value in form.buttons if press and press in words and name}
        return self.post(form.action or self.page.path, data)

    def follow(self, words: str) -> Page:
        return self.open(self.page.link(words))

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        self.open("/sign-in")
        page = self.submit(name=name, password=password)
        assert page.status == 200, page.text
        return page

    def token(self) -> str:
        """The token every form carries."""
        return next(form.fields["csrf_token"][0] for form in self.page.forms if "csrf_token" in form.fields)

    def _keep(self, path: str, response: TestResponse) -> Page:
        assert response.status_code != 500, f"{path} answered 500"
        self.page = Page(response, response.request.full_path.removesuffix("?") if response.request else path)
        return self.page


def all_links(page: Page) -> Iterator[str]:
    """Every address on this site a page leads to."""
    return (one["href"] for one in page.links if one["href"].startswith("/"))


def dotted_codes(text: str) -> list[str]:
    """The keys of catalogues and the names of fields that a page shows as they are, instead of in words."""
    known = {key.split(".")[0] for key in (*keys("en"), *words.catalogue("en"))}
    found = re.findall(r"(?<![\w@./-])([a-z]+(?:_[a-z]+)*)\.([a-z]\w*(?:\.\w+)*)(?![\w@/-])", text)
    return [f"{first}.{rest}" for first, rest in found if first in known]
