"""The customer window: where a customer's contact files requests and follows them (requirements X-SLF-01 to 03).

Off until an administrator sets the parameter ``window.open``::

    crm.perform(window.invite, contact.id, as_user="lihua")
    window.send_link(crm, "liu.fang@huajian.example", deliver)  # the answer is the same for anybody's address
    guest = window.sign_in(crm, token)
    crm.perform(window.file, type="complaint", title="Wrong colour", request="…", as_user=guest.user.id)
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.window.entity import SignInLink, SignInLinkId, WindowGuest, WindowGuestId
    from crmcore.window.guest_lists import GuestEntry, guests
    from crmcore.window.inviting import invite, withdraw
    from crmcore.window.links import LinkDelivery, LinkMessage, session_is_current
    from crmcore.window.lists import Message, OwnRequest, OwnRequestDetail, my_request, my_requests
    from crmcore.window.orders import OwnOrder, OwnOrderDetail, OwnOrderLine, my_order, my_orders
    from crmcore.window.public_articles import PublicArticle, PublicArticleDetail, article, articles, vote
    from crmcore.window.requests import answer, file, give_feedback, rate
    from crmcore.window.signing_in import send_link, sign_in
    from crmcore.window.surveys import OwnSurvey, answer_survey, my_survey, my_surveys

__all__ = [
    "GuestEntry",
    "LinkDelivery",
    "LinkMessage",
    "Message",
    "OwnOrder",
    "OwnOrderDetail",
    "OwnOrderLine",
    "OwnRequest",
    "OwnRequestDetail",
    "OwnSurvey",
    "PublicArticle",
    "PublicArticleDetail",
    "SignInLink",
    "SignInLinkId",
    "WindowGuest",
    "WindowGuestId",
    "answer",
    "answer_survey",
    "article",
    "articles",
    "file",
    "give_feedback",
    "guests",
    "invite",
    "my_order",
    "my_orders",
    "my_request",
    "my_requests",
    "my_survey",
    "my_surveys",
    "rate",
    "send_link",
    "session_is_current",
    "sign_in",
    "vote",
    "withdraw",
]

_HERE = "crmcore.window"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("SignInLink", "SignInLinkId", "WindowGuest", "WindowGuestId"), f"{_HERE}.entity"),
        **dict.fromkeys(("GuestEntry", "guests"), f"{_HERE}.guest_lists"),
        **dict.fromkeys(("invite", "withdraw"), f"{_HERE}.inviting"),
        **dict.fromkeys(("LinkDelivery", "LinkMessage", "session_is_current"), f"{_HERE}.links"),
        **dict.fromkeys(("Message", "OwnRequest", "OwnRequestDetail", "my_request", "my_requests"), f"{_HERE}.lists"),
        **dict.fromkeys(("OwnOrder", "OwnOrderDetail", "OwnOrderLine", "my_order", "my_orders"), f"{_HERE}.orders"),
        **dict.fromkeys(
            ("PublicArticle", "PublicArticleDetail", "article", "articles", "vote"), f"{_HERE}.public_articles"
        ),
        **dict.fromkeys(("answer", "file", "give_feedback", "rate"), f"{_HERE}.requests"),
        **dict.fromkeys(("send_link", "sign_in"), f"{_HERE}.signing_in"),
        **dict.fromkeys(("OwnSurvey", "answer_survey", "my_survey", "my_surveys"), f"{_HERE}.surveys"),
    },
)
