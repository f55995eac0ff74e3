"""A company in which everybody owns one record of each kind, and somebody else owns one too."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from company.agreements import agreed_with, served_by
from company.articles import two_articles, written_by
from company.clock import SetClock
from company.desk import desk_of, shared_desk
from company.forecasts import forecast_of, shared_process
from company.install import fresh_crm
from company.lateness import WATCHING, escalated_to
from company.learnt import a_refusal
from company.opinions import asked_of, two_surveys
from company.visitors import invited_already, opening
from company.watching import WatchedStore
from crmcore import SYSTEM
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import Role, RoleId, User, UserId, Validity
from crmcore.base.schema import Entity
from crmcore.churn.entity import ChurnCase, ChurnCaseId
from crmcore.customers.entity import (
    Contact,
    ContactId,
    Customer,
    CustomerId,
    CustomerStatus,
    Interaction,
    InteractionId,
)
from crmcore.customers.grouping import (
    CustomerGroup,
    CustomerGroupId,
    CustomField,
    CustomFieldId,
    CustomKind,
    CustomValue,
)
from crmcore.customers.merging import CustomerMerge, CustomerMergeId
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId, SystemParameter
from crmcore.dictionary.parameters import CHURN_MONTHS
from crmcore.escalation.entity import EscalationPolicy
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportBatchId, ImportChunk
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, PlanItem, PlanItemId
from crmcore.query import query
from crmcore.sales.entity import (
    Order,
    OrderId,
    OrderLine,
    OrderLineId,
    OrderSummary,
    Product,
    ProductId,
    StockItem,
    StockItemId,
    UnmatchedOrder,
)
from crmcore.saved_reports.entity import SavedReport, SavedReportId
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord
from crmcore.subjects import ENTITIES

OTHER = "wangwei"
"""Whose records are somebody else's for everybody in the table."""
OWNERS = ("admin", "lihua", "zhaomin", "chengang", OTHER)
MISSING = UUID("01900000-0000-7000-8000-000000000000")
OWN_FIELD = CustomFieldId(UUID("01900000-0000-7000-8000-000000000001"))
"""A field of the company's own, in which every customer has something."""

Contents = dict[tuple[type[Any], UUID], Entity]


class World:
    """A CRM full of records, by kind and owner."""

    def __init__(self, store: WatchedStore) -> None:
        self._store = store
        self.crm: Crm = fresh_crm(store, SetClock())
        self.records: dict[tuple[str, str], Any] = {}
        session = store.begin(write=True)
        try:
            self.users = {user.name: user for user in session.find(query(User))}
            for owner in OWNERS:
                for kind, record in self._belongings(self.users[owner]).items():
                    assert session.insert(record)
                    self.records[kind, owner] = record
            for kind, record in self._spare().items():
                assert session.insert(record)
                self.records[kind, OTHER] = record
            session.commit()
        finally:
            session.close()
        for name, user in self.users.items():
            self.records["user", name] = user
        self.records["role", "admin"] = Role(**self._role("administrator"))
        self.contents = self.read()
        self._looked = store.now()

    def target(self, kind: str, owner: str) -> Any:
        """The id of a person's record; of one that all share where a kind has no owners; or of none."""
        if owner == "missing":
            return MISSING
        return (self.records.get((kind, owner)) or self.records[kind, OTHER]).id

    def read(self, kinds: Iterable[type[Any]] = ENTITIES) -> Contents:
        """Everything in the store, or everything of some kinds."""
        session = self.crm.store.begin(write=False)
        try:
            return {(cls, one.id): one for cls in kinds for one in session.find(query(cls))}
        finally:
            session.close()

    def new_records(self) -> list[ChangeRecord]:
        """Answer the change records that were added since the last look, and take them out again.

        Fails if anything else is not as it was, of all kinds to which a session wrote, whether it committed or not.
        """
        written = set(self._store.written_since(self._looked))
        now = self.read(written)
        added = [one for key, one in now.items() if key not in self.contents]
        before = {key: one for key, one in self.contents.items() if key[0] in written}
        assert {key: one for key, one in now.items() if key in before} == before
        assert all(isinstance(one, ChangeRecord) for one in added), added
        if added:
            session = self.crm.store.begin(write=True)
            for one in added:
                assert session.delete(ChangeRecord, one.id, one.version)
            session.commit()
            session.close()
        self._looked = self._store.now()
        return [one for one in added if isinstance(one, ChangeRecord)]

    def _belongings(self, owner: User) -> dict[str, Entity]:
        now, new = self.crm.clock(), self.crm.ids
        chance = Opportunity(
            id=OpportunityId(new()),
            number=f"XS-{owner.name}-1",
            customer_name=f"{owner.name}'s prospect",
            success_rate=50,
            title="t",
            description="d",
            created_by=owner.id,
            created_at=now,
            version=1,
        )
        outsider = self.users["sunli"].id
        developed = attrs.evolve(
            chance,
            id=OpportunityId(new()),
            number=f"XS-{owner.name}-2",
            customer_name=f"{owner.name}'s developed prospect",
            created_by=outsider,
            assignee=owner.id,
            assigned_at=now,
            status=OpportunityStatus.ASSIGNED,
        )
        item = PlanItem(
            id=PlanItemId(new()), opportunity=developed.id, plan_date=dt.date(2026, 3, 9), content="c", version=1
        )
        customer = Customer(
            id=CustomerId(new()),
            number=f"KH-{owner.name}",
            name=f"{owner.name}'s customer",
            name_key=f"{owner.name}'s customer",
            manager=owner.id,
            created_by=outsider,
            created_at=now,
            version=1,
        )
        contact = Contact(id=ContactId(new()), customer=customer.id, name="张", mobile="138 1234 5678", version=1)
        interaction = Interaction(
            id=InteractionId(new()),
            customer=customer.id,
            at=now,
            place="p",
            title="t",
            created_by=owner.id,
            created_at=now,
            version=1,
        )
        value = CustomValue(id=new(), custom_field=OWN_FIELD, customer=customer.id, text="x", version=1)
        return {
            "interaction": interaction,
            "custom_value": value,
            "saved_report": SavedReport(
                id=SavedReportId(new()),
                name="n",
                name_key="n",
                kind="contribution",
                filters='{"period":"this_month"}',
                created_by=owner.id,
                created_at=now,
                version=1,
            ),
            "customer_group": CustomerGroup(
                id=CustomerGroupId(new()),
                name=f"{owner.name}'s group",
                name_key=f"{owner.name}'s group",
                filters='{"keyword":"x"}',
                created_by=owner.id,
                created_at=now,
                version=1,
            ),
            "unassigned": chance,
            "developed": developed,
            "item": item,
            "customer": customer,
            "contact": contact,
            **forecast_of(self.crm, owner.id, chance, developed),
            **self._lapse(customer),
            **self._purchase(customer),
            **self._late(owner),
            **desk_of(self.crm, owner.id, customer, owner.id if owner.name == "lihua" else self.users[OTHER].id),
            **agreed_with(self.crm, customer),
            **asked_of(self.crm, customer),
            **invited_already(self.crm, contact),
            "export": ExportRecord(
                id=new(), kind="customer", format="csv", filters="{}", taken_by=owner.id, taken_at=now, version=1
            ),
        }

    def _lapse(self, customer: Customer) -> dict[str, Entity]:
        """A warning about a customer, who has ordered again since."""
        warned, again = dt.date(2025, 8, 1), dt.date(2026, 2, 27)
        case = ChurnCase(
            id=ChurnCaseId(self.crm.ids()),
            customer=customer.id,
            customer_name=customer.name,
            manager=customer.manager,
            last_order_on=warned,
            opened_at=self.crm.clock(),
            version=1,
        )
        summary = OrderSummary(id=customer.id, order_count=2, first_order_on=warned, last_order_on=again, version=1)
        return {"churn_case": case, "order_summary": summary}

    def _late(self, owner: User) -> dict[str, Entity]:
        """A request that is late, what was escalated, and what is written about such requests."""
        late = escalated_to(self.crm, owner.id)
        return {**late, **written_by(self.crm, owner.id, late["late_request"].id)}

    def _purchase(self, customer: Customer) -> dict[str, Entity]:
        """An order of a customer, with a line."""
        order = Order(
            id=OrderId(self.crm.ids()),
            source_key=f"SO-{customer.number}",
            customer=customer.id,
            ordered_on=dt.date(2026, 2, 27),
            currency="CNY",
            amount=Decimal(5),
            line_count=1,
            version=1,
        )
        line = OrderLine(
            id=OrderLineId(self.crm.ids()),
            order=order.id,
            position=1,
            quantity=Decimal(1),
            amount=Decimal(5),
            version=1,
        )
        return {"order": order, "order_line": line}

    def _wares(self) -> dict[str, Entity]:
        """What the sales system sent that belongs to nobody."""
        product = Product(id=ProductId(self.crm.ids()), source_key="P1", name="钢管", version=1)
        stock = StockItem(id=StockItemId(self.crm.ids()), source_key="S1", product=product.id, version=1)
        waiting = UnmatchedOrder(
            id=self.crm.ids(),
            source_key="SO-9",
            customer_name="无名",
            reason="unknown",
            content='{"amount":"5","currency":"CNY","customer":"KH-0","customer_key":"","customer_name":"","delivery_address":"",'
            '"lines":[],"ordered_on":"2026-02-27","source_key":"SO-9","status":"new"}',
            received_at=self.crm.clock(),
            version=1,
        )
        return {"product": product, "stock_item": stock, "waiting": waiting}

    def _spare(self) -> dict[str, Entity]:
        """Records without an owner, which no other record holds."""
        new = self.crm.ids
        entry = DictionaryEntry(
            id=DictionaryEntryId(new()), category="industry", code="kites", label_zh="风筝", label_en="Kites", version=1
        )
        retired = attrs.evolve(
            entry, id=DictionaryEntryId(new()), code="steam", label_zh="蒸汽", status=Validity.RETIRED
        )
        role = Role(id=RoleId(new()), name="闲置", name_key="闲置", version=1)
        colleague = attrs.evolve(
            self.users["lihua"], id=UserId(new()), name="spare", name_key="spare", full_name="闲人"
        )
        setting = SystemParameter(id=CHURN_MONTHS.id, key=CHURN_MONTHS.key, value="7", version=1)
        batch = ImportBatch(
            id=ImportBatchId(new()), kind="customer", fingerprint="f", chunks=1, started_at=self.crm.clock(), version=1
        )
        content = '{"changed":[],"created":{},"errors":[]}'
        chunk = ImportChunk(id=new(), batch=batch.id, number=1, content=content, version=1)
        theirs = self.records["customer", OTHER]
        gone = attrs.evolve(
            theirs,
            id=CustomerId(new()),
            number="KH-merged",
            name_key=None,
            status=CustomerStatus.DELETED,
            merged_into=theirs.id,
        )
        parts = '"kept":{},"absorbed":{},"kept_after":{},"absorbed_after":{},"moved":{},"custom":[]'
        merge = CustomerMerge(
            id=CustomerMergeId(new()),
            kept=theirs.id,
            absorbed=gone.id,
            before=f"{{{parts}}}",
            done_by=self.users["zhaomin"].id,
            done_at=self.crm.clock(),
            version=1,
        )
        own_field = CustomField(
            id=OWN_FIELD, code="own", label_zh="自定义", label_en="Own", kind=CustomKind.TEXT, version=1
        )
        return {
            **two_articles(self.crm, self.users["sunli"].id),
            **two_surveys(self.crm, self.users["zhaomin"].id),
            "custom_field": own_field,
            **served_by(self.crm, self.users["lihua"].id),
            "policy": EscalationPolicy(id=WATCHING, name="超时", name_key="超时", version=1),
            "merged": gone,
            "merge": merge,
            "entry": entry,
            "retired_entry": retired,
            "role": role,
            "spare_user": colleague,
            "setting": setting,
            "window_open": opening(),
            "import_batch": batch,
            "import_chunk": chunk,
            **self._wares(),
            **shared_process(self.crm),
            "model": a_refusal(self.crm.clock()),
            **shared_desk(self.crm, self.records["given_request", OTHER]),
        }

    def _role(self, code: str) -> dict[str, Any]:
        with self.crm.work(as_user=SYSTEM, readonly=True) as work:
            return attrs.asdict(work.unscoped(Role).get(delivered_role_id(code)), recurse=False)
