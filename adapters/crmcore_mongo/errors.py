"""Turns the driver's errors into the port's, by codes and labels; their text changes between versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from crmcore.base.errors import Contention, NoTransactions, StoreError, Transient, Unavailable, UnknownOutcome

__all__ = ["TRANSIENT", "UNKNOWN_COMMIT", "code_of", "translated"]

TRANSIENT: Final = "TransientTransactionError"
UNKNOWN_COMMIT: Final = "UnknownTransactionCommitResult"

WRITE_CONFLICT: Final = 112
DUPLICATE_KEYS: Final = frozenset({11000, 11001, 12582})
NOT_ALLOWED_IN: Final = frozenset({13, 18})
"""Unauthorized, AuthenticationFailed."""
ILLEGAL_OPERATION: Final = 20
"""What a server outside a replica set answers to the first statement of a transaction."""


@contextmanager
def translated(address: str, **about: Any) -> Iterator[None]:
    """Let the port's errors out instead of the driver's.

    Args:
        address: Where the store is, without password.
        about: Entity and id of the record concerned, for the text of a ``Contention``.
    """
    try:
        yield
    except PyMongoError as error:
        raise _translate(error, address, about) from error


def code_of(error: PyMongoError) -> int | None:
    """The server's error code; for a bulk write, that of the first write that failed."""
    if isinstance(error, BulkWriteError):
        failed = error.details.get("writeErrors") or [{}]
        code = failed[0].get("code")
        return code if isinstance(code, int) else None
    return error.code if isinstance(error, OperationFailure) else None


def _translate(error: PyMongoError, address: str, about: dict[str, Any]) -> StoreError:
    code = code_of(error)
    reason = type(error).__name__ if code is None else f"{type(error).__name__} {code}"
    facts = {"address": address, "reason": reason}
    if code in DUPLICATE_KEYS or code == WRITE_CONFLICT:
        return Contention(**facts, **about)
    if code in NOT_ALLOWED_IN or isinstance(error, ServerSelectionTimeoutError | ConfigurationError):
        return Unavailable(**facts)
    if error.has_error_label(UNKNOWN_COMMIT):
        return UnknownOutcome(**facts)
    if error.has_error_label(TRANSIENT):
        return Transient(**facts)
    if code == ILLEGAL_OPERATION:
        return NoTransactions(**facts)
    return Unavailable(**facts) if isinstance(error, ConnectionFailure) else StoreError(**facts)
