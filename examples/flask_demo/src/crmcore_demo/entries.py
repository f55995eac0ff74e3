"""One pattern for the pages on which records are entered and changed.

A page module says in an `Entry` what is special about its form. Everything else is the same everywhere: input is kept,
each problem stands at its field, a form that is sent twice counts once, and whoever was slower sees both versions.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import attrs
from flask import Blueprint

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.errors import Problem
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.answers import Answer, finished, form_page
from crmcore_demo.conflicts import both_versions
from crmcore_demo.display import t
from crmcore_demo.forms import VERSION, Form, fresh_key, kept_key, posted, posted_key, posted_version, shown_form
from crmcore_demo.session import perform

E = TypeVar("E")


@attrs.frozen(kw_only=True)
class Entry(Generic[E]):
    """The form on which one record is entered, or changed."""

    asked: Asked
    action: Callable[..., E]
    """What stores it: one of the library's actions."""
    words: str
    """Where the sentences are: `<words>.new`, `.edit_title`, `.save`, and help under the fields."""
    topic: str
    back: str
    it: E | None = None
    """The record that is changed; none for a new one."""
    known_as: UUID | None = None
    """The id by which action and pages know it; its own, if nothing is said."""
    name: str = ""
    """What people call it."""
    lead: str | None = None
    known: Mapping[str, Any] = attrs.field(factory=dict)
    """What a new record begins with."""
    before: tuple[Any, ...] = ()
    """What the action takes before what was filled in, such as the record a new one belongs to."""
    given: Mapping[str, Any] = attrs.field(factory=dict)
    """What it takes beside that, by name."""
    then: Callable[[E], str] | None = None
    """Where to go with what was stored; back, if nothing is said."""
    show: str = ".edit_form"
    """Endpoint of the record's page; its form, if it has none."""
    after: Callable[[], None] | None = None
    """What has to happen once it is stored."""
    template: str = "form.html"
    around: Mapping[str, Any] = attrs.field(factory=dict)
    """What the template needs beside the form."""
    missing: Callable[[Mapping[str, str]], Iterable[Problem]] = attrs.field(default=lambda _: ())
    """What has to be filled in by the rules of the record, and is not."""
    drawn: Callable[[Form], Form] = attrs.field(default=lambda form: form)
    """Draws some fields differently."""
    ways: Callable[[CrmError], Iterable[Action]] = attrs.field(default=lambda _: ())
    """Leads on from a refusal."""

    def page(self, values: Mapping[str, str], hidden: Mapping[str, str], problem: CrmError | None = None) -> Answer:
        """Draw the form with these values."""
        return form_page(
            self.template,
            self.drawn(shown_form(self.asked, values, helps=f"{self.words}.help", hidden=hidden)),
            problem,
            title=t(f"{self.words}.edit_title", name=self.name) if self.it else t(f"{self.words}.new"),
            topic=self.topic,
            lead=self.lead,
            button=t(f"{self.words}.save"),
            back=self.back,
            more=tuple(self.ways(problem)) if problem else (),
            **self.around,
        )

    def ask(self) -> Answer:
        """Ask for a new record, or what should be different about one."""
        if self.it is None:
            return self.page(self.asked.fill(**self.known), fresh_key())
        return self.page(self.asked.fill(self.it), {VERSION: str(cast("Any", self.it).version)})

    def _given(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Read what was filled in; everything that is wrong or missing is said at once (GEN-11)."""
        problems: list[Problem] = []
        given: dict[str, Any] = {}
        try:
            given = self.asked.parse(values)
        except Invalid as invalid:
            problems += invalid.problems
        named = {one.field for one in problems}
        problems += (one for one in self.missing(values) if one.field not in named)
        if problems:
            raise Invalid(problems)
        return given

    def add(self) -> Answer:
        """Store a new record; sending the form twice stores it once."""
        values = posted(self.asked)
        try:
            stored = perform(self.action, posted_key(), *self.before, **{**self.given, **self._given(values)})
        except (Invalid, Refused) as error:
            return self.page(values, kept_key(error), error)
        return finished("done.saved", self.then(stored) if self.then else self.back, self.after)

    def change(self, again: Callable[[], "Entry[E]"]) -> Answer:
        """Store the changes, or show both versions if somebody else was quicker.

        Args:
            again: Reads the record once more, if the person may still change it.
        """
        values, version, it = posted(self.asked), posted_version(), cast("Any", self.it)
        try:
            stored = perform(self.action, None, self.known_as or it.id, expected=version, **self._given(values))
        except (Invalid, Refused) as error:
            return self.page(values, {VERSION: str(version)}, error)
        except Conflict:
            now = again()
            return both_versions(
                now.it, now.name, now.asked, values, show=self.show, edit=".edit_form", known_as=self.known_as
            )
        return finished("done.saved", self.then(stored) if self.then else self.back, self.after)


def entry_pages(
    pages: Blueprint,
    new: Callable[..., Entry[Any]],
    kept: Callable[[UUID], Entry[Any]],
    *,
    under: str = "",
    at: str = "",
) -> None:
    """Make the pages on which records of one kind are entered and changed.

    Args:
        pages: Where they belong; the endpoints are `new`, `add`, `edit_form` and `change`.
        new: Returns the form of a new record, to those who may enter one; takes what *under* names.
        kept: Returns the form of a record, to those who may change it.
        under: The path below which a new one is entered, such as that of a customer.
        at: The path below which one is changed.
    """

    def add(**where: Any) -> Answer:
        return new(**where).add()

    def change(id: UUID) -> Answer:  # noqa: A002
        return kept(id).change(lambda: kept(id))

    pages.get(f"{under}/new", endpoint="new")(lambda **where: new(**where).ask())
    pages.post(f"{under}/new", endpoint="add")(add)
    pages.get(f"{at}/<uuid:id>/edit", endpoint="edit_form")(lambda id: kept(id).ask())  # noqa: A006
    pages.post(f"{at}/<uuid:id>/edit", endpoint="change")(change)
