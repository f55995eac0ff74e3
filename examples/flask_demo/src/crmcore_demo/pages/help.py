"""Help for every screen (GEN-19)."""

from collections.abc import Mapping, Sequence

import attrs
from flask import Blueprint, abort, render_template

from crmcore_demo.addresses import back_to
from crmcore_demo.display import language, t
from crmcore_demo.words import help_pages

pages = Blueprint("help", __name__, url_prefix="/help")


@attrs.frozen(kw_only=True)
class Topic:
    """The help of one screen."""

    name: str
    title: str
    text: Sequence[str]
    steps: Sequence[str]


def _topics() -> Mapping[str, Topic]:
    return {name: Topic(name=name, **written) for name, written in help_pages(language()).items()}


@pages.get("")
def index() -> str:
    """Show all help there is."""
    topics = tuple(_topics().values())
    return render_template("help.html", title=t("help.title"), topics=topics, back=back_to("home.home"))


@pages.get("/<name>")
def topic(name: str) -> str:
    """Show the help of one screen."""
    found = _topics().get(name)
    if found is None:
        abort(404)
    return render_template("help.html", title=found.title, topics=(found,), back=back_to("help.index"))
