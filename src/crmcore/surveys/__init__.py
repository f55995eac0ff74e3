"""Surveys: what customers say about the service they had (requirement X-SRV-04).

::

    with crm.work(as_user="wangwei") as work:
        sent = surveys.invite(work, survey.id, customer=customer.id, request=request.id)
    link = f"https://…/survey/{sent.token}"  # say it to the contact; nobody else is ever told
    asked = surveys.questions_for(crm, sent.token)
    surveys.answer(crm, sent.token, {asked.questions[0].id: 5})
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.surveys.actions import close_survey, create, delete, edit, open_survey
    from crmcore.surveys.answering import answer, questions_for
    from crmcore.surveys.collecting import Questionnaire
    from crmcore.surveys.entity import (
        Invitation,
        InvitationId,
        QuestionKind,
        Survey,
        SurveyAnswer,
        SurveyAnswerId,
        SurveyId,
        SurveyQuestion,
        SurveyQuestionId,
        SurveyStatus,
    )
    from crmcore.surveys.evaluating import (
        Counted,
        Csat,
        Nps,
        Period,
        QuestionResult,
        SurveyResults,
        drill_down,
        results,
    )
    from crmcore.surveys.inviting import Invited, invite, withdraw
    from crmcore.surveys.lists import (
        InvitationDetail,
        InvitationState,
        SurveyDetail,
        detail,
        invitation,
        invitations,
        listing,
    )
    from crmcore.surveys.questions import add_question, edit_question, remove_question, reorder
    from crmcore.surveys.rules import TokenRefused

__all__ = [
    "Counted",
    "Csat",
    "Invitation",
    "InvitationDetail",
    "InvitationId",
    "InvitationState",
    "Invited",
    "Nps",
    "Period",
    "QuestionKind",
    "QuestionResult",
    "Questionnaire",
    "Survey",
    "SurveyAnswer",
    "SurveyAnswerId",
    "SurveyDetail",
    "SurveyId",
    "SurveyQuestion",
    "SurveyQuestionId",
    "SurveyResults",
    "SurveyStatus",
    "TokenRefused",
    "add_question",
    "answer",
    "close_survey",
    "create",
    "delete",
    "detail",
    "drill_down",
    "edit",
    "edit_question",
    "invitation",
    "invitations",
    "invite",
    "listing",
    "open_survey",
    "questions_for",
    "remove_question",
    "reorder",
    "results",
    "withdraw",
]

_HERE = "crmcore.surveys"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("close_survey", "create", "delete", "edit", "open_survey"), f"{_HERE}.actions"),
        **dict.fromkeys(("answer", "questions_for"), f"{_HERE}.answering"),
        **dict.fromkeys(("Questionnaire",), f"{_HERE}.collecting"),
        **dict.fromkeys(
            (
                "Invitation",
                "InvitationId",
                "QuestionKind",
                "Survey",
                "SurveyAnswer",
                "SurveyAnswerId",
                "SurveyId",
                "SurveyQuestion",
                "SurveyQuestionId",
                "SurveyStatus",
            ),
            f"{_HERE}.entity",
        ),
        **dict.fromkeys(("Invited", "invite", "withdraw"), f"{_HERE}.inviting"),
        **dict.fromkeys(
            ("InvitationDetail", "InvitationState", "SurveyDetail", "detail", "invitation", "invitations", "listing"),
            f"{_HERE}.lists",
        ),
        **dict.fromkeys(("add_question", "edit_question", "remove_question", "reorder"), f"{_HERE}.questions"),
        **dict.fromkeys(
            ("Counted", "Csat", "Nps", "Period", "QuestionResult", "SurveyResults", "drill_down", "results"),
            f"{_HERE}.evaluating",
        ),
        **dict.fromkeys(("TokenRefused",), f"{_HERE}.rules"),
    },
)
