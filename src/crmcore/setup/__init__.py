"""Getting started: prepare a store, bring an old one up to date, fill one with sample data.

::

    from crmcore import setup

    crm = crmcore.open("sqlite:///crm.db", check=False)
    setup.install(crm, administrator="admin", password="…")
    crm.perform(setup.standard_service, as_user="admin")  # office hours and deadlines, if the company wants them
    crm.perform(setup.standard_process, as_user="admin")  # stages of the sales process, likewise
    setup.demo_data(crm, size=200, language="zh", password="…")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.setup.delivering import Delivered
    from crmcore.setup.installing import Installed, install, upgrade
    from crmcore.setup.process import standard_process
    from crmcore.setup.sample import NotEmpty, SampleData, demo_data
    from crmcore.setup.staff import Colleague
    from crmcore.setup.standard import StandardService, standard_service

__all__ = [
    "Colleague",
    "Delivered",
    "Installed",
    "NotEmpty",
    "SampleData",
    "StandardService",
    "demo_data",
    "install",
    "standard_process",
    "standard_service",
    "upgrade",
]

_HERE = "crmcore.setup"
__getattr__, __dir__ = exports(
    __name__,
    {
        "Colleague": f"{_HERE}.staff",
        "Delivered": f"{_HERE}.delivering",
        **dict.fromkeys(("Installed", "install", "upgrade"), f"{_HERE}.installing"),
        "standard_process": f"{_HERE}.process",
        **dict.fromkeys(("NotEmpty", "SampleData", "demo_data"), f"{_HERE}.sample"),
        **dict.fromkeys(("StandardService", "standard_service"), f"{_HERE}.standard"),
    },
)
