"""Every action, for every delivered role, on one's own, somebody else's and a missing record; and for strangers.

The tables are written from chapters 8, 9 and 16 of the requirements, not from the registry. A call that is not allowed
leaves the store as it was, apart from its own audit record.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import fields

from company.chances import GIVEN
from company.clients import GIVEN as CUSTOMER
from company.clients import PERSON
from company.watching import WatchedStore
from company.world import MISSING, OTHER, World
from crmcore import SYSTEM, access, churn, customers, dictionary, opportunities, sales
from crmcore.access import attempts
from crmcore.access.entity import Credential, Role, User
from crmcore.access.report import all_actions
from crmcore.access.rules import NoPermission, NotSignedIn, UserRetired
from crmcore.base.errors import NotFound, Refused
from crmcore.churn import sweeping
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus, Interaction
from crmcore.customers.grouping import CustomerGroup, CustomField, CustomKind, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.customers.upkeep import derive_some
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter
from crmcore.exchange import ImportPlan, actions, exporting, offering, undoing
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.opportunities.entity import Opportunity, PlanItem
from crmcore.query import eq, negate
from crmcore.sales.entity import Order, OrderLine, OrderSummary, Product, StockItem, UnmatchedOrder
from crmcore.sales.recounting import recount
from crmcore.sales.wares import empty_stock
from crmcore.storage import history
from crmcore.storage.records import RECORDS, Operation
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES
from security import (
    agreements_table,
    escalation_table,
    knowledge_table,
    pipeline_table,
    reports_table,
    selling_table,
    service_table,
    surveys_table,
    valuing_table,
    window_table,
)

ROLES: Final = {"administrator": "admin", "manager": "lihua", "supervisor": "zhaomin", "executive": "chengang"}
MEANING: Final = {
    "+": "allowed",
    "P": "access.no_permission",
    "N": "not_found",
    "K": "access.core_only",
    "C": "opportunity.not_the_creator",
    "U": "access.user_has_customers",
    "O": "access.own_password",
    "R": "access.administrator_role",
    "D": "access.delivered_role",
    "X": "access.administrator_exists",
    "L": "customer.last_contact",
    "F": "customer.field_in_use",
    "Y": "escalation.not_yours",
    "W": "knowledge.not_the_writer",
    "V": "knowledge.own_draft",
}
WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

opportunities.create                      P          +        +         P
opportunities.unassigned                  P          +        +         P
opportunities.developments                P          +        +         P
customers.listing                         P          +        +         +
customers.create                        P          +          +          P
customers.choices                       P          +          +          +
customers.custom_fields                 P          +          +          +
customers.tags_in_use                   P          +          +          +
customers.life_cycle                    P          +          +          +
customers.prospects                     P          +          +          P
customers.phone_book                    P          +          +          +
customers.groups                        P          +          +          +
customers.create_group                  P          +          +          P
customers.all_custom_fields             +          P          P          P
customers.add_custom_field              +          P          P          P
customers.held_by                       P          P          +          P
customers.hand_over_some                P          P          +          P
customers.derive_some                   P          P          P          P

churn.listing                             P          +        +         +
churn.notice                              P          +        +         +
churn.open_cases                          P          P        P         P
churn.is_due                              P          P        P         P

exchange.begin                            P          P        +         P
exchange.check_rows                       P          P        +         P
exchange.batches                          P          P        +         P
exchange.columns_offered                  P          P        +         P
exchange.template                         P          P        +         P
exchange.note_export                      P          P        +         P
exchange.note_exported                    P          P        P         P
exchange.exports                          +          P        P         P

sales.orders                              P          +        +         +
sales.customer_names                      P          +        +         +
sales.products                            P          +        +         +
sales.stock                               P          +        +         +
sales.product_names                       P          +        +         +
sales.import_orders                       P          P        +         P
sales.import_products                     P          P        +         P
sales.import_stock                        P          P        +         P
sales.empty_stock                         P          P        +         P
sales.unmatched_orders                    P          P        +         P
sales.rematch                             P          P        +         P
sales.undo_orders                         P          P        +         P
sales.recount                             P          P        +         P

customers.possible_duplicates             P          +        +         P
customers.duplicates_of_many              P          P        +         P
customers.duplicate_groups                P          P        +         P
customers.merge_history                   P          P        +         P

access.users                              +          P        P         P
access.create_user                        +          P        P         P
access.roles                              +          P        P         P
access.role_choices                       +          P        P         P
access.create_role                        +          P        P         P
access.account_managers                   P          P        +         P
access.audit_trail                        +          P        P         P
access.create_first_administrator         X          X        X         X

dictionary.entries                        +          P        P         P
dictionary.categories                     +          P        P         P
dictionary.add_entry                      +          P        P         P
dictionary.load_regions                   +          P        P         P
dictionary.settings                       +          P        P         P
dictionary.set_parameter                  +          P        P         P
dictionary.reset_parameter                +          P        P         P

access.names                              +          +        +         +
access.choose_language                    +          +        +         +
access.session_is_current                 +          +        +         +
dictionary.choices                        +          +        +         +
dictionary.labels                         +          +        +         +

access.begin_attempt                      P          P        P         P
access.complete_log_in                    P          P        P         P
access.complete_password_change           P          P        P         P
access.note_failure                       P          P        P         P
setup.deliver                             P          P        P         P
setup.hire                                P          P        P         P
setup.add_regions                         P          P        P         P
setup.standard_service                    +          P        +         P
"""
"""Everything that concerns no single record."""

WITH_TARGET: Final = """
action                              administrator manager supervisor executive

opportunities.edit                       PPP        ++N      ++N       PPP
opportunities.delete                     PPP        +CN      +CN       PPP
opportunities.dispatch                   PPP        PPP      ++N       PPP
opportunities.detail[unassigned]         PPP        ++N      ++N       PPP
opportunities.detail[developed]          PPP        +NN      ++N       PPP
opportunities.plan                       PPP        +NN      ++N       PPP
opportunities.add_plan_item              PPP        +NN      PPP       PPP
opportunities.edit_plan_item             PPP        +NN      PPP       PPP
opportunities.delete_plan_item           PPP        +NN      PPP       PPP
opportunities.record_result              PPP        +NN      PPP       PPP
opportunities.win                        PPP        +NN      PPP       PPP
opportunities.terminate                  PPP        +NN      PPP       PPP

customers.detail                         PPP        +NN      ++N       ++N
customers.contacts                       PPP        +NN      ++N       ++N
customers.remaining                      PPP        +NN      ++N       ++N
customers.edit                         PPP        +NN        PPP        PPP
customers.delete                       PPP        +NN        PPP        PPP
customers.assign                       PPP        PPP        ++N        PPP
customers.custom_values                PPP        +NN        ++N        ++N
customers.timeline                     PPP        +NN        ++N        ++N
customers.products_bought              PPP        +NN        ++N        ++N
customers.add_tag                      PPP        +NN        PPP        PPP
customers.remove_tag                   PPP        +NN        PPP        PPP
customers.contact                      PPP        +NN        ++N        ++N
customers.add_contact                  PPP        +NN        PPP        PPP
customers.edit_contact                 PPP        +NN        PPP        PPP
customers.delete_contact               PPP        LNN        PPP        PPP
customers.interactions                 PPP        +NN        ++N        ++N
customers.interaction                  PPP        +NN        ++N        ++N
customers.add_interaction              PPP        +NN        PPP        PPP
customers.edit_interaction             PPP        +NN        PPP        PPP
customers.delete_interaction           PPP        +NN        PPP        PPP
customers.group                        PPP        +NN        ++N        ++N
customers.group_filters                PPP        +NN        ++N        ++N
customers.members                      PPP        +NN        ++N        ++N
customers.edit_group                   PPP        +NN        ++N        PPP
customers.delete_group                 PPP        +NN        ++N        PPP
customers.edit_custom_field            ++N        PPP        PPP        PPP
customers.retire_custom_field          ++N        PPP        PPP        PPP
customers.restore_custom_field         ++N        PPP        PPP        PPP
customers.delete_custom_field          FFN        PPP        PPP        PPP

sales.order_detail                       PPP        +NN      ++N       ++N
sales.summary                            PPP        +NN      ++N       ++N
sales.discard_unmatched                  PPP        PPP      ++N       PPP

churn.detail                             PPP        +NN      ++N       ++N
churn.delay                              PPP        +NN      PPP       PPP
churn.confirm                            PPP        +NN      PPP       PPP
churn.retain                             PPP        +NN      PPP       PPP

customers.merge[kept]                    PPP        PPP      ++N       PPP
customers.merge[absorbed]                PPP        PPP      ++N       PPP
customers.merge_preview                  PPP        PPP      ++N       PPP
customers.undo_merge                     PPP        PPP      ++N       PPP

access.user                              ++N        PPP      PPP       PPP
access.edit_user                         ++N        PPP      PPP       PPP
access.retire_user                       U+N        PPP      PPP       PPP
access.restore_user                      ++N        PPP      PPP       PPP
access.set_password                      O+N        PPP      PPP       PPP
access.role                              ++N        PPP      PPP       PPP
access.edit_role                         ++N        PPP      PPP       PPP
access.set_permissions                   ++N        PPP      PPP       PPP
access.retire_role                       R+N        PPP      PPP       PPP
access.restore_role                      ++N        PPP      PPP       PPP
access.delete_role                       D+N        PPP      PPP       PPP

dictionary.entry                         ++N        PPP      PPP       PPP
dictionary.edit_entry                    ++N        PPP      PPP       PPP
dictionary.retire_entry                  ++N        PPP      PPP       PPP
dictionary.restore_entry                 ++N        PPP      PPP       PPP
dictionary.delete_entry                  ++N        PPP      PPP       PPP

exchange.batch                           PPP        PPP      ++N       PPP
exchange.import_errors                   PPP        PPP      ++N       PPP
exchange.take_rows                       PPP        PPP      ++N       PPP
exchange.end                             PPP        PPP      ++N       PPP
exchange.undo_last_chunk                 PPP        PPP      ++N       PPP
exchange.export_table                    PPP        PPP      +NN       PPP

storage.history[opportunity]             PPP        +NN      ++N       PPP
storage.history[plan_item]               PPP        +NN      ++N       PPP
storage.history[customer]                PPP        +NN      ++N       ++N
storage.history[contact]                 PPP        +NN      ++N       ++N
storage.history[churn_case]              PPP        +NN      ++N       ++N
storage.history[user]                    ++N        PPP      PPP       PPP
storage.history[credential]              KKK        KKK      KKK       KKK
storage.as_of[opportunity]               PPP        +NN      ++N       PPP
storage.as_of[customer]                  PPP        +NN      ++N       ++N
"""
"""Everything that concerns one record: the actor's own, somebody else's, one that is not there."""

READING = """
kind                                administrator manager supervisor executive

User                                     all         P        P         P
Role                                     all         P        P         P
Credential                                P          P        P         P
DictionaryEntry                          all        all      all       all
SystemParameter                          all         P        P         P
Opportunity                               P         own      all        P
PlanItem                                  P         own      all        P
Customer                                  P         own      all       all
Contact                                   P         own      all       all
Interaction                               P         own      all       all
CustomerGroup                             P         own      all       all
CustomField                              all        all      all       all
CustomValue                               P         own      all       all
Order                                     P         own      all       all
OrderLine                                 P         own      all       all
OrderSummary                              P         own      all       all
UnmatchedOrder                            P          P       all        P
Product                                   P         all      all       all
StockItem                                 P         all      all       all
ChurnCase                                 P         own      all       all
ImportBatch                               P          P       all        P
ImportChunk                               P          P       all        P
ExportRecord                             all         P        P         P
CustomerMerge                             P          P       all        P
ChangeRecord                              P          P        P         P
OutboxMessage                             P          P        P         P
Receipt                                   P          P        P         P
Seal                                      P          P        P         P
"""
"""What a unit of work shows of each kind, without any action."""
_SUBJECTS: Final = (
    escalation_table,
    surveys_table,
    agreements_table,
    window_table,
    service_table,
    knowledge_table,
    pipeline_table,
    reports_table,
    selling_table,
    valuing_table,
)
READING += "".join(one.READING for one in _SUBJECTS)

Call = Callable[[Work, Any], Any]
DAY: Final = dt.date(2026, 3, 10)
LAST: Final = UUID(int=2**128 - 1)
"""No record comes after it."""
PLAN: Final = ImportPlan(mapping=("name",))
ROWS: Final = [(2, ["某公司"])]


def _history(cls: type[Any]) -> Call:
    return lambda work, id_: history.history(work, cls, id_)


def _as_of(cls: type[Any]) -> Call:
    return lambda work, id_: history.as_of(work, cls, id_, work.now)


def _unused(action: Any, *args: Any) -> Call:
    """A call that never gets as far as looking at what it is given."""
    return lambda work, _: action(work, *args)


def _of_setup(name: str) -> Call:
    return lambda work, _: next(one for one in all_actions() if one.name == name).function(work)


CALLS: Final[dict[str, tuple[str, Call]]] = {
    "opportunities.create": ("", lambda work, _: opportunities.create(work, **GIVEN)),
    "opportunities.unassigned": ("", lambda work, _: opportunities.unassigned(work)),
    "opportunities.developments": ("", lambda work, _: opportunities.developments(work)),
    "opportunities.edit": ("unassigned", lambda work, id_: opportunities.edit(work, id_, title="新")),
    "opportunities.delete": ("unassigned", opportunities.delete),
    "opportunities.dispatch": ("unassigned", lambda work, id_: opportunities.dispatch(work, id_, to="lihua")),
    "opportunities.detail[unassigned]": ("unassigned", opportunities.detail),
    "opportunities.detail[developed]": ("developed", opportunities.detail),
    "opportunities.plan": ("developed", opportunities.plan),
    "opportunities.add_plan_item": (
        "developed",
        lambda work, id_: opportunities.add_plan_item(work, id_, plan_date=DAY, content="c"),
    ),
    "opportunities.edit_plan_item": ("item", lambda work, id_: opportunities.edit_plan_item(work, id_, content="n")),
    "opportunities.delete_plan_item": ("item", opportunities.delete_plan_item),
    "opportunities.record_result": ("item", lambda work, id_: opportunities.record_result(work, id_, result="r")),
    "opportunities.win": ("developed", opportunities.win),
    "opportunities.terminate": ("developed", opportunities.terminate),
    "customers.listing": ("", lambda work, _: customers.listing(work)),
    "customers.detail": ("customer", customers.detail),
    "customers.contacts": ("customer", customers.contacts),
    "customers.remaining": ("customer", customers.remaining),
    "customers.create": ("", lambda work, _: customers.create(work, manager="lihua", **CUSTOMER)),
    "customers.choices": ("", lambda work, _: customers.choices(work)),
    "customers.custom_fields": ("", lambda work, _: customers.custom_fields(work)),
    "customers.tags_in_use": ("", lambda work, _: customers.tags_in_use(work)),
    "customers.life_cycle": ("", lambda work, _: customers.life_cycle(work)),
    "customers.prospects": ("", lambda work, _: customers.prospects(work)),
    "customers.phone_book": ("", lambda work, _: customers.phone_book(work)),
    "customers.groups": ("", lambda work, _: customers.groups(work)),
    "customers.create_group": ("", lambda work, _: customers.create_group(work, name="n", filters={"keyword": "x"})),
    "customers.all_custom_fields": ("", lambda work, _: customers.all_custom_fields(work)),
    "customers.add_custom_field": (
        "",
        lambda work, _: customers.add_custom_field(work, code="x", label_zh="x", label_en="x", kind=CustomKind.TEXT),
    ),
    "customers.held_by": ("", lambda work, _: customers.held_by(work, "wangwei")),
    "customers.hand_over_some": ("", lambda work, _: customers.hand_over_some(work, before="wangwei", to="lihua")),
    "customers.derive_some": ("", _unused(derive_some)),
    "customers.edit": ("customer", lambda work, id_: customers.edit(work, id_, **CUSTOMER)),
    "customers.delete": ("customer", customers.delete),
    "customers.assign": ("customer", lambda work, id_: customers.assign(work, id_, to="lihua")),
    "customers.custom_values": ("customer", customers.custom_values),
    "customers.timeline": ("customer", customers.timeline),
    "customers.products_bought": ("customer", customers.products_bought),
    "customers.add_tag": ("customer", lambda work, id_: customers.add_tag(work, id_, "x")),
    "customers.remove_tag": ("customer", lambda work, id_: customers.remove_tag(work, id_, "x")),
    "customers.contact": ("contact", customers.contact),
    "customers.add_contact": ("customer", lambda work, id_: customers.add_contact(work, id_, **PERSON)),
    "customers.edit_contact": ("contact", lambda work, id_: customers.edit_contact(work, id_, **PERSON)),
    "customers.delete_contact": ("contact", customers.delete_contact),
    "customers.interactions": ("customer", customers.interactions),
    "customers.interaction": ("interaction", customers.interaction),
    "customers.add_interaction": (
        "customer",
        lambda work, id_: customers.add_interaction(work, id_, place="p", title="t"),
    ),
    "customers.edit_interaction": ("interaction", lambda work, id_: customers.edit_interaction(work, id_, memo="m")),
    "customers.delete_interaction": ("interaction", customers.delete_interaction),
    "customers.group": ("customer_group", customers.group),
    "customers.group_filters": ("customer_group", customers.group_filters),
    "customers.members": ("customer_group", customers.members),
    "customers.edit_group": ("customer_group", lambda work, id_: customers.edit_group(work, id_, name="n")),
    "customers.delete_group": ("customer_group", customers.delete_group),
    "customers.edit_custom_field": (
        "custom_field",
        lambda work, id_: customers.edit_custom_field(work, id_, label_en="n"),
    ),
    "customers.retire_custom_field": ("custom_field", customers.retire_custom_field),
    "customers.restore_custom_field": ("custom_field", customers.restore_custom_field),
    "customers.delete_custom_field": ("custom_field", customers.delete_custom_field),
    "sales.orders": ("", lambda work, _: sales.orders(work)),
    "sales.customer_names": ("", lambda work, _: sales.customer_names(work, ())),
    "sales.products": ("", lambda work, _: sales.products(work)),
    "sales.stock": ("", lambda work, _: sales.stock(work)),
    "sales.product_names": ("", lambda work, _: sales.product_names(work, ())),
    "sales.import_orders": ("", lambda work, _: sales.import_orders(work, [sales.OrderRow("SO-1", DAY, "KH-lihua")])),
    "sales.import_products": ("", lambda work, _: sales.import_products(work, [{"source_key": "P2", "name": "n"}])),
    "sales.import_stock": ("", lambda work, _: sales.import_stock(work, [{"product": "P1", "quantity": 1}])),
    "sales.empty_stock": ("", lambda work, _: empty_stock(work, ())),
    "sales.unmatched_orders": ("", lambda work, _: sales.unmatched_orders(work)),
    "sales.rematch": ("", lambda work, _: sales.rematch(work, after=MISSING)),
    "sales.undo_orders": ("", lambda work, _: sales.undo_orders(work, created={})),
    "sales.recount": ("", lambda work, _: recount(work, after=CustomerId(LAST))),
    "sales.order_detail": ("order", sales.order_detail),
    "sales.summary": ("customer", sales.summary),
    "sales.discard_unmatched": ("waiting", sales.discard_unmatched),
    "dictionary.load_regions": (
        "",
        lambda work, _: dictionary.load_regions(work, [{"code": "11", "name": "北京市"}]),
    ),
    "churn.listing": ("", lambda work, _: churn.listing(work)),
    "churn.notice": ("", lambda work, _: churn.notice(work)),
    "churn.open_cases": ("", _unused(sweeping.open_cases)),
    "churn.is_due": ("", _unused(churn.is_due)),
    "churn.detail": ("churn_case", churn.detail),
    "churn.delay": ("churn_case", lambda work, id_: churn.delay(work, id_, "上门拜访")),
    "churn.confirm": ("churn_case", lambda work, id_: churn.confirm(work, id_, "停业")),
    "churn.retain": ("churn_case", churn.retain),
    "exchange.begin": ("", lambda work, _: actions.begin(work, PLAN, ("n",), fingerprint="x")),
    "exchange.check_rows": ("", lambda work, _: actions.check_rows(work, PLAN, ROWS)),
    "exchange.batches": ("", lambda work, _: actions.batches(work)),
    "exchange.batch": ("import_batch", actions.batch),
    "exchange.import_errors": ("import_batch", actions.import_errors),
    "exchange.take_rows": ("import_batch", lambda work, id_: actions.take_rows(work, id_, PLAN, ROWS, number=2)),
    "exchange.end": ("import_batch", actions.end),
    "exchange.undo_last_chunk": ("import_batch", undoing.undo_last_chunk),
    "exchange.columns_offered": ("", lambda work, _: offering.columns_offered(work)),
    "exchange.template": ("", lambda work, _: offering.template(work)),
    "exchange.export_table": ("export", exporting.export_table),
    "exchange.note_export": ("", lambda work, _: exporting.note_export(work, "customer", "csv", {})),
    "exchange.note_exported": ("", _unused(exporting.note_exported, MISSING, 1)),
    "exchange.exports": ("", lambda work, _: exporting.exports(work)),
    "customers.possible_duplicates": ("", lambda work, _: customers.possible_duplicates(work, name="x")),
    "customers.duplicates_of_many": ("", lambda work, _: customers.duplicates_of_many(work, [{"name": "x"}])),
    "customers.duplicate_groups": ("", lambda work, _: customers.duplicate_groups(work)),
    "customers.merge_history": ("", lambda work, _: customers.merge_history(work)),
    "customers.merge[kept]": ("customer", lambda work, id_: customers.merge(work, id_, _another(work, id_))),
    "customers.merge[absorbed]": ("customer", lambda work, id_: customers.merge(work, _another(work, id_), id_)),
    "customers.merge_preview": (
        "customer",
        lambda work, id_: customers.merge_preview(work, id_, _another(work, id_)),
    ),
    "customers.undo_merge": ("merge", customers.undo_merge),
    "access.users": ("", lambda work, _: access.users(work)),
    "access.user": ("user", access.user),
    "access.create_user": ("", lambda work, _: access.create_user(work, name="x", roles=_roles(work))),
    "access.edit_user": ("user", lambda work, id_: access.edit_user(work, id_, phone="1")),
    "access.retire_user": ("spare_user", access.retire_user),
    "access.restore_user": ("user", access.restore_user),
    "access.set_password": ("user", lambda work, id_: access.set_password(work, id_, password="long enough")),
    "access.choose_language": ("", lambda work, _: access.choose_language(work, "en")),
    "access.create_first_administrator": (
        "",
        lambda work, _: access.create_first_administrator(work, name="boss", password="long enough"),
    ),
    "access.roles": ("", lambda work, _: access.roles(work)),
    "access.role": ("role", access.role),
    "access.role_choices": ("", lambda work, _: access.role_choices(work)),
    "access.create_role": ("", lambda work, _: access.create_role(work, name="x")),
    "access.edit_role": ("role", lambda work, id_: access.edit_role(work, id_, description="x")),
    "access.set_permissions": (
        "role",
        lambda work, id_: access.set_permissions(work, id_, ("user.manage", "role.manage")),
    ),
    "access.retire_role": ("role", access.retire_role),
    "access.restore_role": ("role", access.restore_role),
    "access.delete_role": ("role", access.delete_role),
    "access.account_managers": ("", lambda work, _: access.account_managers(work)),
    "access.names": ("", lambda work, _: access.names(work, [work.actor.id])),
    "access.audit_trail": ("", lambda work, _: access.audit_trail(work)),
    "access.session_is_current": ("", lambda work, _: access.session_is_current(work, "")),
    "access.begin_attempt": ("", _unused(attempts.begin_attempt, "lihua")),
    "access.complete_log_in": ("", _unused(attempts.complete_log_in, attempts.Attempt(), "")),
    "access.complete_password_change": ("", _unused(attempts.complete_password_change, attempts.Attempt(), "")),
    "access.note_failure": ("", _unused(attempts.note_failure, None, "x")),
    "dictionary.entries": ("", lambda work, _: dictionary.entries(work)),
    "dictionary.categories": ("", lambda work, _: dictionary.categories(work)),
    "dictionary.entry": ("entry", dictionary.entry),
    "dictionary.add_entry": (
        "",
        lambda work, _: dictionary.add_entry(work, category="x", code="x", label_zh="x", label_en="x"),
    ),
    "dictionary.edit_entry": ("entry", lambda work, id_: dictionary.edit_entry(work, id_, label_en="x")),
    "dictionary.retire_entry": ("entry", dictionary.retire_entry),
    "dictionary.restore_entry": ("retired_entry", dictionary.restore_entry),
    "dictionary.delete_entry": ("retired_entry", dictionary.delete_entry),
    "dictionary.choices": ("", lambda work, _: dictionary.choices(work, "region")),
    "dictionary.labels": ("", lambda work, _: dictionary.labels(work, "region")),
    "dictionary.settings": ("", lambda work, _: dictionary.settings(work)),
    "dictionary.set_parameter": ("", lambda work, _: dictionary.set_parameter(work, "list.page_size", "20")),
    "dictionary.reset_parameter": ("", lambda work, _: dictionary.reset_parameter(work, "list.page_size")),
    "setup.deliver": ("", _of_setup("setup.deliver")),
    "setup.hire": ("", _of_setup("setup.hire")),
    "setup.add_regions": ("", _of_setup("setup.add_regions")),
    "setup.standard_service": ("", _of_setup("setup.standard_service")),
    "storage.history[opportunity]": ("developed", _history(Opportunity)),
    "storage.history[plan_item]": ("item", _history(PlanItem)),
    "storage.history[customer]": ("customer", _history(Customer)),
    "storage.history[contact]": ("contact", _history(Contact)),
    "storage.history[churn_case]": ("churn_case", _history(ChurnCase)),
    "storage.history[user]": ("user", _history(User)),
    "storage.history[credential]": ("user", _history(Credential)),
    "storage.as_of[opportunity]": ("developed", _as_of(Opportunity)),
    "storage.as_of[customer]": ("customer", _as_of(Customer)),
    **{name: call for one in _SUBJECTS for name, call in one.CALLS.items()},
}
"""How each action is called, and on which kind of record of the world."""
_FILES: Final = {
    "exchange.import_file",
    "exchange.undo",
    "exchange.export",
    "exchange.export_frame",
    "reports.export_report",
}
_FEEDS: Final = {"sales.pull", "sales.recount_all", "sales.rematch_all"}
TAKE_THE_CRM: Final = {
    "access.log_in",
    "access.change_own_password",
    "churn.sweep",
    "customers.hand_over",
    *_FILES,
    *_FEEDS,
    *(name for one in _SUBJECTS for name in getattr(one, "TAKE_THE_CRM", ())),
}
"""Their steps are in the table; ``tests/rules`` tries them as a whole."""


def _roles(work: Work) -> Any:
    return (work.unscoped(Role).find()[0].id,)


def _another(work: Work, id_: Any) -> Any:
    """A customer that can be merged with the one in question."""
    c = fields(Customer)
    found = work.unscoped(Customer).first(negate(eq(c.id, id_)), eq(c.status, CustomerStatus.NORMAL))
    return MISSING if found is None else found.id


def rows(table: str) -> Iterator[tuple[str, dict[str, str]]]:
    head, *lines = (line.split() for line in table.splitlines() if line.strip())
    for name, *cells in lines:
        yield name, dict(zip(head[1:], cells, strict=True))


_TABLES: Final = (
    WITHOUT_TARGET,
    WITH_TARGET,
    *(table for one in _SUBJECTS for table in (one.WITHOUT_TARGET, one.WITH_TARGET)),
)
EXPECTED: Final = {name: cells for table in _TABLES for name, cells in rows(table)}


class Undo(Exception):
    """Takes back what an allowed action did, so that every cell of the table finds the same world."""

    code = "allowed"


@pytest.fixture(scope="module")
def world(shared_store: WatchedStore) -> Iterator[World]:
    """One world on each kind of store; every call leaves it as it was."""
    world = World(shared_store)
    yield world
    assert world.read() == world.contents, "something has been changed past the sessions"


def outcome(world: World, who: Any, call: Call, target: Any) -> str:
    """Answer "allowed", or the code of the error."""
    with pytest.raises((Undo, Refused, NotFound)) as caught, world.crm.work(as_user=who) as work:  # noqa: PT012
        call(work, target)
        raise Undo
    return caught.value.code


@pytest.mark.requirement("RBA-13")
def test_the_tables_list_every_action_and_every_role() -> None:
    listed = {name.partition("[")[0] for name in EXPECTED}
    assert listed | TAKE_THE_CRM == {one.name for one in all_actions()}
    assert {one.name for one in all_actions() if one.takes == "crm"} == TAKE_THE_CRM
    assert EXPECTED.keys() == CALLS.keys()
    assert all(cells.keys() == ROLES.keys() for cells in EXPECTED.values())


@pytest.mark.requirement("RBA-01", "RBA-02", "RBA-03", "RBA-04", "RBA-13", "8", "9", "14.3", "16.1")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_role_may_do_what_the_chapters_say(world: World, name: str, role: str) -> None:
    kind, call = CALLS[name]
    who = ROLES[role]
    owners = [who, OTHER, "missing"] if kind else [""]
    assert len(EXPECTED[name][role]) == len(owners)
    for owner, sign in zip(owners, EXPECTED[name][role], strict=True):
        target = world.target("user" if (kind, owner) == ("spare_user", who) else kind, owner) if kind else None
        assert outcome(world, who, call, target) == MEANING[sign], (name, role, owner)
        _check_left_behind(world, name, who, sign, hidden=sign == "N" and target != MISSING)


def _check_left_behind(world: World, name: str, who: str, sign: str, *, hidden: bool) -> None:
    """The store is as it was; a refusal, and a look at somebody else's record, leave one record of the attempt."""
    said = [(one.operation, one.actor, one.action, one.code) for one in world.new_records()]
    if sign not in "+N" or hidden:
        code = "access.out_of_scope" if hidden else MEANING[sign]
        assert said == [(Operation.DENIED, world.users[who].id, name.partition("[")[0], code)]
    else:
        assert said == []


@pytest.mark.requirement("RBA-13", "USR-02")
@pytest.mark.parametrize("name", EXPECTED)
def test_strangers_and_people_who_left_do_nothing(world: World, name: str) -> None:
    kind, call = CALLS[name]
    for owner in (OTHER, "sunli", "missing"):
        target = world.target(kind, owner) if kind else None
        anonymous = MEANING["X"] if name == "access.create_first_administrator" else NotSignedIn.code
        assert outcome(world, None, call, target) == anonymous
        (said,) = world.new_records()
        assert (said.operation, said.actor, said.code) == (Operation.DENIED, None, anonymous)
        for retired in ("sunli", world.users["sunli"].id):
            assert outcome(world, retired, call, target) == UserRetired.code
            assert world.new_records() == []


KINDS: Final = {
    cls.__name__: cls
    for cls in (
        User,
        Role,
        Credential,
        DictionaryEntry,
        SystemParameter,
        Opportunity,
        PlanItem,
        Customer,
        Contact,
        Interaction,
        CustomerGroup,
        CustomField,
        CustomValue,
        Order,
        OrderLine,
        OrderSummary,
        UnmatchedOrder,
        Product,
        StockItem,
        ChurnCase,
        ImportBatch,
        ImportChunk,
        ExportRecord,
        CustomerMerge,
        *RECORDS,
        *(cls for one in _SUBJECTS for cls in one.KINDS),
    )
}


@pytest.mark.requirement("RBA-13", "OPP-07", "9", "16.1")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("kind", "cells"), list(rows(READING)), ids=[name for name, _ in rows(READING)])
def test_a_unit_of_work_shows_what_the_chapters_say(world: World, kind: str, cells: dict[str, str], role: str) -> None:
    cls, who = KINDS[kind], ROLES[role]
    with world.crm.work(as_user=SYSTEM, readonly=True) as work:
        everything = {one.id for one in work.unscoped(cls).find()}
    with world.crm.work(as_user=who, readonly=True) as work:
        if cells[role] == "P":
            for look in (work.of(cls).find, work.of(cls).count, lambda: work.of(cls).get(MISSING)):
                with pytest.raises(NoPermission):
                    look()
            return
        seen = {one.id for one in work.of(cls).find()}
        assert work.of(cls).count() == len(seen)
        assert {one.id for one in work.of(cls).scan(size=2)} == seen
    own = {one.id for (_, owner), one in world.records.items() if owner == who and isinstance(one, cls)}
    shared = {one.id for (place, _), one in world.records.items() if place in FOR_ALL and isinstance(one, cls)}
    assert seen == (everything if cells[role] == "all" else own | shared)
    assert seen


FOR_ALL: Final = {"unassigned", "noted", "published_article", "archived_article"}
"""What everybody sees of a kind of which he sees only his own otherwise."""


def test_the_reading_table_lists_every_kind() -> None:
    assert set(KINDS.values()) == set(ENTITIES)
    assert [name for name, _ in rows(READING)] == [*KINDS]


@pytest.mark.requirement("RBA-13")
@pytest.mark.parametrize("kind", KINDS)
def test_strangers_see_nothing(world: World, kind: str) -> None:
    with world.crm.work(readonly=True) as work, pytest.raises(NotSignedIn):
        work.of(KINDS[kind]).find()


@pytest.mark.requirement("OPP-03", "OPP-07", "CUS-05", "16.1")
@pytest.mark.parametrize(
    ("who", "unassigned", "developed", "listed"),
    [
        ("lihua", "all", "own", "own"),
        ("zhaomin", "all", "all", "all"),
        ("chengang", "P", "P", "all"),
        ("admin", "P", "P", "P"),
    ],
)
def test_lists_show_what_the_chapters_say(world: World, who: str, unassigned: str, developed: str, listed: str) -> None:
    lists: list[tuple[str, str, Callable[[Work], Any]]] = [
        ("unassigned", unassigned, opportunities.unassigned),
        ("developed", developed, opportunities.developments),
        ("customer", listed, customers.listing),
    ]
    for kind, sign, look in lists:
        with world.crm.work(as_user=who, readonly=True) as work:
            if sign == "P":
                with pytest.raises(NoPermission):
                    look(work)
                continue
            page = look(work)
        wanted = {one.id for (place, owner), one in world.records.items() if place == kind and sign in {"all", owner}}
        wanted = wanted or {world.target(kind, who)}
        assert {one.id for one in page.rows} == wanted
        assert page.total == len(wanted)
    assert [one for one in world.new_records() if one.operation is not Operation.DENIED] == []
