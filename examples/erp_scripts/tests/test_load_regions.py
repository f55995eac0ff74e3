"""The list of regions from a file of administrative divisions."""

import importlib
import json
from pathlib import Path

import pytest

import crmcore
from crmcore import access, dictionary
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_role_id

HERE = Path(__file__).parents[1]
DIVISIONS = [
    {
        "code": "44",
        "name": "广东省",
        "children": [{"code": "4403", "name": "深圳市", "children": [{"code": "440305", "name": "南山区"}]}],
    }
]


def test_divisions_become_regions_once(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(HERE)
    main = importlib.import_module("load_regions").main
    with crmcore.open(url) as crm:
        roles = (delivered_role_id("administrator"),)
        crm.perform(access.create_user, name="adam", roles=roles, as_user=SYSTEM)
    path = tmp_path / "divisions.json"
    path.write_text(json.dumps(DIVISIONS), encoding="utf-8")
    arguments = [str(path), "--url", url, "--lang", "en", "--as-user"]
    assert main([*arguments, "adam"]) == 0
    assert main([*arguments, "adam"]) == 0
    assert capfd.readouterr().out == "3 regions new, 0 changed, 0 unchanged\n0 regions new, 0 changed, 3 unchanged\n"
    with crmcore.open(url) as crm, crm.work(as_user="adam", readonly=True) as work:
        assert dictionary.labels(work, "region")["440305"] == "广东省 / 深圳市 / 南山区"
    assert main([*arguments, "anna"]) == 1
    path.write_text("{", encoding="utf-8")
    assert main([*arguments, "adam"]) == 1
    assert "is not used: It is no list of regions" in capfd.readouterr().err
