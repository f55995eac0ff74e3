"""Pictures as SVG that a strict page may hold: no styles, no scripts, texts as text (RPT-06).

pygal places bars, lines and slices; what it would bring of its own looks is taken out, and the stylesheet gives the
picture those of the page, dark mode and printing included.
"""

import sys
from collections.abc import Callable
from typing import Any, Final
from xml.etree.ElementTree import Element, QName, SubElement, tostring

import attrs
import pygal  # type: ignore[import-untyped]  # the package has no types
from pygal.style import Style  # type: ignore[import-untyped]

from crmcore_demo.chart_parts import COLOURS, SIGN, Mark, Picture, Series, shortened, width_of

# It leaves a finder of plug-ins among Python's, of a kind that Python 3.12 no longer asks and 3.11 warns of.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != pygal.__name__]

WIDE, NARROW = 720, 360
_STYLE: Final = Style(label_font_size=13, major_label_font_size=13, value_font_size=13, no_data_font_size=13)
_PLAIN: Final = {
    "style": _STYLE,
    "js": (),
    "css": (),
    "classes": (),
    "disable_xml_declaration": True,
    "show_legend": False,
    "margin": 8,
    "spacing": 4,
    "print_values": True,
}
"""pygal's own tables of colours and fonts are replaced by the stylesheet."""
_POINTED_AT: Final = {"bar", "dots", "slice"}
_NOT_KEPT: Final = {"desc", "style", "script", "defs"}
_LABEL_SHARE: Final = 3
_LATIN: Final = 0.6
_PIE_LABEL: Final = 6


def _raw(mark: Mark, *, said: bool = True) -> dict[str, Any] | None:
    if mark.value is None:
        return None
    words = mark.words if said else ""
    raw: dict[str, Any] = {"value": mark.value, "formatter": lambda _: words, "tooltip": mark.title}
    if mark.address:
        raw["xlink"] = {"href": mark.address, "tabindex": "-1", "aria-label": mark.title}
    return raw


def _tidy(root: Any, *, beside: str) -> None:
    """Take out what the page's rules forbid or a reader of it would stumble over.

    The tree has comments, and attributes with names of another namespace: types of plain trees know neither.
    """
    for parent in list(root.iter()):
        for child in list(parent):
            own = (
                not isinstance(child.tag, str) or child.tag in _NOT_KEPT or "tooltip" in child.get("class", "").split()
            )
            tip = child.tag == "title" and parent.tag != "a" and parent.get("class") not in _POINTED_AT
            if own or tip or child.get("class") in {"background", "plot tooltip-overlay"}:
                parent.remove(child)
        for name in [one for one in parent.attrib if isinstance(one, QName)]:
            parent.set("href", parent.attrib.pop(name))
        if parent.get("class") == "bars":  # the page has something else of that name
            del parent.attrib["class"]
        if parent.tag == "text" and parent.get("class") == "value":
            parent.set("text-anchor", _anchor(parent, beside))


def _anchor(text: Element, beside: str) -> str:
    """Let a number begin at the end of its bar, or end there where the bar goes to the left."""
    if not beside:
        return "middle"
    return "end" if beside == "bars" and (text.text or "").startswith("-") else "start"


def _svg(chart: Any, width: int, height: int, kind: str, *, beside: str = "") -> Element:
    root: Element = chart.render_tree(width=width, height=height)
    _tidy(root, beside=beside)
    for name in ("id", "class"):
        root.attrib.pop(name, None)
    kinds = " ".join(f"as-{one}" for one in kind.split())
    root.set("class", f"drawn {kinds} {'for-wide' if width == WIDE else 'for-narrow'}")
    root.set("width", str(width))
    root.set("height", str(height))
    root.set("role", "group")
    return root


def _put(chart: Any, picture: Picture, said: Callable[[Mark], bool] = lambda _: True) -> None:
    for one in picture.series:
        chart.add(one.title, [_raw(mark, said=said(mark)) for mark in one.marks])


def _lying(picture: Picture, width: int, kind: Any, name: str, *, bars: int = 1, inside: bool = False) -> Element:
    """Draw bars from left to right, a line for each label, so that names can be read."""
    labels = [shortened(one, width / _LABEL_SHARE) for one in picture.labels]
    widest = max(map(width_of, labels), default=0)
    marks = [mark for one in picture.series for mark in one.marks]
    beside = 0 if inside else max((width_of(mark.words) for mark in marks), default=0)
    chart = kind(
        **_PLAIN,
        # pygal reserves room for labels in Latin letters.
        margin_left=widest - max(map(len, labels), default=0) * _LATIN * SIGN + 8 or 1,
        margin_right=beside + 8,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values_position="center" if inside else "top",
        range=_reaching(marks, beside / (width - widest - beside)) if name == "bars" else None,
    )
    chart.x_labels = labels[::-1]  # the first label is drawn at the bottom
    turned = tuple(attrs.evolve(one, marks=one.marks[::-1]) for one in picture.series)
    said = _fits(picture, width - widest - 40) if inside else lambda _: True
    _put(chart, attrs.evolve(picture, series=turned), said)
    return _svg(chart, width, 24 + len(labels) * (12 + 20 * bars), name, beside="" if inside else name)


def _reaching(marks: list[Mark], part: float) -> tuple[float, float] | None:
    """Return how far bars reach if some go to the left: further than they do, so that their numbers have room there."""
    values = [mark.value for mark in marks if mark.value is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low >= 0:
        return None
    return low - (max(high, 0.0) - low) * part / (1 - min(part, 0.5)), max(high, 0.0)


def _fits(picture: Picture, room: float) -> Callable[[Mark], bool]:
    """Tell whether a part of a bar is wide enough to hold its number."""
    lengths = [
        sum(mark.value or 0 for mark in marks) for marks in zip(*(one.marks for one in picture.series), strict=True)
    ]
    whole = max(lengths, default=0) or 1
    return lambda mark: bool(mark.value) and (mark.value or 0) / whole * room > width_of(mark.words) + 6


def _along(picture: Picture, width: int, kind: Any, name: str, *, numbers: bool = False) -> Element:
    """Draw over time: columns or a line, with as many labels as have room."""
    chart = kind(
        **{**_PLAIN, "print_values": numbers},
        print_values_position="top",
        margin_right=24,
        show_x_guides=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        include_x_axis=True,
        dots_size=4,
        allow_interruptions=True,
        max_scale=6,
        value_formatter=_axis_number,
    )
    chart.x_labels = list(picture.labels)
    widest = max(map(width_of, picture.labels), default=SIGN) + 10
    every = max(1, -(-int(len(picture.labels) * widest) // (width - 80)))
    chart.x_labels_major = list(picture.labels[::every])
    _put(chart, picture)
    return _svg(chart, width, 280 if width == WIDE else 230, name)


def _have_room(picture: Picture, width: int) -> bool:
    """Tell whether each column is wide enough for the number above it."""
    (first, *further) = picture.series
    widest = max((width_of(mark.words) for mark in first.marks), default=0)
    return not further and (widest + 4) * len(first.marks) < width - 100


def _axis_number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")


def bars(picture: Picture, width: int) -> Element:
    """Draw how much: bars beside names, or columns along time."""
    if picture.upright:
        return _along(picture, width, pygal.Bar, "columns", numbers=_have_room(picture, width))
    return _lying(picture, width, pygal.HorizontalBar, "bars", bars=len(picture.series))


def stacked(picture: Picture, width: int) -> Element:
    """Draw what something is made of."""
    if picture.upright:
        return _along(picture, width, pygal.StackedBar, "columns stacked")
    return _lying(picture, width, pygal.HorizontalStackedBar, "stacked", inside=True)


def line(picture: Picture, width: int) -> Element:
    """Draw how something develops; where nothing is known the line has a gap."""
    return _along(picture, width, pygal.Line, "line")


def share(picture: Picture, width: int) -> Element:
    """Draw parts of a whole; each slice that has room says its part, the legend says all."""
    (whole,) = picture.series
    total = sum(mark.value or 0 for mark in whole.marks) or 1
    chart = pygal.Pie(**_PLAIN, inner_radius=0.5)
    for label, mark in zip(picture.labels, whole.marks, strict=True):
        part = 100 * (mark.value or 0) / total
        chart.add(label, [_raw(attrs.evolve(mark, words=f"{part:.0f}%"), said=part > _PIE_LABEL)])
    side = min(width, 260)
    return _svg(chart, side, side, "pie")


def waterfall(picture: Picture, width: int) -> Element:
    """Draw where an amount comes from: the first and the last stand, the others add or take away."""
    (whole,) = picture.series
    last, level = len(whole.marks) - 1, 0.0
    below: list[Mark] = []
    for place, mark in enumerate(whole.marks):
        value = mark.value or 0.0
        stands = place in {0, last}
        before, level = level, value if stands else level + value
        below.append(Mark(0.0 if stands else min(before, level), "", ""))
    kinds = ("stands", "more", "less")
    parts = {kind: [Mark(0.0, "", "") for _ in whole.marks] for kind in kinds}
    for place, mark in enumerate(whole.marks):
        value = mark.value or 0.0
        kind = "stands" if place in {0, last} else "more" if value >= 0 else "less"
        parts[kind][place] = attrs.evolve(mark, value=abs(value))
    series = (Series("", tuple(below)), *(Series(kind, tuple(parts[kind])) for kind in kinds))
    return _lying(attrs.evolve(picture, series=series), width, pygal.HorizontalStackedBar, "waterfall")


def tint(root: Element, picture: Picture) -> None:
    """Give series that are called after a colour that colour: what is called red is not green."""
    called = {f"color-{place}": f"color-{one.name}" for place, one in enumerate(picture.series) if one.name in COLOURS}
    for node in root.iter():
        classes = node.get("class", "").split()
        if called.keys() & set(classes):
            node.set("class", " ".join(called.get(one, one) for one in classes))


def as_text(root: Element, id: str, named_by: str, words: str) -> str:  # noqa: A002
    """Write a picture for a page.

    Args:
        root: The picture.
        id: Of the sentence in it for whoever doesn't see it, unlike any other on the page.
        named_by: The id of its caption.
        words: That sentence.
    """
    SubElement(root, "desc", {"id": id}).text = words
    root.set("aria-labelledby", named_by)
    root.set("aria-describedby", id)
    return tostring(root, encoding="unicode")
