"""Lets several people act at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all deeds together, each in a thread of its own; answer what each returned, or the error it raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except Exception as error:  # noqa: BLE001  # the test looks at every outcome
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
