"""What can be done on a page: the same answer for the row of a list and for the record."""

from collections.abc import Iterable

import attrs


@attrs.frozen(kw_only=True)
class Action:
    """Something the person may do now."""

    words: str
    address: str
    dialog: bool = False
    danger: bool = False
    primary: bool = False


@attrs.frozen(kw_only=True)
class Refusal:
    """Something the person can't do now, and why."""

    words: str
    why: str
    lasting: bool = False
    """Whether it is a right the person lacks, whatever becomes of the record."""


@attrs.frozen(kw_only=True)
class Possibilities:
    """What can be done with a record, and what can't."""

    actions: tuple[Action, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @classmethod
    def of(cls, answers: Iterable[Action | Refusal]) -> "Possibilities":
        """Sort the answers of the rules."""
        listed = tuple(answers)
        return cls(
            actions=tuple(answer for answer in listed if isinstance(answer, Action)),
            refusals=tuple(answer for answer in listed if isinstance(answer, Refusal)),
        )
