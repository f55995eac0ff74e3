"""Whom a row of a file speaks of: people share names and telephones (requirements X-ADM-10, CON-02)."""

from typing import Any
from uuid import UUID

import pytest

from crmcore.customers.entity import Contact, ContactId, CustomerId
from crmcore.exchange.contact_matching import AmbiguousContact, matching

A, B, C, D, OURS = map(UUID, (f"{n:032x}" for n in range(5)))


def contact(id_: UUID, name: str, mobile: str = "", office_phone: str = "") -> Contact:
    return Contact(
        id=ContactId(id_), customer=CustomerId(OURS), name=name, mobile=mobile, office_phone=office_phone, gender=None
    )


KNOWN = (
    contact(A, "张伟", "13800138000", "6500"),
    contact(B, "张伟", "13900139000", "6500"),
    contact(C, "李娜", "13700137000"),
    contact(D, "王芳"),
)


@pytest.mark.requirement("X-ADM-10", "CON-02")
@pytest.mark.parametrize(
    ("given", "taken", "found"),
    [
        ({"name": "李娜", "mobile": "1"}, (), C),  # she has another number now
        ({"name": " 李娜", "mobile": "137-0013-7000", "memo": "x"}, (), C),
        ({"name": "李娜", "mobile": "13900139000"}, (), None),  # that number is somebody else's
        ({"name": "李娜", "mobile": "1"}, (C,), None),  # a second one of the name
        ({"name": "李娜", "memo": "x"}, (C,), "?"),
        ({"name": "李娜", "mobile": "13700137000", "memo": "x"}, (C,), "?"),
        ({"name": "李娜", "mobile": "13700137000"}, (C,), C),  # says the same once more
        ({"name": "王芳", "mobile": "13700137000"}, (), D),  # they share a telephone
        ({"name": "张伟", "mobile": "13900139000", "memo": "x"}, (), B),
        ({"name": "张伟", "mobile": "13900139000", "office_phone": "6500", "memo": "x"}, (), B),
        ({"name": "张伟", "office_phone": "6500", "memo": "x"}, (), "?"),
        ({"name": "张伟", "memo": "x"}, (), "?"),
        ({"name": "张伟", "mobile": "1"}, (), None),
        ({"name": "张伟", "mobile": "1"}, (A, B), None),
        ({"name": "赵六"}, (), None),
    ],
)
def test_a_row_speaks_of_one_or_of_somebody_new(given: dict[str, Any], taken: tuple[UUID, ...], found: Any) -> None:
    if found == "?":
        with pytest.raises(AmbiguousContact):
            matching(KNOWN, given, taken)
        return
    known = matching(KNOWN, given, taken)
    assert (known and known.id) == found
