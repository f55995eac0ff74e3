"""What attackers send, and a site that stands everything: used by the tests of hostile input."""

import os
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from browsing import Browser
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import crmcore
from conftest import Browse, Chance, id_of
from crmcore import Crm, access, dictionary

BYTES = st.binary(max_size=200)
NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "\x00",
            "a\x00b",
            "\r\n\r\nSet-Cookie: x=y",
            "﷽" * 300,
            "é" * 3000,
            "\u202etxt.exe",
            "<script>alert(1)</script>",
            "{{ 7 * 7 }}",
            "{config}",
            "' OR 1=1 --",
            '{"$gt": ""}',
            "../../etc/passwd",
            "9" * 400,
            "-1",
            "1e309",
            "NaN",
            "٣٣",
            "2026-02-30",
            "2026-W01-1",
            "0000-00-00",
            "10000-01-01",
            str(uuid.UUID(int=0)),
            "{00000000-0000-0000-0000-000000000000}",
            "00000000000000000000000000000000\n",
            "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        ]
    ),
)
NAMES = st.sampled_from(
    [
        "customer_name",
        "title",
        "success_rate",
        "description",
        "assignee",
        "version",
        "key",
        "plan_date",
        "content",
        "step",
        "proof",
        "customer",
        "name",
        "password",
        "old",
        "new",
        "repeated",
        "roles",
        "permission",
        "tick",
        "category",
        "code",
        "label_zh",
        "position",
        "editable",
        "company.zone",
        "churn.run_at",
        "list.page_size",
        "language",
        "next",
        "from",
        "page",
        "size",
        "q",
        "status",
        "manager",
        "entity",
        "outcome",
        "keyword",
        "amount_from",
        "created_to",
        "custom_x",
        "region",
        "tags",
        "satisfaction",
        "contact_name",
        "handling",
        "result",
        "question",
        "absorbed",
        "audience",
        "created_from",
        "contact_phone",
        "at",
        "measure",
        "reason",
        "choose-name",
        "kept_version",
        "mode",
        "column-0",
        "kind",
        "format",
        "encoding",
        "before",
        "though",
        "planned_on",
        "remind_days",
        "done_on",
        "ending_within",
        "monday",
        "years",
        "country",
        "covers",
        "day",
        "year",
    ]
)
FUZZ = settings(
    max_examples=int(os.environ.get("TEST_FUZZ", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Site:
    """Somebody signed in, every address there is, and records behind them."""

    def __init__(self, crm: Crm, app: Flask, browser: Browse, chance: Chance, records: Mapping[str, UUID]) -> None:
        self.crm, self.app = crm, app
        self.waiting, self.running = chance(), chance("wangwei")
        self.people = {name: browser(name) for name in ("lihua", "wangwei", "admin")}
        with crm.work(as_user="admin", readonly=True) as work:
            role = access.roles(work, name="高管").rows[0].id
            entry = next(one for one in dictionary.entries(work, category="region").rows if one.editable).id
        user = id_of(crm, "gaojianguo")
        ids = {"opportunities": self.waiting.id, "dispatch": self.waiting.id, "roles": role, "rights": role}
        ids |= {"dictionary": entry, "users": user, "user_forms": user, "history": self.waiting.id}
        ids |= records
        steps: dict[str, Any] = {"churn": "delay", "development": self.running.id, "execution": "terminate"}
        steps |= {"duplicates": "undo", "unmatched": "discard", "customer_forms": "delete"}
        steps |= dict.fromkeys(("special_days", "skills"), "delete")
        steps["guests"] = "withdraw"
        steps |= dict.fromkeys(("opportunities", "contacts", "interactions", "groups"), "delete")
        steps |= {"service_assign": "assign", "service_merge": "undo", "service_steps": "handle"}
        steps |= {"service_steps.ask": "delete", "service_steps.do": "delete"}
        steps |= {"knowledge_writing": "submit", "knowledge_reviewing": "publish", "surveys": "open"}
        steps |= {"survey_questions": "delete", "survey_inviting": "withdraw"}
        steps |= {"activities": "cancel", "sales_targets": "delete", "saved_reports": "delete"}
        self.addresses: list[tuple[str, str]] = []
        with app.test_request_context():
            for rule in app.url_map.iter_rules():
                subject = rule.endpoint.split(".")[0]
                given = {
                    "id": ids.get(rule.endpoint, ids.get(subject, self.running.id)),
                    "step": steps.get(rule.endpoint, steps.get(subject, "retire")),
                    "kind": "opportunity",
                    "name": "contribution" if subject == "reports" else "home",
                    "section": "sales",
                    "number": 1,
                    "token": "x" * 43,
                    "request_id": self.running.id,
                    "filename": "style.css",
                    "kept": ids["customers"],
                    "absorbed": ids["other"],
                }
                if rule.endpoint != "account.leave":
                    address = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
                    self.addresses += [
                        (method, address) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
                    ]

    def of(self, address: str) -> Browser:
        admin = ("/users", "/roles", "/dictionary", "/parameters", "/audit", "/custom-fields")
        if address.startswith("/service/") and address.endswith(
            ("/assign", "/merge", "/undo", "/delete", "/assignment")
        ):
            return self.people["lihua"]
        boss = (
            "/surveys",
            "/survey-questions",
            "/calendars",
            "/targets",
            "/policies",
            "/skills",
            "/escalations/all",
            "/duplicates",
            "/imports",
            "/exports",
            "/hand-over",
            "/orders/unmatched",
        )
        leads = "dispatch" in address or "hand-over" in address or address.startswith(boss)
        return self.people["admin" if address.startswith(admin) else "lihua" if leads else "wangwei"]

    def written(self) -> list[int]:
        with self.crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
            return [
                sum(one.version for one in getattr(work, kind).find())
                for kind in ("opportunities", "users", "roles", "customers", "contacts", "churn_cases")
            ]


def answer(one: Browser, method: str, address: str, **sent: Any) -> TestResponse:
    response = one.client.open(address, method=method, buffered=True, **sent)
    assert response.status_code < 500, (method, address, sent)
    assert b"Traceback" not in response.data
    return response
