"""What crmcore keeps from the beginning."""

from crmcore_sql.migrations.changes import CreateTable
from crmcore_sql.migrations.running import apply
from crmcore_sql.specs import Column, Index, Table

revision = "0001"
down_revision = None

CHANGES = (
    CreateTable(
        Table(
            "user",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("full_name", "text", length=50),
                Column("roles", "uuid_list"),
                Column("territory", "text", length=50),
                Column("speciality", "text", length=50),
                Column("organisation", "text", length=100),
                Column("phone", "text", length=50),
                Column("email", "text", length=100),
                Column("address", "text", length=300),
                Column("language", "text", length=2),
                Column("status", "enum", length=40),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
                Column("name_key_digest", "digest", length=1000),
                Column("full_name_fold", "fold", length=50),
            ),
            (
                Index(("name_key_digest",), unique=True),
                Index(("status", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "role",
            (
                Column("id", "uuid"),
                Column("code", "text", length=50),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("description", "text", length=200),
                Column("permissions", "text_list"),
                Column("status", "enum", length=40),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
                Column("name_key_digest", "digest", length=1000),
            ),
            (Index(("name_key_digest",), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "credential",
            (
                Column("id", "uuid"),
                Column("password_hash", "text", length=500),
                Column("changed_at", "instant"),
                Column("must_change", "boolean"),
                Column("failures", "integer"),
                Column("locked_until", "instant", nullable=True),
                Column("version", "integer"),
            ),
        )
    ),
    CreateTable(
        Table(
            "dictionary_entry",
            (
                Column("id", "uuid"),
                Column("category", "text", length=50),
                Column("code", "text", length=50),
                Column("label_zh", "text", length=50),
                Column("label_en", "text", length=50),
                Column("position", "integer"),
                Column("editable", "boolean"),
                Column("status", "enum", length=40),
                Column("version", "integer"),
                Column("category_fold", "fold", length=50),
                Column("code_fold", "fold", length=50),
                Column("label_zh_fold", "fold", length=50),
                Column("label_en_fold", "fold", length=50),
            ),
            (
                Index(("category", "code"), unique=True),
                Index(("category", "label_zh"), unique=True),
            ),
        )
    ),
    CreateTable(
        Table(
            "system_parameter",
            (
                Column("id", "uuid"),
                Column("key", "text", length=100),
                Column("value", "text", length=1000),
                Column("version", "integer"),
            ),
        )
    ),
    CreateTable(
        Table(
            "opportunity",
            (
                Column("id", "uuid"),
                Column("number", "text", length=20),
                Column("source", "text", length=50),
                Column("customer_name", "text", length=100),
                Column("success_rate", "integer"),
                Column("title", "text", length=200),
                Column("contact_name", "text", length=50),
                Column("contact_phone", "text", length=50),
                Column("description", "text", length=2000),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("assignee", "uuid", nullable=True),
                Column("assigned_at", "instant", nullable=True),
                Column("status", "enum", length=40),
                Column("customer", "uuid", nullable=True),
                Column("proof", "text", length=50),
                Column("closed_at", "instant", nullable=True),
                Column("version", "integer"),
                Column("customer_name_fold", "fold", length=100),
                Column("title_fold", "fold", length=200),
                Column("contact_name_fold", "fold", length=50),
            ),
            (
                Index(("number",), unique=True),
                Index(("status", "created_at", "id")),
                Index(("assignee", "created_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "plan_item",
            (
                Column("id", "uuid"),
                Column("opportunity", "uuid"),
                Column("plan_date", "date"),
                Column("content", "text", length=500),
                Column("result", "text", length=500),
                Column("version", "integer"),
            ),
            (Index(("opportunity", "plan_date", "id")),),
        )
    ),
    CreateTable(
        Table(
            "customer",
            (
                Column("id", "uuid"),
                Column("number", "text", length=20),
                Column("name", "text", length=100),
                Column("name_key", "text", nullable=True, length=2000),
                Column("region", "text", length=50),
                Column("manager", "uuid"),
                Column("level", "text", length=50),
                Column("satisfaction", "integer", nullable=True),
                Column("credit", "integer", nullable=True),
                Column("address", "text", length=300),
                Column("zip", "text", length=10),
                Column("phone", "text", length=50),
                Column("fax", "text", length=50),
                Column("website", "text", length=50),
                Column("licence_no", "text", length=50),
                Column("legal_person", "text", length=50),
                Column("registered_capital", "integer"),
                Column("annual_turnover", "integer"),
                Column("bank", "text", length=200),
                Column("bank_account", "text", length=50),
                Column("local_tax_no", "text", length=50),
                Column("national_tax_no", "text", length=50),
                Column("remark", "text", length=2000),
                Column("status", "enum", length=40),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("number_fold", "fold", length=20),
                Column("name_fold", "fold", length=100),
                Column("name_key_digest", "digest", nullable=True, length=2000),
            ),
            (
                Index(("number",), unique=True),
                Index(("name_key_digest",), unique=True),
                Index(("region", "id")),
                Index(("level", "id")),
                Index(("status", "created_at", "id")),
                Index(("manager", "created_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "contact",
            (
                Column("id", "uuid"),
                Column("customer", "uuid"),
                Column("name", "text", length=50),
                Column("gender", "enum", nullable=True, length=40),
                Column("position", "text", length=50),
                Column("office_phone", "text", length=50),
                Column("mobile", "text", length=50),
                Column("memo", "text", length=300),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
            ),
            (Index(("customer", "id")),),
        )
    ),
    CreateTable(
        Table(
            "change_record",
            (
                Column("id", "uuid"),
                Column("at", "instant"),
                Column("actor", "uuid", nullable=True),
                Column("actor_name", "text", length=100),
                Column("action", "text", length=100),
                Column("operation", "enum", length=40),
                Column("entity", "text", length=100),
                Column("entity_id", "uuid", nullable=True),
                Column("entity_version", "integer"),
                Column("changes", "text", length=4000000),
                Column("code", "text", length=100),
                Column("previous", "text", length=64),
                Column("hash", "text", length=64),
                Column("version", "integer"),
            ),
            (Index(("entity_id", "entity_version", "id")),),
        )
    ),
    CreateTable(
        Table(
            "outbox_message",
            (
                Column("id", "uuid"),
                Column("at", "instant"),
                Column("kind", "text", length=100),
                Column("entity_id", "uuid"),
                Column("actor", "uuid", nullable=True),
                Column("payload", "text", length=4000000),
                Column("state", "enum", length=40),
                Column("lease_until", "instant", nullable=True),
                Column("attempts", "integer"),
                Column("version", "integer"),
            ),
            (
                Index(("state", "id")),
                Index(("entity_id", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "receipt",
            (
                Column("id", "uuid"),
                Column("at", "instant"),
                Column("action", "text", length=100),
                Column("result", "text", length=100),
                Column("result_id", "uuid", nullable=True),
                Column("version", "integer"),
            ),
        )
    ),
    CreateTable(
        Table(
            "seal",
            (
                Column("id", "uuid"),
                Column("at", "instant"),
                Column("last", "uuid"),
                Column("count", "integer"),
                Column("digest", "text", length=64),
                Column("version", "integer"),
            ),
        )
    ),
)


def upgrade() -> None:
    """Apply the changes."""
    apply(revision)
