"""The page of the numbers that are ours says what the code says."""

from pathlib import Path
from typing import Any

import pytest

from crmcore.reports import learning, owing, trusting
from crmcore.statistics import (
    ageing,
    backlog,
    bgnbd,
    cards,
    concentration,
    explaining,
    gammagamma,
    promised,
    screening,
)

PAGE = Path(__file__).parents[2] / "docs" / "decisions" / "0076-numbers-of-our-own.md"


def percents(share: Any) -> int:
    return int(share * 100)


OURS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "Days after which an order should be paid": (owing, (owing.DUE_AFTER,)),
    "Payment points": (screening, tuple(least for least, _ in screening._PAID)),
    "Criteria that have to be known": (screening, (screening.LEAST_KNOWN,)),
    "Points from which a customer is key": (screening, (screening._KEPT,)),
    "Points up to which a customer is to be looked at": (screening, (screening._DOUBTED,)),
    "Red cards": (cards, (percents(cards._MOST),)),
    "Yellow cards": (cards, (percents(cards._NEXT),)),
    "Days with orders in a year": (cards, (cards._REGULAR,)),
    "Quarters of the trust curve": (trusting, (trusting.QUARTERS,)),
    "Concentration": (concentration, (concentration.FEW, concentration.MUCH)),
    "Customers to learn from": (bgnbd, (bgnbd.LEAST_CUSTOMERS, bgnbd.LEAST_AGAIN)),
    "Customers with repeat purchases": (gammagamma, (gammagamma.LEAST_SPENDERS,)),
    "Correlation of amount and frequency": (gammagamma, (gammagamma.MOST_CORRELATION,)),
    "Usual gaps of silence": (explaining, (explaining.LATE,)),
    "Ages of open opportunities": (ageing, ageing.AGES),
    "Days that a request has waited": (backlog, backlog.WAITS),
    "Working hours until": (promised, promised.HOURS),
    "Days for which demand is reckoned": (learning, (learning.AHEAD,)),
}
"""How each row begins, the module that it names, and what that module says."""


def rows() -> list[tuple[str, str, str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [(what, number, where) for what, number, where in cells if what != "What"]


@pytest.mark.parametrize(("what", "number", "where"), rows())
def test_a_number_of_ours_is_the_one_that_the_code_has(what: str, number: str, where: str) -> None:
    ((module, values),) = [said for begins, said in OURS.items() if what.startswith(begins)]
    assert number == ", ".join(str(one) for one in values)
    assert where == f"`{module.__name__}`"


def test_every_number_has_its_row() -> None:
    assert len(rows()) == len(OURS)
