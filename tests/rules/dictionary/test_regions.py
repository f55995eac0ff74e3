"""Administrative divisions as the list of regions, on every store."""

from typing import Any

import pytest
from attrs import fields

from crmcore import dictionary
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import eq, query
from crmcore.storage.crm import Crm

DIVISIONS = [
    {"code": "11", "name": "北京市", "children": [{"code": "110105", "name": "朝阳区"}]},
    {
        "code": "22",
        "name": "吉林省",
        "children": [{"code": "2201", "name": "长春市", "children": [{"code": "220104", "name": "朝阳区"}]}],
    },
]
LABELS = {
    "11": "北京市",
    "110105": "北京市 / 朝阳区",
    "22": "吉林省",
    "2201": "吉林省 / 长春市",
    "220104": "吉林省 / 长春市 / 朝阳区",
}

REFUSED: list[tuple[Any, str]] = [
    ([{"name": "北京市"}], "dictionary.division_code"),
    ([{"code": "1 1", "name": "北京市"}], "dictionary.division_code"),
    ([{"code": "11", "name": ""}], "dictionary.division_name"),
    ([{"code": "11", "name": "京" * 51}], "dictionary.division_name"),
    ([*DIVISIONS, {"code": "11", "name": "天津市"}], "dictionary.division_twice"),
    ([{"code": "11", "name": "华北"}], "dictionary.label_taken"),
    (["北京市"], "value.type"),
    ({"code": "11"}, "value.type"),
    ([{"code": "11", "name": "北京市", "children": 5}], "value.type"),
]


def regions(crm: Crm) -> dict[str, str]:
    """Code to Chinese label of the list."""
    with crm.work(as_user="admin", readonly=True) as work:
        found = work.dictionary.find(query(DictionaryEntry).where(eq(fields(DictionaryEntry).category, "region")))
    return {one.code: one.label_zh for one in found}


@pytest.mark.requirement("6.1", "16.9", "X-CUS-03")
def test_divisions_become_regions_once_and_follow_what_is_renamed(crm: Crm) -> None:
    delivered = regions(crm)
    done = crm.perform(dictionary.load_regions, DIVISIONS, as_user="admin")
    assert (done.created, done.changed, done.unchanged) == (5, 0, 0)
    assert regions(crm) == delivered | LABELS
    again = crm.perform(dictionary.load_regions, DIVISIONS, as_user="admin")
    assert (again.created, again.changed, again.unchanged) == (0, 0, 5)
    renamed = [{"code": "22", "name": "吉林"}]
    assert crm.perform(dictionary.load_regions, renamed, as_user="admin").changed == 1
    assert regions(crm)["22"] == "吉林"


@pytest.mark.requirement("6.1", "DIC-03")
def test_what_is_no_list_of_divisions_is_refused_as_a_whole(crm: Crm) -> None:
    before = regions(crm)
    for divisions, code in REFUSED:
        with pytest.raises(Invalid) as refused:
            crm.perform(dictionary.load_regions, divisions, as_user="admin")
        assert code in refused.value.codes, divisions
    assert regions(crm) == before


@pytest.mark.requirement("6.1")
def test_only_who_maintains_the_dictionary_loads_regions(crm: Crm) -> None:
    with pytest.raises(NoPermission):
        crm.perform(dictionary.load_regions, DIVISIONS, as_user="zhaomin")
