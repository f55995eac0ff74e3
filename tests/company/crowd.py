"""Very many customers, as a large company has them: for tests of plans and for benches of lists."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.customers.deriving import derived_values
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import name_key
from crmcore.sales.entity import OrderSummary

__all__ = ["FIRST_DAY", "RARE", "crowd", "summaries"]

FIRST_DAY: Final = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
RARE: Final = "鑫淼"
"""In the name of every two-thousandth customer."""
_PLACES: Final = (
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "成都",
    "武汉",
    "西安",
    "重庆",
    "天津",
    "苏州",
    "长沙",
    "青岛",
)
_TRADES: Final = (
    "工程",
    "科技",
    "贸易",
    "信息",
    "建设",
    "电子",
    "机械",
    "文化",
    "物流",
    "食品",
    "医药",
    "纺织",
    "环保",
)
_FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司", "集团", "厂")
_SURNAMES: Final = "李王张刘陈杨赵黄周吴徐孙马朱胡"
_SPARSE: Final = 500
"""One customer in so many has what few have."""


def crowd(size: int, managers: Sequence[UserId], new_id: Callable[[], UUID]) -> Iterator[Customer]:
    """Make customers, one a minute, the same every time but for their ids; every value in its usual share."""
    dice = random.Random(3)  # the same customers every time
    for place in range(size):
        sparse = place % _SPARSE == 7  # any remainder does
        middle = RARE if place % 2000 == 3 else _word(dice) + _word(dice)  # likewise
        name = f"{dice.choice(_PLACES)}{middle}{dice.choice(_TRADES)}{place % 97}{dice.choice(_FORMS)}"
        at = FIRST_DAY + dt.timedelta(minutes=place)
        number = f"KH{at:%y%m%d%H%M%S}{place % 1000:03d}{place // 1000:x}"[:20]
        phone = f"0{dice.randint(10, 999)}-{dice.randint(10_000_000, 99_999_999)}"
        customer = CustomerId(new_id())
        person = Contact(
            id=ContactId(customer),
            customer=customer,
            name=dice.choice(_SURNAMES) + _word(dice),
            mobile=f"1{dice.choice('3578')}{dice.randint(0, 999_999_999):09d}",
        )
        yield Customer(
            id=customer,
            number=number,
            name=name,
            name_key=name_key(f"{name}{place}"),
            manager=managers[place % len(managers)],
            region="rare" if sparse else dice.choice(("east", "north", "south", "west")),
            level="5" if sparse else dice.choice("123"),
            industry="rare" if sparse else dice.choice(("trade", "building", "software")),
            category="rare" if sparse else "regular",
            company_size="rare" if sparse else dice.choice(("small", "medium")),
            city="喀什市" if sparse else dice.choice(_PLACES) + "市",
            tags=("展会", "稀客") if sparse else ("展会",) if place % 3 else (),
            phone=phone,
            status=CustomerStatus.LOST if sparse else CustomerStatus.NORMAL,
            created_by=managers[0],
            created_at=at,
            version=1,
            **derived_values(number=number, name=name, phone=phone, contacts=(person,)),  # type: ignore[arg-type]  # texts
        )


def summaries(customers: Sequence[Customer]) -> Iterator[OrderSummary]:
    """Make what each customer has bought; few have bought for much."""
    for place, one in enumerate(customers):
        amount = Decimal(1_000_000 if one.level == "5" else place % 900)
        yield OrderSummary(id=one.id, order_count=1, amount=amount, version=1)


def _word(dice: random.Random) -> str:
    return chr(0x4E00 + dice.randrange(3000))
