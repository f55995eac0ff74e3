"""Figures of 200,000 opportunities and as many requests, against SQL by hand that answers the same.

``pytest tests/bench/bench_selling.py -s``. ``BENCH_RECORDS`` chooses another size. A report checks a permission, reads
settings and the process, and knows the query behind each number.
"""

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bench.reckoning import ratio_of
from bench.trading import pour
from bench.workshop import new_company
from crmcore import SYSTEM, reports, setup
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.entity import CustomerId
from crmcore.opportunities.entity import ARCHIVED, Opportunity, OpportunityId, OpportunityStatus
from crmcore.pipeline.standing import PassageOutcome, StagePassage, StagePassageId
from crmcore.reports import LossFilter, ServiceFilter
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.statistics.parts import ServicesBy
from crmcore.statistics.periods import Period, instants, year_of
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from crmcore.targets.entity import TargetSpan

RECORDS = int(os.environ.get("BENCH_RECORDS", "200000"))
MOST = 1.2
START = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
YEAR = year_of(2024)
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = dt.datetime.now(ZONE).date()


def by_hand(kind: str) -> dict[str, tuple[str, ...]]:
    """The best SQL for each report: the instants of 2024 in Shanghai, and time in whole milliseconds."""

    def said(at: dt.datetime) -> str:
        return str(round(at.timestamp() * 1000)) if kind == "sqlite" else f"'{at.isoformat()}'"

    def during(field: str, year: int = 2024) -> str:
        first, last = (dt.datetime(one, 12, 31, 16, tzinfo=dt.UTC) for one in (year - 1, year))
        return f"{field} >= {said(first)} AND {field} < {said(last)}"

    def took(start: str, end: str) -> str:
        return f"sum({end} - {start})" if kind == "sqlite" else f"sum(extract(epoch FROM {end} - {start}))"

    month = "CASE " + " ".join(f"WHEN expected_on < '2024-{n:02}-01' THEN {n}" for n in range(1, 13)) + " END"
    sums, came = "count(*), sum(expected_amount)", during("created_at")
    chance, request, passage = (f"FROM {name} WHERE" for name in ("opportunity", "service_request", "stage_passage"))
    open_, over = f"{chance} status IN ('unassigned', 'assigned')", f"{chance} status IN ('won', 'lost')"
    done = f"{request} {during('archived_at')} AND merged_into IS NULL AND handled_at IS NOT NULL"
    again = "id IN (SELECT request FROM service_round WHERE reason <> '')"
    left, cycle = took("entered_at", "left_at"), took("created_at", "closed_at")
    answer, solved = took("created_at", "responded_at"), took("created_at", "handled_at")

    def ago(field: str, days: Sequence[int]) -> str:
        """Whole days before today, as bands of instants."""
        starts = [instants(Period(day, day), ZONE)[0] for day in (TODAY - dt.timedelta(days=one) for one in days)]
        bands = " ".join(f"WHEN {field} < {said(at)} THEN {n}" for n, at in enumerate(starts))
        return f"CASE {bands} ELSE 9 END"

    due = [TODAY - dt.timedelta(days=30), TODAY, TODAY + dt.timedelta(days=31)]
    overdue = "CASE " + " ".join(f"WHEN expected_on < '{day}' THEN {n}" for n, day in enumerate(due)) + " ELSE 9 END"
    waiting = f"{request} status IN ('new', 'assigned', 'handled')"
    until = said(instants(Period(TODAY, TODAY), ZONE)[0])
    late = f"responded_at IS NULL AND waiting_since IS NULL AND respond_by < {until}"
    unsolved = f"handled_at IS NULL AND waiting_since IS NULL AND resolve_by < {until}"
    lost = f"FROM churn_case WHERE status = 'lost' AND {during('closed_at')}"
    in_year = "expected_on >= '2024-01-01' AND expected_on <= '2024-12-31'"
    every = "count(*) OVER (), sum(count(*)) OVER ()"
    return {
        "ageing": (
            f"SELECT {ago('created_at', (180, 90, 60, 30))}, {sums} {open_} GROUP BY 1",
            f"SELECT {overdue}, {sums} {open_} GROUP BY 1",
        ),
        "attainment": (
            f"SELECT assignee, {sums} {chance} status = 'won' AND {during('closed_at')} GROUP BY 1",
            f"SELECT assignee, {sums} {chance} status = 'won' AND {during('closed_at', 2023)} GROUP BY 1",
            f"SELECT assignee, stage, success_rate, {sums} {open_} AND {in_year} GROUP BY 1, 2, 3",
        ),
        "backlog": (
            f"SELECT status, {ago('created_at', (30, 7, 3, 1))}, count(*) {waiting} GROUP BY 1, 2",
            f"SELECT count(*) {waiting} AND {late}",
            f"SELECT count(*) {waiting} AND {unsolved}",
        ),
        "services by type": (f"SELECT type, count(*) {request} {came} GROUP BY 1",),
        "services by customer": (
            f"SELECT customer, count(*), {every} {request} {came} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50",
        ),
        "losses": (
            f"SELECT count(*) {lost}",
            f"SELECT * {lost} ORDER BY closed_at DESC, id LIMIT 50",
        ),
        "funnel": (
            f"SELECT stage, {sums} {open_} GROUP BY 1",
            f"SELECT stage, outcome, count(*), {left} {passage} {during('left_at')} GROUP BY 1, 2",
        ),
        "outcomes": (
            f"SELECT status, {sums}, {cycle} {over} AND {during('closed_at')} GROUP BY 1",
            f"SELECT status, count(*) {chance} {came} GROUP BY 1",
        ),
        "forecast": (
            f"SELECT stage, category, {month}, {sums} {open_} AND stage IS NOT NULL GROUP BY 1, 2, 3",
            f"SELECT success_rate, category, {month}, {sums} {open_} AND stage IS NULL GROUP BY 1, 2, 3",
            f"SELECT {sums} {chance} status = 'won' AND {during('closed_at')}",
        ),
        "handling": (
            f"SELECT count(*) {request} {came}",
            f"SELECT count(*), {answer} {request} {came} AND responded_at IS NOT NULL",
            f"SELECT satisfaction, round >= 2, count(*), {solved} {done} GROUP BY 1, 2",
            f"SELECT count(*) {request} {came} AND (status = 'archived' AND merged_into IS NULL OR {again})",
            f"SELECT count(*) {request} {came} AND {again}",
        ),
    }


REPORTS: dict[str, Callable[[Work], object]] = {
    "funnel": lambda work: reports.sales_funnel(work, YEAR),
    "outcomes": lambda work: reports.opportunity_outcomes(work, YEAR),
    "forecast": lambda work: reports.sales_forecast(work, YEAR),
    "handling": lambda work: reports.service_handling(work, YEAR),
    "ageing": reports.opportunity_ageing,
    "attainment": lambda work: reports.target_attainment(work, TargetSpan.YEAR, YEAR.first),
    "backlog": reports.service_backlog,
    "services by type": lambda work: reports.services(work, ServiceFilter(period=YEAR)),
    "services by customer": lambda work: reports.services(
        work, ServiceFilter(period=YEAR), by=ServicesBy.CUSTOMER, size=50
    ),
    "losses": lambda work: reports.losses(work, LossFilter(period=YEAR), size=50),
}


def chances(crm: Crm, user: Any, stages: list[Any]) -> Iterator[Opportunity]:
    dice = random.Random(6)
    for place in range(RECORDS):
        status = dice.choice((*OpportunityStatus,))
        created = START + dt.timedelta(minutes=place * 7)
        yield Opportunity(
            id=OpportunityId(crm.ids()),
            number=f"XS{place}",
            customer_name=f"客户{place}有限公司",
            success_rate=dice.choice((10, 50, 90)),
            title="采购意向",
            description="打算更换办公电脑。",
            created_by=user,
            created_at=created,
            assignee=user,
            status=status,
            closed_at=created + dt.timedelta(days=dice.randrange(90)) if status in ARCHIVED else None,
            stage=dice.choice(stages),
            expected_amount=Decimal(dice.randrange(10_000_000)).scaleb(-2),
            expected_on=(created + dt.timedelta(days=dice.randrange(120))).date(),
            version=1,
        )


def passages(crm: Crm, user: Any, stages: list[Any], of: list[Any]) -> Iterator[StagePassage]:
    dice = random.Random(7)
    for place, chance in enumerate(of):
        entered = START + dt.timedelta(minutes=place * 7)
        yield StagePassage(
            id=StagePassageId(crm.ids()),
            opportunity=chance,
            stage=dice.choice([one for one in stages if one is not None]),
            entered_at=entered,
            entered_by=user,
            left_at=entered + dt.timedelta(days=dice.randrange(1, 60)),
            outcome=dice.choice((PassageOutcome.FORWARD, PassageOutcome.LOST)),
            version=1,
        )


def lost_customers(crm: Crm, user: Any) -> Iterator[ChurnCase]:
    for place in range(RECORDS):
        opened = START + dt.timedelta(minutes=place * 7)
        yield ChurnCase(
            id=ChurnCaseId(crm.ids()),
            customer=CustomerId(crm.ids()),
            customer_name=f"客户{place}有限公司",
            manager=user,
            status=ChurnStatus.LOST if place % 2 else ChurnStatus.WARNING,
            reason="迁往外地",
            opened_at=opened,
            closed_at=opened + dt.timedelta(days=9) if place % 2 else None,
            version=1,
        )


def requests(crm: Crm, user: Any) -> Iterator[ServiceRequest]:
    dice = random.Random(8)
    for place in range(RECORDS):
        created = START + dt.timedelta(minutes=place * 7)
        handled = created + dt.timedelta(hours=dice.randrange(1, 99))
        yield ServiceRequest(
            id=ServiceRequestId(crm.ids()),
            number=f"FW{place}",
            type=dice.choice(("complaint", "inquiry")),
            title="显示器有亮点",
            customer=CustomerId(crm.ids()),
            request="三台显示器有亮点，请更换。",
            status=dice.choice((*(ServiceStatus.ARCHIVED,) * 4, *ServiceStatus)),
            created_by=user,
            created_at=created,
            assignee=user,
            round=dice.choice((1, 1, 2)),
            handled_by=user,
            handled_at=handled,
            responded_at=created + dt.timedelta(minutes=dice.randrange(90)),
            satisfaction=dice.randrange(1, 6),
            archived_at=handled,
            version=1,
        )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Work]]:
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("selling") / "crm.db"
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("pg_server").create_database()
    crm, people = new_company(url)
    user = people.lihua.id
    process = crm.perform(setup.standard_process, as_user=SYSTEM)
    stages = [None, *(one.id for one in process)]
    made = list(chances(crm, user, stages))
    ids = [one.id for one in made]
    pour(crm.store, (Opportunity, iter(made)), (StagePassage, passages(crm, user, stages, ids)))
    pour(crm.store, (ServiceRequest, requests(crm, user)), (ChurnCase, lost_customers(crm, user)))
    with crm.work(as_user=people.supervisor.id, readonly=True) as work:
        yield request.param, work
    crm.close()


@pytest.mark.parametrize("asked", REPORTS)
def test_as_quick_as_by_hand(filled: tuple[str, Work], asked: str) -> None:
    kind, work = filled
    session: Any = work.session
    written = by_hand(kind)[asked]
    by_hand_ = [lambda: [session.rows(text, ()) for text in written]]
    assert ratio_of(f"{kind}, {asked}", lambda: REPORTS[asked](work), by_hand_) <= MOST
