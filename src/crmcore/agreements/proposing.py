"""In which order members of staff are proposed for a request, and why (requirement X-SRV-02). Pure functions."""

from collections.abc import Iterable, Iterator

import attrs

from crmcore.access.entity import UserId
from crmcore.i18n import Language, text

__all__ = ["Candidate", "Proposal", "Reason", "proposed"]


@attrs.frozen(kw_only=True)
class Candidate:
    """Somebody a request can be given to, with what speaks for him."""

    user: UserId
    name: str
    proficiency: int
    """How good he is at the kind of request, 1 to 5; 0 if nothing is known."""
    responsible: bool
    """Whether he looks after the customer."""
    open_requests: int
    """How many requests are his to treat now."""
    knows_region: bool
    knows_industry: bool


@attrs.frozen
class Reason:
    """One thing that speaks for or against somebody."""

    code: str
    """Catalogue key, ``proposal.responsible``."""
    params: dict[str, object] = attrs.field(factory=dict)

    def explain(self, language: Language = "en") -> str:
        """Say it in words."""
        return text(self.code, language, **self.params)


@attrs.frozen(kw_only=True)
class Proposal:
    """Somebody a request can be given to, and why he stands where he stands."""

    user: UserId
    name: str
    reasons: tuple[Reason, ...]
    """What counts most comes first."""

    def explain(self, language: Language = "en") -> str:
        """Say all reasons in one line."""
        return ("；" if language == "zh" else "; ").join(one.explain(language) for one in self.reasons)


def proposed(candidates: Iterable[Candidate]) -> tuple[Proposal, ...]:
    """Answer all candidates, the best one first; the same candidates always come in the same order."""
    ordered = sorted(candidates, key=_place)
    return tuple(Proposal(user=one.user, name=one.name, reasons=tuple(_reasons(one))) for one in ordered)


def _place(one: Candidate) -> tuple[object, ...]:
    known = one.knows_region + one.knows_industry
    return -one.proficiency, not one.responsible, one.open_requests, -known, one.name, one.user


def _reasons(one: Candidate) -> Iterator[Reason]:
    yield Reason("proposal.skilled", {"level": one.proficiency}) if one.proficiency else Reason("proposal.unskilled")
    if one.responsible:
        yield Reason("proposal.responsible")
    yield Reason("proposal.load", {"count": one.open_requests}) if one.open_requests else Reason("proposal.free")
    if one.knows_region:
        yield Reason("proposal.region")
    if one.knows_industry:
        yield Reason("proposal.industry")
