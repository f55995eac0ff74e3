"""What a role allows: the menu tree with its rights to tick (RBA-10, RBA-11)."""

from collections.abc import Collection, Sequence
from uuid import UUID

import attrs
from flask import flash, redirect, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.access import Role, RoleId, role, set_permissions
from crmcore.access.permissions import MENU, PERMISSIONS
from crmcore_demo.addresses import back_to
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import label, t
from crmcore_demo.forms import VERSION, Form, posted_version
from crmcore_demo.session import perform, reading

pages = pages_of("rights", "L0602", "/roles")


@attrs.frozen(kw_only=True)
class Right:
    """One right that can be ticked."""

    code: str
    words: str
    ticked: bool


@attrs.frozen(kw_only=True)
class Document:
    """One page of the menu with its rights."""

    words: str
    rights: Sequence[Right]


@attrs.frozen(kw_only=True)
class Folder:
    """One module of the menu."""

    words: str
    documents: Sequence[Document]

    @property
    def total(self) -> int:
        """How many rights there are."""
        return sum(len(document.rights) for document in self.documents)

    @property
    def ticked(self) -> int:
        """How many of them are ticked."""
        return sum(right.ticked for document in self.documents for right in document.rights)


def _tree(ticked: Collection[str]) -> Sequence[Folder]:
    def rights(menu: str) -> Sequence[Right]:
        return tuple(
            Right(code=one.code, words=label(f"permission.{one.code}"), ticked=one.code in ticked)
            for one in PERMISSIONS
            if one.menu == menu
        )

    return tuple(
        Folder(
            words=label(f"menu.{folder.code}"),
            documents=tuple(
                Document(words=label(f"menu.{entry.code}"), rights=rights(entry.code))
                for entry in MENU
                if entry.parent == folder.code
            ),
        )
        for folder in MENU
        if not folder.parent
    )


def _page(it: Role, ticked: Collection[str], version: int, error: CrmError | None = None) -> Answer:
    hidden = {VERSION: str(version)}
    back = back_to("roles.index")
    return form_page("roles/rights.html", Form(hidden=hidden), error, it=it, tree=_tree(ticked), back=back)


@pages.get("/<uuid:id>/rights")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show the tree with what the role allows ticked."""
    it = role(reading(), RoleId(id))
    return _page(it, it.permissions, it.version)


@pages.post("/<uuid:id>/rights")
def keep(id: UUID) -> Answer:  # noqa: A002
    """Replace what the role allows by what is ticked; "all" and "none" only tick, for browsers without scripts."""
    chosen, version = RoleId(id), posted_version()
    ticked = request.form.getlist("permission")
    tick = request.form.get("tick")
    if tick in {"all", "none"}:
        every = [one.code for one in PERMISSIONS]
        return _page(role(reading(), chosen), every if tick == "all" else (), version)
    try:
        perform(set_permissions, None, chosen, ticked, expected=version)
    except Conflict as conflict:
        # What the other person ticked is shown, so that nothing is given or taken unseen.
        it = role(reading(), chosen)
        return _page(it, it.permissions, it.version, conflict)
    except (Invalid, Refused) as error:
        return _page(role(reading(), chosen), ticked, version, error)
    flash(t("done.saved"), "done")
    return redirect(back_to("roles.index"))
