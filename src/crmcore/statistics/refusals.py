"""Why the orders at hand can't carry a prediction: each reason with its figures, in Chinese and English.

::

    CrmError
    └── NoPrediction            the orders can't carry a prediction
        ├── TooFewCustomers     too few customers, or too few who have ordered again
        ├── NobodyCameBack      no customer has ordered on a second day
        ├── AllAlike            nothing tells one customer from another
        ├── NotConverged        no best parameters were found
        ├── AtTheEdge           the best parameters lie where the model means nothing
        ├── AmountsFollowFrequency  who orders more often orders for other amounts
        ├── NotLearntYet        nobody has learnt from the orders yet
        └── NotReadable         what was learnt is not what the nightly job writes
"""

from crmcore.base.errors import CrmError, Invalid, Problem

__all__ = [
    "AllAlike",
    "AmountsFollowFrequency",
    "AtTheEdge",
    "NoPrediction",
    "NobodyCameBack",
    "NotConverged",
    "NotLearntYet",
    "NotReadable",
    "TooFewCustomers",
    "outside",
]


class NoPrediction(CrmError):
    """The orders can't carry a prediction; show the reason in place of a figure (requirement X-ANA-03)."""

    code = "prediction.refused"


class TooFewCustomers(NoPrediction):
    """There are too few customers, or too few who have ordered again, to learn from."""

    code = "prediction.too_few"


class NobodyCameBack(NoPrediction):
    """No customer has ordered on a second day, so nothing says how often customers order or when they leave."""

    code = "prediction.nobody_again"


class AllAlike(NoPrediction):
    """All customers have the very same history: there is nothing to tell them apart by."""

    code = "prediction.all_alike"


class NotConverged(NoPrediction):
    """The search for the parameters that explain the orders best did not come to an end."""

    code = "prediction.not_converged"


class AtTheEdge(NoPrediction):
    """The parameters that explain the orders best lie where the model means nothing, such as nobody ever leaving."""

    code = "prediction.at_the_edge"


class AmountsFollowFrequency(NoPrediction):
    """Who orders more often orders for clearly other amounts, which the model of amounts takes to be chance."""

    code = "prediction.amounts_follow"


class NotLearntYet(NoPrediction):
    """Nothing was learnt from the orders yet: the nightly job has not run."""

    code = "prediction.not_learnt"


class NotReadable(NoPrediction):
    """What was learnt can't be read any more; the next nightly job writes it anew."""

    code = "prediction.not_readable"


def outside(field: str, low: object, high: object, got: object) -> Invalid:
    """Make the error for a number that is not within its range."""
    return Invalid(Problem(field, "value.range", params={"min": low, "max": high, "got": got}))
