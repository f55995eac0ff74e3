"""Service contracts: what a customer has bought, until when, and what of it was used (requirement X-SRV-01)."""

from typing import Any, Final, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.agreements.entity import ServiceContract, ServiceContractId, ServiceTarget
from crmcore.agreements.events import ContractEdited, ContractEndedEarly, ContractMade
from crmcore.agreements.inputs import ContractChanges, ContractFields
from crmcore.agreements.rules import check_term, may_agree, may_change_contract, may_end_contract
from crmcore.base.building import build, change
from crmcore.base.errors import AlreadyExists, Invalid, Problem
from crmcore.base.text import name_key, stripped
from crmcore.customers.entity import Customer
from crmcore.dictionary.lookup import check_codes
from crmcore.query import eq
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["PREFIX", "create_contract", "edit_contract", "end_contract"]

PREFIX: Final = "HT"
"""Starts the number of a contract that is given none of its own (合同)."""

_k = attributes(ServiceContract)


@action("contract.manage")
def create_contract(work: Work, **fields: Unpack[ContractFields]) -> ServiceContract:
    """Record what service a customer has bought (服务合同; requirement X-SRV-01).

    Args:
        work: The unit of work.
        fields: ``customer``, ``title`` (1–200 characters), ``starts_on`` and ``ends_on``, the last day; optionally
            ``number`` (made if not given), ``covers`` (kinds of requests from the dictionary; none given: all),
            ``products`` in words, ``included_requests`` (None for any number), ``target`` (the deadlines agreed) and
            ``remark``.

    Raises:
        NotFound: There is no such customer.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        AlreadyExists: Another contract has the number.
        Invalid: It ends before it begins, or a value breaks a constraint.
    """
    given: dict[str, Any] = _tidy(dict(fields))
    if given.get("number") in (None, ""):
        given["number"] = work.new_number(PREFIX)
    made = build(
        ServiceContract,
        given,
        id=ServiceContractId(work.new_id()),
        number_key=name_key(given["number"]),
        created_by=work.user_id,
        created_at=work.now,
    )
    customer = work.customers.get(made.customer)
    may_agree(customer, work.actor)
    _check(work, made, None)
    stored = work.unscoped(ServiceContract).add(made)
    work.unscoped(Customer).touch(customer)  # nobody deletes him, or hands him over, at the same moment
    said = ContractMade(stored.id, customer.id, stored.number, stored.starts_on, stored.ends_on)
    work.record(said, about=stored.id)
    return stored


@action("contract.manage")
def edit_contract(
    work: Work,
    id: ServiceContractId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[ContractChanges],
) -> ServiceContract:
    """Correct a contract, or prolong it; what was promised before stays as it was promised.

    Args:
        work: The unit of work.
        id: Which contract.
        expected: The version the person saw; None if that does not matter.
        changes: Any of the fields of :func:`create_contract` but ``customer``.

    Raises:
        NotFound: There is no such contract.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        ContractEnded: It was ended before its time.
        Conflict: Somebody changed it since the person saw it.
        AlreadyExists: Another contract has the number.
        Invalid: It ends before it begins, or a value breaks a constraint.
    """
    known, customer = _known(work, id, expected)
    changed = change(known, _tidy(dict(changes)))
    changed = attrs.evolve(changed, number_key=name_key(changed.number))
    _check(work, changed, known)
    stored = work.unscoped(ServiceContract).save(changed)
    if stored.version != known.version:
        work.unscoped(Customer).touch(customer)
        work.record(ContractEdited(id, customer.id, stored.starts_on, stored.ends_on), about=id)
    return stored


@action("contract.manage")
def end_contract(
    work: Work,
    id: ServiceContractId,  # noqa: A002
    reason: str = "",
    *,
    expected: int | None = None,
) -> ServiceContract:
    """End a contract before its time: from today on it holds no more (requirement X-SRV-01).

    Args:
        work: The unit of work.
        id: Which contract.
        reason: Why; added to the remark, on a line of its own.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such contract.
        NotTheManager: Somebody else is responsible for the customer.
        ContractEnded: It was ended before, or its term is over.
        Conflict: Somebody changed it since the person saw it.
        Invalid: Remark and reason are too long together, or the reason is no text.
    """
    known = work.service_contracts.get(id, expected=expected)
    customer = work.unscoped(Customer).get(known.customer)
    may_end_contract(known, customer, work.actor, work.today)
    why = change(known, {"remark": stripped(reason)}).remark
    changed = change(known, {"remark": f"{known.remark}\n{why}".strip()}) if why else known
    stored = work.unscoped(ServiceContract).save(attrs.evolve(changed, ended_on=work.today))
    work.unscoped(Customer).touch(customer)
    work.record(ContractEndedEarly(id, customer.id, work.today, why), about=id)
    return stored


def _tidy(given: dict[str, Any]) -> dict[str, Any]:
    """Answer what somebody gave with the number as people read it, and each kind of request once."""
    if "number" in given:
        given["number"] = stripped(given["number"])
    covers = given.get("covers")
    if isinstance(covers, (tuple, list)) and all(isinstance(one, str) for one in covers):
        given["covers"] = tuple(dict.fromkeys(covers))
    return given


def _known(work: Work, id_: ServiceContractId, expected: int | None) -> tuple[ServiceContract, Customer]:
    """Answer a contract and its customer, if the actor may see and change it."""
    known = work.service_contracts.get(id_, expected=expected)
    customer = work.unscoped(Customer).get(known.customer)
    may_change_contract(known, customer, work.actor)
    return known, customer


def _check(work: Work, made: ServiceContract, known: ServiceContract | None) -> None:
    """Refuse codes that can't be chosen, a number that another contract has, a wrong term and a target not offered."""
    check_codes(work, made, known=known)
    check_term(made)
    other = work.unscoped(ServiceContract).first(eq(_k.number_key, made.number_key))
    if other is not None and other.id != made.id:
        raise AlreadyExists(entity="service_contract", field="number", value=made.number)
    if made.target is None or (known is not None and known.target == made.target):
        return
    target = work.session.load(ServiceTarget, made.target)
    if target is None or target.status is not Validity.VALID:
        raise Invalid(Problem(field="target", code="contract.no_target", entity="service_contract"))
    work.unscoped(ServiceTarget).touch(target)  # nobody retires it at the same moment
