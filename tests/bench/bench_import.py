"""What ``import crmcore`` costs, against what ``import sqlalchemy`` does; each in a process of its own."""

import statistics
import subprocess
import sys

PROGRAM = "import time\nstart = time.perf_counter()\nimport {}\nprint(time.perf_counter() - start)"


def _seconds(module: str) -> float:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(module)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def test_import() -> None:
    ratio = statistics.median(_seconds("crmcore") / _seconds("sqlalchemy") for _ in range(15))
    print(f"\nimport crmcore: {ratio:.2f} of import sqlalchemy")
    assert ratio <= 0.25
