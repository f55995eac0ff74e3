"""Turns the driver's errors into the port's, by codes and labels; their text changes between versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from crmcore.base.errors import Contention, NoTransactions, StoreError, Transient, Unavailable, UnknownOutcome

__all__ = ["DUPLICATE_KEYS", "REPLICA_SET", "UNKNOWN_COMMIT", "code_of", "translated"]

TRANSIENT: Final = "TransientTransactionError"
UNKNOWN_COMMIT: Final = "UnknownTransactionCommitResult"

WRITE_CONFLICT: Final = 112
DUPLICATE_KEYS: Final = frozenset({11000, 11001, 12582})
NOT_ALLOWED_IN: Final = frozenset({13, 18})
"""Unauthorized, AuthenticationFailed."""
ILLEGAL_OPERATION: Final = 20
"""What a server outside a replica set answers to the first statement of a transaction."""

REPLICA_SET: Final = """mongod --replSet rs0; mongosh --eval "rs.initiate()\""""
"""How a single server becomes a replica set of one; commands, so that nothing is left to translate."""


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
    except BSONError as error:  # more than the 16 MB that a document or a statement may have
        raise StoreError(reason=f"{address}: {type(error).__name__}") from error


def code_of(error: PyMongoError) -> int | None:
    """The server's error code; for a bulk write, that of the first write that failed."""
    if isinstance(error, BulkWriteError):
        failed = error.details.get("writeErrors") or [{}]
        code = failed[0].get("code")
        return code if isinstance(code, int) else None
    return error.code if isinstance(error, OperationFailure) else None


def _translate(error: PyMongoError, address: str, about: dict[str, Any]) -> StoreError:
    code = code_of(error)
    facts = {"address": address, "reason": f"{address}: {type(error).__name__}" + (f" {code}" if code else "")}
    if error.has_error_label(UNKNOWN_COMMIT):
        return UnknownOutcome(**facts)
    if code in DUPLICATE_KEYS or code == WRITE_CONFLICT:
        return Contention(**facts, **about)
    if code in NOT_ALLOWED_IN or isinstance(error, ServerSelectionTimeoutError | ConfigurationError):
        return Unavailable(**facts)
    if error.has_error_label(TRANSIENT):
        return Transient(**facts)
    if code == ILLEGAL_OPERATION:
        return NoTransactions(**facts, hint=REPLICA_SET)
    return Unavailable(**facts) if isinstance(error, ConnectionFailure) else StoreError(**facts)
