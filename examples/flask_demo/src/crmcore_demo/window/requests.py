"""What a guest asks of the company: filing it, following it, answering, rating (requirements X-SLF-01, X-SLF-03)."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs
from flask import Blueprint, flash, redirect, render_template, request, url_for

from crmcore import CrmError, Invalid, Refused
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore.window import (
    OwnRequest,
    OwnRequestDetail,
    answer,
    file,
    give_feedback,
    my_request,
    my_requests,
    my_surveys,
    rate,
)
from crmcore_demo.actions import Action
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import stars, t
from crmcore_demo.forms import (
    Form,
    Option,
    Shown,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    shown_form,
    with_dictionary,
)
from crmcore_demo.listing import read_filter, states, texts
from crmcore_demo.paging import whole_number
from crmcore_demo.session import perform, reading, settings
from crmcore_demo.window.articles import any_articles
from crmcore_demo.window.visitors import PREFIX

pages = Blueprint("requests", __name__, url_prefix=f"{PREFIX}/requests")
first = Blueprint("home", __name__, url_prefix=PREFIX)
LONGEST_MESSAGE: Final = 3000
LONGEST_RESULT: Final = 500
MOST_STARS: Final = 5
WAY: Final = tuple(ServiceStatus)


@attrs.frozen(kw_only=True)
class Step:
    """One stage on the way of a request."""

    words: str
    done: bool
    at: Any = None


def _steps(it: OwnRequest) -> tuple[Step, ...]:
    """Say how far a request has come, in words a customer uses."""
    reached = WAY.index(it.status)
    when = (it.created_at, None, it.handled_at, it.archived_at)
    names = (t("window.step_filed"), t("window.step_treated"), t("window.step_handled"), t("window.step_closed"))
    return tuple(
        Step(words=words, done=place <= reached, at=at if place <= reached else None)
        for place, (words, at) in enumerate(zip(names, when, strict=True))
    )


@first.get("/", endpoint="home", strict_slashes=False)
def index() -> str:
    """Show the requests of the guest's company, the newest first."""
    asked = read_filter(*texts("service_request", "number", "title"), states("service_request", ServiceStatus))
    found = my_requests(reading(), status=asked.chosen("status", ServiceStatus), **asked.typed)
    return render_template(
        "window/requests.html", page=found, filter=asked, part="requests", surveys=len(my_surveys(reading()))
    )


def _message() -> Form:
    return Form(
        fields=(
            Shown(name="text", label=t("window.message"), kind="long", required=True, longest=LONGEST_MESSAGE, rows=4),
        ),
        hidden=fresh_key(),
    )


def _rating() -> Form:
    picks = tuple(Option(value=str(n), words=stars(n), note=_note(n)) for n in range(MOST_STARS, 0, -1))
    return Form(
        fields=(
            Shown(name="satisfaction", label=t("window.stars"), kind="pick", required=True, options=picks),
            Shown(name="text", label=t("window.opinion"), kind="long", required=True, longest=LONGEST_RESULT, rows=3),
        )
    )


def _note(count: int) -> str:
    notes = (t("window.star_1"), t("window.star_2"), t("window.star_3"), t("window.star_4"), t("window.star_5"))
    return notes[count - 1]


def _filled(form: Form) -> Form:
    """Keep what somebody typed."""
    for field in form.fields:
        form = form.with_field(field.name, value=request.form.get(field.name, ""))
    return form


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one request: how far it has come, what was said, and what the guest can do about it."""
    it = my_request(reading(), ServiceRequestId(id))
    return render_template(
        "window/request.html",
        it=it,
        steps=_steps(it.request),
        message=_message() if it.request.status in {ServiceStatus.NEW, ServiceStatus.ASSIGNED} else None,
        rating=_rating() if it.request.status is ServiceStatus.HANDLED else None,
        back=url_for("home.home"),
        part="requests",
    )


def _form(
    form: Form,
    words: str,
    back: str,
    error: CrmError | None = None,
    lead: str | None = None,
    more: tuple[Action, ...] = (),
) -> Answer:
    return form_page(
        "form.html",
        form,
        error,
        title=t(f"window.{words}"),
        topic=None,
        lead=lead,
        button=t(f"window.{words}_button"),
        back=back,
        part=words,
        more=more,
    )


def _done(words: str, id: UUID) -> Answer:  # noqa: A002
    flash(t(words), "done")
    return redirect(url_for("requests.show", id=id))


def _about(id: UUID) -> OwnRequestDetail:  # noqa: A002
    return my_request(reading(), ServiceRequestId(id))


@pages.get("/<uuid:id>/message")
def message_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what the guest wants to say about a request."""
    return _form(_message(), "say", url_for("requests.show", id=id), lead=_about(id).request.title)


@pages.post("/<uuid:id>/message")
def say(id: UUID) -> Answer:  # noqa: A002
    """Tell the company something about a request."""
    try:
        perform(answer, posted_key(), ServiceRequestId(id), request.form.get("text", ""))
    except (Invalid, Refused) as error:
        form = attrs.evolve(_filled(_message()), hidden=kept_key(error))
        return _form(form, "say", url_for("requests.show", id=id), error)
    return _done("window.said", id)


@pages.get("/<uuid:id>/rating")
def rating_form(id: UUID) -> Answer:  # noqa: A002
    """Ask how satisfied the guest is, once his request was handled."""
    if _about(id).request.status is not ServiceStatus.HANDLED:
        return redirect(url_for("requests.show", id=id))
    return _form(_rating(), "rate", url_for("requests.show", id=id), lead=_about(id).request.title)


@pages.post("/<uuid:id>/rating")
def rate_it(id: UUID) -> Answer:  # noqa: A002
    """Take the guest's stars: three and more close the request, fewer send it back (SVC-06)."""
    given = whole_number(request.form.get("satisfaction"), 0, largest=MOST_STARS + 1)
    try:
        perform(rate, None, ServiceRequestId(id), satisfaction=given, text=request.form.get("text", ""))
    except (Invalid, Refused) as error:
        return _form(_filled(_rating()), "rate", url_for("requests.show", id=id), error)
    return _done("window.rated", id)


def _asked(*names: str) -> Asked:
    return with_dictionary(form_for(ServiceRequest, zone=settings().zone, names=names))


def _elsewhere(words: str) -> tuple[Action, ...]:
    """Offer what is published to whoever is about to ask: the answer may be there."""
    if words != "new" or not any_articles():
        return ()
    return (Action(words=t("window.look_first"), address=url_for("articles.index")),)


def _entry(words: str, names: Mapping[str, str], action: Callable[..., ServiceRequestId]) -> None:
    """Make the two views of a form on which something is filed; sending it twice files it once.

    Args:
        words: Its address, and where the sentences are.
        names: The fields, and what the action calls them.
        action: What files it.
    """

    def page(values: dict[str, str], hidden: dict[str, str], error: CrmError | None = None) -> Answer:
        form = shown_form(_asked(*names), values, helps=f"window.help_{words}", hidden=hidden)
        return _form(form, words, url_for("home.home"), error, t(f"window.{words}_lead"), _elsewhere(words))

    def send() -> Answer:
        values = posted(_asked(*names))
        try:
            filed = perform(action, posted_key(), **{taken: values[name] for name, taken in names.items()})
        except (Invalid, Refused) as error:
            return page(values, kept_key(error), error)
        flash(t("window.filed", number=_about(filed).request.number), "done")
        return redirect(url_for("requests.show", id=filed))

    rule = f"/{words}"
    pages.get(rule, endpoint=words)(lambda: page({}, fresh_key()))
    pages.post(rule, endpoint=f"{words}_send")(send)


_entry("new", {"type": "type", "title": "title", "request": "request"}, file)
_entry("feedback", {"title": "title", "request": "text"}, give_feedback)
