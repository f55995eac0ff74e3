"""Stores with one planted fault each: what a kit must catch.

``FAULTS`` maps a fault's name to the session class that has it; :class:`BrokenStore` opens sessions of that class.
"""

from broken.answers import ANSWERS
from broken.frequencies import FREQUENCIES
from broken.groupings import GROUPINGS
from broken.keeping import KEEPING
from broken.many import MANY
from broken.questions import QUESTIONS
from broken.store import BrokenStore
from broken.transactions import TRANSACTIONS

FAULTS = {**KEEPING, **QUESTIONS, **ANSWERS, **TRANSACTIONS, **MANY, **GROUPINGS, **FREQUENCIES}

__all__ = [
    "ANSWERS",
    "FAULTS",
    "FREQUENCIES",
    "GROUPINGS",
    "KEEPING",
    "MANY",
    "QUESTIONS",
    "TRANSACTIONS",
    "BrokenStore",
]
