CREATE TABLE user (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    full_name TEXT NOT NULL,
    roles TEXT NOT NULL,
    territory TEXT NOT NULL,
    speciality TEXT NOT NULL,
    organisation TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    full_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_user_status_id ON user (status, id);

CREATE UNIQUE INDEX uq_user_name_key_digest ON user (name_key_digest);

CREATE TABLE role (
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_role_name_key_digest ON role (name_key_digest);

CREATE TABLE credential (
    id BLOB NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    must_change SMALLINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE dictionary_entry (
    id BLOB NOT NULL,
    category TEXT NOT NULL,
    code TEXT NOT NULL,
    label_zh TEXT NOT NULL,
    label_en TEXT NOT NULL,
    position BIGINT NOT NULL,
    editable SMALLINT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    category_fold TEXT NOT NULL,
    code_fold TEXT NOT NULL,
    label_zh_fold TEXT NOT NULL,
    label_en_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_dictionary_entry_category_code ON dictionary_entry (category, code);

CREATE UNIQUE INDEX uq_dictionary_entry_category_label_zh ON dictionary_entry (category, label_zh);

CREATE TABLE system_parameter (
    id BLOB NOT NULL,
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE opportunity (
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    source TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    success_rate BIGINT NOT NULL,
    title TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    description TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    assignee BLOB,
    assigned_at BIGINT,
    status TEXT NOT NULL,
    customer BLOB,
    proof TEXT NOT NULL,
    closed_at BIGINT,
    stage BLOB,
    expected_amount BIGINT,
    expected_on TEXT,
    target_amount BIGINT,
    follow_up TEXT NOT NULL,
    category TEXT,
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    contact_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee, created_at, id);

CREATE INDEX ix_opportunity_customer_id ON opportunity (customer, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

CREATE INDEX ix_opportunity_status_expected_amount_id ON opportunity (status, expected_amount, id);

CREATE INDEX ix_opportunity_status_expected_on_id ON opportunity (status, expected_on, id);

CREATE UNIQUE INDEX uq_opportunity_number ON opportunity (number);

CREATE TABLE plan_item (
    id BLOB NOT NULL,
    opportunity BLOB NOT NULL,
    plan_date TEXT NOT NULL,
    content TEXT NOT NULL,
    result TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_plan_item_opportunity_plan_date_id ON plan_item (opportunity, plan_date, id);

CREATE TABLE customer (
    "row" INTEGER NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT,
    region TEXT NOT NULL,
    manager BLOB NOT NULL,
    level TEXT NOT NULL,
    satisfaction BIGINT,
    credit BIGINT,
    address TEXT NOT NULL,
    zip TEXT NOT NULL,
    phone TEXT NOT NULL,
    fax TEXT NOT NULL,
    website TEXT NOT NULL,
    licence_no TEXT NOT NULL,
    legal_person TEXT NOT NULL,
    registered_capital BIGINT NOT NULL,
    annual_turnover BIGINT NOT NULL,
    bank TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    local_tax_no TEXT NOT NULL,
    national_tax_no TEXT NOT NULL,
    email TEXT NOT NULL,
    industry TEXT NOT NULL,
    company_size TEXT NOT NULL,
    category TEXT NOT NULL,
    city TEXT NOT NULL,
    needs TEXT NOT NULL,
    trust BIGINT,
    tags TEXT NOT NULL,
    remark TEXT NOT NULL,
    external_key TEXT,
    merged_into BLOB,
    name_core TEXT NOT NULL,
    phone_key TEXT NOT NULL,
    licence_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    status TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB,
    phone_fold TEXT NOT NULL,
    fax_fold TEXT NOT NULL,
    website_fold TEXT NOT NULL,
    city_fold TEXT NOT NULL,
    city_fragments TEXT NOT NULL,
    tags_fragments TEXT NOT NULL,
    phone_key_fold TEXT NOT NULL,
    search_text_fold TEXT NOT NULL,
    search_text_fragments TEXT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (id)
);

CREATE INDEX ix_customer_category_created_at_id ON customer (category, created_at, id);

CREATE INDEX ix_customer_company_size_created_at_id ON customer (company_size, created_at, id);

CREATE INDEX ix_customer_created_at_id ON customer (created_at, id);

CREATE INDEX ix_customer_industry_created_at_id ON customer (industry, created_at, id);

CREATE INDEX ix_customer_level_created_at_id ON customer (level, created_at, id);

CREATE INDEX ix_customer_licence_key_id ON customer (licence_key, id);

CREATE INDEX ix_customer_manager_created_at_id ON customer (manager, created_at, id);

CREATE INDEX ix_customer_name_core_id ON customer (name_core, id);

CREATE INDEX ix_customer_phone_key_id ON customer (phone_key, id);

CREATE INDEX ix_customer_region_created_at_id ON customer (region, created_at, id);

CREATE INDEX ix_customer_status_created_at_id ON customer (status, created_at, id);

CREATE UNIQUE INDEX uq_customer_external_key ON customer (external_key);

CREATE UNIQUE INDEX uq_customer_name_key_digest ON customer (name_key_digest);

CREATE UNIQUE INDEX uq_customer_number ON customer (number);

CREATE TABLE contact (
    id BLOB NOT NULL,
    customer BLOB NOT NULL,
    name TEXT NOT NULL,
    gender TEXT,
    position TEXT NOT NULL,
    office_phone TEXT NOT NULL,
    mobile TEXT NOT NULL,
    email TEXT NOT NULL,
    memo TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    office_phone_fold TEXT NOT NULL,
    mobile_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

CREATE INDEX ix_contact_name_id ON contact (name, id);

CREATE TABLE interaction (
    id BLOB NOT NULL,
    customer BLOB NOT NULL,
    at BIGINT NOT NULL,
    place TEXT NOT NULL,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    channel TEXT NOT NULL,
    contact BLOB,
    memo TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_interaction_customer_at_id ON interaction (customer, at, id);

CREATE TABLE customer_group (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    filters TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_customer_group_name_key_digest ON customer_group (name_key_digest);

CREATE TABLE custom_field (
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    label_zh TEXT NOT NULL,
    label_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    choices TEXT NOT NULL,
    required SMALLINT NOT NULL,
    position BIGINT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_custom_field_code ON custom_field (code);

CREATE UNIQUE INDEX uq_custom_field_label_zh ON custom_field (label_zh);

CREATE TABLE custom_value (
    id BLOB NOT NULL,
    custom_field BLOB NOT NULL,
    customer BLOB NOT NULL,
    text TEXT,
    number BIGINT,
    day TEXT,
    flag SMALLINT,
    version BIGINT NOT NULL,
    text_fold TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_custom_value_custom_field_day_id ON custom_value (custom_field, day, id);

CREATE INDEX ix_custom_value_custom_field_number_id ON custom_value (custom_field, number, id);

CREATE INDEX ix_custom_value_customer_id ON custom_value (customer, id);

CREATE UNIQUE INDEX uq_custom_value_custom_field_customer ON custom_value (custom_field, customer);

CREATE TABLE customer_merge (
    id BLOB NOT NULL,
    kept BLOB NOT NULL,
    absorbed BLOB NOT NULL,
    state TEXT NOT NULL,
    "before" TEXT NOT NULL,
    done_by BLOB NOT NULL,
    done_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_customer_merge_absorbed_id ON customer_merge (absorbed, id);

CREATE INDEX ix_customer_merge_kept_id ON customer_merge (kept, id);

CREATE TABLE "order" (
    id BLOB NOT NULL,
    source_key TEXT NOT NULL,
    customer BLOB NOT NULL,
    ordered_on TEXT NOT NULL,
    delivery_address TEXT NOT NULL,
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_customer_ordered_on_id ON "order" (customer, ordered_on, id);

CREATE INDEX ix_order_ordered_on_id ON "order" (ordered_on, id);

CREATE UNIQUE INDEX uq_order_source_key ON "order" (source_key);

CREATE TABLE order_line (
    id BLOB NOT NULL,
    "order" BLOB NOT NULL,
    position BIGINT NOT NULL,
    product_key TEXT NOT NULL,
    product_name TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit TEXT NOT NULL,
    unit_price BIGINT,
    amount BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_line_order_position_id ON order_line ("order", position, id);

CREATE INDEX ix_order_line_product_key_id ON order_line (product_key, id);

CREATE TABLE order_summary (
    id BLOB NOT NULL,
    order_count BIGINT NOT NULL,
    first_order_on TEXT,
    last_order_on TEXT,
    last_order BLOB,
    lapse BLOB,
    amount BIGINT NOT NULL,
    paid_amount BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_summary_amount_id ON order_summary (amount, id);

CREATE INDEX ix_order_summary_last_order_on_id ON order_summary (last_order_on, id);

CREATE TABLE unmatched_order (
    id BLOB NOT NULL,
    source_key TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    content TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_unmatched_order_received_at_id ON unmatched_order (received_at, id);

CREATE UNIQUE INDEX uq_unmatched_order_source_key ON unmatched_order (source_key);

CREATE TABLE product (
    id BLOB NOT NULL,
    source_key TEXT NOT NULL,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    batch TEXT NOT NULL,
    unit TEXT NOT NULL,
    price BIGINT,
    unit_cost BIGINT,
    memo TEXT NOT NULL,
    feature TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    model_fold TEXT NOT NULL,
    batch_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_product_name_id ON product (name, id);

CREATE UNIQUE INDEX uq_product_source_key ON product (source_key);

CREATE TABLE stock_item (
    id BLOB NOT NULL,
    source_key TEXT NOT NULL,
    product BLOB NOT NULL,
    warehouse TEXT NOT NULL,
    location TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    memo TEXT NOT NULL,
    version BIGINT NOT NULL,
    warehouse_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_stock_item_product_id ON stock_item (product, id);

CREATE INDEX ix_stock_item_warehouse_id ON stock_item (warehouse, id);

CREATE UNIQUE INDEX uq_stock_item_source_key ON stock_item (source_key);

CREATE TABLE churn_case (
    id BLOB NOT NULL,
    customer BLOB NOT NULL,
    customer_name TEXT NOT NULL,
    manager BLOB NOT NULL,
    last_order_on TEXT,
    measures TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_churn_case_customer_last_order_on_id ON churn_case (customer, last_order_on, id);

CREATE INDEX ix_churn_case_opened_at_id ON churn_case (opened_at, id);

CREATE INDEX ix_churn_case_status_opened_at_id ON churn_case (status, opened_at, id);

CREATE TABLE import_batch (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    chunks BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    started_by BLOB,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_import_batch_fingerprint_id ON import_batch (fingerprint, id);

CREATE INDEX ix_import_batch_started_at_id ON import_batch (started_at, id);

CREATE TABLE import_chunk (
    id BLOB NOT NULL,
    batch BLOB NOT NULL,
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_import_chunk_batch_number ON import_chunk (batch, number);

CREATE TABLE export_record (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    filters TEXT NOT NULL,
    rows BIGINT NOT NULL,
    taken_by BLOB,
    taken_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_export_record_taken_at_id ON export_record (taken_at, id);

CREATE TABLE working_calendar (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    zone TEXT NOT NULL,
    monday TEXT NOT NULL,
    tuesday TEXT NOT NULL,
    wednesday TEXT NOT NULL,
    thursday TEXT NOT NULL,
    friday TEXT NOT NULL,
    saturday TEXT NOT NULL,
    sunday TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_working_calendar_name_key_digest ON working_calendar (name_key_digest);

CREATE TABLE special_day (
    id BLOB NOT NULL,
    calendar BLOB NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    spans TEXT NOT NULL,
    source TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_special_day_calendar_day ON special_day (calendar, day);

CREATE TABLE service_target (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    type TEXT NOT NULL,
    priority TEXT,
    level TEXT NOT NULL,
    respond_within BIGINT,
    resolve_within BIGINT,
    risk_percent BIGINT NOT NULL,
    calendar BLOB NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_service_target_name_key_digest ON service_target (name_key_digest);

CREATE TABLE service_contract (
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    number_key TEXT NOT NULL,
    customer BLOB NOT NULL,
    title TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    covers TEXT NOT NULL,
    products TEXT NOT NULL,
    included_requests BIGINT,
    target BLOB,
    remark TEXT NOT NULL,
    ended_on TEXT,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    number_key_digest BLOB NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_service_contract_customer_ends_on_id ON service_contract (customer, ends_on, id);

CREATE INDEX ix_service_contract_ends_on_id ON service_contract (ends_on, id);

CREATE UNIQUE INDEX uq_service_contract_number_key_digest ON service_contract (number_key_digest);

CREATE TABLE staff_skill (
    id BLOB NOT NULL,
    user BLOB NOT NULL,
    type TEXT NOT NULL,
    proficiency BIGINT NOT NULL,
    remark TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_staff_skill_user_type ON staff_skill (user, type);

CREATE TABLE service_request (
    "row" INTEGER NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    customer BLOB NOT NULL,
    customer_name TEXT NOT NULL,
    contact BLOB,
    opportunity BLOB,
    channel TEXT NOT NULL,
    priority TEXT NOT NULL,
    status TEXT NOT NULL,
    request TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    assignee BLOB,
    assigned_at BIGINT,
    round BIGINT NOT NULL,
    handling TEXT NOT NULL,
    handled_by BLOB,
    handled_at BIGINT,
    result TEXT NOT NULL,
    satisfaction BIGINT,
    archived_at BIGINT,
    merged_into BLOB,
    calendar BLOB,
    contract BLOB,
    counted_from BIGINT,
    respond_by BIGINT,
    respond_risk_at BIGINT,
    responded_at BIGINT,
    responded_in BIGINT,
    respond_met SMALLINT,
    resolve_by BIGINT,
    resolve_risk_at BIGINT,
    waiting_since BIGINT,
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met SMALLINT,
    next_due_at BIGINT,
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    request_fold TEXT NOT NULL,
    search_text_fold TEXT NOT NULL,
    search_text_fragments TEXT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (id)
);

CREATE INDEX ix_service_request_assignee_status_created_at_id ON service_request (assignee, status, created_at, id);

CREATE INDEX ix_service_request_contact_id ON service_request (contact, id);

CREATE INDEX ix_service_request_contract_id ON service_request (contract, id);

CREATE INDEX ix_service_request_created_at_id ON service_request (created_at, id);

CREATE INDEX ix_service_request_created_by_created_at_id ON service_request (created_by, created_at, id);

CREATE INDEX ix_service_request_customer_created_at_id ON service_request (customer, created_at, id);

CREATE INDEX ix_service_request_handled_by_created_at_id ON service_request (handled_by, created_at, id);

CREATE INDEX ix_service_request_next_due_at_id ON service_request (next_due_at, id);

CREATE INDEX ix_service_request_opportunity_id ON service_request (opportunity, id);

CREATE INDEX ix_service_request_priority_created_at_id ON service_request (priority, created_at, id);

CREATE INDEX ix_service_request_round_id ON service_request (round, id);

CREATE INDEX ix_service_request_satisfaction_created_at_id ON service_request (satisfaction, created_at, id);

CREATE INDEX ix_service_request_status_created_at_id ON service_request (status, created_at, id);

CREATE INDEX ix_service_request_type_created_at_id ON service_request (type, created_at, id);

CREATE UNIQUE INDEX uq_service_request_number ON service_request (number);

CREATE TABLE service_round (
    id BLOB NOT NULL,
    request BLOB NOT NULL,
    number BIGINT NOT NULL,
    assignee BLOB,
    handling TEXT NOT NULL,
    handled_by BLOB,
    handled_at BIGINT,
    result TEXT NOT NULL,
    satisfaction BIGINT,
    reason TEXT NOT NULL,
    respond_by BIGINT,
    responded_at BIGINT,
    responded_in BIGINT,
    respond_met SMALLINT,
    counted_from BIGINT,
    resolve_by BIGINT,
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met SMALLINT,
    ended_by BLOB NOT NULL,
    ended_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_service_round_request_number ON service_round (request, number);

CREATE TABLE request_note (
    id BLOB NOT NULL,
    request BLOB NOT NULL,
    text TEXT NOT NULL,
    internal SMALLINT NOT NULL,
    written_by BLOB NOT NULL,
    written_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_note_request_written_at_id ON request_note (request, written_at, id);

CREATE TABLE request_attachment (
    id BLOB NOT NULL,
    request BLOB NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    location TEXT NOT NULL,
    internal SMALLINT NOT NULL,
    added_by BLOB NOT NULL,
    added_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_attachment_request_id ON request_attachment (request, id);

CREATE TABLE request_merge (
    id BLOB NOT NULL,
    kept BLOB NOT NULL,
    absorbed BLOB NOT NULL,
    state TEXT NOT NULL,
    "before" TEXT NOT NULL,
    done_by BLOB NOT NULL,
    done_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_merge_absorbed_id ON request_merge (absorbed, id);

CREATE INDEX ix_request_merge_kept_id ON request_merge (kept, id);

CREATE TABLE escalation_policy (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    watched TEXT NOT NULL,
    "after" BIGINT NOT NULL,
    type TEXT NOT NULL,
    priority TEXT,
    recipient TEXT NOT NULL,
    user BLOB,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_escalation_policy_name_key_digest ON escalation_policy (name_key_digest);

CREATE TABLE escalation_step (
    id BLOB NOT NULL,
    request BLOB NOT NULL,
    policy BLOB NOT NULL,
    watched TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_user BLOB,
    message TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_escalation_step_due_at_id ON escalation_step (due_at, id);

CREATE INDEX ix_escalation_step_policy_id ON escalation_step (policy, id);

CREATE INDEX ix_escalation_step_request_id ON escalation_step (request, id);

CREATE TABLE escalation (
    id BLOB NOT NULL,
    request BLOB NOT NULL,
    policy BLOB NOT NULL,
    watched TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_user BLOB,
    escalated_at BIGINT NOT NULL,
    seen_by BLOB,
    seen_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_escalation_escalated_at_id ON escalation (escalated_at, id);

CREATE INDEX ix_escalation_request_escalated_at_id ON escalation (request, escalated_at, id);

CREATE INDEX ix_escalation_seen_at_escalated_at_id ON escalation (seen_at, escalated_at, id);

CREATE TABLE article (
    "row" INTEGER NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    category TEXT NOT NULL,
    tags TEXT NOT NULL,
    language TEXT NOT NULL,
    public SMALLINT NOT NULL,
    status TEXT NOT NULL,
    edition BIGINT NOT NULL,
    author BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    published_at BIGINT,
    helpful BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    solved BIGINT NOT NULL,
    usefulness BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    title_fragments TEXT NOT NULL,
    tags_fragments TEXT NOT NULL,
    search_text_fold TEXT NOT NULL,
    search_text_fragments TEXT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (id)
);

CREATE INDEX ix_article_category_usefulness_id ON article (category, usefulness, id);

CREATE INDEX ix_article_status_solved_changed_at_id ON article (status, solved, changed_at, id);

CREATE INDEX ix_article_status_solved_id ON article (status, solved, id);

CREATE INDEX ix_article_status_usefulness_id ON article (status, usefulness, id);

CREATE UNIQUE INDEX uq_article_number ON article (number);

CREATE TABLE article_draft (
    id BLOB NOT NULL,
    article BLOB NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    category TEXT NOT NULL,
    tags TEXT NOT NULL,
    language TEXT NOT NULL,
    public SMALLINT NOT NULL,
    state TEXT NOT NULL,
    writer BLOB NOT NULL,
    remark TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_draft_state_changed_at_id ON article_draft (state, changed_at, id);

CREATE INDEX ix_article_draft_writer_changed_at_id ON article_draft (writer, changed_at, id);

CREATE UNIQUE INDEX uq_article_draft_article ON article_draft (article);

CREATE TABLE article_edition (
    id BLOB NOT NULL,
    article BLOB NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    category TEXT NOT NULL,
    tags TEXT NOT NULL,
    language TEXT NOT NULL,
    public SMALLINT NOT NULL,
    writer BLOB NOT NULL,
    published_by BLOB NOT NULL,
    published_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_article_edition_article_number ON article_edition (article, number);

CREATE TABLE article_vote (
    id BLOB NOT NULL,
    article BLOB NOT NULL,
    user BLOB NOT NULL,
    helpful SMALLINT NOT NULL,
    voted_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_vote_article_id ON article_vote (article, id);

CREATE UNIQUE INDEX uq_article_vote_article_user ON article_vote (article, user);

CREATE TABLE article_use (
    id BLOB NOT NULL,
    article BLOB NOT NULL,
    request BLOB NOT NULL,
    linked_by BLOB NOT NULL,
    linked_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_use_request_id ON article_use (request, id);

CREATE UNIQUE INDEX uq_article_use_request_article ON article_use (request, article);

CREATE TABLE survey (
    id BLOB NOT NULL,
    title TEXT NOT NULL,
    introduction TEXT NOT NULL,
    valid_days BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_survey_created_at_id ON survey (created_at, id);

CREATE TABLE survey_question (
    id BLOB NOT NULL,
    survey BLOB NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    choices TEXT NOT NULL,
    required SMALLINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_survey_question_survey_number ON survey_question (survey, number);

CREATE TABLE invitation (
    id BLOB NOT NULL,
    survey BLOB NOT NULL,
    customer BLOB NOT NULL,
    contact BLOB,
    request BLOB,
    token_digest TEXT NOT NULL,
    invited_by BLOB NOT NULL,
    invited_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT,
    withdrawn_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_invitation_customer_invited_at_id ON invitation (customer, invited_at, id);

CREATE INDEX ix_invitation_invited_at_id ON invitation (invited_at, id);

CREATE INDEX ix_invitation_request_invited_at_id ON invitation (request, invited_at, id);

CREATE INDEX ix_invitation_survey_invited_at_id ON invitation (survey, invited_at, id);

CREATE UNIQUE INDEX uq_invitation_token_digest ON invitation (token_digest);

CREATE TABLE survey_answer (
    id BLOB NOT NULL,
    invitation BLOB NOT NULL,
    question BLOB NOT NULL,
    survey BLOB NOT NULL,
    customer BLOB NOT NULL,
    score BIGINT,
    text TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_survey_answer_customer_id ON survey_answer (customer, id);

CREATE INDEX ix_survey_answer_question_answered_at_id ON survey_answer (question, answered_at, id);

CREATE INDEX ix_survey_answer_survey_answered_at_id ON survey_answer (survey, answered_at, id);

CREATE UNIQUE INDEX uq_survey_answer_invitation_question ON survey_answer (invitation, question);

CREATE TABLE care_activity (
    id BLOB NOT NULL,
    customer BLOB NOT NULL,
    contact BLOB,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    content TEXT NOT NULL,
    planned_on TEXT NOT NULL,
    remind_days BIGINT,
    remind_on TEXT,
    repeats_months BIGINT,
    status TEXT NOT NULL,
    done_on TEXT,
    done_by BLOB,
    result TEXT NOT NULL,
    opinion TEXT NOT NULL,
    opinion_state TEXT NOT NULL,
    opinion_request BLOB,
    opinion_outcome TEXT NOT NULL,
    opinion_processed_by BLOB,
    opinion_processed_at BIGINT,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_care_activity_customer_planned_on_id ON care_activity (customer, planned_on, id);

CREATE INDEX ix_care_activity_opinion_request_id ON care_activity (opinion_request, id);

CREATE INDEX ix_care_activity_opinion_state_done_on_id ON care_activity (opinion_state, done_on, id);

CREATE INDEX ix_care_activity_planned_on_id ON care_activity (planned_on, id);

CREATE INDEX ix_care_activity_status_done_on_id ON care_activity (status, done_on, id);

CREATE INDEX ix_care_activity_status_planned_on_id ON care_activity (status, planned_on, id);

CREATE INDEX ix_care_activity_status_remind_on_id ON care_activity (status, remind_on, id);

CREATE TABLE window_guest (
    id BLOB NOT NULL,
    contact BLOB NOT NULL,
    invited_by BLOB NOT NULL,
    invited_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_window_guest_contact ON window_guest (contact);

CREATE TABLE sign_in_link (
    id BLOB NOT NULL,
    guest BLOB NOT NULL,
    token_digest TEXT NOT NULL,
    address_digest TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_link_expires_at_id ON sign_in_link (expires_at, id);

CREATE INDEX ix_sign_in_link_guest_made_at_id ON sign_in_link (guest, made_at, id);

CREATE UNIQUE INDEX uq_sign_in_link_token_digest ON sign_in_link (token_digest);

CREATE TABLE sales_activity (
    id BLOB NOT NULL,
    opportunity BLOB NOT NULL,
    kind TEXT NOT NULL,
    planned_on TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    progress TEXT NOT NULL,
    result TEXT NOT NULL,
    done_on TEXT,
    responsible BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sales_activity_opportunity_planned_on_id ON sales_activity (opportunity, planned_on, id);

CREATE INDEX ix_sales_activity_planned_on_id ON sales_activity (planned_on, id);

CREATE TABLE sales_stage (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    category TEXT NOT NULL,
    needed TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_sales_stage_name_key_digest ON sales_stage (name_key_digest);

CREATE TABLE stage_passage (
    id BLOB NOT NULL,
    opportunity BLOB NOT NULL,
    stage BLOB NOT NULL,
    from_stage BLOB,
    entered_at BIGINT NOT NULL,
    entered_by BLOB NOT NULL,
    reason TEXT NOT NULL,
    assignee BLOB,
    left_at BIGINT,
    to_stage BLOB,
    outcome TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_stage_passage_opportunity_entered_at_id ON stage_passage (opportunity, entered_at, id);

CREATE INDEX ix_stage_passage_stage_entered_at_id ON stage_passage (stage, entered_at, id);

CREATE TABLE pipeline_position (
    id BLOB NOT NULL,
    opportunity BLOB NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    status TEXT NOT NULL,
    amount BIGINT,
    expected_on TEXT,
    stage BLOB,
    category TEXT,
    owner BLOB,
    success_rate BIGINT,
    prior_status TEXT,
    prior_amount BIGINT,
    prior_expected_on TEXT,
    prior_stage BLOB,
    prior_category TEXT,
    prior_owner BLOB,
    prior_success_rate BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_pipeline_position_opportunity_since_id ON pipeline_position (opportunity, since, id);

CREATE INDEX ix_pipeline_position_since_id ON pipeline_position (since, id);

CREATE INDEX ix_pipeline_position_status_until_id ON pipeline_position (status, until, id);

CREATE TABLE pipeline_snapshot (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    open_opportunities BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_pipeline_snapshot_day_id ON pipeline_snapshot (day, id);

CREATE TABLE snapshot_stage (
    id BLOB NOT NULL,
    snapshot BLOB NOT NULL,
    stage BLOB NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_snapshot_stage_snapshot_id ON snapshot_stage (snapshot, id);

CREATE TABLE sales_target (
    id BLOB NOT NULL,
    slot TEXT NOT NULL,
    span TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    user BLOB,
    territory TEXT NOT NULL,
    amount BIGINT,
    number BIGINT,
    remark TEXT NOT NULL,
    part_of BLOB,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sales_target_part_of_id ON sales_target (part_of, id);

CREATE INDEX ix_sales_target_starts_on_id ON sales_target (starts_on, id);

CREATE INDEX ix_sales_target_user_starts_on_id ON sales_target (user, starts_on, id);

CREATE UNIQUE INDEX uq_sales_target_slot ON sales_target (slot);

CREATE TABLE prediction_model (
    id BLOB NOT NULL,
    currency TEXT NOT NULL,
    learnt_until TEXT NOT NULL,
    learnt_at BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    orders TEXT NOT NULL,
    amounts TEXT NOT NULL,
    ahead BIGINT NOT NULL,
    expected_orders BIGINT,
    expected_amount BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_prediction_model_currency ON prediction_model (currency);

CREATE TABLE saved_report (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    filters TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_saved_report_shared_with_id ON saved_report (shared_with, id);

CREATE UNIQUE INDEX uq_saved_report_created_by_name_key_digest ON saved_report (created_by, name_key_digest);

CREATE TABLE change_record (
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    actor BLOB,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    operation TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB,
    entity_version BIGINT NOT NULL,
    changes TEXT NOT NULL,
    code TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_change_record_entity_id_entity_version_id ON change_record (entity_id, entity_version, id);

CREATE TABLE outbox_message (
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    actor BLOB,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_outbox_message_entity_id_id ON outbox_message (entity_id, id);

CREATE INDEX ix_outbox_message_state_id ON outbox_message (state, id);

CREATE TABLE receipt (
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    result_id BLOB,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE seal (
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    last BLOB NOT NULL,
    count BIGINT NOT NULL,
    digest TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
