"""The steps of signing in with a link: made for who has the address, used once (requirements X-SLF-01 to 03).

A token is in memory only, between the step that makes it and the delivery. The store keeps its digest.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal, Protocol
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.attempts import LogIn
from crmcore.access.entity import User, UserId
from crmcore.base.text import fold
from crmcore.base.tokens import digest_of, new_token
from crmcore.customers.deriving import digits_of
from crmcore.customers.entity import Contact
from crmcore.dictionary.parameters import WINDOW_LINK_MINUTES
from crmcore.query import count, eq, in_query, negate, query
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.secrets import by_digest
from crmcore.storage.work import Work
from crmcore.window.entity import SignInLink, SignInLinkId, WindowGuest
from crmcore.window.rules import (
    MOST_LINKS,
    SHORTEST_PAUSE,
    addresses_of,
    is_his_session,
    is_usable,
    reached_by_mail,
    reached_by_phone,
)
from crmcore.window.visitors import Guest, check_open, guest_known_as, guest_of, present_guest

__all__ = ["LinkDelivery", "LinkMessage", "make_links", "note_undelivered", "session_is_current", "use_link"]

_MOST_GUESTS: Final = 10
"""So many people share one address at most; more get no link by it."""
_STAMP: Final = re.compile(r"[0-9a-f]{32}")
_l = fields(SignInLink)
_p = fields(Contact)


@attrs.frozen(kw_only=True)
class LinkMessage:
    """A link on its way to a guest; the application makes an address of its own window from the token."""

    guest: UserId
    address: str
    """The contact's mail address or mobile number, as it is recorded now."""
    channel: Literal["mail", "sms"]
    name: str
    """What the guest is called."""
    language: str
    token: str = attrs.field(repr=False)
    """Lets whoever has it sign in, once; it goes into the message and nowhere else."""
    expires_at: dt.datetime


class LinkDelivery(Protocol):
    """How an application sends a link to a guest; called after the commit, once for each guest with the address.

    It should hand the message to a queue in memory, or to a mail server that takes it at once: the time it takes is the
    only thing by which somebody who asks could tell that the address is a guest's.
    """

    def __call__(self, message: LinkMessage, /) -> None:
        """Send one message; an error makes its link void and is noted, and whoever asked does not learn of it."""
        ...


@action(SYSTEM_ONLY)
def make_links(work: Work, address: str) -> tuple[LinkMessage, ...]:
    """Make a link for every guest whose address somebody has typed; older ones that he has not used go on working.

    So nobody keeps a guest out by asking for links in his name; and of those that can be used at the same time there
    are few.

    Raises:
        WindowClosed: The company has no customer window.
    """
    check_open(work)
    lasting = dt.timedelta(minutes=work.parameter(WINDOW_LINK_MINUTES))
    made = tuple(
        message
        for guest, channel in _reached(work, address)
        if (message := _linked(work, guest, channel, lasting)) is not None
    )
    if not made:
        _write_as_much(work)
    return made


@action(SYSTEM_ONLY)
def use_link(work: Work, digest: str) -> LogIn | None:
    """Sign in whoever has the token of a link, and use the link up; None if it lets nobody in.

    Raises:
        WindowClosed: The company has no customer window.
    """
    check_open(work)
    link = by_digest(work, SignInLink, digest)
    guest = None if link is None else guest_known_as(work, link.guest)
    if link is None or guest is None or not is_usable(link, work.now) or not _reaches(link, guest):
        return None
    links = work.unscoped(SignInLink)
    for other in links.find(query(SignInLink).where(eq(_l.guest, guest.user), eq(_l.used_at, None))):
        if other.id != link.id:
            links.remove(other)
    used = links.save(attrs.evolve(link, used_at=work.now))
    return LogIn(user=work.unscoped(User).get(link.guest), must_change=False, stamp=used.id.hex)


@action(SYSTEM_ONLY)
def note_undelivered(work: Work, guest: UserId, digest: str) -> None:
    """Make the link of a guest void that could not be sent, and keep a record of it for the administrator."""
    link = by_digest(work, SignInLink, digest)
    if link is not None and link.used_at is None:
        work.unscoped(SignInLink).remove(link)
    work.changes.denied("window_guest", guest, "window.not_delivered")


@action("window.use")
def session_is_current(work: Work, stamp: str) -> bool:
    """Tell whether a session that began with *stamp* may go on.

    Its link was not withdrawn, was used less than twelve hours ago, and was sent to an address the contact has still.

    Raises:
        WindowClosed: The company has closed its customer window.
        NotAGuest: Contact or customer were deleted.
    """
    guest = present_guest(work)
    if not _is_stamp(stamp):
        return False
    link = work.session.load(SignInLink, UUID(hex=stamp))
    return link is not None and link.guest == guest.user and is_his_session(link, work.now) and _reaches(link, guest)


def _is_stamp(said: object) -> bool:
    """Tell whether somebody's session says what could be a stamp."""
    return isinstance(said, str) and _STAMP.fullmatch(said) is not None


def _reached(work: Work, address: str) -> Iterator[tuple[Guest, Literal["mail", "sms"]]]:
    """Answer the guests with an address, and whether it is one for mail; all are compared, none tells more."""
    by_mail = "@" in fold(address)
    kept = _p.email if by_mail else _p.mobile
    is_his = reached_by_mail(address) if by_mail else reached_by_phone(address)
    invited = query(Contact).where(
        in_query(_p.id, query(WindowGuest), on=fields(WindowGuest).contact), negate(eq(kept, ""))
    )
    rows = work.unscoped(Contact).tally(invited, by=(_p.id, kept), measures=(count(),))
    records = (guest_of(work, row.key[0]) for row in rows if is_his(row.key[1]))
    guests = (guest_known_as(work, record.id) for record in records if record is not None)
    for guest in islice((one for one in guests if one is not None), _MOST_GUESTS):
        yield guest, "mail" if by_mail else "sms"


def _linked(work: Work, guest: Guest, channel: Literal["mail", "sms"], lasting: dt.timedelta) -> LinkMessage | None:
    """Make one guest's link; None if he was sent one a moment ago, or has enough that he can still use."""
    links = work.unscoped(SignInLink)
    known: Sequence[SignInLink] = links.find(query(SignInLink).where(eq(_l.guest, guest.user)))
    for one in known:
        if not is_usable(one, work.now) and not is_his_session(one, work.now):
            links.remove(one)
    unused = [one for one in known if is_usable(one, work.now)]
    if len(unused) >= MOST_LINKS or any(work.now - one.made_at < SHORTEST_PAUSE for one in unused):
        return None
    person = guest.contact
    address = person.email if channel == "mail" else person.mobile
    token = new_token(work.crm.entropy)
    link = links.add(
        SignInLink(
            id=SignInLinkId(work.new_id()),
            guest=guest.user,
            token_digest=digest_of(token),
            address_digest=digest_of(fold(address).strip() if channel == "mail" else digits_of(address)),
            made_at=work.now,
            expires_at=work.now + lasting,
        )
    )
    work.unscoped(WindowGuest).touch(work.unscoped(WindowGuest).get(guest.user))  # of two at once, one is made
    return LinkMessage(
        guest=guest.user,
        address=address,
        channel=channel,
        name=person.name,
        language=work.unscoped(User).get(guest.user).language,
        token=token,
        expires_at=link.expires_at,
    )


def _reaches(link: SignInLink, guest: Guest) -> bool:
    """Tell whether the contact has still the address to which a link was sent."""
    return link.address_digest in addresses_of(guest.contact)


def _write_as_much(work: Work) -> None:
    """Write as much as a link does and leave nothing, so that the time a store takes does not tell who is a guest."""
    decoy = SignInLink(
        id=SignInLinkId(work.new_id()),
        guest=UserId(work.new_id()),
        token_digest=digest_of(new_token(work.crm.entropy)),
        address_digest=digest_of(""),
        made_at=work.now,
        expires_at=work.now,
        version=1,
    )
    work.session.insert(decoy)
    work.session.delete(SignInLink, decoy.id, decoy.version)
