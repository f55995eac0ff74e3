"""Surveys are drafted, opened and closed; their questions change while nobody has been asked (requirement X-SRV-04)."""

from typing import Any

import pytest

from company import People, SetClock
from company.opinions import QUESTIONS, detail, drafted, opened
from crmcore import surveys
from crmcore.base.errors import Conflict, CrmError, Invalid, NotFound
from crmcore.storage.crm import Crm
from crmcore.surveys import QuestionKind, SurveyStatus
from crmcore.surveys.entity import SurveyQuestion

NEW: dict[str, Any] = {"kind": QuestionKind.TEXT, "text": "新题"}


def code_of(crm: Crm, action: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user="zhaomin", **given)
    assert caught.value.explain("zh")
    return caught.value.code


def texts(crm: Crm, survey: Any) -> list[tuple[int, str]]:
    return [(one.number, one.text) for one in detail(crm, survey).questions]


@pytest.mark.requirement("X-SRV-04")
def test_a_survey_is_drafted_opened_and_closed(crm: Crm, people: People, clock: SetClock) -> None:
    survey = drafted(crm, introduction="只需一分钟", valid_days=7)
    assert (survey.created_by, survey.created_at) == (people.supervisor.id, clock.now)
    assert survey.status is SurveyStatus.DRAFT
    edited = crm.perform(surveys.edit, survey.id, as_user="zhaomin", title="年度调查", expected=survey.version)
    assert (edited.title, edited.valid_days) == ("年度调查", 7)
    assert crm.perform(surveys.open_survey, survey.id, as_user="zhaomin").status is SurveyStatus.OPEN
    assert crm.perform(surveys.close_survey, survey.id, as_user="zhaomin").status is SurveyStatus.CLOSED
    page = crm.perform(surveys.listing, status=SurveyStatus.CLOSED, as_user="lihua")
    assert [one.id for one in page.rows] == [survey.id]
    assert crm.perform(surveys.listing, status=SurveyStatus.DRAFT, as_user="lihua").total == 0
    with pytest.raises(Conflict):
        crm.perform(surveys.edit, drafted(crm).id, as_user="zhaomin", title="x", expected=0)


@pytest.mark.requirement("X-SRV-04")
def test_the_questions_of_a_draft_are_added_changed_ordered_and_removed(crm: Crm) -> None:
    survey = drafted(crm)
    first, second, third, fourth = detail(crm, survey.id).questions
    crm.perform(surveys.edit_question, second.id, text="第二题", as_user="zhaomin")
    ordered = crm.perform(surveys.reorder, survey.id, [fourth.id, second.id, first.id, third.id], as_user="zhaomin")
    assert [one.text for one in ordered] == [fourth.text, "第二题", first.text, third.text]
    assert [one.number for one in ordered] == [1, 2, 3, 4]
    assert ordered[1].id == second.id
    assert (ordered[3].kind, ordered[3].choices, ordered[3].required) == (third.kind, third.choices, False)
    crm.perform(surveys.remove_question, ordered[1].id, as_user="zhaomin")
    assert texts(crm, survey.id) == [(1, fourth.text), (2, first.text), (3, third.text)]
    crm.perform(surveys.add_question, survey.id, as_user="zhaomin", **NEW)
    assert texts(crm, survey.id)[-1] == (4, "新题")
    as_it_is = detail(crm, survey.id).questions
    same = crm.perform(surveys.reorder, survey.id, [one.id for one in as_it_is], as_user="zhaomin")
    assert list(same) == list(as_it_is)
    for wrong in ([], [ordered[0].id] * 4, [*(one.id for one in ordered[:3]), first.id]):
        assert code_of(crm, surveys.reorder, survey.id, wrong) == "invalid"
    crm.perform(surveys.delete, survey.id, as_user="zhaomin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert work.of(SurveyQuestion).count() == 0


@pytest.mark.requirement("X-SRV-04")
def test_a_survey_that_was_opened_stays_as_it_is(crm: Crm) -> None:
    asked = opened(crm)
    id_, question = asked.survey.id, asked.questions[0]
    for action, args, given in (
        (surveys.edit, (id_,), {"title": "x"}),
        (surveys.delete, (id_,), {}),
        (surveys.open_survey, (id_,), {}),
        (surveys.add_question, (id_,), NEW),
        (surveys.edit_question, (question.id,), {"text": "x"}),
        (surveys.remove_question, (question.id,), {}),
        (surveys.reorder, (id_, [one.id for one in reversed(asked.questions)]), {}),
    ):
        assert code_of(crm, action, *args, **given) == "survey.not_draft"
    assert detail(crm, id_) == asked
    empty = drafted(crm, questions=())
    assert code_of(crm, surveys.open_survey, empty.id) == "survey.no_questions"
    assert code_of(crm, surveys.close_survey, empty.id) == "survey.not_open"


@pytest.mark.requirement("X-SRV-04")
def test_what_is_wrong_with_a_survey_is_told_and_not_stored(crm: Crm) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(surveys.create, as_user="zhaomin", title="", valid_days=366, status=SurveyStatus.OPEN)
    assert caught.value.fields == {"title", "valid_days", "status"}
    survey = drafted(crm, questions=QUESTIONS[:1])
    with pytest.raises(Invalid) as caught:
        crm.perform(surveys.add_question, survey.id, as_user="zhaomin", kind=QuestionKind.CHOICE, text="x")
    assert caught.value.fields == {"choices"}
    with pytest.raises(NotFound):
        crm.perform(surveys.add_question, detail(crm, survey.id).questions[0].id, as_user="zhaomin", **NEW)
    assert len(texts(crm, survey.id)) == 1


@pytest.mark.requirement("X-SRV-04")
def test_a_survey_has_at_most_a_hundred_questions_and_all_can_move(crm: Crm) -> None:
    survey = drafted(crm, questions=())

    def fill(work: Any) -> None:
        for number in range(100):
            surveys.add_question(work, survey.id, kind=QuestionKind.TEXT, text=f"{number}")

    crm.perform(fill, as_user="zhaomin")
    assert code_of(crm, surveys.add_question, survey.id, **NEW) == "survey.too_many_questions"
    known = detail(crm, survey.id).questions
    turned = crm.perform(surveys.reorder, survey.id, [one.id for one in reversed(known)], as_user="zhaomin")
    assert [one.text for one in turned] == [f"{number}" for number in range(99, -1, -1)]
