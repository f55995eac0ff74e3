"""Somebody who goes on working in the background, whatever happens around him."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

PATIENCE = 120.0


class Steady:
    """Does one piece of work after another in a thread of its own; what fails in the expected way is done again."""

    def __init__(self, deed: Callable[[int], Any], *, patient_with: tuple[type[Exception], ...]) -> None:
        self._deed, self._patient_with = deed, patient_with
        self._ended = threading.Event()
        self._error: Exception | None = None
        self.done = 0
        """How many pieces of work were acknowledged."""
        self._thread = threading.Thread(target=self._work, daemon=True)

    def wait_for(self, more: int) -> None:
        """Wait until that many more pieces of work are done."""
        goal, deadline = self.done + more, time.monotonic() + PATIENCE
        while self.done < goal and time.monotonic() < deadline and self._thread.is_alive():
            time.sleep(0.01)
        assert self.done >= goal, self._error or "no progress"

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                self._deed(self.done)
            except self._patient_with:
                continue
            except Exception as error:  # noqa: BLE001  # shown to the test
                self._error = error
                return
            self.done += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
