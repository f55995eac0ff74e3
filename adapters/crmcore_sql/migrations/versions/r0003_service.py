"""Service."""

from crmcore_sql.migrations.changes import CreateTable
from crmcore_sql.migrations.running import apply
from crmcore_sql.specs import Column, Index, Table

revision = "0003"
down_revision = "0002"

CHANGES = (
    CreateTable(
        Table(
            "working_calendar",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("zone", "text", length=64),
                Column("monday", "text_list"),
                Column("tuesday", "text_list"),
                Column("wednesday", "text_list"),
                Column("thursday", "text_list"),
                Column("friday", "text_list"),
                Column("saturday", "text_list"),
                Column("sunday", "text_list"),
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
            "special_day",
            (
                Column("id", "uuid"),
                Column("calendar", "uuid"),
                Column("day", "date"),
                Column("name", "text", length=100),
                Column("spans", "text_list"),
                Column("source", "text", length=20),
                Column("version", "integer"),
            ),
            (Index(("calendar", "day"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "service_target",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("type", "text", length=50),
                Column("priority", "enum", nullable=True, length=40),
                Column("level", "text", length=50),
                Column("respond_within", "integer", nullable=True),
                Column("resolve_within", "integer", nullable=True),
                Column("risk_percent", "integer"),
                Column("calendar", "uuid"),
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
            "service_contract",
            (
                Column("id", "uuid"),
                Column("number", "text", length=50),
                Column("number_key", "text", length=1000),
                Column("customer", "uuid"),
                Column("title", "text", length=200),
                Column("starts_on", "date"),
                Column("ends_on", "date"),
                Column("covers", "text_list"),
                Column("products", "text_list"),
                Column("included_requests", "integer", nullable=True),
                Column("target", "uuid", nullable=True),
                Column("remark", "text", length=2000),
                Column("ended_on", "date", nullable=True),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("number_fold", "fold", length=50),
                Column("number_key_digest", "digest", length=1000),
                Column("title_fold", "fold", length=200),
            ),
            (
                Index(("number_key_digest",), unique=True),
                Index(("customer", "ends_on", "id")),
                Index(("ends_on", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "staff_skill",
            (
                Column("id", "uuid"),
                Column("user", "uuid"),
                Column("type", "text", length=50),
                Column("proficiency", "integer"),
                Column("remark", "text", length=300),
                Column("version", "integer"),
            ),
            (Index(("user", "type"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "service_request",
            (
                Column("id", "uuid"),
                Column("number", "text", length=20),
                Column("type", "text", length=50),
                Column("title", "text", length=500),
                Column("customer", "uuid"),
                Column("customer_name", "text", length=100),
                Column("contact", "uuid", nullable=True),
                Column("opportunity", "uuid", nullable=True),
                Column("channel", "text", length=50),
                Column("priority", "enum", length=40),
                Column("status", "enum", length=40),
                Column("request", "text", length=3000),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("assignee", "uuid", nullable=True),
                Column("assigned_at", "instant", nullable=True),
                Column("round", "integer"),
                Column("handling", "text", length=3000),
                Column("handled_by", "uuid", nullable=True),
                Column("handled_at", "instant", nullable=True),
                Column("result", "text", length=500),
                Column("satisfaction", "integer", nullable=True),
                Column("archived_at", "instant", nullable=True),
                Column("merged_into", "uuid", nullable=True),
                Column("calendar", "uuid", nullable=True),
                Column("contract", "uuid", nullable=True),
                Column("counted_from", "instant", nullable=True),
                Column("respond_by", "instant", nullable=True),
                Column("respond_risk_at", "instant", nullable=True),
                Column("responded_at", "instant", nullable=True),
                Column("resolve_by", "instant", nullable=True),
                Column("resolve_risk_at", "instant", nullable=True),
                Column("waiting_since", "instant", nullable=True),
                Column("waited", "integer"),
                Column("next_due_at", "instant", nullable=True),
                Column("search_text", "text", length=700),
                Column("version", "integer"),
                Column("number_fold", "fold", length=20),
                Column("title_fold", "fold", length=500),
                Column("customer_name_fold", "fold", length=100),
                Column("request_fold", "fold", length=3000),
                Column("search_text_fold", "fold", length=700),
                Column("search_text_fragments", "fragments", length=700),
            ),
            (
                Index(("number",), unique=True),
                Index(("contact", "id")),
                Index(("opportunity", "id")),
                Index(("contract", "id")),
                Index(("created_at", "id")),
                Index(("status", "created_at", "id")),
                Index(("type", "created_at", "id")),
                Index(("priority", "created_at", "id")),
                Index(("satisfaction", "created_at", "id")),
                Index(("round", "id")),
                Index(("created_by", "created_at", "id")),
                Index(("assignee", "status", "created_at", "id")),
                Index(("handled_by", "created_at", "id")),
                Index(("customer", "created_at", "id")),
                Index(("next_due_at", "id")),
                Index(("search_text_fragments",), keyword=True),
            ),
        )
    ),
    CreateTable(
        Table(
            "service_round",
            (
                Column("id", "uuid"),
                Column("request", "uuid"),
                Column("number", "integer"),
                Column("assignee", "uuid", nullable=True),
                Column("handling", "text", length=3000),
                Column("handled_by", "uuid", nullable=True),
                Column("handled_at", "instant", nullable=True),
                Column("result", "text", length=500),
                Column("satisfaction", "integer", nullable=True),
                Column("reason", "text", length=500),
                Column("respond_by", "instant", nullable=True),
                Column("responded_at", "instant", nullable=True),
                Column("counted_from", "instant", nullable=True),
                Column("resolve_by", "instant", nullable=True),
                Column("waited", "integer"),
                Column("ended_by", "uuid"),
                Column("ended_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("request", "number"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "request_note",
            (
                Column("id", "uuid"),
                Column("request", "uuid"),
                Column("text", "text", length=3000),
                Column("internal", "boolean"),
                Column("written_by", "uuid"),
                Column("written_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("request", "written_at", "id")),),
        )
    ),
    CreateTable(
        Table(
            "request_attachment",
            (
                Column("id", "uuid"),
                Column("request", "uuid"),
                Column("file_name", "text", length=255),
                Column("media_type", "text", length=100),
                Column("size", "integer"),
                Column("digest", "text", length=64),
                Column("location", "text", length=500),
                Column("internal", "boolean"),
                Column("added_by", "uuid"),
                Column("added_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("request", "id")),),
        )
    ),
    CreateTable(
        Table(
            "request_merge",
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
            "escalation_policy",
            (
                Column("id", "uuid"),
                Column("name", "text", length=50),
                Column("name_key", "text", length=1000),
                Column("watched", "enum", length=40),
                Column("after", "integer"),
                Column("type", "text", length=50),
                Column("priority", "enum", nullable=True, length=40),
                Column("recipient", "enum", length=40),
                Column("user", "uuid", nullable=True),
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
            "escalation_step",
            (
                Column("id", "uuid"),
                Column("request", "uuid"),
                Column("policy", "uuid"),
                Column("watched", "enum", length=40),
                Column("due_at", "instant"),
                Column("recipient", "enum", length=40),
                Column("recipient_user", "uuid", nullable=True),
                Column("message", "text", length=4000),
                Column("version", "integer"),
            ),
            (
                Index(("request", "id")),
                Index(("policy", "id")),
                Index(("due_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "escalation",
            (
                Column("id", "uuid"),
                Column("request", "uuid"),
                Column("policy", "uuid"),
                Column("watched", "enum", length=40),
                Column("due_at", "instant"),
                Column("recipient", "enum", length=40),
                Column("recipient_user", "uuid", nullable=True),
                Column("escalated_at", "instant"),
                Column("seen_by", "uuid", nullable=True),
                Column("seen_at", "instant", nullable=True),
                Column("version", "integer"),
            ),
            (
                Index(("request", "escalated_at", "id")),
                Index(("seen_at", "escalated_at", "id")),
                Index(("escalated_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "article",
            (
                Column("id", "uuid"),
                Column("number", "text", length=20),
                Column("title", "text", length=200),
                Column("body", "text", length=20000),
                Column("category", "text", length=50),
                Column("tags", "text_list"),
                Column("language", "text", length=2),
                Column("public", "boolean"),
                Column("status", "enum", length=40),
                Column("edition", "integer"),
                Column("author", "uuid"),
                Column("created_at", "instant"),
                Column("changed_at", "instant"),
                Column("published_at", "instant", nullable=True),
                Column("helpful", "integer"),
                Column("unhelpful", "integer"),
                Column("solved", "integer"),
                Column("usefulness", "integer"),
                Column("search_text", "text", length=4000),
                Column("version", "integer"),
                Column("number_fold", "fold", length=20),
                Column("title_fold", "fold", length=200),
                Column("title_fragments", "fragments", length=200),
                Column("tags_fragments", "fragments"),
                Column("search_text_fold", "fold", length=4000),
                Column("search_text_fragments", "fragments", length=4000),
            ),
            (
                Index(("number",), unique=True),
                Index(("status", "usefulness", "id")),
                Index(("status", "solved", "id")),
                Index(("status", "solved", "changed_at", "id")),
                Index(("category", "usefulness", "id")),
                Index(("title_fragments",), keyword=True),
                Index(("tags_fragments",), keyword=True),
                Index(("search_text_fragments",), keyword=True),
            ),
        )
    ),
    CreateTable(
        Table(
            "article_draft",
            (
                Column("id", "uuid"),
                Column("article", "uuid"),
                Column("title", "text", length=200),
                Column("body", "text", length=20000),
                Column("category", "text", length=50),
                Column("tags", "text_list"),
                Column("language", "text", length=2),
                Column("public", "boolean"),
                Column("state", "enum", length=40),
                Column("writer", "uuid"),
                Column("remark", "text", length=500),
                Column("changed_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("article",), unique=True),
                Index(("state", "changed_at", "id")),
                Index(("writer", "changed_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "article_edition",
            (
                Column("id", "uuid"),
                Column("article", "uuid"),
                Column("number", "integer"),
                Column("title", "text", length=200),
                Column("body", "text", length=20000),
                Column("category", "text", length=50),
                Column("tags", "text_list"),
                Column("language", "text", length=2),
                Column("public", "boolean"),
                Column("writer", "uuid"),
                Column("published_by", "uuid"),
                Column("published_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("article", "number"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "article_vote",
            (
                Column("id", "uuid"),
                Column("article", "uuid"),
                Column("user", "uuid"),
                Column("helpful", "boolean"),
                Column("voted_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("article", "user"), unique=True),
                Index(("article", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "article_use",
            (
                Column("id", "uuid"),
                Column("article", "uuid"),
                Column("request", "uuid"),
                Column("linked_by", "uuid"),
                Column("linked_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("request", "article"), unique=True),
                Index(("request", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "survey",
            (
                Column("id", "uuid"),
                Column("title", "text", length=200),
                Column("introduction", "text", length=2000),
                Column("valid_days", "integer"),
                Column("status", "enum", length=40),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
                Column("title_fold", "fold", length=200),
            ),
            (Index(("created_at", "id")),),
        )
    ),
    CreateTable(
        Table(
            "survey_question",
            (
                Column("id", "uuid"),
                Column("survey", "uuid"),
                Column("number", "integer"),
                Column("kind", "enum", length=40),
                Column("text", "text", length=500),
                Column("choices", "text_list"),
                Column("required", "boolean"),
                Column("version", "integer"),
            ),
            (Index(("survey", "number"), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "invitation",
            (
                Column("id", "uuid"),
                Column("survey", "uuid"),
                Column("customer", "uuid"),
                Column("contact", "uuid", nullable=True),
                Column("request", "uuid", nullable=True),
                Column("token_digest", "text", length=64),
                Column("invited_by", "uuid"),
                Column("invited_at", "instant"),
                Column("expires_at", "instant"),
                Column("answered_at", "instant", nullable=True),
                Column("withdrawn_at", "instant", nullable=True),
                Column("version", "integer"),
            ),
            (
                Index(("token_digest",), unique=True),
                Index(("survey", "invited_at", "id")),
                Index(("customer", "invited_at", "id")),
                Index(("request", "invited_at", "id")),
                Index(("invited_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "survey_answer",
            (
                Column("id", "uuid"),
                Column("invitation", "uuid"),
                Column("question", "uuid"),
                Column("survey", "uuid"),
                Column("customer", "uuid"),
                Column("score", "integer", nullable=True),
                Column("text", "text", length=2000),
                Column("answered_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("invitation", "question"), unique=True),
                Index(("customer", "id")),
                Index(("question", "answered_at", "id")),
                Index(("survey", "answered_at", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "care_activity",
            (
                Column("id", "uuid"),
                Column("customer", "uuid"),
                Column("contact", "uuid", nullable=True),
                Column("kind", "text", length=50),
                Column("channel", "text", length=50),
                Column("content", "text", length=1000),
                Column("planned_on", "date"),
                Column("remind_days", "integer", nullable=True),
                Column("remind_on", "date", nullable=True),
                Column("repeats_months", "integer", nullable=True),
                Column("status", "enum", length=40),
                Column("done_on", "date", nullable=True),
                Column("done_by", "uuid", nullable=True),
                Column("result", "text", length=1000),
                Column("opinion", "text", length=2000),
                Column("opinion_state", "enum", length=40),
                Column("opinion_request", "uuid", nullable=True),
                Column("opinion_outcome", "text", length=1000),
                Column("opinion_processed_by", "uuid", nullable=True),
                Column("opinion_processed_at", "instant", nullable=True),
                Column("created_by", "uuid"),
                Column("created_at", "instant"),
                Column("version", "integer"),
            ),
            (
                Index(("opinion_request", "id")),
                Index(("customer", "planned_on", "id")),
                Index(("planned_on", "id")),
                Index(("status", "done_on", "id")),
                Index(("status", "remind_on", "id")),
                Index(("status", "planned_on", "id")),
                Index(("opinion_state", "done_on", "id")),
            ),
        )
    ),
    CreateTable(
        Table(
            "window_guest",
            (
                Column("id", "uuid"),
                Column("contact", "uuid"),
                Column("invited_by", "uuid"),
                Column("invited_at", "instant"),
                Column("version", "integer"),
            ),
            (Index(("contact",), unique=True),),
        )
    ),
    CreateTable(
        Table(
            "sign_in_link",
            (
                Column("id", "uuid"),
                Column("guest", "uuid"),
                Column("token_digest", "text", length=64),
                Column("address_digest", "text", length=64),
                Column("made_at", "instant"),
                Column("expires_at", "instant"),
                Column("used_at", "instant", nullable=True),
                Column("version", "integer"),
            ),
            (
                Index(("token_digest",), unique=True),
                Index(("guest", "made_at", "id")),
                Index(("expires_at", "id")),
            ),
        )
    ),
)


def upgrade() -> None:
    """Apply the changes."""
    apply(revision)
