"""What was learnt from all orders, for predictions about any customer (requirements X-ANA-03, X-ANA-04, X-CUS-11)."""

import datetime as dt
from decimal import Decimal
from typing import NewType
from uuid import NAMESPACE_URL, UUID, uuid5

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.kinds import hint
from crmcore.base.values import CURRENCY

__all__ = ["PredictionModel", "PredictionModelId", "model_of"]

PredictionModelId = NewType("PredictionModelId", UUID)


@attrs.frozen(kw_only=True, field_transformer=checked)
class PredictionModel:
    """The parameters of the models of orders and of amounts, or why the orders can't carry them; one for a currency.

    A few numbers about all customers together. Nothing of one customer is in it, so that forgetting somebody leaves it.
    """

    id: PredictionModelId = field(metadata=hint(system=True))
    currency: str = field(validator=[Length(3, 3), Pattern(CURRENCY)], metadata=hint(system=True, unique=True))
    learnt_until: dt.date = field(metadata=hint(system=True))
    """The last day of the orders that it was learnt from."""
    learnt_at: dt.datetime = field(metadata=hint(system=True))
    customers: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many customers it was learnt from."""
    orders: str = field(validator=Length(2, 4000), metadata=hint(system=True, long=True))
    """When customers order and leave: parameters and what tells their quality, or the refusal; JSON."""
    amounts: str = field(validator=Length(2, 4000), metadata=hint(system=True, long=True))
    """What orders are worth; likewise."""
    ahead: int = field(default=90, validator=Range(1, 3660), metadata=hint(system=True))
    """For how many days from the last one the demand below was reckoned."""
    expected_orders: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    """How many purchases of all these customers together to expect in that time; None where nothing was learnt."""
    expected_amount: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    """What they will come to; None where amounts could not be learnt."""
    version: int = field(default=0, metadata=hint(system=True))


def model_of(currency: str) -> PredictionModelId:
    """Answer what the model of a currency is called, so that there is one whoever learns at the same time."""
    return PredictionModelId(uuid5(NAMESPACE_URL, f"urn:crmcore:prediction:{currency}"))
