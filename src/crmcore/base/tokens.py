"""Tokens: what lets somebody without a password in once, and of which only a digest is kept.

A token has 256 random bits. Whoever guessed a thousand million of them a second, for a thousand years, at a company
with a thousand million live tokens, would find one with a chance of less than one in 10^48. So wrong guesses are
neither counted nor answered late: that would guard nothing, and let strangers fill the store or keep people out.
For the same reason a digest without salt and without a slow hash is enough: there is no short list to try.

A token is said once, to whoever made it. It never becomes part of an entity, an error, an event or a log line.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

from crmcore.base.ids import Entropy

__all__ = ["digest_of", "is_token", "new_token", "same_digest"]

_BYTES: Final = 32
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token(random: Entropy) -> str:
    """Make a token that nobody can guess: 256 bits of *random*, as 43 characters that fit into an address."""
    return base64.urlsafe_b64encode(random(_BYTES)).rstrip(b"=").decode("ascii")


def is_token(said: object) -> bool:
    """Tell whether somebody said what could be a token; anything else need not be looked for."""
    return isinstance(said, str) and _FORM.fullmatch(said) is not None


def digest_of(token: str) -> str:
    """Answer what is kept of a token: SHA-256 of it, in hexadecimal; defined for any text, so that garbage has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_digest(kept: str, said: str) -> bool:
    """Compare two digests in a time that does not tell how many characters are alike.

    A store finds a digest by an index, whose time may tell something of the digests that are near; but nobody can
    choose a token whose digest is near to one he does not know.
    """
    return hmac.compare_digest(kept.encode("ascii"), said.encode("ascii", "replace"))
