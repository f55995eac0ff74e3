"""Texts are found by key and language, filled in, and never hide an error by being missing."""

import pytest

from crmcore.i18n import extend, has_text, keys, language_of, text


def test_a_text_is_said_in_the_language_wanted() -> None:
    assert text("opportunity.title", "zh") == "概要"
    assert text("opportunity.title", "en") == "Title"
    assert text("opportunity.title") == "Title"


def test_a_table_has_a_text_of_its_own() -> None:
    assert text("opportunity", "zh") == "销售机会"


def test_a_key_with_dots_in_one_name_is_found() -> None:
    assert text("permission.opportunity.dispatch", "zh") == "指派销售机会"


def test_placeholders_are_filled_in() -> None:
    assert (
        text("error.value.range", "en", field="Rate", min=0, max=100, got=101)
        == "Rate: must be from 0 to 100, not 101."
    )


def test_a_placeholder_without_its_parameter_stays_readable() -> None:
    assert "{max}" in text("error.value.range", "en", field="Rate", min=0)


def test_a_parameter_called_like_an_argument_is_filled_in() -> None:
    extend("en", {"test_only": {"odd": "{key} {language}"}})
    assert text("test_only.odd", "en", key=1, language=2) == "1 2"


def test_an_unknown_key_is_said_as_itself() -> None:
    assert text("no.such.key", "zh") == "no.such.key"
    assert not has_text("no.such.key", "zh")


def test_an_application_adds_and_replaces_texts() -> None:
    extend("zh", {"test_only": {"_": "船", "name": "船名", "size.length": "船长"}})
    extend("zh", {"test_only": {"name": "名称"}})
    assert [text(f"test_only{rest}", "zh") for rest in ("", ".name", ".size.length")] == ["船", "名称", "船长"]
    assert "test_only.name" in keys("zh")


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh_TW.UTF-8", "zh"),
        ("en-GB", "en"),
        ("EN", "en"),
        ("de", "zh"),
        ("english", "zh"),
        ("", "zh"),
        (None, "zh"),
    ],
)
def test_a_language_tag_chooses_a_catalogue(wanted: str | None, language: str) -> None:
    assert language_of(wanted) == language


def test_another_default_can_be_chosen() -> None:
    assert language_of("fr", "en") == "en"
