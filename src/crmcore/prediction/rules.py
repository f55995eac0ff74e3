"""Who sees what was learnt from all orders (requirements X-ANA-03, X-ANA-04)."""

from typing import Final

from crmcore.access.scope import Scope
from crmcore.prediction.entity import PredictionModel

__all__ = ["SCOPES"]

_READ: Final = frozenset({"order.read", "report.read"})
SCOPES: Final = (Scope(entity=PredictionModel, read=_READ, read_all=_READ),)
"""Whoever sees orders, his own or all: the parameters tell nothing of any customer."""
