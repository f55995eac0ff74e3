"""Whatever the core can show or refuse has its words in both languages, and no words are left that nothing says."""

import ast
import enum
import importlib
import pkgutil
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

import crmcore
from crmcore.access.permissions import MENU, PERMISSIONS
from crmcore.base.errors import CrmError
from crmcore.base.kinds import name_of, shape_of
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.dictionary.parameters import PARAMETERS, PROCESS_MOVES, SERVICE_UNUSED
from crmcore.i18n import LANGUAGES, Language, has_text, keys, text
from crmcore.i18n.catalogue import _flatten
from crmcore.pipeline.flow import Movement
from crmcore.reports.capturing import DataCategory
from crmcore.reports.catalogue import KINDS
from crmcore.sales.entity import Order
from crmcore.service.clock import DeadlineState
from crmcore.statistics.accuracy import AccuracyStep
from crmcore.statistics.ageing import Age, Due
from crmcore.statistics.appraisal import Appraisal
from crmcore.statistics.attainment import Attained, Earlier
from crmcore.statistics.backlog import Backlog, Wait
from crmcore.statistics.backlog_trend import BacklogStep
from crmcore.statistics.cards import CardKind, Colour
from crmcore.statistics.contribution import AmountBand, ContributionBy
from crmcore.statistics.forecasting import Chances, Expected, ForecastStep
from crmcore.statistics.funnel import FunnelStage
from crmcore.statistics.handling import Handled
from crmcore.statistics.opinions import Opinions
from crmcore.statistics.outlook import TargetOutlook
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import Span
from crmcore.statistics.promises import PromiseRecord, Within
from crmcore.statistics.requested import HandlingBy
from crmcore.statistics.rfm import RfmSegment
from crmcore.statistics.screening import Criterion, Verdict
from crmcore.statistics.trust import STAR
from crmcore.statistics.waterfall import MovedAmount, Waterfall
from crmcore.statistics.winning import OutcomesBy, Results
from crmcore.subjects import ENTITIES
from crmcore.surveys import InvitationState
from crmcore.surveys.entity import SurveyAnswer

SOURCES = [Path(path) for path in crmcore.__path__]
ROOT = Path(__file__).parents[3]
ADAPTERS = [SOURCES[0].with_name(name) for name in ("crmcore_sql", "crmcore_mongo")] + [
    SOURCES[0].parents[1] / "adapters" / name for name in ("crmcore_sql", "crmcore_mongo")
]
OPTIONAL = {"crmcore.cli", "crmcore.testing"}
"""Packages that need an extra to be imported."""
MESSAGES = {
    "message.saved": "保存成功",
    "message.deleted": "删除成功",
    "message.dispatched": "指派成功",
    "message.done": "操作成功",
    "message.confirm_delete": "确认删除?",
    "message.no_data": "没有任何数据",
}
"""What front ends say after an action (requirement 1.6)."""


@cache
def catalogue(language: Language) -> frozenset[str]:
    """The keys of the files themselves: tests of an application's own texts add others."""
    return frozenset(texts_in(language))


def texts_in(language: Language) -> Iterator[str]:
    """The keys of all files, one after the other."""
    for source in sorted((SOURCES[0] / "i18n" / language).glob("*.toml")):
        for key, _ in _flatten(tomllib.loads(source.read_text(encoding="utf-8"))):
            yield key


@cache
def modules() -> tuple[ast.Module, ...]:
    """Every module of the core and of the adapters, parsed."""
    files = [file for folder in (*SOURCES, *ADAPTERS) for file in sorted(folder.rglob("*.py"))]
    assert len(files) > 60
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files if "testing" not in file.parts)


REPORTED = (
    AmountBand,
    Chances,
    CompositionBy,
    ContributionBy,
    Due,
    HandlingBy,
    OutcomesBy,
    ServicesBy,
    Span,
)
"""Choices of reports."""
FIGURED = (
    AccuracyStep,
    Age,
    Appraisal,
    Attained,
    Backlog,
    BacklogStep,
    Earlier,
    Expected,
    ForecastStep,
    FunnelStage,
    Handled,
    MovedAmount,
    Opinions,
    TargetOutlook,
    PromiseRecord,
    Results,
    Wait,
    Waterfall,
    Within,
)
"""What figures of sales and service belong to: each has a label."""
TYPES = ("text", "str", "integer", "decimal", "date", "instant", "list", "uuid", "bool", "choice")
"""What a value can be wanted to be."""


@cache
def errors() -> frozenset[type[CrmError]]:
    """Every error class of the core that can be imported without an extra."""
    for module in pkgutil.walk_packages(crmcore.__path__, "crmcore."):
        if not module.name.startswith(tuple(OPTIONAL)):
            importlib.import_module(module.name)

    def below(cls: type[CrmError]) -> Iterator[type[CrmError]]:
        yield cls
        for one in cls.__subclasses__():
            yield from below(one)

    return frozenset(one for one in below(CrmError) if one.__module__.startswith("crmcore"))


def labels() -> Iterator[str]:
    """Keys of what can be shown."""
    for cls in (*ENTITIES, Money):
        schema = describe(cls)
        yield schema.name
        yield from (f"{schema.name}.{spec.name}" for spec in schema.fields)
        yield from (f"unit.{spec.hint.unit}" for spec in schema.fields if spec.hint.unit)
        for attribute in attrs.fields(cls):
            kind = shape_of(attribute.type).type
            if issubclass(kind, enum.Enum):
                yield name_of(kind)
                yield from (f"{name_of(kind)}.{member.value}" for member in kind)
    yield from (f"menu.{entry.code}" for entry in MENU)
    yield from (f"permission.{one.code}" for one in PERMISSIONS)
    yield from (f"parameter.{key}" for key in PARAMETERS)
    yield from (f"service_step.{step}" for step in SERVICE_UNUSED.choices)
    yield "invitation.state"  # of its detail; the record has no such field
    yield from (f"process_move.{move}" for move in PROCESS_MOVES.choices)
    for told in (DeadlineState, InvitationState, RfmSegment, Movement, *REPORTED):
        yield name_of(told)
        yield from (f"{name_of(told)}.{member.value}" for member in told)
    yield from (
        f"report.{name}" for name in ("first", "span", "year", "quarter", "month", "day", "few", "much", "band", "by")
    )
    yield from (f"report.{name}" for name in ("by", "chances", "pipeline"))
    for figured in FIGURED:
        yield name_of(figured)
        numbers = (one.name for one in attrs.fields(figured) if str(one.type).startswith("crmcore.statistics.figures"))
        yield from (f"{name_of(figured)}.{name}" for name in numbers)
    yield from (f"unit.{unit}" for unit in ("d", "h", "point", "%"))
    yield from (f"unit.{one.unit}" for one in PARAMETERS.values() if one.unit)
    yield from (f"type.{one}" for one in TYPES)


@cache
def codes() -> frozenset[str]:
    """Codes of everything that can be refused: of error classes, and those that problems are made with."""
    families = {key.split(".")[1] for key in catalogue("en") if key.count(".") > 1 and key.startswith("error.")}
    others = {one.code for one in PERMISSIONS} | PARAMETERS.keys() | catalogue("en") | names_of_actions()
    written = {
        node.value
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(rf"({'|'.join(families)})\.[a-z_]+", node.value)
    }
    made = {f"parameter.{one.kind}" for one in PARAMETERS.values()}
    return frozenset({one.code for one in errors()} | made | (written - others) | problem_codes())


def names_of_actions() -> set[str]:
    """Names under which the core itself writes without a registered action: ``ACTION = "…"``."""
    found: set[str] = set()
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
                target = node.target
                found |= {str(node.value.value)} if isinstance(target, ast.Name) and target.id == "ACTION" else set()
    return found


def problem_codes() -> set[str]:
    """Codes given by name: ``Problem(…, code="…")`` and ``code = "…"`` in a class."""
    found: set[str] = set()
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found & {key.removeprefix("error.") for key in catalogue("en")}


def test_both_languages_have_the_same_keys() -> None:
    assert catalogue("zh") ^ catalogue("en") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_in_two_files(language: Language) -> None:
    """One of them would be said for both: the other subject's."""
    assert [key for key, number in Counter(texts_in(language)).items() if number > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_shown_has_a_label(language: Language) -> None:
    assert set(labels()) - keys(language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_refused_has_a_sentence(language: Language) -> None:
    assert {f"error.{code}" for code in codes()} - keys(language) == set()


def test_every_error_class_has_a_code_of_its_own() -> None:
    known: dict[str, list[type[CrmError]]] = {}
    for one in errors():
        known.setdefault(one.code, []).append(one)
    shared = {code: classes for code, classes in known.items() if len(classes) > 1}
    assert {code: sorted(one.__name__ for one in classes) for code, classes in shared.items()} == {
        "invalid": ["Invalid", "ProofRequired"]
    }


def test_no_words_are_left_that_nothing_says() -> None:
    said = {*labels(), *(f"error.{code}" for code in codes()), *spoken(), *MESSAGES, *of_reports()}
    assert catalogue("en") - said == set()


@pytest.mark.requirement("GEN-12", "GEN-13", "GEN-14", "GEN-22")
@pytest.mark.parametrize("key", MESSAGES)
def test_front_ends_find_the_messages_of_the_specification(key: str) -> None:
    assert text(key, "zh") == MESSAGES[key]
    assert has_text(key, "en")


def spoken() -> set[str]:
    """Keys that stand as such in the core, the adapters or the examples."""
    examples = ROOT / "examples"
    texts = [file.read_text(encoding="utf-8") for pattern in ("*.py", "*.html") for file in examples.rglob(pattern)]
    constants = {
        node.value
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        key for key in catalogue("en") if key in constants or any(f'"{key}"' in one for one in texts)
    } | fields_of_problems()


def of_reports() -> set[str]:
    """Keys of the catalogue of reports, and those that its tables put together from a subject and its figures.

    Subject and figure stand in the same package, as texts of their own.
    """
    found = {f"report_group.{kind.group}" for kind in KINDS}
    for kind in KINDS:
        found |= {f"report_kind.{kind.name}", f"report_kind.{kind.name}.question"}
        found |= {f"report.{one.name}" for one in kind.filters}
    for told in (CardKind, Colour, Criterion, DataCategory, Verdict):
        found |= {name_of(told), *(f"{name_of(told)}.{one.value}" for one in told)}
    found |= {f"screened.{one.value}_points" for one in Criterion} | {f"unit.{STAR}"}
    found |= {f"weekday.{day}" for day in range(1, 8)} | {f"month.{month}" for month in range(1, 13)}
    found |= {f"report_table.by_{rhythm}" for rhythm in ("weekday", "month")}
    found |= {f"report_note.{what}_refused" for what in ("orders", "amounts")}
    found |= {f"dashboard_movement.{one.value}" for one in Movement}
    found |= {f"captured_by.{describe(kind).name}" for kind in (SurveyAnswer, Order)}
    parts = [key.rpartition(".") for key in catalogue("en")]
    for package in (".", "presenting", "dashboards"):
        constants = {
            node.value.rstrip(".")
            for file in sorted((SOURCES[0] / "reports" / package).glob("*.py"))
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        found |= {f"{subject}.{name}" for subject, _, name in parts if {subject, name} <= constants}
    return found


def fields_of_problems() -> set[str]:
    """Labels of what a problem names though no entity has it, ``credential.password``."""
    found: set[str] = set()
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                given = {one.arg: one.value.value for one in node.keywords if isinstance(one.value, ast.Constant)}
                if isinstance(given.get("entity"), str) and isinstance(given.get("field"), str):
                    found.add(f"{given['entity']}.{given['field']}")
    return found


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_both_languages_fill_in_the_same(key: str) -> None:
    assert gaps(text(key, "zh")) == gaps(text(key, "en"))


def test_every_text_says_something() -> None:
    assert [key for language in LANGUAGES for key in catalogue(language) if not text(key, language).strip()] == []


def test_chinese_is_written_in_chinese() -> None:
    same = {key for key in catalogue("zh") if not re.search(r"[\u4e00-\u9fff]", text(key, "zh"))}
    assert same == {"unit.%"}


def raised() -> Iterator[tuple[str, set[str]]]:
    """Every place that raises an error of the core by name: its code and the parameters it gives."""
    by_name = {one.__name__: one.code for one in errors() if one.code != "invalid"}
    for module in modules():
        for node in ast.walk(module):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in by_name and isinstance(node, ast.Call) and all(one.arg for one in node.keywords):
                yield by_name[name], {str(one.arg) for one in node.keywords}


def test_every_error_gives_what_its_sentence_names() -> None:
    wrong: list[Any] = [(code, gaps(text(f"error.{code}")) - given) for code, given in raised()]
    assert [(code, missing) for code, missing in wrong if missing] == []
    assert len(wrong) > 40
