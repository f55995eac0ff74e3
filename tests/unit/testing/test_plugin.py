"""The kit as a store author meets it: a test class, a fixture, and pytest finds the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

AUTHORS_TEST = """
import pytest
from crmcore.testing.checks.records import RecordChecks


class TestMine(RecordChecks):
    @pytest.fixture
    def store_url(self):
        return "memory://"
"""
RED_TEST = """
import pytest
from crmcore.memory import MemoryStore
from crmcore.testing.checks.times import TimeChecks
from crmcore.testing.samples import SCHEMAS


class Forgetful(MemoryStore):
    def begin(self, *, write):
        return MemoryStore(SCHEMAS).begin(write=write)


class TestMine(TimeChecks):
    @pytest.fixture
    def open_store(self):
        return lambda: Forgetful(SCHEMAS)
"""


def pytest_run(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_mine.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_mine.py"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_runs_the_checks_of_a_class(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, AUTHORS_TEST, "-m", "store_kit")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert " passed" in done.stdout


def test_shows_the_values_a_check_compared(tmp_path: Path) -> None:
    """The plug-in has the kit's assertions rewritten, so that a failure says more than ``AssertionError``."""
    done = pytest_run(tmp_path, RED_TEST, "-k", "test_keeps_days")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "assert None is not None" in done.stdout


def test_costs_nothing_in_other_runs(tmp_path: Path) -> None:
    """The plug-in alone imports neither Hypothesis nor any driver nor the kit."""
    text = """
import sys

def test_light():
    heavy = {"sqlalchemy", "pymongo", "crmcore.testing.kit", "crmcore.testing.strategies", "crmcore.query"}
    assert "crmcore.testing.plugin" in sys.modules
    assert not heavy & sys.modules.keys()
"""
    done = pytest_run(tmp_path, text)
    assert done.returncode == pytest.ExitCode.OK, done.stdout
