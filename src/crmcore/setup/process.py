"""A sales process that a company can begin with (requirement X-OPP-03).

It is not delivered by itself: from then on every opportunity that is dispatched enters its first stage.
"""

from typing import Final

from crmcore.base.errors import Invalid, Problem
from crmcore.i18n import LANGUAGES, Language
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.pipeline.process import create_stage
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["standard_process"]

_Line = tuple[str, str, int, ForecastCategory, tuple[str, ...]]
_STAGES: Final[tuple[_Line, ...]] = (
    ("初步接触", "First contact", 10, ForecastCategory.PIPELINE, ()),
    ("需求确认", "Need confirmed", 25, ForecastCategory.PIPELINE, ("expected_amount",)),
    ("方案报价", "Offer", 50, ForecastCategory.BEST_CASE, ("expected_amount", "expected_on")),
    ("商务谈判", "Negotiation", 75, ForecastCategory.BEST_CASE, ("expected_amount", "expected_on")),
    ("合同签订", "Contract", 90, ForecastCategory.COMMIT, ("expected_amount", "expected_on")),
)
"""Chinese and English name, probability in percent, forecast category, what is needed."""


@action("process.configure")
def standard_process(work: Work, *, language: Language = "zh") -> tuple[SalesStage, ...]:
    """Begin with five stages from first contact to contract (requirement X-OPP-03).

    The company changes them as it likes. If it has any stage, used or retired, nothing is added: doing it again adds
    nothing.

    Args:
        work: The unit of work.
        language: Language of the names.

    Raises:
        Invalid: The language is unknown.
    """
    if language not in LANGUAGES:
        raise Invalid(Problem(field="language", code="value.choice", params={"got": language}))
    if work.unscoped(SalesStage).count(at_most=1):
        return ()
    return tuple(
        create_stage(
            work,
            name=chinese if language == "zh" else english,
            probability=probability,
            category=category,
            needed=needed,
        )
        for chinese, english, probability, category, needed in _STAGES
    )
