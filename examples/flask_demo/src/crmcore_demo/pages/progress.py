"""One opportunity in the sales process: what is reckoned, stages passed, where it can go (X-OPP-01 to 03)."""

from collections.abc import Iterable
from uuid import UUID

from flask import flash, redirect, render_template, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.errors import Problem
from crmcore.opportunities import detail, evaluate
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.opportunities.rules import may_develop, may_evaluate
from crmcore.pipeline import MoveOffer, PassageOutcome, SalesStageId, move, move_offers, progress
from crmcore.views import form_for
from crmcore_demo import possible
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import label, language, t, today
from crmcore_demo.entries import Entry
from crmcore_demo.forms import VERSION, Form, Option, Shown, posted_version, with_dictionary
from crmcore_demo.pages.stages import without_closed
from crmcore_demo.selling_page import currency, every_stage, is_large
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("progress", "L0103", "/progress")
ASKED_FOR = ("expected_amount", "expected_on", "target_amount", "follow_up", "category")
LONGEST_REASON = 500


def _moves(it: Opportunity, offers: Iterable[MoveOffer]) -> Iterable[Action | Refusal]:
    """Lead to each stage it can go to, the next one first; and say why not to the others."""
    for one in sorted(offers, key=lambda offer: offer.direction is PassageOutcome.BACKWARD):
        if one.direction is PassageOutcome.STAYING:
            continue
        forward = one.direction is PassageOutcome.FORWARD
        words = t("progress.advance" if forward else "progress.send_back", name=one.stage.name)
        if one.refusal is not None:
            yield Refusal(words=words, why=one.refusal.explain(language()))
        else:
            yield Action(words=words, address=carry("progress.move_form", id=it.id, to=one.stage.id), dialog=True)


def _possible(it: Opportunity, offers: Iterable[MoveOffer]) -> Possibilities:
    say = Action(words=t("progress.evaluate"), address=carry("progress.edit_form", id=it.id), primary=True)
    do = Action(words=t("activities.new"), address=carry("activities.new", id=it.id))
    return Possibilities.of(
        (possible.answer(may_evaluate, it, say), *_moves(it, offers), possible.answer(may_develop, it, do))
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show how far an opportunity has come, how it came there, and what was done for it."""
    work = reading()
    settings()  # what moves are open is kept with the settings
    found = progress(work, OpportunityId(id))
    it, offers, passed, done = found.opportunity, found.offers, found.passed, found.activities
    known = {one.stage.id: one.stage for one in offers}
    return render_template(
        "selling/progress.html",
        it=it,
        offers=offers,
        stands=next((one.stage for one in offers if one.direction is PassageOutcome.STAYING), None),
        passed=passed,
        stages=known if all(one.stage in known for one in passed) else every_stage(),
        done=done,
        names=names_of(it.assignee, *(one.entered_by for one in passed), *(one.responsible for one in done)),
        large=is_large(it),
        currency=currency(),
        today=today(),
        running=it.status is OpportunityStatus.ASSIGNED,
        may_do=possible.allowed(may_develop, it, person().actor),
        possibilities=_possible(it, offers),
        back=back_to("opportunities.show", id=id),
    )


def _kept(id: UUID) -> Entry[Opportunity]:  # noqa: A002
    """Ask what it is expected to bring, when, and how sure that is (X-OPP-01, X-OPP-02)."""
    it = detail(reading(), OpportunityId(id))
    may_evaluate(it, person().actor)
    asked = without_closed(form_for(Opportunity, zone=settings().zone, names=ASKED_FOR))
    return Entry(
        it=it,
        name=it.customer_name,
        words="progress",
        topic="progress",
        asked=with_dictionary(asked, follow_up=it.follow_up),
        action=evaluate,
        lead=t("progress.evaluate_lead", currency=currency()),
        show="progress.show",
        back=carry("progress.show", id=id),
    )


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what is reckoned of it."""
    return _kept(id).ask()


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store what is reckoned of it."""
    return _kept(id).change(lambda: _kept(id))


def _move_page(id: UUID, problem: CrmError | None = None) -> Answer:  # noqa: A002
    work = reading()
    settings()  # what moves are open is kept with the settings
    it = detail(work, OpportunityId(id))
    may_develop(it, person().actor)
    offers = [one for one in move_offers(work, it.id) if one.direction is not PassageOutcome.STAYING]
    wanted = request.values.get("to", "")
    open_ones = [one for one in offers if one.possible or str(one.stage.id) == wanted]
    forward = (str(one.stage.id) for one in open_ones if one.direction is PassageOutcome.FORWARD)
    chosen = wanted if any(str(one.stage.id) == wanted for one in open_ones) else next(forward, "")
    options = tuple(
        Option(value=str(one.stage.id), words=one.stage.name, note=t(f"progress.{one.direction.value}"))
        for one in open_ones
    )
    fields = (
        Shown(name="to", label=t("progress.to"), kind="pick", value=chosen, required=True, options=options),
        Shown(
            name="reason",
            label=label("stage_passage.reason"),
            kind="long",
            value=request.form.get("reason", ""),
            longest=LONGEST_REASON,
            help=t("progress.reason_help"),
        ),
    )
    return form_page(
        "form.html",
        Form(fields=fields, hidden={VERSION: str(it.version)}),
        problem,
        title=t("progress.move_title", name=it.customer_name),
        topic="progress",
        lead=it.title,
        button=t("progress.move"),
        more=_ways(it, problem),
        back=carry("progress.show", id=id),
    )


def _ways(it: Opportunity, problem: CrmError | None) -> tuple[Action, ...]:
    """Lead to the form in which what is missing can be filled in."""
    missing = isinstance(problem, Invalid) and problem.fields & set(ASKED_FOR)
    return (Action(words=t("progress.evaluate"), address=carry("progress.edit_form", id=it.id)),) if missing else ()


@pages.get("/<uuid:id>/move")
def move_form(id: UUID) -> Answer:  # noqa: A002
    """Ask which stage it goes to, and why (X-OPP-02, X-OPP-03)."""
    return _move_page(id)


def _stage() -> SalesStageId:
    """Read which stage was chosen."""
    try:
        return SalesStageId(UUID(request.form.get("to", "")))
    except ValueError:
        raise Invalid(Problem(field="to", code="value.missing", entity="stage_passage")) from None


@pages.post("/<uuid:id>/move")
def go_on(id: UUID) -> Answer:  # noqa: A002
    """Take it to that stage."""
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    try:
        perform(move, None, OpportunityId(id), to=_stage(), reason=reason, expected=posted_version())
    except (Conflict, Invalid, Refused) as error:
        return _move_page(id, error)
    flash(t("progress.moved"), "done")
    return redirect(carry("progress.show", id=id))
