"""Signing in to the customer window with a link that is sent to one's address (requirements X-SLF-01 to 03).

Nobody learns who is a guest: asking for a link answers nothing, whether somebody has the address or not. Nobody learns
why a link lets him in no more. A token is in the message alone: no record, log or error holds it.
"""

from crmcore.access.actor import SYSTEM
from crmcore.access.attempts import LogIn
from crmcore.base.errors import Invalid, Problem
from crmcore.base.tokens import digest_of, is_token
from crmcore.storage.action import ANYONE, crm_action
from crmcore.storage.crm import Crm
from crmcore.window.links import LinkDelivery, make_links, note_undelivered, use_link
from crmcore.window.rules import SignInFailed

__all__ = ["send_link", "sign_in"]

_LONGEST = 200


@crm_action(ANYONE)
def send_link(crm: Crm, address: str, deliver: LinkDelivery) -> None:
    """Send a link for signing in to whoever has been invited with this address; says nothing of whether anybody was.

    Args:
        crm: The CRM; the message goes out after the commit.
        address: A mail address or a mobile number, as it was typed.
        deliver: Sends the message; called for each guest with the address, so usually once or not at all.

    Raises:
        WindowClosed: The company has no customer window.
        Invalid: Nothing was typed, or more than an address.
    """
    for message in crm.perform(make_links, _typed(address), as_user=SYSTEM):
        try:
            deliver(message)
        except Exception:  # noqa: BLE001  # the answer must not tell that somebody has the address
            crm.perform(note_undelivered, message.guest, digest_of(message.token), as_user=SYSTEM)


@crm_action(ANYONE)
def sign_in(crm: Crm, token: str) -> LogIn:
    """Sign in with the token of a link; it works once, and of two at the same moment one is let in.

    Args:
        crm: The CRM.
        token: From the link.

    Returns:
        The guest's user and the stamp for his session; ask :func:`session_is_current` on every request.

    Raises:
        WindowClosed: The company has no customer window.
        SignInFailed: The link is unknown, was used, has expired, or the guest was withdrawn.
    """
    done = crm.perform(use_link, digest_of(token), as_user=SYSTEM) if is_token(token) else None
    if done is None:
        raise SignInFailed
    return done


def _typed(address: object) -> str:
    """Answer an address without the blanks around it."""
    said = address.strip() if isinstance(address, str) else ""
    if not said:
        raise Invalid(Problem(field="address", code="window.address_missing", entity="sign_in_link"))
    if len(said) > _LONGEST:
        params: dict[str, object] = {"max": _LONGEST, "got": len(said)}
        raise Invalid(Problem(field="address", code="value.too_long", entity="sign_in_link", params=params))
    return said
