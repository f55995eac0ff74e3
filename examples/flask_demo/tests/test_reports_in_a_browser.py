"""The pages of reports in Chromium: looked at by axe, on a desk and on a phone, in both languages, and as printed."""

from collections.abc import Callable

import pytest
from visiting import DESK, PHONE, Visit

from crmcore import Crm
from crmcore.reports import catalogue

NARROW_DESK = {"width": 1024, "height": 768}
EVERY_SHAPE = (
    "management",
    "contribution",
    "composition",
    "customer_cohorts",
    "customer_cards",
    "sales_forecast",
    "pipeline_waterfall",
)
"""Reports with pies, bars, lines, steps, many columns and long names; the others are looked at once."""


ON_A_PHONE = ("contribution", "customer_cards")
"""Tables as cards, and moved sideways: on phones axe looks at these; every shape has to fit."""


@pytest.fixture
def crm(sample: Crm) -> Crm:
    """The sample company is what these pages show."""
    return sample


@pytest.mark.requirement("RPT-05", "RPT-06", "GEN-12", "GEN-14")
@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("zh", DESK, "light"), ("en", NARROW_DESK, "dark"), ("en", PHONE, "light"), ("zh", PHONE, "dark")],
    ids=["desk", "dark", "phone", "zh-phone"],
)
def test_reports_look_right(visit: Callable[..., Visit], language: str, viewport: dict[str, int], scheme: str) -> None:
    one = visit(language, viewport, color_scheme=scheme)
    page = one.page
    one.sign_in("lihua")
    one.open("/reports")
    one.look()
    for kind in EVERY_SHAPE if viewport is not NARROW_DESK else [it.name for it in catalogue.KINDS]:
        one.open(f"/reports/{kind}")
        if viewport is not PHONE or kind in ON_A_PHONE:
            one.look()
        else:
            one.fits()
        for figure in page.locator("figure.chart").all():
            drawn = [svg.bounding_box() for svg in figure.locator("svg").all() if svg.is_visible()]
            assert len(drawn) == 1, kind
            assert drawn[0] is not None
            assert drawn[0]["width"] <= viewport["width"]
    one.open("/reports/contribution/records?table=customers&row=total&column=orders")
    one.look()
    one.open("/reports/contribution?period=never")
    one.look()
    assert page.locator("[aria-invalid=true]").count() == 1


@pytest.mark.requirement("RPT-06", "NFR-11")
def test_texts_of_a_chart_stay_inside_it_and_apart(visit: Callable[..., Visit]) -> None:
    one = visit("zh", DESK)
    one.sign_in("lihua")
    for kind in EVERY_SHAPE:
        one.open(f"/reports/{kind}")
        outside = one.page.evaluate(
            """() => [...document.querySelectorAll('svg.drawn')].filter(svg => svg.checkVisibility()).flatMap(svg => {
              const frame = svg.getBoundingClientRect();
              return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1);
              }).map(text => text.textContent);
            })"""
        )
        assert not outside, (kind, outside)


@pytest.mark.requirement("GEN-12", "RPT-06")
def test_numbers_and_marks_lead_to_records_by_keyboard_and_mouse(visit: Callable[..., Visit]) -> None:
    one = visit("en", DESK)
    page = one.page
    one.sign_in("lihua")
    one.open("/reports/contribution")
    page.locator("table.figures td a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/reports/contribution/records?" in page.url
    page.go_back()
    with page.expect_navigation():
        page.locator("svg.drawn:visible a").first.click()
    assert "column=amount" in page.url
    assert page.locator("[role=status]").first.inner_text()
    page.go_back()
    reached = page.evaluate("document.querySelectorAll('svg.drawn a:not([tabindex=\"-1\"])').length")
    assert reached == 0  # the table has the same links


@pytest.mark.requirement("RPT-05")
def test_a_printed_report_is_a_title_tables_and_charts(visit: Callable[..., Visit]) -> None:
    one = visit("zh", DESK)
    page = one.page
    one.sign_in("lihua")
    one.open("/reports/services")
    assert page.locator("[data-print]").is_visible()
    page.evaluate("window.print = () => { window.printed = true }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.set_viewport_size({"width": 680, "height": 960})  # about as wide as the page of an A4 sheet
    page.emulate_media(media="print")
    for gone in (".top", ".modules", ".filters", ".heading-end", ".back", ".tabs", ".sideways-hint"):
        for it in page.locator(gone).all():
            assert not it.is_visible(), gone
    for kept in ("h1", ".about", "figure.chart", "table.figures thead"):
        assert page.locator(kept).first.is_visible(), kept
    assert page.evaluate("getComputedStyle(document.querySelector('table.figures tr')).display") == "table-row"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.requirement("RPT-06", "NFR-11")
def test_on_a_phone_a_figure_is_a_line_and_a_wide_table_says_that_it_moves(visit: Callable[..., Visit]) -> None:
    one = visit("en", PHONE)
    page = one.page
    one.sign_in("lihua")
    one.open("/reports/service_backlog")
    row = page.locator("table.pair tbody tr").first
    name, number = row.locator("th").bounding_box(), row.locator("td").bounding_box()
    assert name is not None
    assert number is not None
    assert abs(name["y"] - number["y"]) < 2
    assert name["x"] + name["width"] <= number["x"] + 1
    assert not page.locator(".sideways-hint").count()
    one.open("/reports/customer_cards")
    assert page.locator("section:has(table.wide) .sideways-hint").first.is_visible()
    page.set_viewport_size(DESK)
    one.open("/reports/composition")
    assert not page.locator(".sideways-hint").first.is_visible()


def test_the_pages_of_reports_work_without_javascript(visit: Callable[..., Visit]) -> None:
    one = visit("en", DESK, java_script_enabled=False)
    page = one.page
    one.open("/sign-in")
    page.fill("#f-name", "lihua")
    page.fill("#f-password", "secret phrase")
    page.keyboard.press("Enter")
    page.wait_for_url(one.address + "/")
    one.open("/reports/composition")
    assert page.locator("figure.chart svg").count() > 0
    assert not page.locator("[data-print]").is_visible()
    page.select_option("#q-by", index=1)
    with page.expect_navigation():
        page.locator(".filters-end button").click()
    assert "by=" in page.url
