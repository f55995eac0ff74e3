"""Colleagues who are chosen in forms."""

from uuid import UUID

from flask import request

from crmcore import Invalid
from crmcore.access.entity import UserId
from crmcore.base.errors import Problem


def posted_colleague(name: str) -> UserId | None:
    """Return the colleague who was chosen; None for nobody.

    Raises:
        Invalid: What was sent is nobody's id.
    """
    given = request.form.get(name, "")
    try:
        return UserId(UUID(given)) if given else None
    except ValueError:
        raise Invalid(Problem(name, "value.choice", "customer", {"got": given[:40]})) from None
