"""What people give to define the sales process; sizes and meaning are those of the entity."""

from typing import NotRequired, Required, TypedDict

from crmcore.pipeline.entity import ForecastCategory

__all__ = ["StageChanges", "StageFields"]


class StageFields(TypedDict):
    """What somebody gives to add a stage."""

    name: Required[str]
    probability: Required[int]
    category: NotRequired[ForecastCategory]
    needed: NotRequired[tuple[str, ...]]


class StageChanges(TypedDict, total=False):
    """What may change about a stage, beside its place."""

    name: str
    probability: int
    category: ForecastCategory
    needed: tuple[str, ...]
