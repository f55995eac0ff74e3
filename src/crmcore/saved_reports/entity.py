"""A report that somebody keeps under a name of his own (自定义报表; requirement X-ANA-05)."""

import datetime as dt
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length
from crmcore.base.kinds import hint

__all__ = ["LONGEST", "SavedReport", "SavedReportId"]

SavedReportId = NewType("SavedReportId", UUID)
LONGEST = 4000
"""How long what a saved report is narrowed to may be, written down."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class SavedReport:
    """A kind of report and what it is narrowed to, by a name; its figures are those of the day it is looked at."""

    id: SavedReportId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(
        validator=Length(1, 500), metadata=hint(system=True, derived=True, unique=True, within=("created_by",))
    )
    """What it is told apart by, among those of one person."""
    kind: str = field(validator=Length(1, 50), metadata=hint(fixed=True))
    """Name of a report of the catalogue."""
    filters: str = field(validator=Length(2, LONGEST), metadata=hint(system=True, long=True))
    """JSON object of texts, as they were typed: "this month" stays the month of whoever looks."""
    shared_with: str = field(default="", validator=Length(0, 50))
    """Code of a permission: whoever has it is offered the report, too. Empty for one's own."""
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("shared_with",),)
