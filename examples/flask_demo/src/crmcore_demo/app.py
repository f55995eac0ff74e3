"""Puts the application together."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from flask import Flask
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]  # the package has no types
from werkzeug.middleware.proxy_fix import ProxyFix

from crmcore import Crm
from crmcore_demo import addresses, display, errors, importing, security, session, uploads
from crmcore_demo.company import Company
from crmcore_demo.navigation import has_dashboard, modules
from crmcore_demo.pages import surveys_answering
from crmcore_demo.pages.search import searchable
from crmcore_demo.start import SampleUser

PAGES: Final = (
    "account",
    "home",
    "search",
    "opportunities",
    "dispatch",
    "development",
    "execution",
    "process",
    "progress",
    "activities",
    "snapshots",
    "stages",
    "sales_targets",
    "sales_plans",
    "customers",
    "customer_entry",
    "customer_forms",
    "contacts",
    "guests",
    "interactions",
    "timeline",
    "sales",
    "unmatched",
    "churn",
    "service",
    "service_entry",
    "service_steps",
    "service_files",
    "service_assign",
    "service_merge",
    "contracts",
    "care",
    "care_steps",
    "care_opinions",
    "calendars",
    "special_days",
    "targets",
    "policies",
    "skills",
    "escalations",
    "duplicates",
    "prospects",
    "phone_book",
    "hand_over",
    "groups",
    "imports",
    "exports",
    "knowledge",
    "knowledge_writing",
    "knowledge_reviewing",
    "knowledge_handing_over",
    "knowledge_solving",
    "surveys",
    "surveys_questions",
    "surveys_choosing",
    "surveys_inviting",
    "surveys_results",
    "surveys_answering",
    "users",
    "user_forms",
    "roles",
    "rights",
    "dictionary",
    "custom_fields",
    "parameters",
    "audit",
    "history",
    "reports",
    "saved_reports",
    "dashboards",
    "help",
)


def create_app(
    crm: Crm,
    *,
    secret_key: str,
    behind_proxy: bool = False,
    sample: Sequence[SampleUser] = (),
    window_address: str = "/window",
) -> Flask:
    """Make the web application over an opened CRM.

    Args:
        crm: Where the records are.
        secret_key: Signs session cookies and form tokens; the same for all processes of one installation.
        behind_proxy: A reverse proxy in front says which scheme and address the browser used.
        window_address: Where customers find the customer window, told to whoever invites one.
        sample: People of the sample data, offered on the sign-in page; none where the data are a company's own.
    """
    app = Flask(__name__)
    app.secret_key = secret_key
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=True)
    app.extensions.update(crm=crm, company=Company(), sample=tuple(sample), window_address=window_address)
    if behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    security.install(app)
    session.install(app)
    addresses.install(app)
    uploads.install(app)
    importing.install(app)
    forgery = CSRFProtect(app)
    errors.install(app)
    display.install(app)
    app.jinja_env.globals.update(modules=modules, searchable=searchable, has_dashboard=has_dashboard)
    for name in PAGES:
        app.register_blueprint(import_module(f"crmcore_demo.pages.{name}").pages)
    forgery.exempt(surveys_answering.pages)  # it looks at the token of its form itself
    return app
