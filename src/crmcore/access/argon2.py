"""Hashes passwords with argon2id (RFC 9106), through argon2-cffi: extra ``auth``."""

from typing import Final

from crmcore.base.errors import CrmError

__all__ = ["LANES", "MEMORY_KIB", "ROUNDS", "Argon2", "MissingPackage"]

MEMORY_KIB: Final = 19_456
ROUNDS: Final = 2
LANES: Final = 1
"""What OWASP asks for at least: 19 MiB, two passes, one lane; some 20 ms a password on a small machine."""


class MissingPackage(CrmError):
    """A function needs a Python package that is not installed; says which extra brings it."""

    code = "missing_package"


class Argon2:
    """The password hasher crmcore uses unless told otherwise."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS, lanes: int = LANES) -> None:
        """Hash with these parameters; hashes made with others are still verified.

        Raises:
            MissingPackage: argon2-cffi is not installed.
        """
        try:
            import argon2
        except ModuleNotFoundError as error:
            raise MissingPackage(package="argon2-cffi", extra="auth") from error
        self._hasher = argon2.PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=lanes)
        self._wrong = (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError)

    def hash(self, password: str) -> str:
        """Answer the hash with its salt and parameters, in PHC format."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether the hash was made from this password; what is no argon2 hash was not."""
        try:
            return self._hasher.verify(password_hash, password)
        except self._wrong:
            return False

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)
