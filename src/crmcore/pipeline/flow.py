"""The conditions by which positions are counted: how things stood at an instant, what happened between two of them.

A pipeline is what is open, has an amount and is expected within some days, perhaps of one person. Between two instants
it changes by movements, and by nothing else: opening + new + moved in - moved out - won - lost + changed = closing
(X-TGT-01). That holds of the amounts and, without what changed, of the numbers.
"""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import Attribute, fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import OPEN, OpportunityStatus
from crmcore.pipeline.standing import PipelinePosition
from crmcore.query import Condition, all_of, any_of, eq, ge, gt, is_null, le, negate, one_of

__all__ = [
    "Movement",
    "Pipeline",
    "is_valued",
    "moved",
    "moved_between",
    "movement_of",
    "standing_at",
    "standing_between",
]

_p = fields(PipelinePosition)


class Movement(enum.Enum):
    """How a pipeline changes."""

    NEW = "new"
    """An opportunity was evaluated that had no amount, as none has when it is recorded: the amount comes in, whoever's
    and for whichever day it was before."""
    MOVED_IN = "moved_in"
    """It was expected on another day, or another person's: its amount comes in."""
    MOVED_OUT = "moved_out"
    """It is now, or it lost its amount: what it amounted to goes out."""
    WON = "won"
    """What it amounted to goes out: it is won."""
    LOST = "lost"
    """What it amounted to goes out: it is lost, or was removed."""
    CHANGED = "changed"
    """It stays within, with another amount: the difference comes in, or goes out."""


@attrs.frozen(kw_only=True)
class Pipeline:
    """Which part of what is open is looked at; everything where nothing is said."""

    first: dt.date | None = None
    """First expected day."""
    last: dt.date | None = None
    """Last expected day."""
    owner: UserId | None = None

    def holds(self) -> Condition:
        """Answer what a position within it meets."""
        return self._within(_open(_p.status, _p.amount), _p.expected_on, _p.owner)

    def held(self) -> Condition:
        """Answer what a position meets that was within it before."""
        return self._within(_open(_p.prior_status, _p.prior_amount), _p.prior_expected_on, _p.prior_owner)

    def _within(
        self, is_open: Condition, day: "Attribute[dt.date | None]", owner: "Attribute[UserId | None]"
    ) -> Condition:
        parts = [is_open]
        if self.first is not None:
            parts.append(ge(day, self.first))
        if self.last is not None:
            parts.append(le(day, self.last))
        if self.owner is not None:
            parts.append(eq(owner, self.owner))
        return all_of(*parts)


def standing_at(instant: dt.datetime) -> Condition:
    """Answer what the positions meet that held at an instant: one for each opportunity at most."""
    return standing_between(instant, instant)


def standing_between(start: dt.datetime, until: dt.datetime) -> Condition:
    """Answer what the positions meet that held at one of two instants, or at any between them."""
    return all_of(le(_p.since, until), any_of(is_null(_p.until), gt(_p.until, start)))


def moved_between(after: dt.datetime, until: dt.datetime) -> Condition:
    """Answer what the positions meet that began after one instant, and until another."""
    return all_of(gt(_p.since, after), le(_p.since, until))


def moved(movement: Movement, pipeline: Pipeline) -> Condition:
    """Answer what the positions meet by which a pipeline changed in this way; each meets one of them at most."""
    here, before = pipeline.holds(), pipeline.held()
    return {
        Movement.NEW: all_of(here, is_null(_p.prior_amount)),
        Movement.MOVED_IN: all_of(here, negate(before), negate(is_null(_p.prior_amount))),
        Movement.MOVED_OUT: all_of(before, negate(here), one_of(_p.status, OPEN)),
        Movement.WON: all_of(before, eq(_p.status, OpportunityStatus.WON)),
        Movement.LOST: all_of(before, eq(_p.status, OpportunityStatus.LOST)),
        Movement.CHANGED: all_of(before, here),
    }[movement]


def movement_of(status: OpportunityStatus, *, here: bool, before: bool, is_first: bool) -> Movement | None:
    """Tell of one position what :func:`moved` asks of many; None if it was outside before and after.

    Args:
        status: What the opportunity is.
        here: Whether the pipeline holds it.
        before: Whether the pipeline held it before.
        is_first: Whether it had no amount before.
    """
    if here:
        return Movement.CHANGED if before else Movement.NEW if is_first else Movement.MOVED_IN
    if not before:
        return None
    return {OpportunityStatus.WON: Movement.WON, OpportunityStatus.LOST: Movement.LOST}.get(status, Movement.MOVED_OUT)


def is_valued(status: OpportunityStatus, *, has_amount: bool) -> bool:
    """Tell of one position whether it is open with an amount, without which it is in no pipeline."""
    return status in OPEN and has_amount


def _open(status: "Attribute[Any]", amount: "Attribute[Decimal | None]") -> Condition:
    """Answer what is open and has an amount: what has none yet adds nothing to a pipeline, and is new once it has."""
    return all_of(one_of(status, OPEN), negate(is_null(amount)))


ENTERING: Final = (Movement.NEW, Movement.MOVED_IN)
"""Movements whose amount is that of the position; of the others, that before counts, and of ``changed`` both."""
