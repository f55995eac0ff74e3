"""Who agrees on service with which customers, and what can be agreed (requirements X-SRV-01, X-SRV-02)."""

import datetime as dt
import re
from typing import Final

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.agreements.entity import ContractState, ServiceContract, ServiceTarget
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import key_of
from crmcore.customers.entity import Customer
from crmcore.customers.rules import NotTheManager, check_linkable

__all__ = [
    "ContractEnded",
    "check_promise",
    "check_term",
    "knows_industry",
    "may_agree",
    "may_change_contract",
    "may_end_contract",
]


_SHORTEST: Final = 2
_LETTER: Final = r"[^\W\u3400-\u9fff]"
"""A letter or digit of a script that has blanks between its words."""


class ContractEnded(Refused):
    """The contract was ended; make a new one (requirement X-SRV-01)."""

    code = "contract.ended"


def may_agree(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* makes contracts, and with this customer: his own, or he looks after all contracts."""
    _looks_after(customer, actor)
    check_linkable(customer)


def may_change_contract(contract: ServiceContract, customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* makes contracts with this customer, and nobody has ended the contract.

    One whose term is over may still be prolonged.
    """
    may_agree(customer, actor)
    _not_ended(contract)


def may_end_contract(contract: ServiceContract, customer: Customer, actor: Actor, today: dt.date) -> None:
    """Refuse unless *actor* makes contracts with this customer, and the contract has not ended on *today*.

    What was agreed with a customer who was deleted since can be ended, and nothing else.
    """
    _looks_after(customer, actor)
    _not_ended(contract)
    if contract.state(today) is ContractState.ENDED:
        raise ContractEnded(number=contract.number, day=contract.ends_on)


def check_term(contract: ServiceContract) -> None:
    """Refuse a contract that ends before it begins."""
    if contract.ends_on < contract.starts_on:
        raise Invalid(Problem(field="ends_on", code="contract.ends_before_start", entity="service_contract"))


def check_promise(target: ServiceTarget) -> None:
    """Refuse a target that promises neither an answer nor a solution."""
    if target.respond_within is None and target.resolve_within is None:
        raise Invalid(Problem(field="resolve_within", code="service.no_promise", entity="service_target"))


def knows_industry(speciality: str, *names: str) -> bool:
    """Tell whether the industry somebody knows well is the one that a customer is in.

    It is, if one of the industry's names stands in his file, or begins with what stands there: as whole words where
    words have blanks between them ("hospitality" says nothing of "it"), and never by a single character.

    Args:
        speciality: What stands in the file of the member of staff, in his own words.
        names: What the customer's industry is called: its code and its labels.
    """
    known = key_of(speciality)
    called = [key_of(one) for one in names]
    return any(_stands_in(one, known) or _begins(one, known) for one in called)


def _stands_in(name: str, text: str) -> bool:
    return len(name) >= _SHORTEST and re.search(_whole(name), text) is not None


def _begins(name: str, text: str) -> bool:
    return len(text) >= _SHORTEST and re.match(_whole(text), name) is not None


def _whole(name: str) -> str:
    """Answer a pattern of a name that is no part of a longer word; Chinese has no blanks between its words."""
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, name[0]) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"


def _looks_after(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* makes contracts, and with this customer: his own, or he looks after all contracts."""
    may(actor, "contract.manage")
    if not (actor.is_user(customer.manager) or actor.may("contract.read_all")):
        raise NotTheManager(name=customer.name)


def _not_ended(contract: ServiceContract) -> None:
    if contract.ended_on is not None:
        raise ContractEnded(number=contract.number, day=contract.ended_on)
