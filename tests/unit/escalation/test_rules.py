"""What of a request is watched since when, and the id of a step (requirement X-SRV-05)."""

import datetime as dt
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import UserId
from crmcore.base.ids import first_id_at
from crmcore.customers.entity import CustomerId
from crmcore.escalation.entity import EscalationPolicyId, Watched
from crmcore.escalation.rules import promised_at, step_id, watched_since
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus

pytestmark = pytest.mark.requirement("X-SRV-05")
CAME, RESPOND, RESOLVE = (dt.datetime(2026, 3, day, tzinfo=dt.UTC) for day in (2, 3, 4))
SECOND, MILLISECOND = dt.timedelta(seconds=1), dt.timedelta(milliseconds=1)
REQUEST, POLICY = ServiceRequestId(UUID(int=1)), EscalationPolicyId(UUID(int=2))
instants = st.datetimes(
    dt.datetime(2000, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    dt.datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)


def request(**given_: Any) -> ServiceRequest:
    fields = {"respond_by": RESPOND, "resolve_by": RESOLVE, **given_}
    return ServiceRequest(
        id=REQUEST,
        number="FW1",
        type="complaint",
        title="t",
        customer=CustomerId(UUID(int=3)),
        request="r",
        created_by=UserId(UUID(int=4)),
        created_at=CAME,
        **fields,
    )


@pytest.mark.parametrize(
    ("state", "assignment", "response", "resolution"),
    [
        ({}, CAME, RESPOND, RESOLVE),
        ({"status": ServiceStatus.ASSIGNED}, None, RESPOND, RESOLVE),
        ({"status": ServiceStatus.ASSIGNED, "responded_at": CAME}, None, None, RESOLVE),
        ({"status": ServiceStatus.HANDLED}, None, RESPOND, None),
        ({"status": ServiceStatus.ASSIGNED, "waiting_since": CAME}, None, None, None),
        ({"status": ServiceStatus.ARCHIVED}, None, None, None),
        ({"respond_by": None, "resolve_by": None}, CAME, None, None),
    ],
)
def test_what_is_undone_is_watched_from_its_promise_on(
    state: dict[str, Any], assignment: Any, response: Any, resolution: Any
) -> None:
    known = request(**state)
    assert [watched_since(known, one) for one in Watched] == [assignment, response, resolution]


def test_a_promise_stays_the_same_however_long_it_is_put_off() -> None:
    known = request(counted_from=RESPOND)
    later = attrs.evolve(known, respond_by=RESOLVE, resolve_by=RESOLVE + SECOND, waited=1)
    for one in (known, later):
        assert [promised_at(one, watched) for watched in Watched] == [CAME, CAME, RESPOND]
    assert promised_at(request(), Watched.RESOLUTION) == CAME


@given(instants)
def test_a_step_has_the_time_of_its_promise_just_later(promised: dt.datetime) -> None:
    made = step_id(REQUEST, POLICY, Watched.RESPONSE, promised)
    assert made == step_id(REQUEST, POLICY, Watched.RESPONSE, promised)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert first_id_at(promised + SECOND) < made < first_id_at(promised + SECOND + MILLISECOND)


@given(instants, instants)
def test_another_promise_is_another_step(one: dt.datetime, other: dt.datetime) -> None:
    keys = [
        (request_, policy, watched, promised)
        for request_ in (REQUEST, ServiceRequestId(UUID(int=9)))
        for policy in (POLICY, EscalationPolicyId(UUID(int=9)))
        for watched in Watched
        for promised in {one, other}
    ]
    assert len({step_id(*key) for key in keys}) == len(keys)
