CREATE TABLE "user" (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    full_name VARCHAR(50) COLLATE "C" NOT NULL,
    roles UUID[] NOT NULL,
    territory VARCHAR(50) COLLATE "C" NOT NULL,
    speciality VARCHAR(50) COLLATE "C" NOT NULL,
    organisation VARCHAR(100) COLLATE "C" NOT NULL,
    phone VARCHAR(50) COLLATE "C" NOT NULL,
    email VARCHAR(100) COLLATE "C" NOT NULL,
    address VARCHAR(300) COLLATE "C" NOT NULL,
    language VARCHAR(2) COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    full_name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_user_status_id ON "user" (status, id);

CREATE UNIQUE INDEX uq_user_name_key_digest ON "user" (name_key_digest);

CREATE TABLE role (
    id UUID NOT NULL,
    code VARCHAR(50) COLLATE "C" NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    description VARCHAR(200) COLLATE "C" NOT NULL,
    permissions TEXT[] COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_role_name_key_digest ON role (name_key_digest);

CREATE TABLE credential (
    id UUID NOT NULL,
    password_hash VARCHAR(500) COLLATE "C" NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    must_change BOOLEAN NOT NULL,
    failures BIGINT NOT NULL,
    locked_until TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE dictionary_entry (
    id UUID NOT NULL,
    category VARCHAR(50) COLLATE "C" NOT NULL,
    code VARCHAR(50) COLLATE "C" NOT NULL,
    label_zh VARCHAR(50) COLLATE "C" NOT NULL,
    label_en VARCHAR(50) COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    editable BOOLEAN NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    category_fold TEXT COLLATE "C" NOT NULL,
    code_fold TEXT COLLATE "C" NOT NULL,
    label_zh_fold TEXT COLLATE "C" NOT NULL,
    label_en_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_dictionary_entry_category_code ON dictionary_entry (category, code);

CREATE UNIQUE INDEX uq_dictionary_entry_category_label_zh ON dictionary_entry (category, label_zh);

CREATE TABLE system_parameter (
    id UUID NOT NULL,
    key VARCHAR(100) COLLATE "C" NOT NULL,
    value VARCHAR(1000) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE opportunity (
    id UUID NOT NULL,
    number VARCHAR(20) COLLATE "C" NOT NULL,
    source VARCHAR(50) COLLATE "C" NOT NULL,
    customer_name VARCHAR(100) COLLATE "C" NOT NULL,
    success_rate BIGINT NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    contact_name VARCHAR(50) COLLATE "C" NOT NULL,
    contact_phone VARCHAR(50) COLLATE "C" NOT NULL,
    description VARCHAR(2000) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    assignee UUID,
    assigned_at TIMESTAMP(3) WITH TIME ZONE,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    customer UUID,
    proof VARCHAR(50) COLLATE "C" NOT NULL,
    closed_at TIMESTAMP(3) WITH TIME ZONE,
    stage UUID,
    expected_amount NUMERIC(18, 2),
    expected_on DATE,
    target_amount NUMERIC(18, 2),
    follow_up VARCHAR(50) COLLATE "C" NOT NULL,
    category VARCHAR(40) COLLATE "C",
    version BIGINT NOT NULL,
    customer_name_fold TEXT COLLATE "C" NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    contact_name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee ASC NULLS FIRST, created_at, id);

CREATE INDEX ix_opportunity_customer_id ON opportunity (customer ASC NULLS FIRST, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

CREATE INDEX ix_opportunity_status_expected_amount_id ON opportunity (status, expected_amount ASC NULLS FIRST, id);

CREATE INDEX ix_opportunity_status_expected_on_id ON opportunity (status, expected_on ASC NULLS FIRST, id);

CREATE UNIQUE INDEX uq_opportunity_number ON opportunity (number);

CREATE TABLE plan_item (
    id UUID NOT NULL,
    opportunity UUID NOT NULL,
    plan_date DATE NOT NULL,
    content VARCHAR(500) COLLATE "C" NOT NULL,
    result VARCHAR(500) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_plan_item_opportunity_plan_date_id ON plan_item (opportunity, plan_date, id);

CREATE TABLE customer (
    id UUID NOT NULL,
    number VARCHAR(20) COLLATE "C" NOT NULL,
    name VARCHAR(100) COLLATE "C" NOT NULL,
    name_key VARCHAR(2000) COLLATE "C",
    region VARCHAR(50) COLLATE "C" NOT NULL,
    manager UUID NOT NULL,
    level VARCHAR(50) COLLATE "C" NOT NULL,
    satisfaction BIGINT,
    credit BIGINT,
    address VARCHAR(300) COLLATE "C" NOT NULL,
    zip VARCHAR(10) COLLATE "C" NOT NULL,
    phone VARCHAR(50) COLLATE "C" NOT NULL,
    fax VARCHAR(50) COLLATE "C" NOT NULL,
    website VARCHAR(50) COLLATE "C" NOT NULL,
    licence_no VARCHAR(50) COLLATE "C" NOT NULL,
    legal_person VARCHAR(50) COLLATE "C" NOT NULL,
    registered_capital BIGINT NOT NULL,
    annual_turnover BIGINT NOT NULL,
    bank VARCHAR(200) COLLATE "C" NOT NULL,
    bank_account VARCHAR(50) COLLATE "C" NOT NULL,
    local_tax_no VARCHAR(50) COLLATE "C" NOT NULL,
    national_tax_no VARCHAR(50) COLLATE "C" NOT NULL,
    email VARCHAR(100) COLLATE "C" NOT NULL,
    industry VARCHAR(50) COLLATE "C" NOT NULL,
    company_size VARCHAR(50) COLLATE "C" NOT NULL,
    category VARCHAR(50) COLLATE "C" NOT NULL,
    city VARCHAR(50) COLLATE "C" NOT NULL,
    needs VARCHAR(500) COLLATE "C" NOT NULL,
    trust BIGINT,
    tags TEXT[] COLLATE "C" NOT NULL,
    remark VARCHAR(2000) COLLATE "C" NOT NULL,
    external_key VARCHAR(100) COLLATE "C",
    merged_into UUID,
    name_core VARCHAR(200) COLLATE "C" NOT NULL,
    phone_key VARCHAR(50) COLLATE "C" NOT NULL,
    licence_key VARCHAR(100) COLLATE "C" NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT COLLATE "C" NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA,
    phone_fold TEXT COLLATE "C" NOT NULL,
    fax_fold TEXT COLLATE "C" NOT NULL,
    website_fold TEXT COLLATE "C" NOT NULL,
    city_fold TEXT COLLATE "C" NOT NULL,
    city_fragments INTEGER[] NOT NULL,
    tags_fragments INTEGER[] NOT NULL,
    phone_key_fold TEXT COLLATE "C" NOT NULL,
    search_text_fold TEXT COLLATE "C" NOT NULL,
    search_text_fragments INTEGER[] NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_customer_category_created_at_id ON customer (category, created_at, id);

CREATE INDEX ix_customer_city_fragments ON customer USING gin (city_fragments);

CREATE INDEX ix_customer_company_size_created_at_id ON customer (company_size, created_at, id);

CREATE INDEX ix_customer_created_at_id ON customer (created_at, id);

CREATE INDEX ix_customer_industry_created_at_id ON customer (industry, created_at, id);

CREATE INDEX ix_customer_level_created_at_id ON customer (level, created_at, id);

CREATE INDEX ix_customer_licence_key_id ON customer (licence_key, id);

CREATE INDEX ix_customer_manager_created_at_id ON customer (manager, created_at, id);

CREATE INDEX ix_customer_name_core_id ON customer (name_core, id);

CREATE INDEX ix_customer_phone_key_id ON customer (phone_key, id);

CREATE INDEX ix_customer_region_created_at_id ON customer (region, created_at, id);

CREATE INDEX ix_customer_search_text_fragments ON customer USING gin (search_text_fragments);

CREATE INDEX ix_customer_status_created_at_id ON customer (status, created_at, id);

CREATE INDEX ix_customer_tags_fragments ON customer USING gin (tags_fragments);

CREATE UNIQUE INDEX uq_customer_external_key ON customer (external_key);

CREATE UNIQUE INDEX uq_customer_name_key_digest ON customer (name_key_digest);

CREATE UNIQUE INDEX uq_customer_number ON customer (number);

CREATE TABLE contact (
    id UUID NOT NULL,
    customer UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    gender VARCHAR(40) COLLATE "C",
    position VARCHAR(50) COLLATE "C" NOT NULL,
    office_phone VARCHAR(50) COLLATE "C" NOT NULL,
    mobile VARCHAR(50) COLLATE "C" NOT NULL,
    email VARCHAR(100) COLLATE "C" NOT NULL,
    memo VARCHAR(300) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    office_phone_fold TEXT COLLATE "C" NOT NULL,
    mobile_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

CREATE INDEX ix_contact_name_id ON contact (name, id);

CREATE TABLE interaction (
    id UUID NOT NULL,
    customer UUID NOT NULL,
    at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    place VARCHAR(200) COLLATE "C" NOT NULL,
    title VARCHAR(500) COLLATE "C" NOT NULL,
    type VARCHAR(50) COLLATE "C" NOT NULL,
    channel VARCHAR(50) COLLATE "C" NOT NULL,
    contact UUID,
    memo VARCHAR(300) COLLATE "C" NOT NULL,
    detail VARCHAR(2000) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_interaction_customer_at_id ON interaction (customer, at, id);

CREATE TABLE customer_group (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(500) COLLATE "C" NOT NULL,
    description VARCHAR(500) COLLATE "C" NOT NULL,
    filters TEXT COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_customer_group_name_key_digest ON customer_group (name_key_digest);

CREATE TABLE custom_field (
    id UUID NOT NULL,
    code VARCHAR(50) COLLATE "C" NOT NULL,
    label_zh VARCHAR(50) COLLATE "C" NOT NULL,
    label_en VARCHAR(50) COLLATE "C" NOT NULL,
    kind VARCHAR(40) COLLATE "C" NOT NULL,
    choices VARCHAR(50) COLLATE "C" NOT NULL,
    required BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_custom_field_code ON custom_field (code);

CREATE UNIQUE INDEX uq_custom_field_label_zh ON custom_field (label_zh);

CREATE TABLE custom_value (
    id UUID NOT NULL,
    custom_field UUID NOT NULL,
    customer UUID NOT NULL,
    text VARCHAR(500) COLLATE "C",
    number NUMERIC(18, 4),
    day DATE,
    flag BOOLEAN,
    version BIGINT NOT NULL,
    text_fold TEXT COLLATE "C",
    PRIMARY KEY (id)
);

CREATE INDEX ix_custom_value_custom_field_day_id ON custom_value (custom_field, day ASC NULLS FIRST, id);

CREATE INDEX ix_custom_value_custom_field_number_id ON custom_value (custom_field, number ASC NULLS FIRST, id);

CREATE INDEX ix_custom_value_customer_id ON custom_value (customer, id);

CREATE UNIQUE INDEX uq_custom_value_custom_field_customer ON custom_value (custom_field, customer);

CREATE TABLE customer_merge (
    id UUID NOT NULL,
    kept UUID NOT NULL,
    absorbed UUID NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    done_by UUID NOT NULL,
    done_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_customer_merge_absorbed_id ON customer_merge (absorbed, id);

CREATE INDEX ix_customer_merge_kept_id ON customer_merge (kept, id);

CREATE TABLE "order" (
    id UUID NOT NULL,
    source_key VARCHAR(100) COLLATE "C" NOT NULL,
    customer UUID NOT NULL,
    ordered_on DATE NOT NULL,
    delivery_address VARCHAR(200) COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    currency VARCHAR(3) COLLATE "C" NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    line_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_customer_ordered_on_id ON "order" (customer, ordered_on, id);

CREATE INDEX ix_order_ordered_on_id ON "order" (ordered_on, id);

CREATE UNIQUE INDEX uq_order_source_key ON "order" (source_key);

CREATE TABLE order_line (
    id UUID NOT NULL,
    "order" UUID NOT NULL,
    position BIGINT NOT NULL,
    product_key VARCHAR(100) COLLATE "C" NOT NULL,
    product_name VARCHAR(200) COLLATE "C" NOT NULL,
    quantity NUMERIC(14, 4) NOT NULL,
    unit VARCHAR(10) COLLATE "C" NOT NULL,
    unit_price NUMERIC(18, 4),
    amount NUMERIC(18, 4) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_line_order_position_id ON order_line ("order", position, id);

CREATE INDEX ix_order_line_product_key_id ON order_line (product_key, id);

CREATE TABLE order_summary (
    id UUID NOT NULL,
    order_count BIGINT NOT NULL,
    first_order_on DATE,
    last_order_on DATE,
    last_order UUID,
    lapse UUID,
    amount NUMERIC(18, 4) NOT NULL,
    paid_amount NUMERIC(18, 4) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_order_summary_amount_id ON order_summary (amount, id);

CREATE INDEX ix_order_summary_last_order_on_id ON order_summary (last_order_on ASC NULLS FIRST, id);

CREATE TABLE unmatched_order (
    id UUID NOT NULL,
    source_key VARCHAR(100) COLLATE "C" NOT NULL,
    customer_name VARCHAR(200) COLLATE "C" NOT NULL,
    customer_key VARCHAR(100) COLLATE "C" NOT NULL,
    reason VARCHAR(50) COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    received_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    customer_name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_unmatched_order_received_at_id ON unmatched_order (received_at, id);

CREATE UNIQUE INDEX uq_unmatched_order_source_key ON unmatched_order (source_key);

CREATE TABLE product (
    id UUID NOT NULL,
    source_key VARCHAR(100) COLLATE "C" NOT NULL,
    name VARCHAR(200) COLLATE "C" NOT NULL,
    model VARCHAR(100) COLLATE "C" NOT NULL,
    batch VARCHAR(100) COLLATE "C" NOT NULL,
    unit VARCHAR(10) COLLATE "C" NOT NULL,
    price NUMERIC(18, 2),
    unit_cost NUMERIC(18, 2),
    memo VARCHAR(200) COLLATE "C" NOT NULL,
    feature VARCHAR(500) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    model_fold TEXT COLLATE "C" NOT NULL,
    batch_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_product_name_id ON product (name, id);

CREATE UNIQUE INDEX uq_product_source_key ON product (source_key);

CREATE TABLE stock_item (
    id UUID NOT NULL,
    source_key VARCHAR(100) COLLATE "C" NOT NULL,
    product UUID NOT NULL,
    warehouse VARCHAR(50) COLLATE "C" NOT NULL,
    location VARCHAR(50) COLLATE "C" NOT NULL,
    quantity BIGINT NOT NULL,
    memo VARCHAR(200) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    warehouse_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_stock_item_product_id ON stock_item (product, id);

CREATE INDEX ix_stock_item_warehouse_id ON stock_item (warehouse, id);

CREATE UNIQUE INDEX uq_stock_item_source_key ON stock_item (source_key);

CREATE TABLE churn_case (
    id UUID NOT NULL,
    customer UUID NOT NULL,
    customer_name VARCHAR(100) COLLATE "C" NOT NULL,
    manager UUID NOT NULL,
    last_order_on DATE,
    measures TEXT COLLATE "C" NOT NULL,
    reason VARCHAR(2000) COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    opened_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    customer_name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_churn_case_customer_last_order_on_id ON churn_case (customer, last_order_on ASC NULLS FIRST, id);

CREATE INDEX ix_churn_case_opened_at_id ON churn_case (opened_at, id);

CREATE INDEX ix_churn_case_status_opened_at_id ON churn_case (status, opened_at, id);

CREATE TABLE import_batch (
    id UUID NOT NULL,
    kind VARCHAR(50) COLLATE "C" NOT NULL,
    file_name VARCHAR(255) COLLATE "C" NOT NULL,
    fingerprint VARCHAR(64) COLLATE "C" NOT NULL,
    mode VARCHAR(50) COLLATE "C" NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    chunks BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    started_by UUID,
    started_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_import_batch_fingerprint_id ON import_batch (fingerprint, id);

CREATE INDEX ix_import_batch_started_at_id ON import_batch (started_at, id);

CREATE TABLE import_chunk (
    id UUID NOT NULL,
    batch UUID NOT NULL,
    number BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_import_chunk_batch_number ON import_chunk (batch, number);

CREATE TABLE export_record (
    id UUID NOT NULL,
    kind VARCHAR(50) COLLATE "C" NOT NULL,
    format VARCHAR(20) COLLATE "C" NOT NULL,
    filters TEXT COLLATE "C" NOT NULL,
    rows BIGINT NOT NULL,
    taken_by UUID,
    taken_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_export_record_taken_at_id ON export_record (taken_at, id);

CREATE TABLE working_calendar (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    zone VARCHAR(64) COLLATE "C" NOT NULL,
    monday TEXT[] COLLATE "C" NOT NULL,
    tuesday TEXT[] COLLATE "C" NOT NULL,
    wednesday TEXT[] COLLATE "C" NOT NULL,
    thursday TEXT[] COLLATE "C" NOT NULL,
    friday TEXT[] COLLATE "C" NOT NULL,
    saturday TEXT[] COLLATE "C" NOT NULL,
    sunday TEXT[] COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_working_calendar_name_key_digest ON working_calendar (name_key_digest);

CREATE TABLE special_day (
    id UUID NOT NULL,
    calendar UUID NOT NULL,
    day DATE NOT NULL,
    name VARCHAR(100) COLLATE "C" NOT NULL,
    spans TEXT[] COLLATE "C" NOT NULL,
    source VARCHAR(20) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_special_day_calendar_day ON special_day (calendar, day);

CREATE TABLE service_target (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    type VARCHAR(50) COLLATE "C" NOT NULL,
    priority VARCHAR(40) COLLATE "C",
    level VARCHAR(50) COLLATE "C" NOT NULL,
    respond_within BIGINT,
    resolve_within BIGINT,
    risk_percent BIGINT NOT NULL,
    calendar UUID NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_service_target_name_key_digest ON service_target (name_key_digest);

CREATE TABLE service_contract (
    id UUID NOT NULL,
    number VARCHAR(50) COLLATE "C" NOT NULL,
    number_key VARCHAR(1000) COLLATE "C" NOT NULL,
    customer UUID NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    covers TEXT[] COLLATE "C" NOT NULL,
    products TEXT[] COLLATE "C" NOT NULL,
    included_requests BIGINT,
    target UUID,
    remark VARCHAR(2000) COLLATE "C" NOT NULL,
    ended_on DATE,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT COLLATE "C" NOT NULL,
    number_key_digest BYTEA NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_service_contract_customer_ends_on_id ON service_contract (customer, ends_on, id);

CREATE INDEX ix_service_contract_ends_on_id ON service_contract (ends_on, id);

CREATE UNIQUE INDEX uq_service_contract_number_key_digest ON service_contract (number_key_digest);

CREATE TABLE staff_skill (
    id UUID NOT NULL,
    "user" UUID NOT NULL,
    type VARCHAR(50) COLLATE "C" NOT NULL,
    proficiency BIGINT NOT NULL,
    remark VARCHAR(300) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_staff_skill_user_type ON staff_skill ("user", type);

CREATE TABLE service_request (
    id UUID NOT NULL,
    number VARCHAR(20) COLLATE "C" NOT NULL,
    type VARCHAR(50) COLLATE "C" NOT NULL,
    title VARCHAR(500) COLLATE "C" NOT NULL,
    customer UUID NOT NULL,
    customer_name VARCHAR(100) COLLATE "C" NOT NULL,
    contact UUID,
    opportunity UUID,
    channel VARCHAR(50) COLLATE "C" NOT NULL,
    priority VARCHAR(40) COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    assignee UUID,
    assigned_at TIMESTAMP(3) WITH TIME ZONE,
    round BIGINT NOT NULL,
    handling TEXT COLLATE "C" NOT NULL,
    handled_by UUID,
    handled_at TIMESTAMP(3) WITH TIME ZONE,
    result VARCHAR(500) COLLATE "C" NOT NULL,
    satisfaction BIGINT,
    archived_at TIMESTAMP(3) WITH TIME ZONE,
    merged_into UUID,
    calendar UUID,
    contract UUID,
    counted_from TIMESTAMP(3) WITH TIME ZONE,
    respond_by TIMESTAMP(3) WITH TIME ZONE,
    respond_risk_at TIMESTAMP(3) WITH TIME ZONE,
    responded_at TIMESTAMP(3) WITH TIME ZONE,
    responded_in BIGINT,
    respond_met BOOLEAN,
    resolve_by TIMESTAMP(3) WITH TIME ZONE,
    resolve_risk_at TIMESTAMP(3) WITH TIME ZONE,
    waiting_since TIMESTAMP(3) WITH TIME ZONE,
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met BOOLEAN,
    next_due_at TIMESTAMP(3) WITH TIME ZONE,
    search_text VARCHAR(700) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT COLLATE "C" NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    customer_name_fold TEXT COLLATE "C" NOT NULL,
    request_fold TEXT COLLATE "C" NOT NULL,
    search_text_fold TEXT COLLATE "C" NOT NULL,
    search_text_fragments INTEGER[] NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_service_request_assignee_status_created_at_id ON service_request (assignee ASC NULLS FIRST, status, created_at, id);

CREATE INDEX ix_service_request_contact_id ON service_request (contact ASC NULLS FIRST, id);

CREATE INDEX ix_service_request_contract_id ON service_request (contract ASC NULLS FIRST, id);

CREATE INDEX ix_service_request_created_at_id ON service_request (created_at, id);

CREATE INDEX ix_service_request_created_by_created_at_id ON service_request (created_by, created_at, id);

CREATE INDEX ix_service_request_customer_created_at_id ON service_request (customer, created_at, id);

CREATE INDEX ix_service_request_handled_by_created_at_id ON service_request (handled_by ASC NULLS FIRST, created_at, id);

CREATE INDEX ix_service_request_next_due_at_id ON service_request (next_due_at ASC NULLS FIRST, id);

CREATE INDEX ix_service_request_opportunity_id ON service_request (opportunity ASC NULLS FIRST, id);

CREATE INDEX ix_service_request_priority_created_at_id ON service_request (priority, created_at, id);

CREATE INDEX ix_service_request_round_id ON service_request (round, id);

CREATE INDEX ix_service_request_satisfaction_created_at_id ON service_request (satisfaction ASC NULLS FIRST, created_at, id);

CREATE INDEX ix_service_request_search_text_fragments ON service_request USING gin (search_text_fragments);

CREATE INDEX ix_service_request_status_created_at_id ON service_request (status, created_at, id);

CREATE INDEX ix_service_request_type_created_at_id ON service_request (type, created_at, id);

CREATE UNIQUE INDEX uq_service_request_number ON service_request (number);

CREATE TABLE service_round (
    id UUID NOT NULL,
    request UUID NOT NULL,
    number BIGINT NOT NULL,
    assignee UUID,
    handling TEXT COLLATE "C" NOT NULL,
    handled_by UUID,
    handled_at TIMESTAMP(3) WITH TIME ZONE,
    result VARCHAR(500) COLLATE "C" NOT NULL,
    satisfaction BIGINT,
    reason VARCHAR(500) COLLATE "C" NOT NULL,
    respond_by TIMESTAMP(3) WITH TIME ZONE,
    responded_at TIMESTAMP(3) WITH TIME ZONE,
    responded_in BIGINT,
    respond_met BOOLEAN,
    counted_from TIMESTAMP(3) WITH TIME ZONE,
    resolve_by TIMESTAMP(3) WITH TIME ZONE,
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met BOOLEAN,
    ended_by UUID NOT NULL,
    ended_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_service_round_request_number ON service_round (request, number);

CREATE TABLE request_note (
    id UUID NOT NULL,
    request UUID NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    internal BOOLEAN NOT NULL,
    written_by UUID NOT NULL,
    written_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_note_request_written_at_id ON request_note (request, written_at, id);

CREATE TABLE request_attachment (
    id UUID NOT NULL,
    request UUID NOT NULL,
    file_name VARCHAR(255) COLLATE "C" NOT NULL,
    media_type VARCHAR(100) COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    digest VARCHAR(64) COLLATE "C" NOT NULL,
    location VARCHAR(500) COLLATE "C" NOT NULL,
    internal BOOLEAN NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_attachment_request_id ON request_attachment (request, id);

CREATE TABLE request_merge (
    id UUID NOT NULL,
    kept UUID NOT NULL,
    absorbed UUID NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    done_by UUID NOT NULL,
    done_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_request_merge_absorbed_id ON request_merge (absorbed, id);

CREATE INDEX ix_request_merge_kept_id ON request_merge (kept, id);

CREATE TABLE escalation_policy (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    watched VARCHAR(40) COLLATE "C" NOT NULL,
    after BIGINT NOT NULL,
    type VARCHAR(50) COLLATE "C" NOT NULL,
    priority VARCHAR(40) COLLATE "C",
    recipient VARCHAR(40) COLLATE "C" NOT NULL,
    "user" UUID,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_escalation_policy_name_key_digest ON escalation_policy (name_key_digest);

CREATE TABLE escalation_step (
    id UUID NOT NULL,
    request UUID NOT NULL,
    policy UUID NOT NULL,
    watched VARCHAR(40) COLLATE "C" NOT NULL,
    due_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    recipient VARCHAR(40) COLLATE "C" NOT NULL,
    recipient_user UUID,
    message TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_escalation_step_due_at_id ON escalation_step (due_at, id);

CREATE INDEX ix_escalation_step_policy_id ON escalation_step (policy, id);

CREATE INDEX ix_escalation_step_request_id ON escalation_step (request, id);

CREATE TABLE escalation (
    id UUID NOT NULL,
    request UUID NOT NULL,
    policy UUID NOT NULL,
    watched VARCHAR(40) COLLATE "C" NOT NULL,
    due_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    recipient VARCHAR(40) COLLATE "C" NOT NULL,
    recipient_user UUID,
    escalated_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    seen_by UUID,
    seen_at TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_escalation_escalated_at_id ON escalation (escalated_at, id);

CREATE INDEX ix_escalation_request_escalated_at_id ON escalation (request, escalated_at, id);

CREATE INDEX ix_escalation_seen_at_escalated_at_id ON escalation (seen_at ASC NULLS FIRST, escalated_at, id);

CREATE TABLE article (
    id UUID NOT NULL,
    number VARCHAR(20) COLLATE "C" NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    category VARCHAR(50) COLLATE "C" NOT NULL,
    tags TEXT[] COLLATE "C" NOT NULL,
    language VARCHAR(2) COLLATE "C" NOT NULL,
    public BOOLEAN NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    edition BIGINT NOT NULL,
    author UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP(3) WITH TIME ZONE,
    helpful BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    solved BIGINT NOT NULL,
    usefulness BIGINT NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT COLLATE "C" NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    title_fragments INTEGER[] NOT NULL,
    tags_fragments INTEGER[] NOT NULL,
    search_text_fold TEXT COLLATE "C" NOT NULL,
    search_text_fragments INTEGER[] NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_category_usefulness_id ON article (category, usefulness, id);

CREATE INDEX ix_article_search_text_fragments ON article USING gin (search_text_fragments);

CREATE INDEX ix_article_status_solved_changed_at_id ON article (status, solved, changed_at, id);

CREATE INDEX ix_article_status_solved_id ON article (status, solved, id);

CREATE INDEX ix_article_status_usefulness_id ON article (status, usefulness, id);

CREATE INDEX ix_article_tags_fragments ON article USING gin (tags_fragments);

CREATE INDEX ix_article_title_fragments ON article USING gin (title_fragments);

CREATE UNIQUE INDEX uq_article_number ON article (number);

CREATE TABLE article_draft (
    id UUID NOT NULL,
    article UUID NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    category VARCHAR(50) COLLATE "C" NOT NULL,
    tags TEXT[] COLLATE "C" NOT NULL,
    language VARCHAR(2) COLLATE "C" NOT NULL,
    public BOOLEAN NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    writer UUID NOT NULL,
    remark VARCHAR(500) COLLATE "C" NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_draft_state_changed_at_id ON article_draft (state, changed_at, id);

CREATE INDEX ix_article_draft_writer_changed_at_id ON article_draft (writer, changed_at, id);

CREATE UNIQUE INDEX uq_article_draft_article ON article_draft (article);

CREATE TABLE article_edition (
    id UUID NOT NULL,
    article UUID NOT NULL,
    number BIGINT NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    category VARCHAR(50) COLLATE "C" NOT NULL,
    tags TEXT[] COLLATE "C" NOT NULL,
    language VARCHAR(2) COLLATE "C" NOT NULL,
    public BOOLEAN NOT NULL,
    writer UUID NOT NULL,
    published_by UUID NOT NULL,
    published_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_article_edition_article_number ON article_edition (article, number);

CREATE TABLE article_vote (
    id UUID NOT NULL,
    article UUID NOT NULL,
    "user" UUID NOT NULL,
    helpful BOOLEAN NOT NULL,
    voted_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_vote_article_id ON article_vote (article, id);

CREATE UNIQUE INDEX uq_article_vote_article_user ON article_vote (article, "user");

CREATE TABLE article_use (
    id UUID NOT NULL,
    article UUID NOT NULL,
    request UUID NOT NULL,
    linked_by UUID NOT NULL,
    linked_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_article_use_request_id ON article_use (request, id);

CREATE UNIQUE INDEX uq_article_use_request_article ON article_use (request, article);

CREATE TABLE survey (
    id UUID NOT NULL,
    title VARCHAR(200) COLLATE "C" NOT NULL,
    introduction VARCHAR(2000) COLLATE "C" NOT NULL,
    valid_days BIGINT NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_survey_created_at_id ON survey (created_at, id);

CREATE TABLE survey_question (
    id UUID NOT NULL,
    survey UUID NOT NULL,
    number BIGINT NOT NULL,
    kind VARCHAR(40) COLLATE "C" NOT NULL,
    text VARCHAR(500) COLLATE "C" NOT NULL,
    choices TEXT[] COLLATE "C" NOT NULL,
    required BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_survey_question_survey_number ON survey_question (survey, number);

CREATE TABLE invitation (
    id UUID NOT NULL,
    survey UUID NOT NULL,
    customer UUID NOT NULL,
    contact UUID,
    request UUID,
    token_digest VARCHAR(64) COLLATE "C" NOT NULL,
    invited_by UUID NOT NULL,
    invited_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP(3) WITH TIME ZONE,
    withdrawn_at TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_invitation_customer_invited_at_id ON invitation (customer, invited_at, id);

CREATE INDEX ix_invitation_invited_at_id ON invitation (invited_at, id);

CREATE INDEX ix_invitation_request_invited_at_id ON invitation (request ASC NULLS FIRST, invited_at, id);

CREATE INDEX ix_invitation_survey_invited_at_id ON invitation (survey, invited_at, id);

CREATE UNIQUE INDEX uq_invitation_token_digest ON invitation (token_digest);

CREATE TABLE survey_answer (
    id UUID NOT NULL,
    invitation UUID NOT NULL,
    question UUID NOT NULL,
    survey UUID NOT NULL,
    customer UUID NOT NULL,
    score BIGINT,
    text VARCHAR(2000) COLLATE "C" NOT NULL,
    answered_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_survey_answer_customer_id ON survey_answer (customer, id);

CREATE INDEX ix_survey_answer_question_answered_at_id ON survey_answer (question, answered_at, id);

CREATE INDEX ix_survey_answer_survey_answered_at_id ON survey_answer (survey, answered_at, id);

CREATE UNIQUE INDEX uq_survey_answer_invitation_question ON survey_answer (invitation, question);

CREATE TABLE care_activity (
    id UUID NOT NULL,
    customer UUID NOT NULL,
    contact UUID,
    kind VARCHAR(50) COLLATE "C" NOT NULL,
    channel VARCHAR(50) COLLATE "C" NOT NULL,
    content VARCHAR(1000) COLLATE "C" NOT NULL,
    planned_on DATE NOT NULL,
    remind_days BIGINT,
    remind_on DATE,
    repeats_months BIGINT,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    done_on DATE,
    done_by UUID,
    result VARCHAR(1000) COLLATE "C" NOT NULL,
    opinion VARCHAR(2000) COLLATE "C" NOT NULL,
    opinion_state VARCHAR(40) COLLATE "C" NOT NULL,
    opinion_request UUID,
    opinion_outcome VARCHAR(1000) COLLATE "C" NOT NULL,
    opinion_processed_by UUID,
    opinion_processed_at TIMESTAMP(3) WITH TIME ZONE,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_care_activity_customer_planned_on_id ON care_activity (customer, planned_on, id);

CREATE INDEX ix_care_activity_opinion_request_id ON care_activity (opinion_request ASC NULLS FIRST, id);

CREATE INDEX ix_care_activity_opinion_state_done_on_id ON care_activity (opinion_state, done_on ASC NULLS FIRST, id);

CREATE INDEX ix_care_activity_planned_on_id ON care_activity (planned_on, id);

CREATE INDEX ix_care_activity_status_done_on_id ON care_activity (status, done_on ASC NULLS FIRST, id);

CREATE INDEX ix_care_activity_status_planned_on_id ON care_activity (status, planned_on, id);

CREATE INDEX ix_care_activity_status_remind_on_id ON care_activity (status, remind_on ASC NULLS FIRST, id);

CREATE TABLE window_guest (
    id UUID NOT NULL,
    contact UUID NOT NULL,
    invited_by UUID NOT NULL,
    invited_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_window_guest_contact ON window_guest (contact);

CREATE TABLE sign_in_link (
    id UUID NOT NULL,
    guest UUID NOT NULL,
    token_digest VARCHAR(64) COLLATE "C" NOT NULL,
    address_digest VARCHAR(64) COLLATE "C" NOT NULL,
    made_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP(3) WITH TIME ZONE,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_link_expires_at_id ON sign_in_link (expires_at, id);

CREATE INDEX ix_sign_in_link_guest_made_at_id ON sign_in_link (guest, made_at, id);

CREATE UNIQUE INDEX uq_sign_in_link_token_digest ON sign_in_link (token_digest);

CREATE TABLE sales_activity (
    id UUID NOT NULL,
    opportunity UUID NOT NULL,
    kind VARCHAR(50) COLLATE "C" NOT NULL,
    planned_on DATE NOT NULL,
    content VARCHAR(500) COLLATE "C" NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    progress VARCHAR(1000) COLLATE "C" NOT NULL,
    result VARCHAR(1000) COLLATE "C" NOT NULL,
    done_on DATE,
    responsible UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sales_activity_opportunity_planned_on_id ON sales_activity (opportunity, planned_on, id);

CREATE INDEX ix_sales_activity_planned_on_id ON sales_activity (planned_on, id);

CREATE TABLE sales_stage (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(1000) COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    category VARCHAR(40) COLLATE "C" NOT NULL,
    needed TEXT[] COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_sales_stage_name_key_digest ON sales_stage (name_key_digest);

CREATE TABLE stage_passage (
    id UUID NOT NULL,
    opportunity UUID NOT NULL,
    stage UUID NOT NULL,
    from_stage UUID,
    entered_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    entered_by UUID NOT NULL,
    reason VARCHAR(500) COLLATE "C" NOT NULL,
    assignee UUID,
    left_at TIMESTAMP(3) WITH TIME ZONE,
    to_stage UUID,
    outcome VARCHAR(40) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_stage_passage_opportunity_entered_at_id ON stage_passage (opportunity, entered_at, id);

CREATE INDEX ix_stage_passage_stage_entered_at_id ON stage_passage (stage, entered_at, id);

CREATE TABLE pipeline_position (
    id UUID NOT NULL,
    opportunity UUID NOT NULL,
    since TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    until TIMESTAMP(3) WITH TIME ZONE,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    amount NUMERIC(18, 2),
    expected_on DATE,
    stage UUID,
    category VARCHAR(40) COLLATE "C",
    owner UUID,
    success_rate BIGINT,
    prior_status VARCHAR(40) COLLATE "C",
    prior_amount NUMERIC(18, 2),
    prior_expected_on DATE,
    prior_stage UUID,
    prior_category VARCHAR(40) COLLATE "C",
    prior_owner UUID,
    prior_success_rate BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_pipeline_position_opportunity_since_id ON pipeline_position (opportunity, since, id);

CREATE INDEX ix_pipeline_position_since_id ON pipeline_position (since, id);

CREATE INDEX ix_pipeline_position_status_until_id ON pipeline_position (status, until ASC NULLS FIRST, id);

CREATE TABLE pipeline_snapshot (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    taken_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    open_opportunities BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_pipeline_snapshot_day_id ON pipeline_snapshot (day, id);

CREATE TABLE snapshot_stage (
    id UUID NOT NULL,
    snapshot UUID NOT NULL,
    stage UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_snapshot_stage_snapshot_id ON snapshot_stage (snapshot, id);

CREATE TABLE sales_target (
    id UUID NOT NULL,
    slot VARCHAR(200) COLLATE "C" NOT NULL,
    span VARCHAR(40) COLLATE "C" NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    "user" UUID,
    territory VARCHAR(50) COLLATE "C" NOT NULL,
    amount NUMERIC(18, 2),
    number BIGINT,
    remark VARCHAR(500) COLLATE "C" NOT NULL,
    part_of UUID,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_sales_target_part_of_id ON sales_target (part_of ASC NULLS FIRST, id);

CREATE INDEX ix_sales_target_starts_on_id ON sales_target (starts_on, id);

CREATE INDEX ix_sales_target_user_starts_on_id ON sales_target ("user" ASC NULLS FIRST, starts_on, id);

CREATE UNIQUE INDEX uq_sales_target_slot ON sales_target (slot);

CREATE TABLE prediction_model (
    id UUID NOT NULL,
    currency VARCHAR(3) COLLATE "C" NOT NULL,
    learnt_until DATE NOT NULL,
    learnt_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    customers BIGINT NOT NULL,
    orders TEXT COLLATE "C" NOT NULL,
    amounts TEXT COLLATE "C" NOT NULL,
    ahead BIGINT NOT NULL,
    expected_orders NUMERIC(18, 2),
    expected_amount NUMERIC(18, 2),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_prediction_model_currency ON prediction_model (currency);

CREATE TABLE saved_report (
    id UUID NOT NULL,
    name VARCHAR(50) COLLATE "C" NOT NULL,
    name_key VARCHAR(500) COLLATE "C" NOT NULL,
    kind VARCHAR(50) COLLATE "C" NOT NULL,
    filters TEXT COLLATE "C" NOT NULL,
    shared_with VARCHAR(50) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_saved_report_shared_with_id ON saved_report (shared_with, id);

CREATE UNIQUE INDEX uq_saved_report_created_by_name_key_digest ON saved_report (created_by, name_key_digest);

CREATE TABLE change_record (
    id UUID NOT NULL,
    at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    actor UUID,
    actor_name VARCHAR(100) COLLATE "C" NOT NULL,
    action VARCHAR(100) COLLATE "C" NOT NULL,
    operation VARCHAR(40) COLLATE "C" NOT NULL,
    entity VARCHAR(100) COLLATE "C" NOT NULL,
    entity_id UUID,
    entity_version BIGINT NOT NULL,
    changes TEXT COLLATE "C" NOT NULL,
    code VARCHAR(100) COLLATE "C" NOT NULL,
    previous VARCHAR(64) COLLATE "C" NOT NULL,
    hash VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_change_record_entity_id_entity_version_id ON change_record (entity_id ASC NULLS FIRST, entity_version, id);

CREATE TABLE outbox_message (
    id UUID NOT NULL,
    at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    kind VARCHAR(100) COLLATE "C" NOT NULL,
    entity_id UUID NOT NULL,
    actor UUID,
    payload TEXT COLLATE "C" NOT NULL,
    state VARCHAR(40) COLLATE "C" NOT NULL,
    lease_until TIMESTAMP(3) WITH TIME ZONE,
    attempts BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_outbox_message_entity_id_id ON outbox_message (entity_id, id);

CREATE INDEX ix_outbox_message_state_id ON outbox_message (state, id);

CREATE TABLE receipt (
    id UUID NOT NULL,
    at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    action VARCHAR(100) COLLATE "C" NOT NULL,
    result VARCHAR(100) COLLATE "C" NOT NULL,
    result_id UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE seal (
    id UUID NOT NULL,
    at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    last UUID NOT NULL,
    count BIGINT NOT NULL,
    digest VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
