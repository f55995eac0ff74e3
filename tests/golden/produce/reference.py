"""The generated pages of the reference: fields, errors, parameters, events; in English and Chinese."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

import crmcore
from crmcore.base.errors import CrmError
from crmcore.base.kinds import name_of
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.dictionary.parameters import PARAMETERS, Parameter
from crmcore.i18n import Language, text
from crmcore.i18n.catalogue import keys
from crmcore.subjects import ENTITIES
from crmcore.views import field_table

__all__ = ["reference_pages"]

_NOTE = "<!-- Made from the code by `python tests/golden`; changes here are overwritten. -->"
_OPTIONAL = ("crmcore.cli", "crmcore.testing")
"""Packages that raise no errors of their own which an application could meet."""
_FOLDERS: dict[Language, str] = {"en": "docs/reference", "zh": "docs/zh/reference"}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "fields": "Fields",
        "fields_intro": "Every kind of record and every field of it, as the code describes them. "
        "“system” means that the library fills the field in: it can't be given.",
        "errors": "Errors",
        "errors_intro": 'Every error has a `code`, the `params` its sentence names, and `explain("zh" | "en")`. '
        "The classes and how they descend from each other are in the [API](api.md#errors).",
        "classes": "Errors by class",
        "class_head": "| Class | Code | What it says |",
        "problems": "What can be wrong with a value or a query",
        "problems_intro": "`Invalid.problems` lists one `Problem` for each of these, with the field it concerns.",
        "problem_head": "| Code | What it says |",
        "parameters": "System parameters",
        "parameters_intro": "Settings of the company, kept in the store. A setting nobody has made has its default.",
        "parameter_head": "| Key | Meaning | Kind | Default | Bounds |",
    },
    "zh": {
        "fields": "字段",
        "fields_intro": "全部记录种类及其字段，由代码生成。“系统”表示该字段由系统填写，不能由人指定。",
        "errors": "错误",
        "errors_intro": '每个错误都有 `code`、句子里用到的 `params`，以及 `explain("zh" | "en")`。'
        "各类的继承关系见[接口](../../reference/api.md#errors)。",
        "classes": "错误类",
        "class_head": "| 类 | 代码 | 怎么说 |",
        "problems": "值或查询的问题",
        "problems_intro": "`Invalid.problems` 为每个问题列出一个 `Problem`，并指明字段。",
        "problem_head": "| 代码 | 怎么说 |",
        "parameters": "系统参数",
        "parameters_intro": "公司的设置，保存在数据库里。没有设置过的参数取默认值。",
        "parameter_head": "| 键 | 含义 | 类型 | 默认值 | 范围 |",
    },
}
_OTHER: dict[Language, Language] = {"en": "zh", "zh": "en"}


def reference_pages() -> dict[str, str]:
    """Answer the pages by path."""
    pages = {
        f"{folder}/{name}.md": make(language)
        for language, folder in _FOLDERS.items()
        for name, make in (("fields", _fields), ("errors", _errors), ("parameters", _parameters))
    }
    return {**pages, "docs/reference/events.md": _events()}


def _page(*parts: str) -> str:
    return "\n\n".join((_NOTE, *parts)) + "\n"


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    columns = head.count("|") - 1
    lines = [head, f"|{' --- |' * columns}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


# ---------------------------------------------------------------- fields
def _fields(language: Language) -> str:
    words = _WORDS[language]
    parts = [f"# {words['fields']}", words["fields_intro"]]
    for cls in (*ENTITIES, Money):
        name = describe(cls).name
        parts += [f"## {text(name, language)}", f"`{cls.__module__}.{cls.__qualname__}`"]
        if language == "en":
            parts.append(_plain(_first_sentence(cls)))
        parts.append(field_table(cls, language))
    return _page(*parts)


def _first_sentence(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _plain(docstring: str) -> str:
    """Write reStructuredText's double back-quotes as Markdown's single ones."""
    return docstring.replace("``", "`")


# ---------------------------------------------------------------- errors
def error_classes() -> list[type[CrmError]]:
    """List every error class of the core, parents before children."""
    for module in pkgutil.walk_packages(crmcore.__path__, "crmcore."):
        if not module.name.startswith(_OPTIONAL):
            importlib.import_module(module.name)
    found: dict[type[CrmError], None] = {}

    def visit(cls: type[CrmError]) -> None:
        if cls.__module__.startswith("crmcore.") and not cls.__module__.startswith(_OPTIONAL):
            found.setdefault(cls)
            for child in sorted(cls.__subclasses__(), key=lambda one: (one.__module__, one.__name__)):
                visit(child)

    visit(CrmError)
    return list(found)


def _errors(language: Language) -> str:
    words = _WORDS[language]
    classes = error_classes()
    rows = [(f"`{cls.__name__}`{_above(cls)}", *_said(cls.code, language)) for cls in classes]
    taken = {f"error.{cls.code}" for cls in classes}
    others = tuple(f"error.{name.removeprefix('crmcore.')}." for name in _OPTIONAL)
    rest = sorted(key for key in keys("en") if key.startswith("error.") and not key.startswith(others))
    problems = [_said(key.removeprefix("error."), language) for key in rest if key not in taken]
    return _page(
        f"# {words['errors']}",
        words["errors_intro"],
        f"## {words['classes']}",
        _table(words["class_head"], rows),
        f"## {words['problems']}",
        words["problems_intro"],
        _table(words["problem_head"], problems),
    )


def _above(cls: type[CrmError]) -> str:
    names = [f"`{base.__name__}`" for base in cls.__bases__ if issubclass(base, CrmError)]
    return f"<br>← {', '.join(names)}" if names else ""


def _said(code: str, language: Language) -> tuple[str, str]:
    """Answer the code of an error and its sentence in both languages, the reader's own first."""
    key = f"error.{code}"
    return f"`{code}`", f"{text(key, language)}<br>{text(key, _OTHER[language])}"


# ---------------------------------------------------------------- parameters
def _parameters(language: Language) -> str:
    words = _WORDS[language]
    rows = [
        (f"`{one.key}`", text(f"parameter.{one.key}", language), one.kind, f"`{one.write(one.default)}`", _bounds(one))
        for one in PARAMETERS.values()
    ]
    return _page(f"# {words['parameters']}", words["parameters_intro"], _table(words["parameter_head"], rows))


def _bounds(parameter: Parameter[Any]) -> str:
    return "" if parameter.minimum is None else f"{parameter.minimum}–{parameter.maximum}"


# ---------------------------------------------------------------- events
def _events() -> str:
    about = (
        "What the library tells other systems, through the outbox. The `kind` of a message is the name of its event; "
        "its `payload` is a JSON object with the fields listed here. See [Tell other systems](../how-to/outbox.md)."
    )
    parts = ["# Events", about]
    for module in _event_modules():
        parts.append(f"## {_plain(_first_sentence(module)).rstrip('.')}")
        rows = (
            (f"`{name_of(cls)}`", _plain(_first_sentence(cls)), ", ".join(f"`{one.name}`" for one in attrs.fields(cls)))
            for cls in (getattr(module, name) for name in module.__all__)
        )
        parts.append(_table("| Kind | What happened | Fields |", rows))
    return _page(*parts)


def _event_modules() -> Iterator[ModuleType]:
    for package in sorted(Path(crmcore.__path__[0]).glob("*/events.py")):
        yield importlib.import_module(f"crmcore.{package.parent.name}.events")
