"""argon2id behind the port."""

import sys

import pytest

from crmcore.access.argon2 import LANES, MEMORY_KIB, ROUNDS, Argon2, MissingPackage
from crmcore.base.errors import CrmError
from crmcore.storage.stores import open_crm


@pytest.mark.extras
class TestArgon2:
    def test_hashes_are_argon2id_with_at_least_what_owasp_asks_for(self) -> None:
        hashed = Argon2().hash("correct horse")
        assert hashed.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}$")
        assert (MEMORY_KIB, ROUNDS, LANES) == (19456, 2, 1)
        assert "correct" not in hashed
        assert len(hashed) <= 500

    def test_equal_passwords_have_different_hashes(self) -> None:
        hasher = Argon2(memory_kib=8, rounds=1)
        one, other = hasher.hash("correct horse"), hasher.hash("correct horse")
        assert one != other
        assert hasher.verify(one, "correct horse")
        assert hasher.verify(other, "correct horse")
        assert not hasher.verify(one, "Correct horse")

    @pytest.mark.parametrize("broken", ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "plain text"])
    def test_what_is_no_hash_fits_no_password(self, broken: str) -> None:
        assert not Argon2(memory_kib=8, rounds=1).verify(broken, broken)

    def test_other_parameters_want_a_new_hash(self) -> None:
        weak = Argon2(memory_kib=8, rounds=1)
        hashed = weak.hash("correct horse")
        strong = Argon2(memory_kib=16, rounds=2)
        assert strong.verify(hashed, "correct horse")
        assert strong.needs_rehash(hashed)
        assert not weak.needs_rehash(hashed)

    def test_a_crm_uses_it_unless_told_otherwise(self) -> None:
        with open_crm("memory://") as crm:
            assert isinstance(crm.passwords, Argon2)
            assert crm.passwords is crm.passwords
        own = Argon2(memory_kib=8, rounds=1)
        with open_crm("memory://", passwords=own) as crm:
            assert crm.passwords is own


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    with open_crm("memory://") as crm, pytest.raises(MissingPackage) as caught:
        crm.passwords.hash("x")
    assert isinstance(caught.value, CrmError)
    assert 'pip install "crmcore[auth]"' in caught.value.explain("en")
    assert 'pip install "crmcore[auth]"' in caught.value.explain("zh")


def test_a_crm_without_log_in_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    with open_crm("memory://") as crm, crm.work(readonly=True) as work:
        assert work.dictionary is not None
