"""Who agrees on service with which customers, and what can be agreed (requirements X-SRV-01, X-SRV-02)."""

import datetime as dt

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
    "knows_trade",
    "may_agree",
    "may_change_contract",
    "may_end_contract",
]


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


def knows_trade(speciality: str, *names: str) -> bool:
    """Tell whether the industry somebody knows well is the one that a customer is in.

    Args:
        speciality: What stands in the file of the member of staff, in his own words.
        names: What the customer's industry is called: its code and its labels.
    """
    known = key_of(speciality)
    return bool(known) and any((name := key_of(one)) and (name in known or known in name) for one in names)


def _looks_after(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* makes contracts, and with this customer: his own, or he looks after all contracts."""
    may(actor, "contract.manage")
    if not (actor.is_user(customer.manager) or actor.may("contract.read_all")):
        raise NotTheManager(name=customer.name)


def _not_ended(contract: ServiceContract) -> None:
    if contract.ended_on is not None:
        raise ContractEnded(number=contract.number, day=contract.ended_on)
