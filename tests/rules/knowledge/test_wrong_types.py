"""Whatever somebody gives to knowledge or surveys, he is told which field is wrong (X-SRV-03, X-SRV-04, GEN-16)."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from company.articles import begun, published
from company.clients import entered
from company.desk import assigned
from company.in_memory import shared_store
from company.opinions import answered, drafted, invited, opened
from crmcore import knowledge, surveys
from crmcore.base.errors import CrmError, Invalid, NotFound
from crmcore.query import query
from crmcore.storage.action import Action, registered
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from crmcore.surveys import Survey

__all__ = ["shared_store"]

WRONG: tuple[Any, ...] = (None, 5, -1, True, 1.5, "x", "\0", b"x", [], [[]], [None], {}, {"a": []}, object(), dict)
GIVEN = ("title", "body", "tags", "public", "language", "kind", "choices", "required", "valid_days", "unknown")
HIS_OWN = {"knowledge.edit", "knowledge.submit", "knowledge.withdraw", "knowledge.revise"}
ACTIONS = [
    one
    for one in registered()
    if one.name.partition(".")[0] in {"knowledge", "surveys"} and one.permissions != ("system",)
]


def right(crm: Crm) -> dict[str, dict[str, Any]]:
    """What each action takes, if every field is right."""
    new, waiting, shown, gone = begun(crm), begun(crm), published(crm), published(crm)
    crm.perform(knowledge.submit, waiting.article, as_user="lihua")
    crm.perform(knowledge.archive, gone.id, as_user="zhaomin")
    customer = entered(crm)
    request, draft, asked = assigned(crm, customer), drafted(crm), opened(crm)
    question = crm.perform(surveys.detail, draft.id, as_user="zhaomin").questions[0]
    sent, said = invited(crm, asked, customer), answered(crm, asked, customer, 5)
    ids: dict[str, Any] = {
        "article": shown.id,
        "request": request.id,
        "survey": asked.survey.id,
        "customer": customer.id,
        "counted": crm.perform(surveys.results, asked.survey.id, as_user="zhaomin").invited,
        "token": sent.token,
        "answers": {asked.questions[0].id: 5},
        "order": [],
        "helpful": True,
        "to": "wangwei",
        "remark": "r",
        "text": "t",
    }
    first = {
        **dict.fromkeys(
            ("knowledge.edit", "knowledge.submit", "knowledge.discard", "knowledge.hand_over"), new.article
        ),
        **dict.fromkeys(("knowledge.publish", "knowledge.reject", "knowledge.withdraw"), waiting.article),
        **dict.fromkeys(("knowledge.archive", "knowledge.revise", "knowledge.vote"), shown.id),
        **dict.fromkeys(("knowledge.detail", "knowledge.editions"), shown.id),
        "knowledge.restore": gone.id,
        **dict.fromkeys(("surveys.edit", "surveys.delete", "surveys.open_survey"), draft.id),
        **dict.fromkeys(("surveys.close_survey", "surveys.detail"), asked.survey.id),
        **dict.fromkeys(("surveys.edit_question", "surveys.remove_question"), question.id),
        "surveys.withdraw": sent.invitation.id,
        "surveys.invitation": said.invitation.id,
    }
    drafts = {"surveys.add_question", "surveys.reorder"}
    taken: dict[str, dict[str, Any]] = {}
    for one in ACTIONS:
        names = [*inspect.signature(one.function).parameters][1:]
        given = {name: ids[name] for name in names if name in ids}
        if "id" in names:
            given["id"] = first[one.name]
        if one.name in drafts:
            given["survey"] = draft.id
        taken[one.name] = given
    return taken


def undone(work: Work, function: Callable[..., Any], given: dict[str, Any]) -> None:
    """Do it, and keep nothing of it."""
    function(work, **given)
    raise NotFound(entity="survey", id="nothing")


def told(crm: Crm, one: Action, given: dict[str, Any]) -> CrmError | None:
    """What somebody is told who does it: an error that people understand, and no other."""
    try:
        if one.takes == "crm":
            one.function(crm, **given)
        else:
            crm.perform(undone, one.function, given, as_user="lihua" if one.name in HIS_OWN else "zhaomin")
    except CrmError as error:
        return error
    return None


@pytest.mark.requirement("X-SRV-03", "X-SRV-04", "GEN-16")
@pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.name)
def test_no_value_of_the_wrong_type_gets_further_than_the_check(crm: Crm, one: Action) -> None:
    given = right(crm)[one.name]
    for name, parameter in [*inspect.signature(one.function).parameters.items()][1:]:
        for field in GIVEN if parameter.kind is inspect.Parameter.VAR_KEYWORD else (name,):
            for wrong in WRONG:
                error = told(crm, one, {**given, field: wrong})
                assert error is None or (error.explain("zh") and error.explain("en"))
                assert not isinstance(error, Invalid) or all(one.field for one in error.problems), (field, wrong)


@pytest.mark.requirement("X-SRV-03", "X-SRV-04")
def test_a_wrong_type_is_told_by_the_name_of_the_field(crm: Crm) -> None:
    survey, shown, customer = drafted(crm), published(crm), entered(crm)
    of_nothing: Any = None
    told: list[tuple[Any, tuple[Any, ...], dict[str, Any], str]] = [
        (surveys.reorder, (survey.id, None), {}, "order"),
        (surveys.reorder, (survey.id, [[], [], [], []]), {}, "order"),
        (surveys.drill_down, (5,), {}, "counted"),
        (surveys.drill_down, (surveys.Counted(0, query(Survey)),), {}, "counted"),
        (surveys.drill_down, (surveys.Counted(0, of_nothing),), {}, "counted"),
        (surveys.invitations, (), {"state": "waiting"}, "state"),
        (surveys.invite, (opened(crm).survey.id,), {"customer": customer.id, "contact": "刘芳"}, "contact"),
        (knowledge.search, ("卡纸",), {}, "only"),
        (knowledge.never_used, (None,), {}, "only"),
        (knowledge.revise, (shown.id,), {"edition": "1"}, "edition"),
    ]
    for action, args, given, field in told:
        with pytest.raises(Invalid) as caught:
            crm.perform(action, *args, as_user="zhaomin", **given)
        assert caught.value.fields == {field}
