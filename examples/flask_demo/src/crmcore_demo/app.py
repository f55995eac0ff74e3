"""Puts the application together."""

from importlib import import_module
from typing import Final

from flask import Flask
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]  # the package has no types
from werkzeug.middleware.proxy_fix import ProxyFix

from crmcore import Crm
from crmcore_demo import display, errors, security, session
from crmcore_demo.company import Company
from crmcore_demo.navigation import modules
from crmcore_demo.pages.search import searchable

PAGES: Final = (
    "account",
    "home",
    "search",
    "opportunities",
    "dispatch",
    "development",
    "execution",
    "customers",
    "users",
    "user_forms",
    "roles",
    "rights",
    "dictionary",
    "parameters",
    "audit",
    "history",
    "help",
)


def create_app(crm: Crm, *, secret_key: str, behind_proxy: bool = False) -> Flask:
    """Make the web application over an opened CRM.

    Args:
        crm: Where the records are.
        secret_key: Signs session cookies and form tokens; the same for all processes of one installation.
        behind_proxy: A reverse proxy in front says which scheme and address the browser used.
    """
    app = Flask(__name__)
    app.secret_key = secret_key
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=True)
    app.extensions.update(crm=crm, company=Company())
    if behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    security.install(app)
    session.install(app)
    CSRFProtect(app)
    errors.install(app)
    display.install(app)
    app.jinja_env.globals.update(modules=modules, searchable=searchable)
    for name in PAGES:
        app.register_blueprint(import_module(f"crmcore_demo.pages.{name}").pages)
    return app
