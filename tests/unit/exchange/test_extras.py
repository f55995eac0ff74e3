"""What a format needs beyond attrs is asked for when it is used, and named if it is not there."""

import io
import subprocess
import sys
from typing import Any

import pytest

from crmcore.access.argon2 import MissingPackage
from crmcore.exchange.writing import as_frame, write_xlsx


@pytest.mark.parametrize(("package", "extra"), [("openpyxl", "excel"), ("pandas", "pandas")])
def test_a_missing_package_is_named_with_its_extra(package: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    table: Any = None
    with pytest.raises(MissingPackage) as caught:
        write_xlsx(table, io.BytesIO()) if package == "openpyxl" else as_frame(table)
    assert caught.value.params == {"package": package, "extra": extra}


def test_reading_files_loads_no_package_beyond_attrs() -> None:
    program = "import sys, crmcore.exchange.running, crmcore.exchange.exporting\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"openpyxl", "pandas", "numpy", "rapidfuzz", "defusedxml", "lxml"} & {*done.stdout.split()}
