"""What every answer carries so that a browser keeps to it, and cookies that stay with this site."""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere, nobody may put a page into a frame."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 31_536_000
LARGEST_BODY = 256 * 1024
MOST_FORM_PARTS = 1000


class CookieSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie that is marked Secure whenever the browser came by https."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  # the signature is Flask's
        """Mark the cookie Secure when this request is encrypted; plain http on one's own machine still works."""
        return request.is_secure


def _close(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if request.endpoint == "static":
        if request.args.get("v"):
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def install(app: Flask) -> None:
    """Set the limits of a request and close every answer with the same headers."""
    app.config.update(
        SESSION_COOKIE_NAME="crm_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
    )
    app.session_interface = CookieSessions()
    app.after_request(_close)


def local_path(target: str | None) -> str | None:
    """Return *target* if it is a path on this site, so that nobody can be led elsewhere by a link."""
    if not target or not target.startswith("/") or not target.isprintable():
        return None
    if target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
