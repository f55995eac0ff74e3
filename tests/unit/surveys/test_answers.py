"""What counts as an answer, and which choices suit a question (requirement X-SRV-04)."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.surveys.entity import QuestionKind, SurveyId, SurveyQuestion, SurveyQuestionId
from crmcore.surveys.reading import Said, read_answers, scores_of
from crmcore.surveys.rules import check_question

STARS, POINTS, CHOICE, TEXT = (SurveyQuestionId(UUID(int=number)) for number in range(1, 5))
CHOICES = ("电话", "邮件", "上门")


def question(
    kind: QuestionKind, number: int, *, required: bool = True, choices: tuple[str, ...] = ()
) -> SurveyQuestion:
    return SurveyQuestion(
        id=SurveyQuestionId(UUID(int=number)),
        survey=SurveyId(UUID(int=9)),
        number=number,
        kind=kind,
        text="?",
        choices=choices,
        required=required,
    )


ASKED = [
    question(QuestionKind.SATISFACTION, 1),
    question(QuestionKind.RECOMMENDATION, 2),
    question(QuestionKind.CHOICE, 3, choices=CHOICES, required=False),
    question(QuestionKind.TEXT, 4, required=False),
]


def refused(answers: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read_answers(ASKED, answers)
    assert all(one.explain("zh") and one.explain("en") for one in caught.value.problems)
    return {(one.field, one.code.removeprefix("survey.")) for one in caught.value.problems}


@pytest.mark.requirement("X-SRV-04")
def test_good_answers_are_kept_as_they_were_given() -> None:
    said = read_answers(ASKED, {STARS: 5, POINTS: 0, CHOICE: 3, TEXT: "  很好 "})
    assert said == [Said(STARS, 5, ""), Said(POINTS, 0, ""), Said(CHOICE, 3, ""), Said(TEXT, None, "很好")]
    assert read_answers(ASKED, {STARS: 1, POINTS: 10, CHOICE: None, TEXT: " \n"}) == [
        Said(STARS, 1, ""),
        Said(POINTS, 10, ""),
    ]


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({}, {("question_1", "answer_missing"), ("question_2", "answer_missing")}),
        (
            {STARS: 0, POINTS: 11, CHOICE: 4, TEXT: 7},
            {
                ("question_1", "answer_range"),
                ("question_2", "answer_range"),
                ("question_3", "answer_range"),
                ("question_4", "answer_text"),
            },
        ),
        ({STARS: 6, POINTS: -1, CHOICE: 0}, {(f"question_{number}", "answer_range") for number in (1, 2, 3)}),
        ({STARS: "5", POINTS: True}, {("question_1", "answer_range"), ("question_2", "answer_range")}),
        ({STARS: 5.0, POINTS: b"1"}, {("question_1", "answer_range"), ("question_2", "answer_range")}),
        ({STARS: 5, POINTS: 5, TEXT: "x" * 2001}, {("question_4", "answer_long")}),
        ({STARS: 5, POINTS: 5, TEXT: "a\0b"}, {("question_4", "answer_characters")}),
        ({STARS: 5, POINTS: 5, TEXT: "\ud800x"}, {("question_4", "answer_characters")}),
        ({STARS: 5, POINTS: 5, UUID(int=77): 5}, {("answers", "unknown_question")}),
        ([5, 5], {("answers", "answers_form")}),
        (None, {("answers", "answers_form")}),
    ],
)
def test_bad_answers_are_told_all_at_once(answers: Any, wanted: set[tuple[str, str]]) -> None:
    assert refused(answers) == wanted


@pytest.mark.requirement("X-SRV-04")
def test_saying_nothing_at_all_is_no_answer() -> None:
    with pytest.raises(Invalid) as caught:
        read_answers(ASKED[2:], {TEXT: " "})
    assert caught.value.codes == {"survey.nothing_answered"}


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@pytest.mark.requirement("X-SRV-04")
@given(st.dictionaries(st.sampled_from([STARS, POINTS, CHOICE, TEXT, UUID(int=77)]), ANY))
def test_whatever_is_taken_is_within_its_range(answers: dict[Any, Any]) -> None:
    try:
        said = read_answers(ASKED, answers)
    except Invalid:
        return
    by_id = {one.id: one for one in ASKED}
    assert {STARS, POINTS} <= {one.question for one in said}
    for one in said:
        assert (one.score is None) == (one.question == TEXT)
        assert one.score is None or one.score in scores_of(by_id[one.question])
        assert one.text == one.text.strip()


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize(
    ("kind", "choices", "code"),
    [
        (QuestionKind.CHOICE, ("一个",), "survey.choices_few"),
        (QuestionKind.CHOICE, (), "survey.choices_few"),
        (QuestionKind.CHOICE, ("同", "同 "), "survey.choices_alike"),
        (QuestionKind.CHOICE, ("有", " "), "survey.choices_alike"),
        (QuestionKind.TEXT, CHOICES, "survey.choices_unused"),
        (QuestionKind.SATISFACTION, CHOICES, "survey.choices_unused"),
    ],
)
def test_choices_have_to_suit_the_question(kind: QuestionKind, choices: tuple[str, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_question(question(kind, 1, choices=choices))
    assert caught.value.codes == {code}
    assert caught.value.fields == {"choices"}
