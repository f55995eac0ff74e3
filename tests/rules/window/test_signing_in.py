"""Signing in with a link: once, in time, by who has the address; and nobody learns anything else."""

import pytest
from attrs import fields

from company import People, SetClock
from company.books import contents
from company.clients import PERSON, contact_of, entered
from company.duels import at_once
from company.visitors import MAIL, Letters, come_in, open_window, visitor
from crmcore import SYSTEM, customers, dictionary, window
from crmcore.access.attempts import LogIn
from crmcore.base.errors import Invalid
from crmcore.query import asc, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.window.entity import SignInLink
from crmcore.window.rules import SignInFailed


def denied(crm: Crm) -> list[str]:
    """The reasons that are kept of refused attempts."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        found = work.unscoped(ChangeRecord).find(query(ChangeRecord).sort(asc(fields(ChangeRecord).id)))
    return [one.code for one in found if one.operation is Operation.DENIED]


def links(crm: Crm) -> int:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(SignInLink).count()


@pytest.mark.requirement("X-SLF-03")
def test_a_link_lets_its_guest_in_once(crm: Crm, people: People, clock: SetClock) -> None:
    open_window(crm)
    guest = visitor(crm)
    letters = Letters()
    window.send_link(crm, f" {MAIL.upper()} ", letters)
    (message,) = letters.sent
    assert (message.guest, message.address, message.channel, message.name, message.language) == (
        guest.user,
        MAIL,
        "mail",
        "刘芳",
        "zh",
    )
    clock.advance(minutes=29)
    done = window.sign_in(crm, message.token)
    assert (done.user.id, done.must_change) == (guest.user, False)
    assert crm.perform(window.session_is_current, done.stamp, as_user=guest.user)
    for useless in (message.token, message.token[:-1], "", "x" * 43, None, 7, "\ud800"):
        with pytest.raises(SignInFailed):
            window.sign_in(crm, useless)  # type: ignore[arg-type]
    for stamp in ("", "x", done.user.id.hex, done.user.id, None, 5):
        assert not crm.perform(window.session_is_current, stamp, as_user=guest.user)
    clock.advance(hours=12)
    assert not crm.perform(window.session_is_current, done.stamp, as_user=guest.user)


@pytest.mark.requirement("X-SLF-03")
def test_nobody_keeps_a_guest_out_by_asking_in_his_name(crm: Crm, people: People, clock: SetClock) -> None:
    open_window(crm)
    guest = visitor(crm)
    crm.perform(dictionary.set_parameter, "window.link_minutes", "10", as_user="admin")
    letters = Letters()
    for _ in range(8):
        window.send_link(crm, MAIL, letters)
        window.send_link(crm, MAIL, letters)  # nobody floods a guest with messages
        clock.advance(minutes=1)
    assert len(letters.sent) == links(crm) == 5
    first, *_, last = (one.token for one in letters.sent)
    assert window.sign_in(crm, first).user.id == guest.user
    assert links(crm) == 1, "who is in needs none of the others"
    with pytest.raises(SignInFailed):
        window.sign_in(crm, last)
    letters = Letters()
    window.send_link(crm, MAIL, letters)
    clock.advance(minutes=10)
    with pytest.raises(SignInFailed):
        window.sign_in(crm, letters.token)
    assert come_in(crm).stamp
    assert links(crm) == 2


@pytest.mark.requirement("X-SLF-03")
def test_who_has_an_address_the_contact_gave_up_is_let_in_no_more(crm: Crm, people: People, clock: SetClock) -> None:
    open_window(crm)
    guest = visitor(crm)
    came = come_in(crm)
    clock.advance(minutes=2)
    letters = Letters()
    window.send_link(crm, MAIL, letters)
    crm.perform(customers.edit_contact, guest.contact.id, position="经理", as_user="lihua")
    assert crm.perform(window.session_is_current, came.stamp, as_user=guest.user)
    crm.perform(customers.edit_contact, guest.contact.id, email="new@huajian.example", as_user="lihua")
    assert not crm.perform(window.session_is_current, came.stamp, as_user=guest.user)
    with pytest.raises(SignInFailed):
        window.sign_in(crm, letters.token)


@pytest.mark.requirement("X-SLF-03")
def test_who_was_withdrawn_takes_nobodys_place(crm: Crm, people: People) -> None:
    open_window(crm)
    guest = visitor(crm)
    for number in range(11):
        other = crm.perform(
            customers.add_contact,
            guest.customer.id,
            name=f"前人{number}",
            position="x",
            office_phone="1",
            email=MAIL,
            as_user="lihua",
        )
        crm.perform(window.invite, other.id, as_user="lihua")
        crm.perform(window.withdraw, other.id, as_user="lihua")
    letters = Letters()
    window.send_link(crm, MAIL, letters)
    assert [one.guest for one in letters.sent] == [guest.user]


@pytest.mark.requirement("X-SLF-03")
def test_of_two_who_use_a_link_at_once_one_comes_in(crm: Crm, people: People) -> None:
    open_window(crm)
    guest = visitor(crm)
    letters = Letters()
    at_once([lambda: window.send_link(crm, MAIL, letters)] * 2)
    assert len(letters.sent) == 1
    outcomes = at_once([lambda: window.sign_in(crm, letters.token)] * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["LogIn", "SignInFailed", "SignInFailed"]
    assert [one.user.id for one in outcomes if isinstance(one, LogIn)] == [guest.user]


@pytest.mark.requirement("X-SLF-03")
def test_asking_for_a_link_tells_nothing(crm: Crm, people: People) -> None:
    open_window(crm)
    guest = visitor(crm)
    second = contact_of(crm, entered(crm, name="另一家", contact={**PERSON, "email": MAIL, "mobile": "13900001111"}))
    letters, before = Letters(), contents(crm.store)
    for nobody in ("nobody@huajian.example", "13800000000", "138", "x", "\ud800", guest.contact.office_phone):
        assert window.send_link(crm, nobody, letters) is None
    assert letters.sent == []
    assert contents(crm.store) == before
    for wrong in ("", "  ", None, "x" * 201):
        with pytest.raises(Invalid) as caught:
            window.send_link(crm, wrong, letters)  # type: ignore[arg-type]
        assert [one.field for one in caught.value.problems] == ["address"]
    assert window.send_link(crm, "+86 138-1234-5678", letters) is None
    assert [(one.channel, one.address) for one in letters.sent] == [("sms", "138 1234 5678")]
    crm.perform(window.invite, second.id, as_user="lihua")
    crm.perform(customers.edit_contact, guest.contact.id, email="new@huajian.example", as_user="lihua")
    window.send_link(crm, MAIL, letters)  # the address the contact has now is what counts
    assert [one.name for one in letters.sent[1:]] == ["刘芳"]
    assert letters.sent[-1].guest != guest.user


@pytest.mark.requirement("X-SLF-03")
def test_a_message_that_cannot_be_sent_is_noted_and_told_to_nobody(crm: Crm, people: People) -> None:
    open_window(crm)
    visitor(crm)
    letters = Letters()

    def broken(message: window.LinkMessage) -> None:
        letters(message)
        raise ConnectionError(message.token)

    assert window.send_link(crm, MAIL, broken) is None
    assert denied(crm) == ["window.not_delivered"]
    with pytest.raises(SignInFailed):
        window.sign_in(crm, letters.token)
    assert come_in(crm).stamp


@pytest.mark.requirement("X-SLF-03")
def test_a_token_is_in_no_record_log_or_error(
    crm: Crm, people: People, clock: SetClock, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    open_window(crm)
    visitor(crm)
    caplog.set_level(0)
    letters = Letters()
    window.send_link(crm, MAIL, letters)
    token = letters.token
    said = [repr(letters.sent[-1]), str(letters.sent[-1])]
    done = window.sign_in(crm, token)
    with pytest.raises(SignInFailed) as again:
        window.sign_in(crm, token)
    said += [repr(done), repr(again.value), again.value.explain("zh"), again.value.explain("en"), caplog.text]
    said += [*capsys.readouterr()]
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        digests = [one.token_digest for one in work.unscoped(SignInLink).find()]
        said += [repr(one) for one in work.unscoped(ChangeRecord).find()]
    said += [repr(one) for one in contents(crm.store).values()]
    assert len(said) > 20
    assert not [one for one in said if token in one]
    records = [one for one in said if one.startswith("ChangeRecord")]
    assert records
    assert not [one for one in records if digests[0] in one]
    assert denied(crm) == []  # strangers write nothing into the store
