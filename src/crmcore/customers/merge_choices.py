"""Which of two customers' values a merged customer has; pure (requirement X-ADM-11).

Beside the customer's own fields one chooses the account manager, the status, the name by which the ERP knows him
(``external_key``), and the company's own fields as ``custom.<code>``.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, cast

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import describe
from crmcore.customers.entity import Customer, CustomerStatus

__all__ = ["CUSTOM", "FieldChoice", "Side", "check_choices", "field_choices", "merged", "side_of"]

Side = Literal["kept", "absorbed"]
CUSTOM: Final = "custom."
"""Starts the name of a company's own field."""
_SIDES: Final = ("kept", "absorbed")
_SYSTEM: Final = ("manager", "status", "external_key")


@attrs.frozen(kw_only=True)
class FieldChoice:
    """One field of two customers."""

    field: str
    """Name of the customer's field; ``custom.<code>`` for one of the company's own."""
    kept: Any
    absorbed: Any
    default: Side
    """Whose value it is unless somebody chooses: the kept one's, where he has one."""

    @property
    def differs(self) -> bool:
        """Tell whether there is anything to choose."""
        return bool(self.kept != self.absorbed)


def field_choices(kept: Customer, absorbed: Customer) -> tuple[FieldChoice, ...]:
    """Answer both customers' values and whose is the default, in the order of the form."""
    return tuple(
        FieldChoice(
            field=name,
            kept=getattr(kept, name),
            absorbed=getattr(absorbed, name),
            default=_default(name, getattr(kept, name), getattr(absorbed, name)),
        )
        for name in _names()
    )


def check_choices(choices: Mapping[str, str], codes: Collection[str]) -> None:
    """Refuse choices of fields that are none, or of a side that is none.

    Args:
        choices: Field to ``kept`` or ``absorbed``.
        codes: Codes of the company's own fields that one of the two has.

    Raises:
        Invalid: Names every wrong choice.
    """
    given: object = choices  # programs pass on what they were given
    if not isinstance(given, Mapping):
        facts: dict[str, object] = {"wanted": "mapping", "got": type(given).__name__}
        raise Invalid(Problem("choices", "value.type", "customer_merge", facts))
    known = {*_names(), *(f"{CUSTOM}{code}" for code in codes)}
    problems = [Problem(str(name)[:50], "value.unknown_field", "customer") for name in choices if name not in known]
    problems += [
        Problem(name, "value.choice", "customer", {"got": str(side)[:50]})
        for name, side in choices.items()
        if name in known and side not in _SIDES
    ]
    if problems:
        raise Invalid(problems)


def merged(kept: Customer, absorbed: Customer, choices: Mapping[str, str]) -> Customer:
    """Answer the kept customer with the chosen values; what is computed of him is left to ``with_derived``."""
    by_side = {"kept": kept, "absorbed": absorbed}
    taken = {one.field: by_side[side_of(choices, one)] for one in field_choices(kept, absorbed)}
    values: dict[str, Any] = {name: getattr(owner, name) for name, owner in taken.items()}
    return attrs.evolve(kept, **values, name_key=taken["name"].name_key)


def side_of(choices: Mapping[str, str], one: FieldChoice) -> Side:
    """Answer whose value is taken."""
    return cast("Side", choices.get(one.field, one.default))


def _names() -> tuple[str, ...]:
    schema = describe(Customer)
    return (*(spec.name for spec in schema.fields if spec.name in schema.changeable), *_SYSTEM)


def _default(name: str, kept: Any, absorbed: Any) -> Side:
    """The kept one's value, unless he has none; a customer is lost only if both are."""
    if name == "status":
        return "absorbed" if absorbed is CustomerStatus.NORMAL else "kept"
    missing = kept is None or kept in ("", ())
    given = absorbed is not None and absorbed not in ("", ())
    return "absorbed" if missing and given else "kept"
