"""The customer window in the tables of who may do what (``test_matrix``): from X-SLF-01 to 04 and chapters 9 and 16.

What a customer's contact may do is in ``test_contacts_of_customers``.
"""

from collections.abc import Callable
from typing import Any, Final

from company import world
from crmcore import window
from crmcore.storage.work import Work
from crmcore.window.entity import SignInLink, WindowGuest
from crmcore.window.links import make_links, note_undelivered, use_link

NONE: Final[Any] = world.MISSING
"""The id of no record of any kind."""
__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

window.my_requests                        P          P        P         P
window.my_request                         P          P        P         P
window.my_orders                          P          P        P         P
window.my_order                           P          P        P         P
window.my_surveys                         P          P        P         P
window.my_survey                          P          P        P         P
window.answer_survey                      P          P        P         P
window.articles                           P          P        P         P
window.article                            P          P        P         P
window.vote                               P          P        P         P
window.file                               P          P        P         P
window.give_feedback                      P          P        P         P
window.answer                             P          P        P         P
window.rate                               P          P        P         P
window.session_is_current                 P          P        P         P
window.make_links                         P          P        P         P
window.use_link                           P          P        P         P
window.note_undelivered                   P          P        P         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

window.invite                            PPP        +NN      ++N       PPP
window.withdraw                          PPP        +NN      ++N       PPP
window.guests                            PPP        +NN      ++N       PPP
"""
READING: Final = """
WindowGuest                               P          P         P         P
SignInLink                                P          P         P         P
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (WindowGuest, SignInLink)
TAKE_THE_CRM: Final = {"window.send_link", "window.sign_in"}
CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "window.my_requests": ("", lambda work, _: window.my_requests(work)),
    "window.my_request": ("", lambda work, _: window.my_request(work, NONE)),
    "window.my_orders": ("", lambda work, _: window.my_orders(work)),
    "window.my_order": ("", lambda work, _: window.my_order(work, NONE)),
    "window.my_surveys": ("", lambda work, _: window.my_surveys(work)),
    "window.my_survey": ("", lambda work, _: window.my_survey(work, NONE)),
    "window.answer_survey": ("", lambda work, _: window.answer_survey(work, NONE, {})),
    "window.articles": ("", lambda work, _: window.articles(work)),
    "window.article": ("", lambda work, _: window.article(work, NONE)),
    "window.vote": ("", lambda work, _: window.vote(work, NONE, True)),
    "window.file": ("", lambda work, _: window.file(work, type="inquiry", title="t", request="r")),
    "window.give_feedback": ("", lambda work, _: window.give_feedback(work, "t", "t")),
    "window.answer": ("", lambda work, _: window.answer(work, NONE, "t")),
    "window.rate": ("", lambda work, _: window.rate(work, NONE, satisfaction=5, text="t")),
    "window.session_is_current": ("", lambda work, _: window.session_is_current(work, "")),
    "window.make_links": ("", lambda work, _: make_links(work, "x@y.example")),
    "window.use_link": ("", lambda work, _: use_link(work, "0" * 64)),
    "window.note_undelivered": ("", lambda work, _: note_undelivered(work, NONE, "0" * 64)),
    "window.invite": ("contact", window.invite),
    "window.withdraw": ("contact", window.withdraw),
    "window.guests": ("customer", lambda work, id_: window.guests(work, customer=id_)),
}
