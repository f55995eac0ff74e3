"""What people give to make surveys; sizes and meaning are those of the entities."""

from typing import NotRequired, Required, TypedDict

from crmcore.surveys.entity import QuestionKind

__all__ = ["AnswerInput", "QuestionChanges", "QuestionFields", "SurveyChanges", "SurveyFields"]

AnswerInput = int | str | None
"""A score, the place of a choice from 1, or a text; None or an empty text for no answer."""


class SurveyFields(TypedDict):
    """What somebody gives to begin a survey."""

    title: Required[str]
    introduction: NotRequired[str]
    valid_days: NotRequired[int]


class SurveyChanges(TypedDict, total=False):
    """What may change about a survey that nobody has been sent yet."""

    title: str
    introduction: str
    valid_days: int


class QuestionFields(TypedDict):
    """What somebody gives to add a question."""

    kind: Required[QuestionKind]
    text: Required[str]
    choices: NotRequired[tuple[str, ...]]
    required: NotRequired[bool]


class QuestionChanges(TypedDict, total=False):
    """What may change about a question that nobody has been asked yet."""

    kind: QuestionKind
    text: str
    choices: tuple[str, ...]
    required: bool
