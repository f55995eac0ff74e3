"""What can be done on a page: the same answer for the row of a list and for the record."""

from collections.abc import Iterable, Mapping, Sequence

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

    @property
    def reasons(self) -> Mapping[str, Sequence[str]]:
        """What can't be done, by the reason: one reason often stands against several things."""
        found: dict[str, list[str]] = {}
        for refusal in self.refusals:
            found.setdefault(refusal.why, []).append(refusal.words)
        return found
