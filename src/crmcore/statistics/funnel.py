"""The sales funnel: what stands in each stage, and how much of it goes on from there (销售漏斗; requirement X-OPP-04).

A funnel of the present is two counts of two kinds of records: the open opportunities by their stage, and the passages
that ended within a period. Nobody's opportunity is in a stage twice at a time, so the stages add up.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage, SalesStageId
from crmcore.pipeline.standing import PassageOutcome, StagePassage
from crmcore.query import Query, Tally, TallyRow, count, elapsed, eq, ge, lt, one_of, query, tally, total
from crmcore.statistics.chances import Owner, open_now, owned
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.sums import DAY, amount_of, mean_time, number_of, rows_with

__all__ = ["WENT_ON", "Funnel", "FunnelStage", "funnel", "leaving", "standing"]

WENT_ON: Final = (PassageOutcome.FORWARD, PassageOutcome.WON)
"""How an opportunity leaves a stage on its way to success."""
_TIME: Final = 1
_o = fields(Opportunity)
_s = fields(StagePassage)


@attrs.frozen(kw_only=True)
class FunnelStage:
    """One stage of the funnel."""

    stage: SalesStage | None
    """None for open opportunities that are in no stage."""
    number: Figure[int]
    """Open opportunities that are there now."""
    amount: Figure[Decimal]
    """What these are expected to bring; None if nobody has said so of any."""
    left: Figure[int]
    """Passages of the stage that ended in the period."""
    went_on: Figure[int]
    """How many of these went on, to a later stage or to success."""
    conversion: Figure[Decimal]
    """Their share; see :func:`funnel`."""
    stay: Figure[Decimal]
    """How many days an opportunity was there before it left, on average."""


@attrs.frozen(kw_only=True)
class Funnel:
    """The stages in the order of the process, and all of them together."""

    stages: tuple[FunnelStage, ...]
    number: Figure[int]
    amount: Figure[Decimal]


def standing(owner: Owner = None) -> Tally:
    """Ask for the open opportunities by stage: number and expected amount."""
    return tally(open_now(owner), by=(_o.stage,), measures=(count(), total(_o.expected_amount)))


def leaving(start: dt.datetime, end: dt.datetime, owner: Owner = None) -> Tally:
    """Ask for the passages that ended from one instant up to another, by stage and outcome: number and time taken."""
    left = query(StagePassage).where(ge(_s.left_at, start), lt(_s.left_at, end), *owned(_s.assignee, owner))
    return tally(left, by=(_s.stage, _s.outcome), measures=(count(), elapsed(_s.entered_at, _s.left_at)))


def funnel(
    process: Sequence[SalesStage],
    here: tuple[Tally, Sequence[TallyRow]],
    gone: tuple[Tally, Sequence[TallyRow]],
    currency: str,
) -> Funnel:
    """Answer the sales funnel (requirement X-OPP-04).

    Definition: number and expected amount of the open opportunities in each stage now. Conversion of a stage: of the
        passages that ended in the period, the share that went on to a later stage or to success; going back and being
        lost are not. Stay: mean time from entering to leaving, of the same passages. A stage that is not used any more
        appears while something is, or in the period was, in it.
    Formula: count and sum by stage; 100 × (forward + won) / (forward + backward + won + lost); sum of (left − entered)
        / number of passages that ended.
    Unit: opportunities, the company's currency, percent, days.
    Undefined when: the amount if no opportunity has one; conversion and stay if no passage ended; then None, never 0.
    Source: requirements X-OPP-02, X-OPP-04; "stage conversion rate" as in Farris, Bendle, Pfeifer and Reibstein,
        "Marketing Metrics", pipeline analysis.

    Args:
        process: All stages in their order, those that are not used any more too.
        here: What :func:`standing` asked, and the answer.
        gone: What :func:`leaving` asked, and the answer.
        currency: The company's currency.
    """
    (now, standing_rows), (then, left_rows) = here, gone
    seen = {row.key[0] for row in (*standing_rows, *left_rows)}
    shown: list[SalesStage | None] = [None] if None in seen else []
    shown += [one for one in process if one.status is Validity.VALID or one.id in seen]
    return Funnel(
        stages=tuple(_stage(one, now.of, standing_rows, then.of, left_rows, currency) for one in shown),
        number=number_of(standing_rows, now.of, "opportunity"),
        amount=amount_of(standing_rows, now.of, currency),
    )


def _stage(
    stage: SalesStage | None,
    now: Query[Opportunity],
    standing_rows: Sequence[TallyRow],
    then: Query[StagePassage],
    left_rows: Sequence[TallyRow],
    currency: str,
) -> FunnelStage:
    id_: SalesStageId | None = None if stage is None else stage.id
    here = rows_with(standing_rows, lambda of: of == id_)
    in_it, out_of_it = now.where(eq(_o.stage, id_)), then.where(eq(_s.stage, id_))
    gone = rows_with(left_rows, lambda of, _: of == id_)
    on = rows_with(gone, lambda _, outcome: outcome in WENT_ON)
    left = number_of(gone, out_of_it, "stage_passage")
    went_on = number_of(on, out_of_it.where(one_of(_s.outcome, WENT_ON)), "stage_passage")
    return FunnelStage(
        stage=stage,
        number=number_of(here, in_it, "opportunity"),
        amount=amount_of(here, in_it, currency),
        left=left,
        went_on=went_on,
        conversion=share(went_on, left),
        stay=mean_time(gone, _TIME, out_of_it, unit="d", length=DAY),
    )
