"""``crmcore import``, ``export`` and ``undo-import``."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.install import install
from crmcore import customers

pytestmark = pytest.mark.extras
Cli = Callable[..., Any]


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("CRMCORE_PASSWORD", "correct horse battery")
    made = f"sqlite:///{tmp_path / 'crm.db'}"
    crm = crmcore.open(made, check=False)
    crm.store.prepare()
    install(crm)
    crm.close()
    return made


@pytest.mark.requirement("X-ADM-08", "X-ADM-10")
def test_a_file_goes_in_and_out_and_is_taken_back(cli: Cli, url: str, tmp_path: Path) -> None:
    source, wrong, out = tmp_path / "a.csv", tmp_path / "wrong.csv", tmp_path / "out.csv"
    source.write_bytes("客户名称,谁,电话\n华建,lihua,1\n光明,nobody,2\n".encode("gb18030"))
    ways = ("--user", "zhaomin", "--column", "谁=manager", "--errors", str(wrong))
    rehearsed = cli("import", url, str(source), *ways, "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.facts["created"], rehearsed.facts["batch"]) == (0, 1, None)
    done = cli("import", url, str(source), *ways, "--json")
    assert {name: done.facts[name] for name in ("rows", "created", "failed")} == {"rows": 2, "created": 1, "failed": 1}
    assert done.facts["errors"][0]["row"] == 3
    assert "光明,nobody,2" in wrong.read_text("utf-8-sig")
    told = cli("export", url, str(out), "--user", "zhaomin", "--headings", "zh", "--lang", "zh")
    assert told.out == f"已将 1 行写入 {out}。\n"
    assert "华建" in out.read_text("utf-8-sig")
    undone = cli("undo-import", url, done.facts["batch"], "--user", "zhaomin", "--lang", "en")
    assert undone.out == "1 records removed, 0 restored.\n"
    again = cli("undo-import", url, done.facts["batch"], "--user", "zhaomin", "--json")
    assert (again.code, again.facts["error"]["code"]) == (1, "exchange.undone")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import", "{url}", "{file}", "--user", "lihua"), "access.no_permission"),
        (("export", "{url}", "{file}.csv", "--user", "lihua"), "access.no_permission"),
        (("import", "{url}", "{file}", "--user", "zhaomin", "--column", "x=name"), "invalid"),
        (("import", "{url}", "{file}", "--user", "zhaomin", "--manager", "nobody"), "not_found"),
        (("export", "{url}", "{file}.doc", "--user", "zhaomin"), "invalid"),
        (("undo-import", "{url}", "x", "--user", "zhaomin"), "invalid"),
        (("export", "{url}", "{file}/no/folder.csv", "--user", "zhaomin"), "invalid"),
        (("import", "{url}", "{file}", "--user", "zhaomin", "--errors", "{file}/no/folder.csv"), "invalid"),
        (("import", "{url}", "{file}.missing", "--user", "zhaomin"), "invalid"),
    ],
)
def test_what_can_not_be_done_is_said(
    cli: Cli, url: str, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("name\nA\n")
    done = cli(*(one.format(url=url, file=file) for one in arguments), "--json")
    assert (done.code, done.facts["error"]["code"]) == (1, code)
    assert not Path(f"{file}.csv").exists()


@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "X-CUS-08")
def test_the_url_may_be_in_the_environment_and_an_empty_file_be_asked_for(
    cli: Cli, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm = crmcore.open(url)
    with crm.work(as_user="admin") as work:
        labels: Any = {"label_zh": "行业地位", "label_en": "Standing"}
        customers.add_custom_field(work, code="standing", kind=customers.CustomKind.TEXT, **labels)
    crm.close()
    file, out, user = tmp_path / "a.csv", tmp_path / "out.csv", ("--user", "zhaomin")
    nowhere = cli("import", str(file), *user, "--json")
    assert (nowhere.code, nowhere.facts["error"]["code"]) == (2, "cli.usage")
    assert "CRM_URL" in nowhere.facts["error"]["message"]
    monkeypatch.setenv("CRM_URL", url)
    assert cli("import", "--template", str(file), *user, "--lang", "en").out == f"{file} is ready to be filled in.\n"
    (heading,) = csv.reader(file.read_text("utf-8-sig").splitlines())
    assert {"Customer name", "Account manager", "Contact: Mobile", "Standing"} <= {*heading}
    filled = dict.fromkeys(heading, "") | {"Customer name": "A", "Account manager": "lihua", "Standing": "=1"}
    with file.open("a", encoding="utf-8", newline="") as to:
        csv.writer(to).writerow(filled.values())
    done = cli("import", str(file), *user, "--json")
    assert (done.code, done.facts["created"]) == (0, 1)
    assert cli("export", str(out), *user).code == 0
    assert "custom.standing" in out.read_text("utf-8-sig")
    assert "'=1" in out.read_text("utf-8-sig")
    assert cli("undo-import", done.facts["batch"], *user, "--lang", "en").out == "2 records removed, 0 restored.\n"
    assert cli("export", url, str(out), "more", *user, "--json", "--lang", "zh").code == 2
