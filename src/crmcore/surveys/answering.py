"""Answering a survey with nothing but the link one was sent (requirement X-SRV-04).

Open to everybody: the token is the right. Unknown, used, expired, withdrawn and garbled tokens get the same refusal,
and nothing is written for any of them. Guesses are not counted: a token has 256 bits (see :mod:`crmcore.base.tokens`),
so however many are tried none is found, and a count would let strangers write into the store. What cannot be a token
costs no look at the store; what can be costs one read of an index.
"""

from collections.abc import Mapping

from crmcore.access.actor import SYSTEM
from crmcore.base.tokens import digest_of, is_token
from crmcore.storage.action import ANYONE, crm_action
from crmcore.storage.crm import Crm
from crmcore.surveys.collecting import Questionnaire, asked_by, take_answers
from crmcore.surveys.entity import SurveyQuestionId
from crmcore.surveys.inputs import AnswerInput
from crmcore.surveys.rules import TokenRefused

__all__ = ["answer", "questions_for"]


@crm_action(ANYONE)
def questions_for(crm: Crm, token: str) -> Questionnaire:
    """Show whoever has the link what he is asked; as often as he likes, until he has answered.

    Raises:
        TokenRefused: The link can't be used.
    """
    if not is_token(token):
        raise TokenRefused
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        found = asked_by(work, digest_of(token))
    if found is None:
        raise TokenRefused
    return found


@crm_action(ANYONE)
def answer(crm: Crm, token: str, answers: Mapping[SurveyQuestionId, AnswerInput]) -> None:
    """Take down what a customer says, once; of two who send the same link at once, one is heard.

    Args:
        crm: The CRM.
        token: The token of the link.
        answers: Question to answer: 1 to 5, 0 to 10, the place of a choice from 1, or a text of up to 2000 characters.

    Raises:
        TokenRefused: The link can't be used.
        Invalid: Answers are missing or out of range; all problems are listed, nothing was written, and the link can
            still be used.
    """
    if not is_token(token):
        raise TokenRefused
    if not crm.perform(take_answers, digest_of(token), answers, as_user=SYSTEM):
        raise TokenRefused
