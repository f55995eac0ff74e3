"""How a sample company sells: stages, what is reckoned, activities, targets and snapshots; as the actions keep them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

import crmcore
from crmcore import SYSTEM, pipeline, reports, setup
from crmcore.dictionary.setting_actions import set_parameter
from crmcore.i18n import LANGUAGES, Language
from crmcore.opportunities import large_deals
from crmcore.opportunities.entity import ARCHIVED, OPEN, ActivityProgress, OpportunityStatus
from crmcore.pipeline import PassageOutcome, PipelinePosition
from crmcore.setup import sample
from crmcore.statistics.periods import year_of
from crmcore.storage.crm import Crm
from crmcore.targets import TargetSpan

Contents = dict[str, list[Any]]
Look = Callable[[Crm], Contents]
NOW = dt.datetime(2026, 11, 18, 7, 30, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FACTS = ("status", "amount", "expected_on", "stage", "category", "owner")


@pytest.fixture(scope="module", params=LANGUAGES)
def filled(request: pytest.FixtureRequest) -> Iterator[Crm]:
    """A sample company, written down; for tests that only look."""
    language: Language = request.param
    with crmcore.open("memory://", clock=lambda: NOW) as crm:
        setup.demo_data(crm, size=120, language=language)
        yield crm


def said(found: Contents, kind: str) -> list[dict[str, Any]]:
    """What records of a kind say, with names in place of ids."""
    names: dict[Any, Any] = {one.id: one.name for one in (*found["User"], *found["SalesStage"])}
    names |= {one.id: one.number for one in found["Opportunity"]}
    values = (attrs.asdict(one, recurse=False) for one in found[kind])
    told = [{name: names.get(value, value) for name, value in one.items() if name != "id"} for one in values]
    return sorted(told, key=repr)


@pytest.mark.requirement("X-OPP-02", "X-OPP-07", "X-TGT-01")
def test_what_is_written_down_is_what_the_actions_keep(
    make_crm: Callable[[], Crm], contents: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(at_most: int) -> Contents:
        monkeypatch.setattr(sample, "_ACTED_OUT", at_most)
        crm = make_crm()
        setup.demo_data(crm, size=60)
        return contents(crm)

    acted, written = filled(10**9), filled(0)
    for kind in ("StagePassage", "PipelinePosition", "SalesActivity"):
        assert said(acted, kind), kind
        assert said(acted, kind) == said(written, kind)
    for kind in ("PipelineSnapshot", "SnapshotStage", "SalesTarget"):
        assert len(acted[kind]) == len(written[kind]) > 0


@pytest.mark.requirement("X-TGT-01")
def test_positions_follow_one_another_and_end_as_it_stands(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    kept = defaultdict(list)
    for one in found["PipelinePosition"]:
        kept[one.opportunity].append(one)
    for chance in found["Opportunity"]:
        chain = sorted(kept[chance.id], key=lambda one: one.since)
        assert chain[0].id == chance.id
        assert chain[0].since == chance.created_at
        for earlier, later in pairwise(chain):
            assert earlier.until == later.since
            assert all(getattr(later, f"prior_{name}") == getattr(earlier, name) for name in FACTS)
        last = chain[-1]
        assert last.until is None
        stands = (chance.status, chance.expected_amount, chance.expected_on, chance.stage, chance.category)
        assert (last.status, last.amount, last.expected_on, last.stage, last.category) == stands


@pytest.mark.requirement("X-OPP-01", "X-OPP-02", "X-OPP-03")
def test_opportunities_stand_in_every_stage_and_have_passed_the_others(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    stages = {one.id: one for one in found["SalesStage"]}
    assert [one.probability for one in stages.values()] == [10, 25, 50, 75, 90]
    passed = defaultdict(list)
    for one in found["StagePassage"]:
        passed[one.opportunity].append(one)
        assert one.entered_at < (one.left_at or NOW)
        assert (one.outcome is PassageOutcome.BACKWARD) <= bool(one.to_stage)
    assert {one.outcome for one in found["StagePassage"]} == set(PassageOutcome)
    open_ones = [one for one in found["Opportunity"] if one.status is OpportunityStatus.ASSIGNED]
    assert {one.stage for one in open_ones} == stages.keys()
    for one in found["Opportunity"]:
        chain = sorted(passed[one.id], key=lambda each: each.entered_at)
        assert bool(chain) == (one.status is not OpportunityStatus.UNASSIGNED)
        assert not chain or chain[-1].stage == one.stage
        needed = stages[one.stage].needed if one.stage else ()
        assert all(getattr(one, name) is not None for name in needed)
        assert one.status is not OpportunityStatus.WON or one.expected_amount > 0
    back = [one for one in found["StagePassage"] if one.from_stage and one.reason]
    assert all(stages[one.from_stage].position > stages[one.stage].position for one in back)
    assert back


@pytest.mark.requirement("X-OPP-07")
def test_activities_are_done_ahead_late_or_called_off(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    chances = {one.id: one for one in found["Opportunity"]}
    for one in found["SalesActivity"]:
        over = chances[one.opportunity].status in ARCHIVED
        assert over <= (one.state in {ActivityProgress.DONE, ActivityProgress.CANCELLED})
        assert (one.state is ActivityProgress.DONE) == (one.done_on is not None)
        assert bool(one.result) == (one.state in {ActivityProgress.DONE, ActivityProgress.CANCELLED})
        assert "{" not in one.content + one.progress + one.result
    assert {one.state for one in found["SalesActivity"]} == set(ActivityProgress)
    assert {one.kind for one in found["SalesActivity"]} == {"demonstration", "visit", "promotion", "other"}


@pytest.mark.requirement("X-TGT-01", "X-TGT-02", "X-TGT-03")
def test_there_are_targets_of_everybody_for_this_year_and_the_last(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    managers = {one.id for one in found["User"] if one.territory}
    for year in (2025, 2026):
        wanted = [one for one in found["SalesTarget"] if one.starts_on == dt.date(year, 1, 1)]
        assert {one.user for one in wanted if one.span is TargetSpan.YEAR} >= {None, *managers}
    assert {one.territory for one in found["SalesTarget"]} > {""}
    with filled.work(as_user=leader(found), readonly=True) as work:
        for span in TargetSpan:
            rows = reports.target_attainment(work, span).rows
            assert len([one for one in rows if one.target is not None and one.target.user]) == len(managers)


@pytest.mark.requirement("X-TGT-01")
def test_snapshots_say_what_was_open_then(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    taken = sorted(found["PipelineSnapshot"], key=lambda one: one.day)
    assert [one.day for one in taken if one.day.day == 1] == [
        dt.date(2025 + month // 12, month % 12 + 1, 1) for month in range(11, 23)
    ]
    assert taken[-1].day == dt.date(2026, 11, 18)
    for one in taken:
        assert one.taken_at.astimezone(SHANGHAI).date() == one.day
        assert one.open_opportunities == len([each for each in found["PipelinePosition"] if held(each, one.taken_at)])
        assert len([each for each in found["SnapshotStage"] if each.snapshot == one.id]) == 5
    assert filled.perform(pipeline.snapshots, as_user=SYSTEM).total == len(taken)


def held(position: PipelinePosition, at: dt.datetime) -> bool:
    return position.since <= at and (position.until is None or position.until > at) and position.status in OPEN


@pytest.mark.requirement("X-OPP-04", "X-OPP-05", "X-OPP-06")
def test_the_reports_of_selling_have_something_to_say(filled: Crm, contents: Look) -> None:
    with filled.work(as_user=leader(contents(filled)), readonly=True) as work:
        funnel = reports.sales_funnel(work, year_of(2026))
        assert all(one.number.value for one in funnel.stages)
        whole = reports.opportunity_outcomes(work, year_of(2026)).whole
        assert whole.recorded.value
        assert whole.conversion.value
        assert large_deals(work).total


def leader(found: Contents) -> str:
    roles = {one.id: one.code for one in found["Role"]}
    return next(str(one.name) for one in found["User"] if roles[one.roles[0]] == "sales_supervisor")


@pytest.mark.requirement("X-OPP-03")
@pytest.mark.parametrize("at_most", [10**9, 0])
def test_a_process_of_the_company_s_own_is_kept(
    crm: Crm, contents: Look, monkeypatch: pytest.MonkeyPatch, at_most: int
) -> None:
    monkeypatch.setattr(sample, "_ACTED_OUT", at_most)
    setup.install(crm)
    for name in ("Talk", "Contract"):
        crm.perform(pipeline.create_stage, name=name, probability=50, as_user=SYSTEM)
    crm.perform(set_parameter, "process.moves", "none", as_user=SYSTEM)
    crm.perform(set_parameter, "opportunity.large_deal", "123456", as_user=SYSTEM)
    setup.demo_data(crm, size=40)
    found = contents(crm)
    assert {one.name for one in found["SalesStage"]} == {"Talk", "Contract"}
    assert "backward" not in {one.outcome.value for one in found["StagePassage"]}
    assert {one.value for one in found["SystemParameter"] if one.key == "opportunity.large_deal"} == {"123456"}


def test_a_company_that_has_retired_its_process_has_none(crm: Crm, contents: Look) -> None:
    setup.install(crm)
    only = crm.perform(pipeline.create_stage, name="Talk", probability=50, as_user=SYSTEM)
    crm.perform(pipeline.retire_stage, only.id, as_user=SYSTEM)
    setup.demo_data(crm, size=60)
    assert contents(crm)["StagePassage"] == []
    assert contents(crm)["PipelinePosition"]
