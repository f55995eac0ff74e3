"""What is no choice between two customers' values is told of, whatever a program passes on (X-ADM-11, GEN-11)."""

from typing import Any

import pytest

from crmcore.base.errors import Invalid
from crmcore.customers.merge_choices import check_choices


@pytest.mark.requirement("X-ADM-11", "GEN-11")
@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (["name"], "value.type"),
        ("name", "value.type"),
        (5, "value.type"),
        ({"name": ["kept"]}, "value.choice"),
        ({"name": None}, "value.choice"),
        ({1: "kept"}, "value.unknown_field"),
        ({"custom.x": "kept"}, "value.unknown_field"),
    ],
)
def test_what_is_no_choice_is_told_of(choices: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_choices(choices, ["vip"])
    assert refused.value.codes == {code}
    assert refused.value.explain("zh")
    check_choices({"name": "absorbed", "custom.vip": "kept"}, ["vip"])
