"""Registers what people can do, each with the permission it needs, and checks that permission before anything else."""

import functools
import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar, cast
from uuid import UUID

import attrs

from crmcore.access.rules import NotSignedIn, may
from crmcore.base.errors import Refused
from crmcore.storage.use_cases import USE_CASES
from crmcore.storage.work import Work

__all__ = ["ANYONE", "SIGNED_IN", "SYSTEM_ONLY", "Action", "action", "crm_action", "registered"]

P = ParamSpec("P")
R = TypeVar("R")

ANYONE: Final = "anyone"
"""Open to people who have not signed in."""
SIGNED_IN: Final = "signed_in"
"""Open to every valid user."""
SYSTEM_ONLY: Final = "system"
"""A step that only the core itself takes; no role can have this permission."""


@attrs.frozen(kw_only=True)
class Action:
    """One thing people can do."""

    name: str
    """Subject and function, ``opportunities.dispatch``."""
    permissions: tuple[str, ...]
    """Codes of which one is needed; or ``ANYONE`` or ``SIGNED_IN`` alone."""
    summary: str
    """First sentence of its docstring."""
    function: Callable[..., Any]
    takes: Literal["work", "crm"] = "work"
    """What it is a function of: one unit of work, or the CRM when it needs several."""


_REGISTRY: Final[dict[str, Action]] = {}


def registered() -> tuple[Action, ...]:
    """List every action, by name; loads all subjects."""
    for module in USE_CASES:
        importlib.import_module(module)
    return tuple(_REGISTRY[name] for name in sorted(_REGISTRY))


def action(
    *permissions: str,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Register a use case: a function of a unit of work that needs one of *permissions*.

    A refusal inside it leaves a record of the attempt and nothing else; an error after it has written makes the whole
    unit of work worthless, even if the caller catches it.
    """

    def register(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        name, kind = _named(function), _kind_of(function, permissions)

        @functools.wraps(function)
        def run(work: Work, *args: P.args, **kwargs: P.kwargs) -> R:
            outer, written = work.action, work.changes.count
            work.action = outer or name
            try:
                _check(work, permissions)
                return function(work, *args, **kwargs)
            except BaseException as error:
                if isinstance(error, Refused) and not outer:
                    target = next((one for one in (*args, *kwargs.values()) if isinstance(one, UUID)), None)
                    work.changes.denied(kind, target, error.code)
                if work.changes.count != written:
                    work.mark_unfinished()
                raise
            finally:
                work.action = outer

        _REGISTRY[name] = Action(name=name, permissions=permissions, summary=_summary(function), function=run)
        return cast("Callable[Concatenate[Work, P], R]", run)

    return register


def crm_action(*permissions: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a use case that takes the CRM, since it needs several units of work; each of its steps is an action."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        name = _named(function)
        _REGISTRY[name] = Action(
            name=name, permissions=permissions, summary=_summary(function), function=function, takes="crm"
        )
        return function

    return register


def _named(function: Callable[..., Any]) -> str:
    """Answer the name of the action: subject and function."""
    subject = function.__module__.removeprefix("crmcore.").partition(".")[0]
    return f"{subject}.{function.__name__}"


def _kind_of(function: Callable[..., Any], permissions: tuple[str, ...]) -> str:
    """Answer which kind of record a refused attempt is filed under.

    That of the first id it takes (``OpportunityId``); else what its permission is about.
    """
    for parameter in inspect.signature(function).parameters.values():
        named = getattr(parameter.annotation, "__name__", "")
        if named.endswith("Id"):
            return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", named.removesuffix("Id")).lower()
    about = permissions[0].partition(".")[0]
    return _ABOUT.get(about, about)


_ABOUT: Final = {
    "plan": "plan_item",
    "dictionary": "dictionary_entry",
    "parameter": "system_parameter",
    "audit": "change_record",
    "contract": "service_contract",
    "care": "care_activity",
    "process": "sales_stage",
    "forecast": "pipeline_position",
    "target": "sales_target",
    "report": "",
    ANYONE: "",
    SIGNED_IN: "",
}


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _check(work: Work, permissions: tuple[str, ...]) -> None:
    if permissions == (ANYONE,):
        return
    if work.actor.id is None:
        raise NotSignedIn(permission=permissions[0])
    if permissions == (SIGNED_IN,):
        return
    for permission in permissions[:-1]:
        if work.actor.may(permission):
            return
    may(work.actor, permissions[-1])
