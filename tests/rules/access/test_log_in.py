"""Logging in: right and wrong, pauses, and what is kept of it."""

from typing import Any

import attrs
import pytest
from attrs import fields

from company import PASSWORDS, People, SetClock, password_of
from crmcore import SYSTEM, access
from crmcore.access.argon2 import Argon2
from crmcore.access.entity import Credential
from crmcore.access.rules import NoPermission, NotSignedIn
from crmcore.access.signing_in import LogInFailed
from crmcore.base.errors import CrmError, Invalid
from crmcore.dictionary import set_parameter
from crmcore.query import asc, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation

WRONG = "not the password"


def credential(crm: Crm, user: Any) -> Credential:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(Credential).get(user.id)


def changes(crm: Crm) -> list[ChangeRecord]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return list(work.unscoped(ChangeRecord).find(query(ChangeRecord).sort(asc(fields(ChangeRecord).id))))


def fail(crm: Crm, name: str, times: int = 1, password: str = WRONG) -> None:
    for _ in range(times):
        with pytest.raises(LogInFailed):
            access.log_in(crm, name, password)


@pytest.mark.requirement("USR-01")
@pytest.mark.parametrize("name", ["lihua", "LiHua", "ＬＩＨＵＡ"])
def test_the_right_password_opens(crm: Crm, people: People, name: str) -> None:
    done = access.log_in(crm, name, password_of("lihua"))
    assert done.user == people.lihua
    assert not done.must_change


@pytest.mark.requirement("USR-01")
@pytest.mark.parametrize(
    ("name", "password", "texts"),
    [
        ("", "x", {"用户名不能为空。"}),
        ("lihua", "", {"密码不能为空。"}),
        ("", "", {"用户名不能为空。", "密码不能为空。"}),
        (None, None, {"用户名不能为空。", "密码不能为空。"}),
        (7, b"x", {"用户名不能为空。", "密码不能为空。"}),
    ],
)
def test_empty_name_and_password_are_reported(crm: Crm, name: Any, password: Any, texts: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        access.log_in(crm, name, password)
    assert {one.explain("zh") for one in caught.value.problems} == texts
    assert changes(crm) == []


@pytest.mark.requirement("USR-01", "USR-02")
def test_unknown_retired_wrong_and_paused_get_the_same_answer(crm: Crm) -> None:
    crm.perform(access.create_user, name="nopassword", roles=_roles(crm), as_user="admin")
    fail(crm, "wangwei", times=5)
    answers = set()
    for name, password in (
        ("nobody", WRONG),
        ("sunli", password_of("sunli")),
        ("sunli", WRONG),
        ("lihua", WRONG),
        ("lihua", password_of("lihua") * 10),
        ("lihua", "half\ud800"),
        ("lihua", "nul\0"),
        ("wangwei", password_of("wangwei")),
        ("nopassword", WRONG),
        ("half\ud800", WRONG),
        ("nul\0", WRONG),
        ("x" * 100_000, WRONG),
        (" ", WRONG),
    ):
        with pytest.raises(CrmError) as caught:
            access.log_in(crm, name, password)
        answers.add((type(caught.value), caught.value.code, str(caught.value.params), caught.value.explain("zh")))
    assert answers == {(LogInFailed, "access.log_in_failed", "{}", "用户名或密码错误。")}


def _roles(crm: Crm) -> Any:
    with crm.work(as_user="admin", readonly=True) as work:
        return (access.role_choices(work)[0].id,)


@pytest.mark.requirement("USR-01", "NFR-18")
def test_the_same_work_is_done_whoever_is_asked_for(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow hash for every attempt, so that the time says nothing about a name."""
    fail(crm, "wangwei", times=5)
    done: list[str] = []

    class Counting:
        def hash(self, password: str) -> str:
            done.append("slow")
            return PASSWORDS.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            done.append("slow")
            return PASSWORDS.verify(password_hash, password)

        def needs_rehash(self, password_hash: str) -> bool:
            return PASSWORDS.needs_rehash(password_hash)

    monkeypatch.setattr(crm, "_passwords", Counting())
    for name, password in (
        ("nobody", WRONG),
        ("sunli", password_of("sunli")),
        ("lihua", WRONG),
        ("lihua", "x" * 200),
        ("wangwei", WRONG),
    ):
        done.clear()
        fail(crm, name, password=password)
        assert done == ["slow"], name
    done.clear()
    access.log_in(crm, "lihua", password_of("lihua"))
    assert done == ["slow"]


def test_the_slow_hash_runs_while_no_transaction_is_open(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    open_sessions = 0
    begin = crm.store.begin

    def counted(*, write: bool) -> Any:
        nonlocal open_sessions
        session, open_sessions = begin(write=write), open_sessions + 1
        close = session.close

        def closed() -> None:
            nonlocal open_sessions
            open_sessions -= 1
            close()

        return _Watched(session, closed)

    class Watching:
        def hash(self, password: str) -> str:
            assert open_sessions == 0
            return PASSWORDS.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            assert open_sessions == 0
            return PASSWORDS.verify(password_hash, password)

        def needs_rehash(self, password_hash: str) -> bool:
            return True

    monkeypatch.setattr(crm.store, "begin", counted)
    monkeypatch.setattr(crm, "_passwords", Watching())
    fail(crm, "nobody")
    fail(crm, "lihua")
    access.log_in(crm, "lihua", password_of("lihua"))
    access.change_own_password(
        crm, as_user="lihua", old=password_of("lihua"), new="another one", repeated="another one"
    )
    assert open_sessions == 0


class _Watched:
    def __init__(self, session: Any, close: Any) -> None:
        self._session, self.close = session, close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@pytest.mark.requirement("USR-01")
def test_too_many_failures_pause_log_in_and_the_window_ends(crm: Crm, clock: SetClock, people: People) -> None:
    fail(crm, "lihua", times=5)
    fail(crm, "lihua", password=password_of("lihua"))
    clock.advance(minutes=15, milliseconds=-1)
    fail(crm, "lihua", password=password_of("lihua"))
    assert access.log_in(crm, "wangwei", password_of("wangwei")).user == people.wangwei
    clock.advance(milliseconds=1)
    assert access.log_in(crm, "lihua", password_of("lihua")).user == people.lihua
    kept = credential(crm, people.lihua)
    assert (kept.failures, kept.locked_until) == (0, None)


def test_attempts_during_a_pause_do_not_make_it_longer(crm: Crm, clock: SetClock) -> None:
    fail(crm, "lihua", times=5)
    clock.advance(minutes=14)
    fail(crm, "lihua", times=20)
    clock.advance(minutes=1)
    assert access.log_in(crm, "lihua", password_of("lihua")).user.name == "lihua"


def test_after_a_pause_the_count_begins_again(crm: Crm, clock: SetClock) -> None:
    fail(crm, "lihua", times=5)
    clock.advance(minutes=15)
    fail(crm, "lihua", times=4)
    assert access.log_in(crm, "lihua", password_of("lihua")).user.name == "lihua"


def test_success_forgets_the_failures(crm: Crm) -> None:
    for _ in range(3):
        fail(crm, "lihua", times=4)
        assert access.log_in(crm, "lihua", password_of("lihua")).user.name == "lihua"


def test_the_last_attempt_counts_too_and_is_still_looked_at(crm: Crm) -> None:
    fail(crm, "lihua", times=4)
    assert access.log_in(crm, "lihua", password_of("lihua")).user.name == "lihua"
    fail(crm, "lihua", times=5)
    fail(crm, "lihua", password=password_of("lihua"))


@pytest.mark.requirement("X-ADM-01")
def test_the_company_says_how_many_failures_and_how_long(crm: Crm, clock: SetClock) -> None:
    crm.perform(set_parameter, "access.lockout_failures", "1", as_user="admin")
    crm.perform(set_parameter, "access.lockout_minutes", "2", as_user="admin")
    fail(crm, "lihua")
    fail(crm, "lihua", password=password_of("lihua"))
    clock.advance(minutes=2)
    fail(crm, "lihua")
    clock.advance(minutes=2)
    assert access.log_in(crm, "lihua", password_of("lihua")).user.name == "lihua"


def test_an_administrator_ends_a_pause_with_a_new_password(crm: Crm, people: People) -> None:
    fail(crm, "lihua", times=5)
    crm.perform(access.set_password, people.lihua.id, password="set by the boss", as_user="admin")
    fail(crm, "lihua", password=password_of("lihua"))
    assert access.log_in(crm, "lihua", "set by the boss").must_change


@pytest.mark.requirement("USR-01", "X-ADM-09")
def test_every_log_in_leaves_a_record(crm: Crm, people: People) -> None:
    fail(crm, "nobody")
    fail(crm, "sunli", password=password_of("sunli"))
    fail(crm, "lihua")
    access.log_in(crm, "lihua", password_of("lihua"))
    said = [
        (one.operation, one.code, one.entity_id, one.actor_name)
        for one in changes(crm)
        if one.operation is Operation.DENIED or one.action == "access.complete_log_in"
    ]
    assert said == [
        (Operation.DENIED, "access.attempt_unknown", None, "system"),
        (Operation.DENIED, "access.attempt_retired", people.retired.id, "system"),
        (Operation.DENIED, "access.attempt_wrong", people.lihua.id, "system"),
        (Operation.CHANGED, "", people.lihua.id, "李华"),
    ]
    assert not any(WRONG in repr(one) or password_of("lihua") in repr(one) for one in changes(crm))


def test_stronger_parameters_reach_old_passwords_at_log_in(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = credential(crm, people.lihua)
    stamp = access.log_in(crm, "lihua", password_of("lihua")).stamp
    assert credential(crm, people.lihua).password_hash == before.password_hash
    monkeypatch.setattr(crm, "_passwords", Argon2(memory_kib=16, rounds=2))
    fail(crm, "lihua")
    assert credential(crm, people.lihua).password_hash == before.password_hash
    assert access.log_in(crm, "lihua", password_of("lihua")).stamp == stamp
    assert "m=16,t=2" in credential(crm, people.lihua).password_hash
    assert access.log_in(crm, "lihua", password_of("lihua")).stamp == stamp


def test_a_password_changed_between_count_and_look_does_not_open(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = [lambda: crm.perform(access.set_password, people.lihua.id, password="set by admin", as_user="admin")]

    class Slow:
        def hash(self, password: str) -> str:
            return PASSWORDS.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            if meanwhile:
                meanwhile.pop()()
            return PASSWORDS.verify(password_hash, password)

        def needs_rehash(self, password_hash: str) -> bool:
            return False

    monkeypatch.setattr(crm, "_passwords", Slow())
    fail(crm, "lihua", password=password_of("lihua"))
    assert access.log_in(crm, "lihua", "set by admin").must_change
    meanwhile.append(lambda: crm.perform(access.retire_user, people.lihua.id, as_user="admin"))
    fail(crm, "lihua", password="set by admin")


def test_a_session_ends_with_the_password(crm: Crm, people: People) -> None:
    stamp = access.log_in(crm, "lihua", password_of("lihua")).stamp

    def current(name: str) -> bool:
        with crm.work(as_user=name, readonly=True) as work:
            return access.session_is_current(work, stamp)

    assert current("lihua")
    access.log_in(crm, "lihua", password_of("lihua"))
    fail(crm, "lihua")
    assert current("lihua")
    crm.perform(access.set_password, people.lihua.id, password="a new password", as_user="admin")
    assert not current("lihua")
    assert access.log_in(crm, "lihua", "a new password").stamp != stamp
    with crm.work(readonly=True) as work, pytest.raises(NotSignedIn):
        access.session_is_current(work, stamp)


def test_a_session_without_a_password_is_none(crm: Crm) -> None:
    user = crm.perform(access.create_user, name="nopassword", roles=_roles(crm), as_user="admin")
    with crm.work(as_user=user.id, readonly=True) as work:
        assert not access.session_is_current(work, "")


def test_the_steps_of_log_in_are_closed_to_people(crm: Crm, people: People) -> None:
    from crmcore.access import attempts

    made = attempts.Attempt(user=people.lihua, credential=credential(crm, people.lihua))
    steps: list[tuple[Any, tuple[Any, ...]]] = [
        (attempts.begin_attempt, ("lihua",)),
        (attempts.complete_log_in, (made, "x")),
        (attempts.complete_password_change, (made, "x")),
        (attempts.note_failure, (people.lihua.id, "x")),
    ]
    for step, given in steps:
        for who, error in (("admin", NoPermission), (None, NotSignedIn)):
            with pytest.raises(error):
                crm.perform(step, *given, as_user=who)
    assert credential(crm, people.lihua) == made.credential


def test_an_attempt_that_was_not_begun_completes_nothing(crm: Crm, people: People) -> None:
    from crmcore.access import attempts

    gone = attrs.evolve(credential(crm, people.lihua), id=people.lihua.id, changed_at=crm.clock().replace(year=2020))
    for made in (attempts.Attempt(), attempts.Attempt(user=people.lihua, credential=gone)):
        assert crm.perform(attempts.complete_log_in, made, "x", as_user=SYSTEM) is None
