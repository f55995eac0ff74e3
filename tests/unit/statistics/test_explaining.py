"""Why a customer's outlook is what it is, in words for the account manager."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES
from crmcore.statistics import Outlook, Purchases, Timing, histories, outlooks, usual_gap
from crmcore.statistics.bgnbd import BgNbd, History, expected_orders, p_alive
from crmcore.statistics.explaining import _percent

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-ANA-04")]
MODEL = BgNbd(r=0.8, alpha=60, a=0.9, b=3)
START, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 7, 20)


def outlook(span: int, repeats: int, silence: int) -> Outlook:
    last = UNTIL - dt.timedelta(days=silence)
    (found,) = outlooks(MODEL, [Purchases("A", repeats, last - dt.timedelta(days=span), last)], UNTIL, 90)
    return found


@pytest.mark.parametrize(
    ("span", "repeats", "silence", "timing"),
    [
        (0, 0, 40, Timing.ONCE),
        (120, 6, 20, Timing.ON_TIME),
        (120, 6, 21, Timing.LATE),
        (120, 6, 40, Timing.LATE),
        (120, 6, 41, Timing.OVERDUE),
        (120, 6, 0, Timing.ON_TIME),
    ],
)
def test_a_silence_is_measured_by_the_customers_own_habit(
    span: int, repeats: int, silence: int, timing: Timing
) -> None:
    found = outlook(span, repeats, silence)
    assert (found.timing, found.silence, found.repeats, found.customer) == (timing, silence, repeats, "A")
    assert found.usual_gap == (span / repeats if repeats else None)


def test_the_figures_are_those_of_the_model() -> None:
    found, history = outlook(120, 6, 60), History(6, 120, 180)
    assert found.p_alive == p_alive(MODEL, history)
    assert found.expected_orders == expected_orders(MODEL, [history], 90)[0]
    assert found.period == 90


def test_of_one_order_no_probability_is_told() -> None:
    found = outlook(0, 0, 40)
    assert found.p_alive is None
    assert found.usual_gap is None
    assert found.expected_orders > 0
    assert "%" not in found.explain("en")
    assert "%" not in found.explain("zh")


def test_what_is_said() -> None:
    found = Outlook("A", Timing.OVERDUE, 0.284, 0.51, 90, 95, 14.6, 9)
    assert found.explain() == (
        "Last ordered 95 days ago, while he usually orders every 15 days (repeat orders so far: 9): 6.5 times his usual"
        " gap, and the more often he had ordered, the more that says. Probability that he is still a customer: 28%."
        " Expected orders in the next 90 days: 0.5."
    )
    assert found.explain("zh") == (
        "上次下单距今 95 天，而平时每 15 天下一次单（重复下单 9 次）：已是平时间隔的 6.5 倍，以前下单越频繁，"
        "这样的沉默就越说明问题。仍是客户的概率为 28%，今后 90 天内预计下单 0.5 次。"
    )


@pytest.mark.parametrize(
    ("silence", "gap", "said", "chinese"),
    [
        (1, 1.0, "Last ordered 1 day ago and usually orders every day", "距今 1 天，平时每天下一次单"),
        (2, 2.04, "Last ordered 2 days ago and usually orders every 2 days", "距今 2 天，平时每 2 天下一次单"),
        (0, 2.5, "Last ordered 0 days ago and usually orders every 2.5 days", "距今 0 天，平时每 2.5 天下一次单"),
    ],
)
def test_one_day_is_no_days(silence: int, gap: float, said: str, chinese: str) -> None:
    found = Outlook("A", Timing.ON_TIME, 0.9, 0.51, 90, silence, gap, 9)
    assert said in found.explain()
    assert chinese in found.explain("zh")


def test_nothing_is_called_usual_of_who_has_probably_left() -> None:
    doubtful, sure = (Outlook("A", Timing.ON_TIME, share, 0.51, 90, 10, 14.6, 2) for share in (0.47, 0.5))
    assert "nothing unusual" in sure.explain()
    assert "没有异常" in sure.explain("zh")
    assert "nothing unusual" not in doubtful.explain()
    assert "many customers who ordered like this never came back" in doubtful.explain()
    assert "没有异常" not in doubtful.explain("zh")
    assert "47%" in doubtful.explain()


@given(st.integers(0, 40), st.integers(0, 300), st.integers(0, 300))
def test_there_are_words_for_everything(repeats: int, more: int, silence: int) -> None:
    found = outlook(repeats + more if repeats else 0, repeats, silence)
    for language in LANGUAGES:
        said = found.explain(language)
        assert "{" not in said
        assert "outlook." not in said
        assert str(silence) in said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "<1"), (0.004, "<1"), (0.005, "1"), (0.5, "50"), (0.994, "99"), (0.995, ">99"), (1, ">99")],
)
def test_no_certainty_is_claimed(share: float, said: str) -> None:
    assert _percent(share) == said


def test_days_are_counted_from_the_first_purchase() -> None:
    row = Purchases(1, 2, START, START + dt.timedelta(days=30))
    assert histories([row], UNTIL) == (History(2, 30, 200),)
    assert usual_gap(row) == 15
    with pytest.raises(Invalid):
        histories([row], START)
