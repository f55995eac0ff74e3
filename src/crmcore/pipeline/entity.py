"""The sales process as the company defines it, and what is forecast of an opportunity (X-OPP-01, X-OPP-03)."""

import enum
from typing import NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Range
from crmcore.base.kinds import hint

__all__ = ["ForecastCategory", "SalesStage", "SalesStageId"]

SalesStageId = NewType("SalesStageId", UUID)


class ForecastCategory(enum.Enum):
    """How sure the person who sells is of an amount (requirement X-TGT-01)."""

    PIPELINE = "pipeline"
    """It may come."""
    BEST_CASE = "best_case"
    """It comes if everything goes well."""
    COMMIT = "commit"
    """He gives his word for it."""
    CLOSED = "closed"
    """It is won."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class SalesStage:
    """One stage of the sales process (销售阶段; requirement X-OPP-03)."""

    id: SalesStageId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    position: int = field(validator=Range(1, 1_000_000), metadata=hint(system=True))
    """Its place in the process: opportunities go from the lowest to the highest."""
    probability: int = field(validator=Range(0, 100), metadata=hint(unit="%"))
    """Share of the opportunities in this stage that are won, as the company reckons; the fixed one of forecasts."""
    category: ForecastCategory = ForecastCategory.PIPELINE
    """Forecast category of an opportunity that enters the stage; a person may choose another afterwards."""
    needed: tuple[str, ...] = field(default=(), validator=Items(10, 50))
    """What has to be filled in before an opportunity enters: names of its fields."""
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))
