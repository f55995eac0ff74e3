"""Loads the public names of a package when they are first used, so that importing one part does not load all."""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["exports"]


def exports(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: The package's ``__name__``.
        homes: Public name to the module that defines it; ``module:name`` where it is called differently there,
            and a module's own full name for a submodule.
    """

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message)
        module, _, alias = home.partition(":")
        loaded = importlib.import_module(module)
        value = loaded if module == f"{package}.{name}" else getattr(loaded, alias or name)
        setattr(sys.modules[package], name, value)
        return value

    def listing() -> list[str]:
        return sorted(homes)

    return load, listing
