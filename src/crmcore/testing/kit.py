"""All promises of a store as pytest classes: derive from :class:`StoreKit` and give ``store_url``.

Each check is an ordinary method that takes the ``store`` fixture; derive from a single class of
:mod:`crmcore.testing.checks` to run one concern only.
"""

from crmcore.testing.checks.concurrency import ConcurrencyChecks
from crmcore.testing.checks.conditions import ConditionChecks
from crmcore.testing.checks.derivations import DerivationChecks
from crmcore.testing.checks.frequencies import FrequencyChecks
from crmcore.testing.checks.groupings import GroupingChecks
from crmcore.testing.checks.isolation import IsolationChecks
from crmcore.testing.checks.keywords import KeywordChecks
from crmcore.testing.checks.lifecycle import LifecycleChecks
from crmcore.testing.checks.lists import ListChecks
from crmcore.testing.checks.many import ManyChecks
from crmcore.testing.checks.measures import MeasureChecks
from crmcore.testing.checks.nulls import NullChecks
from crmcore.testing.checks.numbers import NumberChecks
from crmcore.testing.checks.order import OrderChecks
from crmcore.testing.checks.records import RecordChecks
from crmcore.testing.checks.semi_joins import SemiJoinChecks
from crmcore.testing.checks.tallies import TallyChecks
from crmcore.testing.checks.texts import TextChecks
from crmcore.testing.checks.times import TimeChecks
from crmcore.testing.checks.transactions import TransactionChecks
from crmcore.testing.checks.uniques import UniqueChecks
from crmcore.testing.checks.versions import VersionChecks

__all__ = ["StoreKit"]


class StoreKit(
    RecordChecks,
    VersionChecks,
    UniqueChecks,
    TextChecks,
    KeywordChecks,
    NumberChecks,
    TimeChecks,
    ListChecks,
    NullChecks,
    ConditionChecks,
    OrderChecks,
    TallyChecks,
    GroupingChecks,
    FrequencyChecks,
    MeasureChecks,
    SemiJoinChecks,
    ManyChecks,
    DerivationChecks,
    IsolationChecks,
    ConcurrencyChecks,
    TransactionChecks,
    LifecycleChecks,
):
    """Everything :mod:`crmcore.storage.ports` promises, checked with definite examples."""
