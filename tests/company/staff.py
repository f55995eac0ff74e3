"""Who works in the company of the tests."""

import attrs

from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, EXECUTIVE, SALES_SUPERVISOR, User


@attrs.frozen
class Member:
    """One member of staff before he is recorded as a user."""

    name: str
    full_name: str
    roles: tuple[str, ...]
    retired: bool = False


STAFF = (
    Member("admin", "周管理", (ADMINISTRATOR,)),
    Member("lihua", "李华", (ACCOUNT_MANAGER,)),
    Member("wangwei", "王伟", (ACCOUNT_MANAGER,)),
    Member("zhaomin", "赵敏", (SALES_SUPERVISOR,)),
    Member("chengang", "陈刚", (EXECUTIVE,)),
    Member("sunli", "孙丽", (ACCOUNT_MANAGER,), retired=True),
)


def password_of(name: str) -> str:
    """The password a member of staff starts with."""
    return f"{name}'s first password"


@attrs.frozen
class People:
    """The staff as recorded users, by what they are."""

    administrator: User
    lihua: User
    """An account manager."""
    wangwei: User
    """Another account manager."""
    supervisor: User
    executive: User
    retired: User
    """An account manager who has left."""
