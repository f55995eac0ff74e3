"""System parameters: settings of the whole company (X-ADM-01, chapter 16)."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for

from crmcore import Invalid, Work
from crmcore.base.errors import Problem
from crmcore.dictionary import set_parameter
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import PARAMETERS, Parameter
from crmcore.query import query
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import Form, Kind, Option, Shown, label_of
from crmcore_demo.session import company, perform, person, reading

pages = Blueprint("parameters", __name__, url_prefix="/parameters")
LONGEST: Final = 100
KINDS: Final[Mapping[str, Kind]] = {"integer": "number", "boolean": "choice"}


def _now() -> Mapping[str, str]:
    """Return all parameters as they are written, read at once."""
    kept = {one.key: one.value for one in reading().parameters.find(query(SystemParameter))}
    return {key: kept.get(key) or one.write(one.default) for key, one in PARAMETERS.items()}


def _words(parameter: Parameter[Any], value: str) -> str:
    return t("word.yes" if value == "yes" else "word.no") if parameter.kind == "boolean" else value


def _field(parameter: Parameter[Any], value: str) -> Shown:
    yes_or_no = tuple(Option(value=one, words=t(f"word.{one}")) for one in ("yes", "no"))
    written = parameter.write(parameter.default)
    return Shown(
        name=parameter.key,
        label=label(f"parameter.{parameter.key}"),
        kind=KINDS.get(parameter.kind, "text"),
        value=value,
        required=True,
        longest=LONGEST,
        smallest=parameter.minimum,
        largest=parameter.maximum,
        unit=label_of(f"unit.{parameter.unit}") if parameter.unit else "",
        options=yes_or_no if parameter.kind == "boolean" else (),
        help=t("parameters.default", value=_words(parameter, written)),
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


@pages.post("")
def keep() -> Answer:
    """Store all parameters, or none."""
    person().require("parameter.manage")
    texts = {key: request.form.get(key, "") for key in PARAMETERS}
    try:
        perform(keep_parameters, None, texts)
    except Invalid as invalid:
        return _page(texts, invalid)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(url_for("parameters.show"))
