"""Giving an opportunity to exactly one account manager (OPP-02, OPP-06)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import fields
from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid
from crmcore.access.entity import User, UserId
from crmcore.access.rules import NotAnAccountManager
from crmcore.opportunities import detail, dispatch
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.opportunities.rules import may_dispatch
from crmcore.query import count, eq, query
from crmcore_demo.addresses import back_to
from crmcore_demo.display import entry_words, label, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.session import company, names_of, perform, person, reading

pages = Blueprint("dispatch", __name__, url_prefix="/opportunities")
MOST_CARDS = 16
Answer = str | Response | tuple[str, int]


def _in_hand() -> Mapping[object, int]:
    """Count what each account manager is developing now, for the supervisor to consider."""
    o = fields(Opportunity)
    running = query(Opportunity).where(eq(o.status, OpportunityStatus.ASSIGNED))
    rows = reading().opportunities.tally(running, by=(o.assignee,), measures=(count(),))
    return {row.key[0]: row.values[0] for row in rows}


def _options(managers: Sequence[User]) -> tuple[Option, ...]:
    in_hand = _in_hand()
    found = []
    for user in managers:
        facts = (
            entry_words("region", user.territory),
            user.speciality,
            t("dispatch.load", n=in_hand.get(user.id, 0)),
        )
        found.append(Option(value=str(user.id), words=user.display_name, note=" · ".join(filter(None, facts))))
    return tuple(found)


def _page(id: UUID, problem: CrmError | Trouble | None = None, status: int = 200) -> Answer:  # noqa: A002
    work = reading()
    it = detail(work, OpportunityId(id))
    may_dispatch(it, person().actor)
    options = _options(company().account_managers(work))
    few = len(options) <= MOST_CARDS
    form = Form(
        fields=(
            Shown(
                name="assignee",
                label=label("opportunity.assignee"),
                kind="pick" if few else "choice",
                required=True,
                value=request.form.get("assignee", ""),
                options=options if few else (Option(value="", words=t("form.choose")), *options),
            ),
        ),
        hidden={VERSION: str(it.version)},
    )
    if isinstance(problem, Trouble):
        form = form.with_problems([problem])
    elif problem is not None:
        form = form.with_error(problem)
    page = render_template(
        "opportunities/dispatch.html",
        it=it,
        module="L0101",
        form=form,
        now=work.now,
        names=names_of(it.created_by),
        back=back_to("opportunities.show", id=id),
    )
    return page, status


@pages.get("/<uuid:id>/dispatch")
def ask(id: UUID) -> Answer:  # noqa: A002
    """Show the whole opportunity and ask whom it goes to (OPP-06)."""
    return _page(id)


@pages.post("/<uuid:id>/dispatch")
def give(id: UUID) -> Answer:  # noqa: A002
    """Dispatch it; the system records when (GEN-14)."""
    try:
        chosen = UserId(UUID(request.form.get("assignee", "")))
    except ValueError:
        return _page(id, Trouble(words=t("dispatch.choose"), field="assignee"), 422)
    try:
        perform(dispatch, None, OpportunityId(id), to=chosen, expected=posted_version())
    except (Conflict, Invalid, NotAnAccountManager) as error:
        return _page(id, error, status_of(error))
    flash(t("done.dispatched"), "done")
    return redirect(back_to("opportunities.index"))
