"""One pattern for the pages that ask before something is done to a record that is not easily taken back (GEN-13)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

import attrs
from flask import Blueprint

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore_demo.actions import Action
from crmcore_demo.answers import Answer, finished, form_page
from crmcore_demo.display import t
from crmcore_demo.forms import VERSION, Form, posted_version
from crmcore_demo.session import perform
from crmcore_demo.words import has

GIVING_BACK: Final = ".restore"
"""A step that takes nothing away: its button looks friendly."""
DONE: Final = {"retire": "done.done", "restore": "done.done", "delete": "done.deleted"}
"""What is told of the usual steps."""


@attrs.frozen(kw_only=True)
class Question:
    """What is asked before something is done to a record that is not easily taken back (GEN-13)."""

    id: UUID
    words: str
    """Where the sentences are: `<words>_title`, `_question`, `_consequence` and `_button`."""
    topic: str
    back: str
    version: int | None = None
    """Of the record as it is asked about; none where the action wants none."""
    gaps: Mapping[str, object] = attrs.field(factory=dict)
    """What the sentences name."""
    then: str = ""
    """Where to go afterwards; back, if nothing is said."""
    after: Callable[[], None] | None = None
    """What has to happen once it is done."""
    done: str = "done.done"
    """The sentence that tells of it, where there is no `<words>_done` that says what happened."""
    kind: str = ""
    """How its button looks, if not as one that takes something away."""
    ways: Callable[[CrmError], Iterable[Action]] = attrs.field(default=lambda _: ())
    """Leads on from a refusal."""

    def page(self, problem: CrmError | None = None) -> Answer:
        """Ask, and say why it could not be done a moment ago."""
        return form_page(
            "confirm.html",
            Form(hidden={} if self.version is None else {VERSION: str(self.version)}),
            problem,
            topic=self.topic,
            title=t(f"{self.words}_title", **self.gaps),
            question=t(f"{self.words}_question", **self.gaps),
            consequence=t(f"{self.words}_consequence"),
            button=t(f"{self.words}_button"),
            kind=self.kind or ("primary" if self.words.endswith(GIVING_BACK) else "solid"),
            more=tuple(self.ways(problem)) if problem else (),
            back=self.back,
        )

    def carry_out(self, action: Callable[..., object], again: Callable[[], "Question"]) -> Answer:
        """Do it, or ask again and say why it can't be done.

        Args:
            action: One of the library's actions.
            again: Reads the record once more.
        """
        seen = {} if self.version is None else {"expected": posted_version()}
        try:
            perform(action, None, self.id, **seen)
        except (Conflict, Invalid, Refused) as error:
            return again().page(error)
        own = f"{self.words}_done"
        return finished(own if has("zh", own) else self.done, self.then or self.back, self.after)


def step_pages(
    pages: Blueprint,
    steps: Mapping[str, Callable[..., object]],
    asked: Callable[[UUID, str], Question],
    at: str = "",
) -> None:
    """Make the pages that ask before a step is done to a record, and do it.

    Args:
        pages: Where they belong; the endpoints are `ask` and `do`, with the step in the address.
        steps: The library's actions by the name of the step.
        asked: Returns the question about a record, to those who may do the step.
        at: The path below which they are.
    """
    rule = f"{at}/<uuid:id>/<any({', '.join(steps)}):step>"

    def do(id: UUID, step: str) -> Answer:  # noqa: A002
        return asked(id, step).carry_out(steps[step], lambda: asked(id, step))

    pages.get(rule, endpoint="ask")(lambda id, step: asked(id, step).page())  # noqa: A006
    pages.post(rule, endpoint="do")(do)
