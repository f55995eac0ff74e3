"""The edges of loading regions: a file of nothing but mistakes, and one with more than any country has."""

import pytest

from company.in_memory import shared_store
from crmcore import dictionary
from crmcore.base.errors import Invalid
from crmcore.storage.crm import Crm

__all__ = ["shared_store"]


@pytest.mark.requirement("6.1")
def test_of_very_many_mistakes_the_first_are_told(crm: Crm) -> None:
    with pytest.raises(Invalid) as refused:
        crm.perform(dictionary.load_regions, [{"name": f"第{place}区"} for place in range(500)], as_user="admin")
    assert len(refused.value.problems) == 21


@pytest.mark.requirement("6.1")
def test_more_divisions_than_any_country_has_are_refused(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.dictionary.regions._MOST", 3)
    divisions = [{"code": f"9{place}", "name": f"第{place}区"} for place in range(5)]
    with pytest.raises(Invalid) as refused:
        crm.perform(dictionary.load_regions, divisions, as_user="admin")
    assert [(one.field, one.code) for one in refused.value.problems] == [("divisions", "value.too_many")]
    assert crm.perform(dictionary.load_regions, divisions[:3], as_user="admin").created == 3
