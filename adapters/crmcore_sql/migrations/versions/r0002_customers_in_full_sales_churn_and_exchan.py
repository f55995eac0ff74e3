"""Customers in full, sales, churn and exchange."""

from crmcore_sql.migrations.changes import AddColumn, AddIndex, CreateTable, DropIndex
from crmcore_sql.migrations.running import apply
from crmcore_sql.specs import Column, Index, Table

revision = "0002"
down_revision = "0001"

CHANGES = (
    AddIndex("opportunity", Index(("customer", "id"))),
    DropIndex("customer", Index(("region", "id"))),
    DropIndex("customer", Index(("level", "id"))),
    AddColumn("customer", Column("email", "text", length=100), "''"),
    AddColumn("customer", Column("industry", "text", length=50), "''"),
    AddColumn("customer", Column("company_size", "text", length=50), "''"),
    AddColumn("customer", Column("category", "text", length=50), "''"),
    AddColumn("customer", Column("city", "text", length=50), "''"),
    AddColumn("customer", Column("needs", "text", length=500), "''"),
    AddColumn("customer", Column("trust", "integer", nullable=True)),
    AddColumn("customer", Column("tags", "text_list"), "'[]'"),
    AddColumn("customer", Column("external_key", "text", nullable=True, length=100)),
    AddColumn("customer", Column("merged_into", "uuid", nullable=True)),
    AddColumn("customer", Column("name_core", "text", length=200), "''"),
    AddColumn("customer", Column("phone_key", "text", length=50), "''"),
    AddColumn("customer", Column("licence_key", "text", length=100), "''"),
    AddColumn("customer", Column("search_text", "text", length=4000), "''"),
    AddColumn("customer", Column("phone_fold", "fold", length=50), "''"),
    AddColumn("customer", Column("fax_fold", "fold", length=50), "''"),
    AddColumn("customer", Column("website_fold", "fold", length=50), "''"),
    AddColumn("customer", Column("city_fold", "fold", length=50), "''"),
    AddColumn("customer", Column("city_fragments", "fragments", length=50), "'[]'"),
    AddColumn("customer", Column("tags_fragments", "fragments"), "'[]'"),
    AddColumn("customer", Column("phone_key_fold", "fold", length=50), "''"),
    AddColumn("customer", Column("search_text_fold", "fold", length=4000), "''"),
    AddColumn("customer", Column("search_text_fragments", "fragments", length=4000), "'[]'"),
    AddIndex("customer", Index(("external_key",), unique=True)),
    AddIndex("customer", Index(("name_core", "id"))),
    AddIndex("customer", Index(("phone_key", "id"))),
    AddIndex("customer", Index(("licence_key", "id"))),
    AddIndex("customer", Index(("created_at", "id"))),
    AddIndex("customer", Index(("region", "created_at", "id"))),
    AddIndex("customer", Index(("level", "created_at", "id"))),
    AddIndex("customer", Index(("industry", "created_at", "id"))),
    AddIndex("customer", Index(("category", "created_at", "id"))),
    AddIndex("customer", Index(("company_size", "created_at", "id"))),
    AddIndex("customer", Index(("city_fragments",), keyword=True)),
    AddIndex("customer", Index(("tags_fragments",), keyword=True)),
    AddIndex("customer", Index(("search_text_fragments",), keyword=True)),
    AddColumn("contact", Column("email", "text", length=100), "''"),
    AddColumn("contact", Column("office_phone_fold", "fold", length=50), "''"),
    AddColumn("contact", Column("mobile_fold", "fold", length=50), "''"),
    AddIndex("contact", Index(("name", "id"))),
    CreateTable(
        Table(
            "interaction",
            (
                Column("id", "uuid"),
                Column("customer", "uuid"),
                Column("at", "instant"),
                Column("place", "text", length=200),
                Column("title", "text", length=500),
                Column("type", "text", length=50),
                Column("channel", "text", length=50),
                Column("contact", "uuid", nullable=True),
                Column("memo", "text", length=300),
                Column("detail", "text", length=2000),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("title_fold", "fold", length=500),
            ),
            (Index(("customer", "at", "id")),),
        )
    ),
    CreateTable(
        Table(
            "customer_group",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=500),
                Column("description", "text", length=500),
                Column("filters", "text", length=4000),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
                Column("name_key_digest", "digest", length=500),
            ),
            (Index(("name_key_digest",), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "custom_field",
            (
                Column("id", "uuid"),
                Column("code", "text", length=50),
                Column("label_zh", "text", length=50),
                Column("label_en", "text", length=50),
                Column("kind", "enum", length=40),
                Column("choices", "text", length=50),
                Column("required", "boolean"),
                Column("position", "integer"),
                Column("status", "enum", length=40),
                Column("version", "integer"),
            ),
            (
                Index(("code",), unique=True),
                Index(("label_zh",), unique=True),
            ),
        )
    ),
    CreateTable(
        Table(
            "custom_value",
            (
                Column("id", "uuid"),
                Column("custom_field", "uuid"),
                Column("customer", "uuid"),
                Column("text", "text", nullable=True, length=500),
                Column("number", "decimal", nullable=True, digits=(18, 4)),
                Column("day", "date", nullable=True),
                Column("flag", "boolean", nullable=True),
                Column("version", "integer"),
                Column("text_fold", "fold", nullable=True, length=500),
            ),
            (
                Index(("custom_field", "customer"), unique=True),
                Index(("customer", "id")),
                Index(("custom_field", "number", "id")),
                Index(("custom_field", "day", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "customer_merge",
            (
                Column("id", "uuid"),
                Column("kept", "uuid"),
                Column("absorbed", "uuid"),
                Column("state", "enum", length=40),
                Column("before", "text", length=4000000),
                Column("done_by", "uuid"),
                Column("done_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("kept", "id")),
                Index(("absorbed", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "order",
            (
                Column("id", "uuid"),
                Column("source_key", "text", length=100),
                Column("customer", "uuid"),
                Column("ordered_on", "date"),
                Column("delivery_address", "text", length=200),
                Column("status", "enum", length=40),
                Column("currency", "text", length=3),
                Column("amount", "decimal", digits=(18, 4)),
                Column("line_count", "integer"),
                Column("version", "integer"),
            ),
            (
                Index(("source_key",), unique=True),
                Index(("customer", "ordered_on", "id")),
                Index(("ordered_on", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "order_line",
            (
                Column("id", "uuid"),
                Column("order", "uuid"),
                Column("position", "integer"),
                Column("product_key", "text", length=100),
                Column("product_name", "text", length=200),
                Column("quantity", "decimal", digits=(14, 4)),
                Column("unit", "text", length=10),
                Column("unit_price", "decimal", nullable=True, digits=(18, 4)),
                Column("amount", "decimal", digits=(18, 4)),
                Column("version", "integer"),
            ),
            (
                Index(("product_key", "id")),
                Index(("order", "position", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "order_summary",
            (
                Column("id", "uuid"),
                Column("order_count", "integer"),
                Column("first_order_on", "date", nullable=True),
                Column("last_order_on", "date", nullable=True),
                Column("last_order", "uuid", nullable=True),
                Column("lapse", "uuid", nullable=True),
                Column("amount", "decimal", digits=(18, 4)),
                Column("paid_amount", "decimal", digits=(18, 4)),
                Column("version", "integer"),
            ),
            (
                Index(("last_order_on", "id")),
                Index(("amount", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "unmatched_order",
            (
                Column("id", "uuid"),
                Column("source_key", "text", length=100),
                Column("customer_name", "text", length=200),
                Column("customer_key", "text", length=100),
                Column("reason", "text", length=50),
                Column("content", "text", length=4000000),
                Column("received_at", "instant"),
                Column("version", "integer"),
                Column("customer_name_fold", "fold", length=200),
            ),
            (
                Index(("source_key",), unique=True),
                Index(("received_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "product",
            (
                Column("id", "uuid"),
                Column("source_key", "text", length=100),
                Column("name", "text", length=200),
                Column("model", "text", length=100),
                Column("batch", "text", length=100),
                Column("unit", "text", length=10),
                Column("price", "decimal", nullable=True, digits=(18, 2)),
                Column("memo", "text", length=200),
                Column("feature", "text", length=500),
                Column("version", "integer"),
                Column("name_fold", "fold", length=200),
                Column("model_fold", "fold", length=100),
                Column("batch_fold", "fold", length=100),
            ),
            (
                Index(("source_key",), unique=True),
                Index(("name", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "stock_item",
            (
                Column("id", "uuid"),
                Column("source_key", "text", length=100),
                Column("product", "uuid"),
                Column("warehouse", "text", length=50),
                Column("location", "text", length=50),
                Column("quantity", "integer"),
                Column("memo", "text", length=200),
                Column("version", "integer"),
                Column("warehouse_fold", "fold", length=50),
            ),
            (
                Index(("source_key",), unique=True),
                Index(("product", "id")),
                Index(("warehouse", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "churn_case",
            (
                Column("id", "uuid"),
                Column("customer", "uuid"),
                Column("customer_name", "text", length=100),
                Column("manager", "uuid"),
                Column("last_order_on", "date", nullable=True),
                Column("measures", "text", length=4000),
                Column("reason", "text", length=2000),
                Column("status", "enum", length=40),
                Column("opened_at", "instant"),
                Column("closed_at", "instant", nullable=True),
                Column("version", "integer"),
                Column("customer_name_fold", "fold", length=100),
            ),
            (
                Index(("customer", "last_order_on", "id")),
                Index(("status", "opened_at", "id")),
                Index(("opened_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "import_batch",
            (
                Column("id", "uuid"),
                Column("kind", "text", length=50),
                Column("file_name", "text", length=255),
                Column("fingerprint", "text", length=64),
                Column("mode", "text", length=50),
                Column("state", "enum", length=40),
                Column("chunks", "integer"),
                Column("rows_read", "integer"),
                Column("created", "integer"),
                Column("updated", "integer"),
                Column("unchanged", "integer"),
                Column("failed", "integer"),
                Column("started_by", "uuid", nullable=True),
                Column("started_at", "instant"),
                Column("ended_at", "instant", nullable=True),
                Column("version", "integer"),
            ),
            (
                Index(("fingerprint", "id")),
                Index(("started_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "import_chunk",
            (
                Column("id", "uuid"),
                Column("batch", "uuid"),
                Column("number", "integer"),
                Column("content", "text", length=4000000),
                Column("version", "integer"),
            ),
            (Index(("batch", "number"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "export_record",
            (
                Column("id", "uuid"),
                Column("kind", "text", length=50),
                Column("format", "text", length=20),
                Column("filters", "text", length=4000),
                Column("rows", "integer"),
                Column("taken_by", "uuid", nullable=True),
                Column("taken_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("taken_at", "id")),),
        )
    ),
)


def upgrade() -> None:
    """Apply the changes."""
    apply(revision)
