"""The whole site: the staff's pages, and below ``/window`` those for customers."""

from collections.abc import Callable, Iterable
from typing import Any

from crmcore_demo.window.visitors import PREFIX

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def joined(staff: Application, window: Application) -> Application:
    """Serve two applications at one address; the path alone says whose a request is, and it stays whole."""

    def site(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        mine = window if path == PREFIX or path.startswith(f"{PREFIX}/") else staff
        return mine(environ, start_response)

    return site
