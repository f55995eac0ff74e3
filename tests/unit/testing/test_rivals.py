"""The tools that checks race with: they find out who waits, who fails and who wins."""

import threading
import time

import pytest

from crmcore.base.errors import Contention
from crmcore.testing import rivals
from crmcore.testing.rivals import Background, all_results, attempt


def test_a_background_hands_over_its_result_or_its_error() -> None:
    assert Background(lambda: 5).result() == 5
    with pytest.raises(ZeroDivisionError):
        Background(lambda: 1 // 0).result()


def test_a_background_that_waits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "PATIENCE", 0.01)
    gate = threading.Event()
    waiting = Background(gate.wait)
    assert not waiting.done_within(0.01)
    with pytest.raises(AssertionError, match="a session waits for ever"):
        waiting.result()
    gate.set()
    assert waiting.done_within(10)


def test_all_start_together() -> None:
    started = all_results([time.monotonic] * 4)
    assert max(started) - min(started) < 1
    with pytest.raises(ZeroDivisionError):
        all_results([lambda: 1 // 0])


def test_an_attempt_may_lose_but_not_fail() -> None:
    def lose() -> bool:
        raise Contention

    def fail() -> bool:
        raise RuntimeError

    assert attempt(lambda: True)
    assert not attempt(lambda: False)
    assert not attempt(lose)
    with pytest.raises(RuntimeError):
        attempt(fail)
