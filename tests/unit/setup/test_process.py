"""The sales process that a company can begin with (requirement X-OPP-03)."""

from typing import Any

import pytest

from crmcore import SYSTEM, pipeline, setup
from crmcore.base.errors import Invalid
from crmcore.storage.crm import Crm

pytestmark = pytest.mark.requirement("X-OPP-03")


@pytest.mark.parametrize(("language", "first"), [("zh", "初步接触"), ("en", "First contact")])
def test_a_company_begins_with_stages_when_it_says_so(crm: Crm, language: Any, first: str) -> None:
    setup.install(crm)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.sales_stages.count() == 0, "its process is the company's to say"
    made = crm.perform(setup.standard_process, language=language, as_user=SYSTEM)
    assert made[0].name == first
    assert [one.probability for one in made] == [10, 25, 50, 75, 90]
    assert made[0].needed == (), "whatever is dispatched enters the first one"
    crm.perform(pipeline.retire_stage, made[0].id, as_user=SYSTEM)
    assert crm.perform(setup.standard_process, as_user=SYSTEM) == ()


def test_an_unknown_language_begins_nothing(crm: Crm) -> None:
    setup.install(crm)
    wrong: Any = "fr"
    with pytest.raises(Invalid) as refused:
        crm.perform(setup.standard_process, language=wrong, as_user=SYSTEM)
    assert refused.value.fields == {"language"}
