"""Writes ``docs/permissions.md``: who may do what, from the registry of actions.

``python -m crmcore.access.report docs/permissions.md`` writes the page; without a path it is printed. A test compares
the page with the registry, so it is never out of date.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import crmcore
from crmcore.access.delivered import delivered_roles
from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, CUSTOMER_CONTACT, EXECUTIVE, SALES_SUPERVISOR
from crmcore.access.permissions import MENU, PERMISSIONS, Permission
from crmcore.base.kinds import name_of
from crmcore.i18n import Language, text
from crmcore.storage.action import ANYONE, SIGNED_IN, SYSTEM_ONLY, Action, registered
from crmcore.subjects import SCOPES

__all__ = ["all_actions", "main", "page"]

_ROLES: Final = (ADMINISTRATOR, ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE, CUSTOMER_CONTACT)
_APART: Final = ("crmcore.cli", "crmcore.testing")
"""Need extras to be imported, and register nothing."""
_YES: Final = "✓"
_OPEN: Final[dict[str, dict[Language, str]]] = {
    ANYONE: {"en": "anybody, also before signing in", "zh": "任何人，包括未登录者"},
    SIGNED_IN: {"en": "every valid user", "zh": "每位有效用户"},
    SYSTEM_ONLY: {"en": "nobody: a step that only the library takes", "zh": "无人：仅由程序内部执行的步骤"},
}
_OWN: Final[dict[str, dict[Language, str]]] = {
    "opportunity": {
        "en": "those nobody is assigned to, those he recorded, those dispatched to him",
        "zh": "未指派的、自己创建的、指派给自己的",
    },
    "plan_item": {"en": "those of opportunities he sees", "zh": "自己能查看的销售机会的计划项"},
    "sales_activity": {"en": "those of opportunities dispatched to him", "zh": "指派给自己的销售机会的销售活动"},
    "stage_passage": {"en": "those of opportunities he sees", "zh": "自己能查看的销售机会的阶段记录"},
    "pipeline_position": {"en": "those of opportunities he sees", "zh": "自己能查看的销售机会的预测状态"},
    "sales_target": {"en": "those set for him", "zh": "为自己设定的目标"},
    "saved_report": {
        "en": "those he saved, and those shared with a right he has",
        "zh": "自己保存的，以及共享给自己所具权限的",
    },
    "customer": {"en": "those he is responsible for", "zh": "自己负责的客户"},
    "contact": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的联系人"},
    "interaction": {"en": "those with customers he is responsible for", "zh": "与自己负责的客户的交往记录"},
    "custom_value": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的自定义字段"},
    "customer_group": {"en": "those he made", "zh": "自己建立的分组"},
    "order": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的订单"},
    "order_line": {"en": "those of orders he sees", "zh": "自己能查看的订单的明细"},
    "order_summary": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的订单汇总"},
    "churn_case": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的流失记录"},
    "service_request": {
        "en": "those he filed, is or was treating, and those of customers he is responsible for",
        "zh": "自己创建的、由自己处理的，以及自己负责的客户的服务请求",
    },
    "service_round": {"en": "those of requests he sees", "zh": "自己能查看的服务请求的以前的处理"},
    "request_note": {"en": "those of requests he sees", "zh": "自己能查看的服务请求的备注"},
    "request_attachment": {"en": "those of requests he sees", "zh": "自己能查看的服务请求的附件"},
    "escalation": {
        "en": "those to him, and those of requests he sees",
        "zh": "通知自己的，以及自己能查看的服务请求的升级",
    },
    "article": {"en": "those that were published, and those he began", "zh": "已发布的，以及自己起草的"},
    "article_draft": {"en": "those he writes", "zh": "自己撰写的"},
    "article_use": {"en": "those of requests he sees", "zh": "自己能查看的服务请求的解决方案"},
    "invitation": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的调查邀请"},
    "service_contract": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的合同"},
    "care_activity": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的关怀"},
    "survey_answer": {"en": "those of customers he is responsible for", "zh": "自己负责的客户的回答"},
}
"""What "own" means where a scope tells own records from all."""
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "In English",
        "roles": "What the delivered roles may do from the start",
        "function": "Function",
        "permission": "Right",
        "meaning": "Allows",
        "actions": "What each action needs",
        "action": "Action",
        "needs": "Needs (one of)",
        "does": "Does",
        "scopes": "Which records a person sees",
        "kind": "Kind of record",
        "own": "Own records, with",
        "means": "“Own” means",
        "all": "All records, with",
        "everybody": "every valid user",
        "no_difference": "all of them",
    },
    "zh": {
        "title": "中文",
        "roles": "预置角色的初始权限",
        "function": "功能",
        "permission": "权限代码",
        "meaning": "允许",
        "actions": "每个操作需要的权限",
        "action": "操作",
        "needs": "需要其中之一",
        "does": "权限说明",
        "scopes": "能查看哪些记录",
        "kind": "记录类别",
        "own": "查看自己的，需要",
        "means": "“自己的”指",
        "all": "查看全部，需要",
        "everybody": "每位有效用户",
        "no_difference": "全部记录",
    },
}
_HEAD: Final = """# Permissions

<!-- Written by `python -m crmcore.access.report docs/permissions.md`. Change the code, not this page. -->

A user has one or more roles, a role is a set of rights, and every action names the rights of which one is needed.
Roles can be renamed, given other rights and added freely; the tables show what a new CRM starts with.
A record that a person may not see is answered like one that does not exist.

The rights `user.manage` and `role.manage` decide about all others. They are given, taken and taken over (by setting
somebody's password) only by people who have them; nobody adds to his own rights unless he has both; the administrator
role never loses them; and the last valid administrator can be neither retired nor deprived of his role.

用户可有多个角色，角色是一组权限，每个操作注明需要哪些权限之一。角色可以改名、调整权限，也可以新增；下表是新系统的初始设置。
无权查看的记录与不存在的记录得到同样的回答。

`user.manage` 与 `role.manage` 决定其他一切权限：只有自己拥有的人才能授予、收回或代管（重设他人密码）；
除非两者兼有，任何人都不能给自己增加权限；系统管理员角色始终保留这两项；最后一位有效的系统管理员不能停用，也不能失去该角色。
"""


def all_actions() -> tuple[Action, ...]:
    """List every action of the core, by name; all of its modules are loaded for that."""
    for module in pkgutil.walk_packages(crmcore.__path__, "crmcore."):
        if not module.name.startswith(_APART):
            importlib.import_module(module.name)
    return tuple(one for one in registered() if one.function.__module__.startswith("crmcore."))


def page() -> str:
    """Answer the page as Markdown, in English and Chinese."""
    parts = [_HEAD]
    for language in ("en", "zh"):
        words = _WORDS[language]
        parts += [
            f"## {words['title']}\n",
            f"### {words['roles']}\n",
            _roles(language),
            f"### {words['actions']}\n",
            _actions(language),
            f"### {words['scopes']}\n",
            _scopes(language),
        ]
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page to the path given, or print it."""
    given = sys.argv[1:] if arguments is None else arguments
    if given:
        Path(given[0]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())


def _roles(language: Language) -> str:
    words = _WORDS[language]
    names = {role.code: role.name for role in delivered_roles(language)}
    head = (
        words["function"],
        words["permission"],
        words["meaning"],
        *(names[role] for role in _ROLES),
    )
    rows = (
        (
            f"{one.menu} {text(f'menu.{one.menu}', language)}",
            f"`{one.code}`",
            _meaning(one.code, language),
            *(_YES if role in one.roles else "" for role in _ROLES),
        )
        for one in _by_menu()
    )
    return _table(head, rows)


def _by_menu() -> list[Permission]:
    order = {entry.code: place for place, entry in enumerate(MENU)}
    return sorted(PERMISSIONS, key=lambda one: order[one.menu])


def _actions(language: Language) -> str:
    words = _WORDS[language]
    return _table(
        (words["action"], words["needs"], words["does"]),
        (
            (f"`{one.name}`", _needs(one, language), one.summary if language == "en" else _meanings(one, language))
            for one in all_actions()
        ),
    )


def _needs(one: Action, language: Language) -> str:
    return ", ".join(_OPEN[code][language] if code in _OPEN else f"`{code}`" for code in one.permissions)


def _meanings(one: Action, language: Language) -> str:
    return "；".join(_meaning(code, language) for code in one.permissions if code not in _OPEN)


def _meaning(code: str, language: Language) -> str:
    return text(f"permission.{code}", language)


def _scopes(language: Language) -> str:
    words = _WORDS[language]

    def rows() -> Iterator[tuple[str, ...]]:
        for cls, scope in SCOPES.items():
            kind = name_of(cls)
            own = ", ".join(f"`{code}`" for code in sorted(scope.read)) or words["everybody"]
            alike = scope.read_all >= scope.read or not scope.read_all
            apart = not alike or (not scope.read and kind in _OWN)
            means = _OWN[kind][language] if apart else words["no_difference"]
            yield text(kind, language), own, means, ", ".join(f"`{code}`" for code in sorted(scope.read_all)) or "–"

    return _table((words["kind"], words["own"], words["means"], words["all"]), rows())


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    main()
