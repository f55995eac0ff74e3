"""Surveys in the tables of who may do what (``test_matrix``): from X-SRV-04 and chapters 9 and 16."""

from collections.abc import Callable
from typing import Any, Final

from company.opinions import ASKED_QUESTION, DRAFT_QUESTION, OPEN_SURVEY
from crmcore import surveys
from crmcore.query import query
from crmcore.storage.work import Work
from crmcore.surveys import Invitation, QuestionKind, Survey, SurveyAnswer, SurveyQuestion
from crmcore.surveys.collecting import asked_by, take_answers

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

surveys.listing                           P          +        +         +
surveys.create                            P          P        +         P
surveys.invitations                       P          +        +         +
surveys.drill_down                        P          +        +         +
surveys.asked_by                          P          P        P         P
surveys.take_answers                      P          P        P         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

surveys.detail                           PPP        ++N      ++N       ++N
surveys.results                          PPP        ++N      ++N       ++N
surveys.edit                             PPP        PPP      ++N       PPP
surveys.delete                           PPP        PPP      ++N       PPP
surveys.open_survey                      PPP        PPP      ++N       PPP
surveys.close_survey                     PPP        PPP      ++N       PPP
surveys.add_question                     PPP        PPP      ++N       PPP
surveys.edit_question                    PPP        PPP      ++N       PPP
surveys.remove_question                  PPP        PPP      ++N       PPP
surveys.reorder                          PPP        PPP      ++N       PPP
surveys.invite                           PPP        +NN      ++N       PPP
surveys.withdraw                         PPP        +NN      ++N       PPP
surveys.invitation                       PPP        +NN      ++N       ++N
"""
READING: Final = """
Survey                                    P         all      all       all
SurveyQuestion                            P         all      all       all
Invitation                                P         own      all       all
SurveyAnswer                              P         own      all       all
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (Survey, SurveyQuestion, Invitation, SurveyAnswer)
TAKE_THE_CRM: Final = {"surveys.answer", "surveys.questions_for"}
CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "surveys.listing": ("", lambda work, _: surveys.listing(work)),
    "surveys.create": ("", lambda work, _: surveys.create(work, title="t")),
    "surveys.invitations": ("", lambda work, _: surveys.invitations(work)),
    "surveys.drill_down": ("", lambda work, _: surveys.drill_down(work, surveys.Counted(0, query(Invitation)))),
    "surveys.asked_by": ("", lambda work, _: asked_by(work, "0" * 64)),
    "surveys.take_answers": ("", lambda work, _: take_answers(work, "0" * 64, {ASKED_QUESTION: 5})),
    "surveys.detail": ("draft_survey", surveys.detail),
    "surveys.results": ("open_survey", surveys.results),
    "surveys.edit": ("draft_survey", lambda work, id_: surveys.edit(work, id_, title="n")),
    "surveys.delete": ("draft_survey", surveys.delete),
    "surveys.open_survey": ("draft_survey", surveys.open_survey),
    "surveys.close_survey": ("open_survey", surveys.close_survey),
    "surveys.add_question": (
        "draft_survey",
        lambda work, id_: surveys.add_question(work, id_, kind=QuestionKind.TEXT, text="?"),
    ),
    "surveys.edit_question": ("draft_question", lambda work, id_: surveys.edit_question(work, id_, text="n")),
    "surveys.remove_question": ("draft_question", surveys.remove_question),
    "surveys.reorder": ("draft_survey", lambda work, id_: surveys.reorder(work, id_, [DRAFT_QUESTION])),
    "surveys.invite": ("customer", lambda work, id_: surveys.invite(work, OPEN_SURVEY, customer=id_)),
    "surveys.withdraw": ("invitation", surveys.withdraw),
    "surveys.invitation": ("invitation", surveys.invitation),
}
