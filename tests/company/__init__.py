"""A small company with an installed CRM: staff in every role, a clock that stands still, on a store of each kind.

``tests/rules/conftest.py`` offers it as the fixtures ``crm``, ``clock`` and ``people``.
"""

from company.clock import SetClock
from company.install import PASSWORDS, fresh_crm, install, wipe
from company.staff import STAFF, Member, People, password_of

__all__ = ["PASSWORDS", "STAFF", "Member", "People", "SetClock", "fresh_crm", "install", "password_of", "wipe"]
