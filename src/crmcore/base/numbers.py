"""Decimal arithmetic that is exact, whatever precision the application around us has set for its own."""

from decimal import MAX_EMAX, MIN_EMIN, Context
from typing import Final

__all__ = ["EXACT"]

EXACT: Final = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Room for sums of the longest amounts; give it to ``add`` and ``quantize`` instead of using operators."""
