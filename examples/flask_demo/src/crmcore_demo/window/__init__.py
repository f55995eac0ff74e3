"""The customer window: an application of its own beside the staff's, for customers' contacts (X-SLF-01 to 03).

It shares templates, texts and the library with the staff's pages, and nothing else: it has a cookie of its own that
browsers send to its addresses alone, signed with a key of its own, and none of the staff's pages are in it.
"""

import hmac
from typing import Final

from flask import Flask
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]  # the package has no types
from werkzeug.middleware.proxy_fix import ProxyFix

from crmcore import Crm
from crmcore.window import LinkDelivery
from crmcore_demo import addresses, display, errors, security
from crmcore_demo.company import Company
from crmcore_demo.display import entrance_layout
from crmcore_demo.window import account, articles, orders, requests, surveys, visitors
from crmcore_demo.window.visitors import PREFIX

COOKIE: Final = "crm_window"


def create_window(crm: Crm, *, secret_key: str, deliver: LinkDelivery, behind_proxy: bool = False) -> Flask:
    """Make the application for customers over an opened CRM; all its addresses begin with ``/window``.

    Args:
        crm: Where the records are.
        secret_key: The installation's; the window signs with a key made of it, so no cookie of one is one of the other.
        deliver: Sends links for signing in.
        behind_proxy: A reverse proxy in front says which scheme and address the browser used.
    """
    app = Flask("crmcore_demo", static_url_path=f"{PREFIX}/static")
    app.secret_key = hmac.digest(secret_key.encode(), b"customer window", "sha256")
    app.extensions.update(crm=crm, company=Company(), deliver=deliver)
    if behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    security.install(app)
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_PATH=PREFIX,
        WTF_CSRF_TIME_LIMIT=None,
        # Browsers are told to send no referrer, so there is none to look at; the form's token is what counts.
        WTF_CSRF_SSL_STRICT=False,
    )
    visitors.install(app)
    addresses.install(app)
    CSRFProtect(app)
    errors.install(app, home="window.home")
    display.install(app)
    app.context_processor(lambda: {"layout": entrance_layout()})
    for subject in (account, requests, articles, orders, surveys):
        app.register_blueprint(subject.pages)
    app.register_blueprint(requests.first)
    return app
