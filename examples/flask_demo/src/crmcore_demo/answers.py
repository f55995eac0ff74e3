"""What the views of every page answer: a form with what is wrong in it, or that something was done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from crmcore import CrmError
from crmcore_demo.display import t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import Form, Trouble

Answer = str | Response | tuple[str, int]
Problem = CrmError | Trouble | None


def pages_of(name: str, module: str, prefix: str | None = None) -> Blueprint:
    """Make the pages of one subject; the menu shows which of its entries they belong to."""
    pages = Blueprint(name, __name__, url_prefix=prefix)
    pages.context_processor(lambda: {"module": module})
    return pages


def form_page(template: str, form: Form, problem: Problem = None, **around: Any) -> Answer:
    """Draw a page with a form; what was refused stands at its fields, and the status tells programs."""
    if isinstance(problem, Trouble):
        return render_template(template, form=form.with_problems([problem]), **around), 422
    if problem is not None:
        return render_template(template, form=form.with_error(problem), **around), status_of(problem)
    return render_template(template, form=form, **around), 200


def finished(words: str, then: str, after: Callable[[], None] | None) -> Response:
    """Tell of what was done, and go on."""
    if after is not None:
        after()
    flash(t(words), "done")
    return redirect(then)
