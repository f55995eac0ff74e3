"""An entity's fields as a Markdown table, for the reference."""

from collections.abc import Iterator
from typing import Any, Final

from crmcore.base.constraints import Digits, Items, Length, Pattern, Range
from crmcore.base.schema import FieldSpec, describe
from crmcore.i18n import Language, text

__all__ = ["bound", "field_table"]

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "head": "| Field | 中文 | English | Kind | Required | Bounds |",
        "system": "system",
        "yes": "yes",
        "no": "no",
        "; ": "; ",
        ", ": ", ",
        "unit": "unit: {}",
        "dictionary": "dictionary: {}",
        "ref": "points to: {}",
        "within": "unique within {}",
        "length": "{}–{} characters",
        "exactly": "{} characters",
        "digits": "{} digits, {} of them decimals",
        "items": "up to {} items of {} characters",
        "count": "up to {}",
    },
    "zh": {
        "head": "| 字段 | 中文 | English | 类型 | 必填 | 限制 |",
        "system": "系统",
        "yes": "是",
        "no": "否",
        "; ": "；",
        ", ": "、",
        "unit": "单位：{}",
        "dictionary": "字典：{}",
        "ref": "指向：{}",
        "within": "在 {} 内唯一",
        "length": "{}–{} 个字符",
        "exactly": "{} 个字符",
        "digits": "共 {} 位，其中 {} 位小数",
        "items": "最多 {} 项，每项 {} 个字符",
        "count": "最多 {} 项",
        "unique": "唯一",
        "fixed": "录入后不变",
        "searchable": "可搜索",
        "secret": "保密",
        "personal": "个人信息",
        "text": "文本",
        "integer": "整数",
        "boolean": "是否",
        "decimal": "小数",
        "date": "日期",
        "instant": "时间",
        "uuid": "标识",
        "enum": "选项",
        "text_list": "文本列表",
        "uuid_list": "标识列表",
    },
}
_FACTS: Final = ("unique", "fixed", "searchable", "secret", "personal")


def field_table(cls: type[Any], language: Language = "en") -> str:
    """Write the table: name, both labels, kind, whether it is required, bounds and remarks."""
    schema = describe(cls)
    words = _WORDS[language]
    lines = [words["head"], "| --- | --- | --- | --- | --- | --- |"]
    for spec in schema.fields:
        key = f"{schema.name}.{spec.name}"
        said = words["; "].join(_said(spec, language)).replace("|", "\\|")
        kind = words.get(spec.kind, spec.kind)
        cells = (f"`{spec.name}`", text(key, "zh"), text(key, "en"), kind, words[_required(spec)], said)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _required(spec: FieldSpec) -> str:
    if spec.hint.system:
        return "system"
    return "yes" if spec.required and not spec.nullable else "no"


def _said(spec: FieldSpec, language: Language) -> Iterator[str]:
    words, hint = _WORDS[language], spec.hint
    for one in spec.constraints:
        if isinstance(one, Items) and spec.kind == "uuid_list":  # ids have no length of interest
            yield words["count"].format(one.count)
        else:
            yield bound(one, language)
    if spec.kind == "enum":
        yield words[", "].join(f"`{member.value}`" for member in spec.type)
    if hint.unit:
        yield words["unit"].format(text(f"unit.{hint.unit}", language))
    if hint.dictionary:
        yield words["dictionary"].format(hint.dictionary)
    if hint.ref:
        yield words["ref"].format(text(hint.ref, language))
    if hint.within:
        yield words["within"].format(words[", "].join(f"`{name}`" for name in hint.within))
    yield from (
        words.get(fact, fact) for fact in _FACTS if getattr(hint, fact) and not (fact == "unique" and hint.within)
    )


def bound(constraint: object, language: Language) -> str:
    """Say what a field may hold."""
    words = _WORDS[language]
    match constraint:
        case Length(least, most):
            return words["exactly" if least == most else "length"].format(*dict.fromkeys((least, most)))
        case Range(least, most):
            return f"{least}–{most}"
        case Digits(total, places):
            return words["digits"].format(total, places)
        case Items(count, longest):
            return words["items"].format(count, longest)
    return f"`{constraint.regex}`" if isinstance(constraint, Pattern) else str(constraint)
