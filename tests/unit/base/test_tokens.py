"""Tokens are as random as what they are made of, and what is kept of them does not tell them."""

import hashlib
import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.tokens import digest_of, is_token, new_token, same_digest


@pytest.mark.requirement("X-SRV-04", "X-SLF-01")
def test_a_token_holds_all_256_bits_it_is_made_of() -> None:
    asked: list[int] = []

    def entropy(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    assert new_token(entropy) == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert asked == [32]
    assert len({new_token(secrets.token_bytes) for _ in range(1000)}) == 1000


@given(st.binary(min_size=32, max_size=32))
def test_a_token_fits_into_an_address_and_is_known_as_one(bits: bytes) -> None:
    token = new_token(lambda _: bits)
    assert re.fullmatch(r"[\w-]{43}", token, re.ASCII)
    assert is_token(token)


@pytest.mark.parametrize(
    "said", ["", "x", "x" * 42, "x" * 44, "x" * 42 + "\n", "x" * 42 + "é", "x" * 43 + "\n", None, 7]
)
def test_anything_else_is_no_token(said: object) -> None:
    assert not is_token(said)


@given(st.text() | st.text(alphabet=st.characters(categories=["Cs"])))
def test_every_text_has_a_digest_of_its_own(said: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", digest_of(said))
    assert digest_of(said) != digest_of(f"{said}x")


def test_the_digest_is_sha_256() -> None:
    assert digest_of("abc") == hashlib.sha256(b"abc").hexdigest()


def test_digests_are_compared_whole() -> None:
    digest = digest_of("abc")
    assert same_digest(digest, digest)
    assert not same_digest(digest, digest[:-1] + "_")
    assert not same_digest(digest, "é" * 64)
