"""The distribution as it is installed: its entry points, its files, and what importing it costs."""

import importlib
import json
import subprocess
import sys
from importlib.metadata import distribution, entry_points, metadata
from pathlib import Path, PurePosixPath

import pytest

import crmcore

HEAVY = ("sqlalchemy", "alembic", "pymongo", "bson", "cattrs", "flask", "psycopg", "pymysql", "argon2", "typer", "rich")
SCHEMES = {"memory", "sqlite", "postgresql", "mysql", "mariadb", "mongodb", "mongodb+srv"}


def files() -> set[str]:
    return {str(PurePosixPath(path)) for path in distribution("crmcore").files or ()}


def modules_after(statement: str) -> set[str]:
    """The top-level modules a fresh interpreter has loaded after this statement."""
    script = f"{statement}\nimport json, sys; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_crmcore_loads_no_driver_and_no_framework() -> None:
    loaded = modules_after("import crmcore")
    assert "crmcore" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_every_public_name_can_be_had() -> None:
    assert len(set(crmcore.__all__)) == len(crmcore.__all__)
    for name in crmcore.__all__:
        assert getattr(crmcore, name) is not None


def test_the_version_is_said_once() -> None:
    assert crmcore.__version__ == metadata("crmcore")["Version"]


def test_every_scheme_of_a_store_is_an_entry_point() -> None:
    assert {point.name for point in entry_points(group="crmcore.stores")} >= SCHEMES


def test_the_memory_store_needs_nothing_installed() -> None:
    (point,) = entry_points(group="crmcore.stores", name="memory")
    assert callable(point.load())


def test_the_core_alone_requires_attrs_only() -> None:
    required = [line for line in distribution("crmcore").requires or () if "extra ==" not in line]
    assert [line for line in required if "sys_platform" not in line] == ["attrs>=24.2"]


@pytest.mark.extras
@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_every_store_can_be_loaded_with_its_extra(scheme: str) -> None:
    (point,) = entry_points(group="crmcore.stores", name=scheme)
    assert callable(point.load())


@pytest.mark.extras
def test_the_command_line_answers() -> None:
    command = Path(sys.executable).with_name("crmcore")
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"init", "upgrade", "info", "demo-data"} <= set(done.stdout.replace("│", " ").split())


def test_the_wheel_carries_types_and_texts_of_every_package() -> None:
    if any("__editable__" in name or name.endswith(".pth") for name in files()):
        pytest.skip("an editable install lists no files")
    for package in ("crmcore", "crmcore_sql", "crmcore_mongo"):
        assert f"{package}/py.typed" in files()
        assert importlib.util.find_spec(package) is not None
    assert {"crmcore/i18n/en/core.toml", "crmcore/i18n/zh/core.toml"} <= files()
    assert any(name.startswith("crmcore_sql/migrations/versions/") for name in files())


def test_the_wheel_carries_nothing_else() -> None:
    tops = {name.split("/")[0] for name in files() if not name.startswith("..")}
    allowed = {"crmcore", "crmcore_sql", "crmcore_mongo"}
    assert {top for top in tops - allowed if not top.endswith((".dist-info", ".pth"))} == set()
