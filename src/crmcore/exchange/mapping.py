"""Guesses which column of a file is which field, and shows what is in it before anything is imported (X-ADM-10)."""

import difflib
import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from crmcore.base.text import fold
from crmcore.exchange.kinds import Column, columns_of, read_only_columns
from crmcore.exchange.sources import ImportFile, open_file
from crmcore.i18n import LANGUAGES

__all__ = ["Preview", "PreviewedColumn", "preview", "suggested"]

_SHOWN: Final = 10
"""Rows that a preview shows."""
_ALIKE: Final = 0.82
"""How alike a heading and a label must be: one letter of six may differ."""
_PREFIX: Final = "contact_"
_ALIASES: Final = {
    "name": "公司名称 单位名称 企业名称 客户 公司 名称 客户名 company organisation organization account customer",
    "number": "编号 客户编码 客户号 customerno customerid id",
    "external_key": "外部编号 外部编码 erp编号 erp编码 erpnumber externalid erpkey",
    "manager": "负责人 业务员 销售 销售员 销售代表 owner salesrep accountowner",
    "region": "区域 省份 地域 所在地区 area territory",
    "level": "级别 等级 客户级别 grade rating",
    "phone": "电话 座机 联系电话 公司电话 tel telephone phonenumber",
    "zip": "邮编 postcode zipcode",
    "website": "网址 主页 url homepage web",
    "licence_no": "营业执照 执照号 注册号 统一社会信用代码 licence license registrationnumber",
    "legal_person": "法人 法人代表 法定代表人",
    "email": "邮箱 电子邮箱 电邮 mail",
    "remark": "备注 说明 note notes comment comments",
    "contact_name": "联系人 联系人姓名 首要联系人 contactperson contact",
    "contact_mobile": "手机 手机号 移动电话 mobile cell cellphone",
    "contact_position": "职务 职位 title jobtitle",
}
"""What people call the columns besides their labels."""
_OF_CONTACTS: Final = {
    "name": "姓名 联系人 联系人姓名 fullname contact contactname",
    "customer_name": "公司名称 单位名称 客户 公司 company organisation organization account customer",
    "mobile": "手机 手机号 移动电话 cell cellphone",
    "office_phone": "电话 座机 办公电话 tel telephone phone",
    "position": "职务 职位 title jobtitle",
    "email": "邮箱 电子邮箱 电邮 mail",
    "memo": "备注 说明 note notes remark comment",
}
_HINT: Final = re.compile(r"[(（\[【].*?[)）\]】]|\*")
"""What stands behind a heading for people: a unit, an example, a star for "required"."""


@attrs.frozen(kw_only=True)
class PreviewedColumn:
    """One column of a file."""

    heading: str
    field: str
    """Name of the field it probably is; empty for none."""
    certain: bool
    """The heading is a field's name or label; otherwise somebody had better look."""
    sample: tuple[str, ...]
    """What stands in the first rows."""
    read_only: bool = False
    """It is one that the export writes and no file sets, such as the status: it is passed over."""


@attrs.frozen(kw_only=True)
class Preview:
    """What a file is and how it will be understood, unless somebody says otherwise."""

    file: ImportFile
    columns: tuple[PreviewedColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows."""

    @property
    def mapping(self) -> tuple[str, ...]:
        """The field of each column, in order; empty for those that are not taken."""
        return tuple(one.field for one in self.columns)


def preview(
    content: str | Path | bytes | ImportFile,
    *,
    kind: str = "customer",
    name: str = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    columns: Mapping[str, Column] | None = None,
) -> Preview:
    """Show how a file will be understood; nothing is written, and nobody need be signed in.

    Args:
        content: The file: its path, what it holds, or opened already.
        kind: What its rows are: ``customer`` or ``contact``.
        name: What people call the file.
        encoding: Name of the encoding, if it is not to be found out.
        delimiter: What separates the values, if it is not to be found out.
        sheet: Name of the workbook's sheet; empty for the first.
        columns: What columns can be, from :func:`columns_offered`, which knows the company's own fields; None for the
            fields that every company has.

    Raises:
        Invalid: The file can't be read; says why.
    """
    file = (
        content
        if isinstance(content, ImportFile)
        else open_file(content, name=name, encoding=encoding, delimiter=delimiter, sheet=sheet)
    )
    rows = [cells for _, cells in itertools.islice(file.rows(), _SHOWN)]
    shown = _previewed(kind, file.headings, rows, suggested(kind, file.headings, columns))
    return Preview(file=file, columns=shown, rows=tuple(tuple(row[: len(file.headings)]) for row in rows))


def _previewed(
    kind: str, headings: Sequence[str], rows: Sequence[Sequence[str]], found: Sequence[tuple[str, bool]]
) -> tuple[PreviewedColumn, ...]:
    passed_over = _passed_over(kind)
    return tuple(
        PreviewedColumn(
            heading=heading,
            field=field,
            certain=certain,
            sample=tuple(row[place] for row in rows if row[place]),
            read_only=not field and _bare(heading) in passed_over,
        )
        for place, (heading, (field, certain)) in enumerate(zip(headings, found, strict=True))
    )


def suggested(
    kind: str, headings: Sequence[str], columns: Mapping[str, Column] | None = None
) -> tuple[tuple[str, bool], ...]:
    """Answer for each heading which field it is, or an empty text, and whether that is certain.

    Names, labels in both languages and usual other words come first, then what is spelled much alike. No field is
    suggested twice.

    Args:
        kind: ``customer`` or ``contact``.
        headings: The file's headings.
        columns: What columns can be; None for the fields that every company has.
    """
    offered = columns_of(kind) if columns is None else columns
    certain, usual = _known(kind, offered)
    passed_over = _passed_over(kind)
    found: dict[int, tuple[str, bool]] = {}
    taken: set[str] = set()

    def take(place: int, field: str, *, sure: bool) -> None:
        if field and place not in found and field not in taken:
            found[place] = (field, sure)
            taken.add(field)

    keys = [_bare(heading) for heading in headings]
    for place, heading in enumerate(headings):
        take(place, heading if heading in offered else "", sure=True)
    for known, sure in ((certain, True), (usual, False)):
        for place, key in enumerate(keys):
            take(place, known.get(key, ""), sure=sure)
    every = {**usual, **certain}
    for place, key in enumerate(keys):
        if place in found or key in passed_over:
            continue
        left = [one for one, field in every.items() if field not in taken]
        for alike in difflib.get_close_matches(key[:100], left, n=1, cutoff=_ALIKE):
            take(place, every[alike], sure=False)
    return tuple(found.get(place, ("", False)) for place in range(len(headings)))


def _known(kind: str, columns: Mapping[str, Column]) -> tuple[dict[str, str], dict[str, str]]:
    """Answer the fields by how headings certainly call them, and by how people usually do."""
    certain: dict[str, str] = {}
    for name, column in columns.items():
        for said in (name, *(column.label(language) for language in LANGUAGES)):
            certain.setdefault(_bare(said), name)
    aliases = _ALIASES if kind == "customer" else _OF_CONTACTS
    return certain, {_bare(word): name for name, words in aliases.items() for word in words.split()}


def _passed_over(kind: str) -> set[str]:
    """Answer how the columns are called that are exported and never imported."""
    return {
        _bare(said)
        for name, column in read_only_columns(kind).items()
        for said in (name, *(column.label(language) for language in LANGUAGES))
    }


def _bare(text: str) -> str:
    """Answer a heading without case, width, blanks, punctuation and what stands in brackets behind it."""
    shown = fold(_HINT.sub("", text) or text)
    return "".join(one for one in shown if unicodedata.category(one)[0] in "LN")
