"""Children of the nursery as a test sees them: started, listened to, killed."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import attrs

PATIENCE = 60.0


@attrs.frozen
class Child:
    """A process that works until it is killed."""

    pid: int

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)

    def mourn(self) -> None:
        """Wait until it is gone: a signal is sent before it is obeyed."""
        patience = time.monotonic() + PATIENCE
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < patience:
                os.kill(self.pid, 0)
                time.sleep(0.001)

    def freeze(self) -> None:
        """Stop it where it is, with everything that it holds."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)


class Nursery:
    """Starts children and reads what they say."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")},
        )  # what is killed keeps no record of what it ran: tracing it would only make it slower
        self._said: queue.Queue[list[str]] = queue.Queue()
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    def start(self, life: str, url: str, name: str) -> tuple[Child, list[str]]:
        """Start a child and answer it with the first thing it says."""
        self._order(life, url, name)
        first = self.heard()
        return Child(int(first[0])), first[1:]

    def _order(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def heard(self, seconds: float = PATIENCE) -> list[str]:
        """Answer the next line that a child has said: its process id and its words."""
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no child has said anything for {seconds} seconds") from None

    def wait_for_words(self, count: int = 1) -> None:
        """Wait until a child has said so many things that nobody has heard yet."""
        patience = time.monotonic() + PATIENCE
        while self._said.qsize() < count and time.monotonic() < patience:
            time.sleep(0.001)

    def acknowledged(self, child: Child) -> dict[UUID, int]:
        """Answer everything a dead child has said that it did: ids and versions.

        The nursery itself speaks after it, through the same pipe: what a busy machine has not handed on yet is waited
        for.
        """
        child.mourn()
        self._order("echo", "-", "heard")
        done: dict[UUID, int] = {}
        while True:
            pid, word, *rest = self.heard()
            if word == "heard":
                return done
            assert (int(pid), word) == (child.pid, "done")
            done[UUID(rest[0])] = int(rest[1])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line.split())

    def __enter__(self) -> Self:
        """Nothing more to start."""
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the nursery and whatever child still lives."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._ears.join()
        self._process.__exit__(error_type, error, trace)
