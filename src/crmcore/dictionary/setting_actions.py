"""Looking at the system parameters and setting them (requirement X-ADM-01, chapter 16)."""

from collections.abc import Sequence
from typing import Any

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import PARAMETERS, Parameter
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["Setting", "reset_parameter", "set_parameter", "settings"]


@attrs.frozen(kw_only=True)
class Setting:
    """One parameter as the company has it."""

    parameter: Parameter[Any]
    value: Any
    text: str
    """The value as it is written."""
    default: str
    """The default as it is written."""
    is_default: bool
    """Nobody has set it."""


@action("parameter.manage")
def settings(work: Work) -> Sequence[Setting]:
    """Answer all parameters with their present values and defaults, in the order of their documentation."""
    return [_setting(work, parameter) for parameter in PARAMETERS.values()]


@action("parameter.manage")
def set_parameter(work: Work, key: str, value: str) -> Setting:
    """Set a parameter.

    Args:
        work: The unit of work.
        key: Which, ``company.zone``.
        value: The value as it is written: a zone's name, a currency's code, a whole number, yes or no, hh:mm.

    Raises:
        Invalid: There is no such parameter, or the text is no value of it.
    """
    parameter = _known(key)
    _write(work, parameter, parameter.write(parameter.read(_written(key, value))))
    return _setting(work, parameter)


@action("parameter.manage")
def reset_parameter(work: Work, key: str) -> Setting:
    """Let a parameter be what it is when nobody sets it.

    Raises:
        Invalid: There is no such parameter.
    """
    parameter = _known(key)
    if work.session.load(SystemParameter, parameter.id) is not None:
        _write(work, parameter, "")
    return _setting(work, parameter)


def _known(key: object) -> Parameter[Any]:
    found = PARAMETERS.get(key) if isinstance(key, str) else None
    if found is None:
        raise Invalid(Problem(field="key", code="parameter.unknown", entity="system_parameter", params={"key": key}))
    return found


def _written(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid(Problem(field=key, code="value.missing", entity="parameter"))
    return value


def _write(work: Work, parameter: Parameter[Any], value: str) -> None:
    """Keep the text; emptied rather than removed, so that the record's history goes on."""
    kept = work.session.load(SystemParameter, parameter.id)
    if kept is None:
        work.parameters.add(SystemParameter(id=parameter.id, key=parameter.key, value=value))
    else:
        work.parameters.save(attrs.evolve(kept, value=value))


def _setting(work: Work, parameter: Parameter[Any]) -> Setting:
    kept = work.session.load(SystemParameter, parameter.id)
    value = work.parameter(parameter)
    return Setting(
        parameter=parameter,
        value=value,
        text=parameter.write(value),
        default=parameter.write(parameter.default),
        is_default=kept is None or not kept.value,
    )
