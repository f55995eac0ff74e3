"""System parameters: settings of the whole company (X-ADM-01, chapter 16)."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, request, url_for

from crmcore import Invalid, Work
from crmcore.base.errors import Problem
from crmcore.dictionary import set_parameter
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import PARAMETERS, PROCESS_MOVES, SERVICE_UNUSED, WINDOW_OPEN, Parameter
from crmcore.query import query
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import Form, Kind, Option, Shown, label_of
from crmcore_demo.session import company, perform, person, reading

pages = Blueprint("parameters", __name__, url_prefix="/parameters")
LONGEST: Final = 100
KINDS: Final[Mapping[str, Kind]] = {"integer": "number", "boolean": "choice", "names": "ticks"}
NO_NAMES: Final = "none"
"""How it is written that a parameter holds none of its names."""


def _now() -> Mapping[str, str]:
    """Return all parameters as they are written, read at once."""
    kept = {one.key: one.value for one in reading().parameters.find(query(SystemParameter))}
    return {key: kept.get(key) or one.write(one.default) for key, one in PARAMETERS.items()}


def _words(parameter: Parameter[Any], value: str) -> str:
    """Say what a parameter holds."""
    if parameter.kind == "boolean":
        return t("word.yes" if value == "yes" else "word.no")
    if parameter.kind == "names":
        return t("punctuation.and").join(_name(parameter, one) for one in _names(value)) or t("parameters.no_names")
    return value


def _name(parameter: Parameter[Any], one: str) -> str:
    """Say what one of the names is called: a way through the sales process, a step of service, or a fact of it."""
    if parameter is PROCESS_MOVES:
        return label(f"process_move.{one}")
    return t(f"requests.{one}") if parameter is SERVICE_UNUSED else label(f"service_request.{one}")


def _names(value: str) -> tuple[str, ...]:
    return tuple(one for one in value.split(",") if one != NO_NAMES)


def _options(parameter: Parameter[Any]) -> tuple[Option, ...]:
    if parameter.kind == "boolean":
        return tuple(Option(value=one, words=t(f"word.{one}")) for one in ("yes", "no"))
    return tuple(Option(value=one, words=_name(parameter, one)) for one in parameter.choices)


def _field(parameter: Parameter[Any], value: str) -> Shown:
    written = parameter.write(parameter.default)
    names = parameter.kind == "names"
    return Shown(
        name=parameter.key,
        label=label(f"parameter.{parameter.key}"),
        kind=KINDS.get(parameter.kind, "text"),
        value=_names(value) if names else value,
        required=not names,
        longest=LONGEST,
        smallest=parameter.minimum,
        largest=parameter.maximum,
        unit=label_of(f"unit.{parameter.unit}") if parameter.unit else "",
        options=_options(parameter),
        help=t("parameters.default", value=_words(parameter, written)),
        leads_to=current_app.extensions["window_address"] if parameter is WINDOW_OPEN else "",
    )


def _page(values: Mapping[str, str], error: Invalid | None = None) -> Answer:
    return form_page(
        "form.html",
        Form(fields=tuple(_field(one, values[key]) for key, one in PARAMETERS.items())),
        error,
        module="L0504",
        title=label("menu.L0504"),
        topic="parameters",
        lead=t("parameters.lead"),
        button=t("parameters.button"),
        back=None,
    )


@pages.get("")
def show() -> Answer:
    """Show what the company has set, and the defaults."""
    person().require("parameter.manage")
    return _page(_now())


def keep_parameters(work: Work, texts: Mapping[str, str]) -> None:
    """Set the parameters that differ from what they are; none is set if one of them is wrong."""
    problems: list[Problem] = []
    for key, text in texts.items():
        try:
            PARAMETERS[key].read(text)
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    for key, text in texts.items():
        parameter = PARAMETERS[key]
        if parameter.write(parameter.read(text)) != parameter.write(work.parameter(parameter)):
            set_parameter(work, key, text)


def _sent(parameter: Parameter[Any]) -> str:
    """Return what was filled in, or which of the names were ticked."""
    if parameter.kind == "names":
        return ",".join(request.form.getlist(parameter.key)) or NO_NAMES
    return request.form.get(parameter.key, "")


@pages.post("")
def keep() -> Answer:
    """Store all parameters, or none."""
    person().require("parameter.manage")
    texts = {key: _sent(one) for key, one in PARAMETERS.items()}
    try:
        perform(keep_parameters, None, texts)
    except Invalid as invalid:
        return _page(texts, invalid)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(url_for("parameters.show"))
