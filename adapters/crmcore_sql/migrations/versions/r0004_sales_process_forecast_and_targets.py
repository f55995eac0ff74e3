"""Sales process, forecast and targets."""

from crmcore_sql.migrations.changes import AddColumn, AddIndex, CreateTable
from crmcore_sql.migrations.running import apply
from crmcore_sql.specs import Column, Index, Table

revision = "0004"
down_revision = "0003"

CHANGES = (
    AddColumn("opportunity", Column("stage", "uuid", nullable=True)),
    AddColumn("opportunity", Column("expected_amount", "decimal", nullable=True, digits=(18, 2))),
    AddColumn("opportunity", Column("expected_on", "date", nullable=True)),
    AddColumn("opportunity", Column("target_amount", "decimal", nullable=True, digits=(18, 2))),
    AddColumn("opportunity", Column("follow_up", "text", length=50), "''"),
    AddColumn("opportunity", Column("category", "enum", nullable=True, length=40)),
    AddIndex("opportunity", Index(("status", "expected_on", "id"))),
    AddIndex("opportunity", Index(("status", "expected_amount", "id"))),
    AddColumn("product", Column("unit_cost", "decimal", nullable=True, digits=(18, 2))),
    AddColumn("service_request", Column("responded_in", "integer", nullable=True)),
    AddColumn("service_request", Column("respond_met", "boolean", nullable=True)),
    AddColumn("service_request", Column("resolved_in", "integer", nullable=True)),
    AddColumn("service_request", Column("resolve_met", "boolean", nullable=True)),
    AddColumn("service_round", Column("responded_in", "integer", nullable=True)),
    AddColumn("service_round", Column("respond_met", "boolean", nullable=True)),
    AddColumn("service_round", Column("resolved_in", "integer", nullable=True)),
    AddColumn("service_round", Column("resolve_met", "boolean", nullable=True)),
    CreateTable(
        Table(
            "sales_activity",
            (
                Column("id", "uuid"),
                Column("opportunity", "uuid"),
                Column("kind", "text", length=50),
                Column("planned_on", "date"),
                Column("content", "text", length=500),
                Column("state", "enum", length=40),
                Column("progress", "text", length=1000),
                Column("result", "text", length=1000),
                Column("done_on", "date", nullable=True),
                Column("responsible", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("opportunity", "planned_on", "id")),
                Index(("planned_on", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "sales_stage",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("position", "integer"),
                Column("probability", "integer"),
                Column("category", "enum", length=40),
                Column("needed", "text_list"),
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
            "stage_passage",
            (
                Column("id", "uuid"),
                Column("opportunity", "uuid"),
                Column("stage", "uuid"),
                Column("from_stage", "uuid", nullable=True),
                Column("entered_at", "instant"),
                Column("entered_by", "uuid"),
                Column("reason", "text", length=500),
                Column("assignee", "uuid", nullable=True),
                Column("left_at", "instant", nullable=True),
                Column("to_stage", "uuid", nullable=True),
                Column("outcome", "enum", length=40),
                Column("version", "integer"),
            ),
            (
                Index(("opportunity", "entered_at", "id")),
                Index(("stage", "entered_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "pipeline_position",
            (
                Column("id", "uuid"),
                Column("opportunity", "uuid"),
                Column("since", "instant"),
                Column("until", "instant", nullable=True),
                Column("status", "enum", length=40),
                Column("amount", "decimal", nullable=True, digits=(18, 2)),
                Column("expected_on", "date", nullable=True),
                Column("stage", "uuid", nullable=True),
                Column("category", "enum", nullable=True, length=40),
                Column("owner", "uuid", nullable=True),
                Column("success_rate", "integer", nullable=True),
                Column("prior_status", "enum", nullable=True, length=40),
                Column("prior_amount", "decimal", nullable=True, digits=(18, 2)),
                Column("prior_expected_on", "date", nullable=True),
                Column("prior_stage", "uuid", nullable=True),
                Column("prior_category", "enum", nullable=True, length=40),
                Column("prior_owner", "uuid", nullable=True),
                Column("prior_success_rate", "integer", nullable=True),
                Column("version", "integer"),
            ),
            (
                Index(("since", "id")),
                Index(("opportunity", "since", "id")),
                Index(("status", "until", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "pipeline_snapshot",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("day", "date"),
                Column("taken_at", "instant"),
                Column("open_opportunities", "integer"),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
            ),
            (Index(("day", "id")),),
        )
    ),
    CreateTable(
        Table(
            "snapshot_stage",
            (
                Column("id", "uuid"),
                Column("snapshot", "uuid"),
                Column("stage", "uuid"),
                Column("name", "text", length=50),
                Column("position", "integer"),
                Column("probability", "integer"),
                Column("version", "integer"),
            ),
            (Index(("snapshot", "id")),),
        )
    ),
    CreateTable(
        Table(
            "sales_target",
            (
                Column("id", "uuid"),
                Column("slot", "text", length=200),
                Column("span", "enum", length=40),
                Column("starts_on", "date"),
                Column("ends_on", "date"),
                Column("user", "uuid", nullable=True),
                Column("territory", "text", length=50),
                Column("amount", "decimal", nullable=True, digits=(18, 2)),
                Column("number", "integer", nullable=True),
                Column("remark", "text", length=500),
                Column("part_of", "uuid", nullable=True),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("slot",), unique=True),
                Index(("starts_on", "id")),
                Index(("part_of", "id")),
                Index(("user", "starts_on", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "prediction_model",
            (
                Column("id", "uuid"),
                Column("currency", "text", length=3),
                Column("learnt_until", "date"),
                Column("learnt_at", "instant"),
                Column("customers", "integer"),
                Column("orders", "text", length=4000),
                Column("amounts", "text", length=4000),
                Column("ahead", "integer"),
                Column("expected_orders", "decimal", nullable=True, digits=(18, 2)),
                Column("expected_amount", "decimal", nullable=True, digits=(18, 2)),
                Column("version", "integer"),
            ),
            (Index(("currency",), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "saved_report",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=500),
                Column("kind", "text", length=50),
                Column("filters", "text", length=4000),
                Column("shared_with", "text", length=50),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("name_fold", "fold", length=50),
                Column("name_key_digest", "digest", length=500),
            ),
            (
                Index(("created_by", "name_key_digest"), unique=True),
                Index(("shared_with", "id")),
            ),
        )
    ),
)


def upgrade() -> None:
    """Apply the changes."""
    apply(revision)
