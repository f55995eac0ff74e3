"""Makes frozen objects quickly: an unfrozen twin is filled by assignment and then becomes what it stands for."""

from typing import Any

__all__ = ["twin_of"]


def twin_of(cls: type[Any]) -> type[Any] | None:
    """Answer a class whose objects can be filled by assignment and then become objects of *cls*.

    It adds nothing to *cls* but takes its guard against assignment away. None for a class without slots, whose objects
    keep a dictionary that would have to move too.
    """
    if "__slots__" not in cls.__dict__:
        return None
    free = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"Blank{cls.__name__}", (cls,), free)
