CREATE TABLE user (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    full_name VARCHAR(50) NOT NULL,
    roles LONGTEXT NOT NULL,
    territory VARCHAR(50) NOT NULL,
    speciality VARCHAR(50) NOT NULL,
    organisation VARCHAR(100) NOT NULL,
    phone VARCHAR(50) NOT NULL,
    email VARCHAR(100) NOT NULL,
    address VARCHAR(300) NOT NULL,
    language VARCHAR(2) NOT NULL,
    status VARCHAR(40) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    full_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_user_status_id ON user (status, id);

CREATE UNIQUE INDEX uq_user_name_key_digest ON user (name_key_digest);

CREATE TABLE `role` (
    id BINARY(16) NOT NULL,
    code VARCHAR(50) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    description VARCHAR(200) NOT NULL,
    permissions LONGTEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_role_name_key_digest ON `role` (name_key_digest);

CREATE TABLE credential (
    id BINARY(16) NOT NULL,
    password_hash VARCHAR(500) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    must_change TINYINT(1) NOT NULL,
    failures BIGINT NOT NULL,
    locked_until DATETIME(3),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE TABLE dictionary_entry (
    id BINARY(16) NOT NULL,
    category VARCHAR(50) NOT NULL,
    code VARCHAR(50) NOT NULL,
    label_zh VARCHAR(50) NOT NULL,
    label_en VARCHAR(50) NOT NULL,
    position BIGINT NOT NULL,
    editable TINYINT(1) NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    category_fold TEXT NOT NULL,
    code_fold TEXT NOT NULL,
    label_zh_fold TEXT NOT NULL,
    label_en_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_dictionary_entry_category_code ON dictionary_entry (category, code);

CREATE UNIQUE INDEX uq_dictionary_entry_category_label_zh ON dictionary_entry (category, label_zh);

CREATE TABLE system_parameter (
    id BINARY(16) NOT NULL,
    `key` VARCHAR(100) NOT NULL,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE TABLE opportunity (
    id BINARY(16) NOT NULL,
    number VARCHAR(20) NOT NULL,
    source VARCHAR(50) NOT NULL,
    customer_name VARCHAR(100) NOT NULL,
    success_rate BIGINT NOT NULL,
    title VARCHAR(200) NOT NULL,
    contact_name VARCHAR(50) NOT NULL,
    contact_phone VARCHAR(50) NOT NULL,
    description TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    assignee BINARY(16),
    assigned_at DATETIME(3),
    status VARCHAR(40) NOT NULL,
    customer BINARY(16),
    proof VARCHAR(50) NOT NULL,
    closed_at DATETIME(3),
    stage BINARY(16),
    expected_amount DECIMAL(18, 2),
    expected_on DATE,
    target_amount DECIMAL(18, 2),
    follow_up VARCHAR(50) NOT NULL,
    category VARCHAR(40),
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    contact_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee, created_at, id);

CREATE INDEX ix_opportunity_customer_id ON opportunity (customer, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

CREATE INDEX ix_opportunity_status_expected_amount_id ON opportunity (status, expected_amount, id);

CREATE INDEX ix_opportunity_status_expected_on_id ON opportunity (status, expected_on, id);

CREATE UNIQUE INDEX uq_opportunity_number ON opportunity (number);

CREATE TABLE plan_item (
    id BINARY(16) NOT NULL,
    opportunity BINARY(16) NOT NULL,
    plan_date DATE NOT NULL,
    content VARCHAR(500) NOT NULL,
    result VARCHAR(500) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_plan_item_opportunity_plan_date_id ON plan_item (opportunity, plan_date, id);

CREATE TABLE customer (
    id BINARY(16) NOT NULL,
    number VARCHAR(20) NOT NULL,
    name VARCHAR(100) NOT NULL,
    name_key TEXT,
    region VARCHAR(50) NOT NULL,
    manager BINARY(16) NOT NULL,
    level VARCHAR(50) NOT NULL,
    satisfaction BIGINT,
    credit BIGINT,
    address VARCHAR(300) NOT NULL,
    zip VARCHAR(10) NOT NULL,
    phone VARCHAR(50) NOT NULL,
    fax VARCHAR(50) NOT NULL,
    website VARCHAR(50) NOT NULL,
    licence_no VARCHAR(50) NOT NULL,
    legal_person VARCHAR(50) NOT NULL,
    registered_capital BIGINT NOT NULL,
    annual_turnover BIGINT NOT NULL,
    bank VARCHAR(200) NOT NULL,
    bank_account VARCHAR(50) NOT NULL,
    local_tax_no VARCHAR(50) NOT NULL,
    national_tax_no VARCHAR(50) NOT NULL,
    email VARCHAR(100) NOT NULL,
    industry VARCHAR(50) NOT NULL,
    company_size VARCHAR(50) NOT NULL,
    category VARCHAR(50) NOT NULL,
    city VARCHAR(50) NOT NULL,
    needs VARCHAR(500) NOT NULL,
    trust BIGINT,
    tags LONGTEXT NOT NULL,
    remark TEXT NOT NULL,
    external_key VARCHAR(100),
    merged_into BINARY(16),
    name_core VARCHAR(200) NOT NULL,
    phone_key VARCHAR(50) NOT NULL,
    licence_key VARCHAR(100) NOT NULL,
    search_text TEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32),
    phone_fold TEXT NOT NULL,
    fax_fold TEXT NOT NULL,
    website_fold TEXT NOT NULL,
    city_fold TEXT NOT NULL,
    city_fragments LONGTEXT NOT NULL,
    tags_fragments LONGTEXT NOT NULL,
    phone_key_fold TEXT NOT NULL,
    search_text_fold MEDIUMTEXT NOT NULL,
    search_text_fragments LONGTEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

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
    id BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    gender VARCHAR(40),
    position VARCHAR(50) NOT NULL,
    office_phone VARCHAR(50) NOT NULL,
    mobile VARCHAR(50) NOT NULL,
    email VARCHAR(100) NOT NULL,
    memo VARCHAR(300) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    office_phone_fold TEXT NOT NULL,
    mobile_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

CREATE INDEX ix_contact_name_id ON contact (name, id);

CREATE TABLE interaction (
    id BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    at DATETIME(3) NOT NULL,
    place VARCHAR(200) NOT NULL,
    title VARCHAR(500) NOT NULL,
    type VARCHAR(50) NOT NULL,
    channel VARCHAR(50) NOT NULL,
    contact BINARY(16),
    memo VARCHAR(300) NOT NULL,
    detail TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_interaction_customer_at_id ON interaction (customer, at, id);

CREATE TABLE customer_group (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key VARCHAR(500) NOT NULL,
    description VARCHAR(500) NOT NULL,
    filters TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_customer_group_name_key_digest ON customer_group (name_key_digest);

CREATE TABLE custom_field (
    id BINARY(16) NOT NULL,
    code VARCHAR(50) NOT NULL,
    label_zh VARCHAR(50) NOT NULL,
    label_en VARCHAR(50) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    choices VARCHAR(50) NOT NULL,
    required TINYINT(1) NOT NULL,
    position BIGINT NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_custom_field_code ON custom_field (code);

CREATE UNIQUE INDEX uq_custom_field_label_zh ON custom_field (label_zh);

CREATE TABLE custom_value (
    id BINARY(16) NOT NULL,
    custom_field BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    text VARCHAR(500),
    number DECIMAL(18, 4),
    day DATE,
    flag TINYINT(1),
    version BIGINT NOT NULL,
    text_fold TEXT,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_custom_value_custom_field_day_id ON custom_value (custom_field, day, id);

CREATE INDEX ix_custom_value_custom_field_number_id ON custom_value (custom_field, number, id);

CREATE INDEX ix_custom_value_customer_id ON custom_value (customer, id);

CREATE UNIQUE INDEX uq_custom_value_custom_field_customer ON custom_value (custom_field, customer);

CREATE TABLE customer_merge (
    id BINARY(16) NOT NULL,
    kept BINARY(16) NOT NULL,
    absorbed BINARY(16) NOT NULL,
    state VARCHAR(40) NOT NULL,
    `before` MEDIUMTEXT NOT NULL,
    done_by BINARY(16) NOT NULL,
    done_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_customer_merge_absorbed_id ON customer_merge (absorbed, id);

CREATE INDEX ix_customer_merge_kept_id ON customer_merge (kept, id);

CREATE TABLE `order` (
    id BINARY(16) NOT NULL,
    source_key VARCHAR(100) NOT NULL,
    customer BINARY(16) NOT NULL,
    ordered_on DATE NOT NULL,
    delivery_address VARCHAR(200) NOT NULL,
    status VARCHAR(40) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    amount DECIMAL(18, 4) NOT NULL,
    line_count BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_order_customer_ordered_on_id ON `order` (customer, ordered_on, id);

CREATE INDEX ix_order_ordered_on_id ON `order` (ordered_on, id);

CREATE UNIQUE INDEX uq_order_source_key ON `order` (source_key);

CREATE TABLE order_line (
    id BINARY(16) NOT NULL,
    `order` BINARY(16) NOT NULL,
    position BIGINT NOT NULL,
    product_key VARCHAR(100) NOT NULL,
    product_name VARCHAR(200) NOT NULL,
    quantity DECIMAL(14, 4) NOT NULL,
    unit VARCHAR(10) NOT NULL,
    unit_price DECIMAL(18, 4),
    amount DECIMAL(18, 4) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_order_line_order_position_id ON order_line (`order`, position, id);

CREATE INDEX ix_order_line_product_key_id ON order_line (product_key, id);

CREATE TABLE order_summary (
    id BINARY(16) NOT NULL,
    order_count BIGINT NOT NULL,
    first_order_on DATE,
    last_order_on DATE,
    last_order BINARY(16),
    lapse BINARY(16),
    amount DECIMAL(18, 4) NOT NULL,
    paid_amount DECIMAL(18, 4) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_order_summary_amount_id ON order_summary (amount, id);

CREATE INDEX ix_order_summary_last_order_on_id ON order_summary (last_order_on, id);

CREATE TABLE unmatched_order (
    id BINARY(16) NOT NULL,
    source_key VARCHAR(100) NOT NULL,
    customer_name VARCHAR(200) NOT NULL,
    customer_key VARCHAR(100) NOT NULL,
    reason VARCHAR(50) NOT NULL,
    content MEDIUMTEXT NOT NULL,
    received_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_unmatched_order_received_at_id ON unmatched_order (received_at, id);

CREATE UNIQUE INDEX uq_unmatched_order_source_key ON unmatched_order (source_key);

CREATE TABLE product (
    id BINARY(16) NOT NULL,
    source_key VARCHAR(100) NOT NULL,
    name VARCHAR(200) NOT NULL,
    model VARCHAR(100) NOT NULL,
    batch VARCHAR(100) NOT NULL,
    unit VARCHAR(10) NOT NULL,
    price DECIMAL(18, 2),
    unit_cost DECIMAL(18, 2),
    memo VARCHAR(200) NOT NULL,
    feature VARCHAR(500) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    model_fold TEXT NOT NULL,
    batch_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_product_name_id ON product (name, id);

CREATE UNIQUE INDEX uq_product_source_key ON product (source_key);

CREATE TABLE stock_item (
    id BINARY(16) NOT NULL,
    source_key VARCHAR(100) NOT NULL,
    product BINARY(16) NOT NULL,
    warehouse VARCHAR(50) NOT NULL,
    location VARCHAR(50) NOT NULL,
    quantity BIGINT NOT NULL,
    memo VARCHAR(200) NOT NULL,
    version BIGINT NOT NULL,
    warehouse_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_stock_item_product_id ON stock_item (product, id);

CREATE INDEX ix_stock_item_warehouse_id ON stock_item (warehouse, id);

CREATE UNIQUE INDEX uq_stock_item_source_key ON stock_item (source_key);

CREATE TABLE churn_case (
    id BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    customer_name VARCHAR(100) NOT NULL,
    manager BINARY(16) NOT NULL,
    last_order_on DATE,
    measures TEXT NOT NULL,
    reason TEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    opened_at DATETIME(3) NOT NULL,
    closed_at DATETIME(3),
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_churn_case_customer_last_order_on_id ON churn_case (customer, last_order_on, id);

CREATE INDEX ix_churn_case_opened_at_id ON churn_case (opened_at, id);

CREATE INDEX ix_churn_case_status_opened_at_id ON churn_case (status, opened_at, id);

CREATE TABLE import_batch (
    id BINARY(16) NOT NULL,
    kind VARCHAR(50) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    mode VARCHAR(50) NOT NULL,
    state VARCHAR(40) NOT NULL,
    chunks BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    started_by BINARY(16),
    started_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_import_batch_fingerprint_id ON import_batch (fingerprint, id);

CREATE INDEX ix_import_batch_started_at_id ON import_batch (started_at, id);

CREATE TABLE import_chunk (
    id BINARY(16) NOT NULL,
    batch BINARY(16) NOT NULL,
    number BIGINT NOT NULL,
    content MEDIUMTEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_import_chunk_batch_number ON import_chunk (batch, number);

CREATE TABLE export_record (
    id BINARY(16) NOT NULL,
    kind VARCHAR(50) NOT NULL,
    format VARCHAR(20) NOT NULL,
    filters TEXT NOT NULL,
    `rows` BIGINT NOT NULL,
    taken_by BINARY(16),
    taken_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_export_record_taken_at_id ON export_record (taken_at, id);

CREATE TABLE working_calendar (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    zone VARCHAR(64) NOT NULL,
    monday LONGTEXT NOT NULL,
    tuesday LONGTEXT NOT NULL,
    wednesday LONGTEXT NOT NULL,
    thursday LONGTEXT NOT NULL,
    friday LONGTEXT NOT NULL,
    saturday LONGTEXT NOT NULL,
    sunday LONGTEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_working_calendar_name_key_digest ON working_calendar (name_key_digest);

CREATE TABLE special_day (
    id BINARY(16) NOT NULL,
    calendar BINARY(16) NOT NULL,
    day DATE NOT NULL,
    name VARCHAR(100) NOT NULL,
    spans LONGTEXT NOT NULL,
    source VARCHAR(20) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_special_day_calendar_day ON special_day (calendar, day);

CREATE TABLE service_target (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    type VARCHAR(50) NOT NULL,
    priority VARCHAR(40),
    level VARCHAR(50) NOT NULL,
    respond_within BIGINT,
    resolve_within BIGINT,
    risk_percent BIGINT NOT NULL,
    calendar BINARY(16) NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_service_target_name_key_digest ON service_target (name_key_digest);

CREATE TABLE service_contract (
    id BINARY(16) NOT NULL,
    number VARCHAR(50) NOT NULL,
    number_key TEXT NOT NULL,
    customer BINARY(16) NOT NULL,
    title VARCHAR(200) NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    covers LONGTEXT NOT NULL,
    products LONGTEXT NOT NULL,
    included_requests BIGINT,
    target BINARY(16),
    remark TEXT NOT NULL,
    ended_on DATE,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    number_key_digest BINARY(32) NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_service_contract_customer_ends_on_id ON service_contract (customer, ends_on, id);

CREATE INDEX ix_service_contract_ends_on_id ON service_contract (ends_on, id);

CREATE UNIQUE INDEX uq_service_contract_number_key_digest ON service_contract (number_key_digest);

CREATE TABLE staff_skill (
    id BINARY(16) NOT NULL,
    user BINARY(16) NOT NULL,
    type VARCHAR(50) NOT NULL,
    proficiency BIGINT NOT NULL,
    remark VARCHAR(300) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_staff_skill_user_type ON staff_skill (user, type);

CREATE TABLE service_request (
    id BINARY(16) NOT NULL,
    number VARCHAR(20) NOT NULL,
    type VARCHAR(50) NOT NULL,
    title VARCHAR(500) NOT NULL,
    customer BINARY(16) NOT NULL,
    customer_name VARCHAR(100) NOT NULL,
    contact BINARY(16),
    opportunity BINARY(16),
    channel VARCHAR(50) NOT NULL,
    priority VARCHAR(40) NOT NULL,
    status VARCHAR(40) NOT NULL,
    request TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    assignee BINARY(16),
    assigned_at DATETIME(3),
    round BIGINT NOT NULL,
    handling TEXT NOT NULL,
    handled_by BINARY(16),
    handled_at DATETIME(3),
    result VARCHAR(500) NOT NULL,
    satisfaction BIGINT,
    archived_at DATETIME(3),
    merged_into BINARY(16),
    calendar BINARY(16),
    contract BINARY(16),
    counted_from DATETIME(3),
    respond_by DATETIME(3),
    respond_risk_at DATETIME(3),
    responded_at DATETIME(3),
    responded_in BIGINT,
    respond_met TINYINT(1),
    resolve_by DATETIME(3),
    resolve_risk_at DATETIME(3),
    waiting_since DATETIME(3),
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met TINYINT(1),
    next_due_at DATETIME(3),
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    request_fold MEDIUMTEXT NOT NULL,
    search_text_fold TEXT NOT NULL,
    search_text_fragments LONGTEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

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
    id BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    number BIGINT NOT NULL,
    assignee BINARY(16),
    handling TEXT NOT NULL,
    handled_by BINARY(16),
    handled_at DATETIME(3),
    result VARCHAR(500) NOT NULL,
    satisfaction BIGINT,
    reason VARCHAR(500) NOT NULL,
    respond_by DATETIME(3),
    responded_at DATETIME(3),
    responded_in BIGINT,
    respond_met TINYINT(1),
    counted_from DATETIME(3),
    resolve_by DATETIME(3),
    waited BIGINT NOT NULL,
    resolved_in BIGINT,
    resolve_met TINYINT(1),
    ended_by BINARY(16) NOT NULL,
    ended_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_service_round_request_number ON service_round (request, number);

CREATE TABLE request_note (
    id BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    text TEXT NOT NULL,
    internal TINYINT(1) NOT NULL,
    written_by BINARY(16) NOT NULL,
    written_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_request_note_request_written_at_id ON request_note (request, written_at, id);

CREATE TABLE request_attachment (
    id BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    media_type VARCHAR(100) NOT NULL,
    size BIGINT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    location VARCHAR(500) NOT NULL,
    internal TINYINT(1) NOT NULL,
    added_by BINARY(16) NOT NULL,
    added_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_request_attachment_request_id ON request_attachment (request, id);

CREATE TABLE request_merge (
    id BINARY(16) NOT NULL,
    kept BINARY(16) NOT NULL,
    absorbed BINARY(16) NOT NULL,
    state VARCHAR(40) NOT NULL,
    `before` MEDIUMTEXT NOT NULL,
    done_by BINARY(16) NOT NULL,
    done_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_request_merge_absorbed_id ON request_merge (absorbed, id);

CREATE INDEX ix_request_merge_kept_id ON request_merge (kept, id);

CREATE TABLE escalation_policy (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    watched VARCHAR(40) NOT NULL,
    after BIGINT NOT NULL,
    type VARCHAR(50) NOT NULL,
    priority VARCHAR(40),
    recipient VARCHAR(40) NOT NULL,
    user BINARY(16),
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_escalation_policy_name_key_digest ON escalation_policy (name_key_digest);

CREATE TABLE escalation_step (
    id BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    policy BINARY(16) NOT NULL,
    watched VARCHAR(40) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    recipient VARCHAR(40) NOT NULL,
    recipient_user BINARY(16),
    message TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_escalation_step_due_at_id ON escalation_step (due_at, id);

CREATE INDEX ix_escalation_step_policy_id ON escalation_step (policy, id);

CREATE INDEX ix_escalation_step_request_id ON escalation_step (request, id);

CREATE TABLE escalation (
    id BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    policy BINARY(16) NOT NULL,
    watched VARCHAR(40) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    recipient VARCHAR(40) NOT NULL,
    recipient_user BINARY(16),
    escalated_at DATETIME(3) NOT NULL,
    seen_by BINARY(16),
    seen_at DATETIME(3),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_escalation_escalated_at_id ON escalation (escalated_at, id);

CREATE INDEX ix_escalation_request_escalated_at_id ON escalation (request, escalated_at, id);

CREATE INDEX ix_escalation_seen_at_escalated_at_id ON escalation (seen_at, escalated_at, id);

CREATE TABLE article (
    id BINARY(16) NOT NULL,
    number VARCHAR(20) NOT NULL,
    title VARCHAR(200) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    category VARCHAR(50) NOT NULL,
    tags LONGTEXT NOT NULL,
    language VARCHAR(2) NOT NULL,
    public TINYINT(1) NOT NULL,
    status VARCHAR(40) NOT NULL,
    edition BIGINT NOT NULL,
    author BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    published_at DATETIME(3),
    helpful BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    solved BIGINT NOT NULL,
    usefulness BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    title_fragments LONGTEXT NOT NULL,
    tags_fragments LONGTEXT NOT NULL,
    search_text_fold MEDIUMTEXT NOT NULL,
    search_text_fragments LONGTEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_article_category_usefulness_id ON article (category, usefulness, id);

CREATE INDEX ix_article_status_solved_changed_at_id ON article (status, solved, changed_at, id);

CREATE INDEX ix_article_status_solved_id ON article (status, solved, id);

CREATE INDEX ix_article_status_usefulness_id ON article (status, usefulness, id);

CREATE UNIQUE INDEX uq_article_number ON article (number);

CREATE TABLE article_draft (
    id BINARY(16) NOT NULL,
    article BINARY(16) NOT NULL,
    title VARCHAR(200) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    category VARCHAR(50) NOT NULL,
    tags LONGTEXT NOT NULL,
    language VARCHAR(2) NOT NULL,
    public TINYINT(1) NOT NULL,
    state VARCHAR(40) NOT NULL,
    writer BINARY(16) NOT NULL,
    remark VARCHAR(500) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_article_draft_state_changed_at_id ON article_draft (state, changed_at, id);

CREATE INDEX ix_article_draft_writer_changed_at_id ON article_draft (writer, changed_at, id);

CREATE UNIQUE INDEX uq_article_draft_article ON article_draft (article);

CREATE TABLE article_edition (
    id BINARY(16) NOT NULL,
    article BINARY(16) NOT NULL,
    number BIGINT NOT NULL,
    title VARCHAR(200) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    category VARCHAR(50) NOT NULL,
    tags LONGTEXT NOT NULL,
    language VARCHAR(2) NOT NULL,
    public TINYINT(1) NOT NULL,
    writer BINARY(16) NOT NULL,
    published_by BINARY(16) NOT NULL,
    published_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_article_edition_article_number ON article_edition (article, number);

CREATE TABLE article_vote (
    id BINARY(16) NOT NULL,
    article BINARY(16) NOT NULL,
    user BINARY(16) NOT NULL,
    helpful TINYINT(1) NOT NULL,
    voted_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_article_vote_article_id ON article_vote (article, id);

CREATE UNIQUE INDEX uq_article_vote_article_user ON article_vote (article, user);

CREATE TABLE article_use (
    id BINARY(16) NOT NULL,
    article BINARY(16) NOT NULL,
    request BINARY(16) NOT NULL,
    linked_by BINARY(16) NOT NULL,
    linked_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_article_use_request_id ON article_use (request, id);

CREATE UNIQUE INDEX uq_article_use_request_article ON article_use (request, article);

CREATE TABLE survey (
    id BINARY(16) NOT NULL,
    title VARCHAR(200) NOT NULL,
    introduction TEXT NOT NULL,
    valid_days BIGINT NOT NULL,
    status VARCHAR(40) NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    title_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_survey_created_at_id ON survey (created_at, id);

CREATE TABLE survey_question (
    id BINARY(16) NOT NULL,
    survey BINARY(16) NOT NULL,
    number BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    text VARCHAR(500) NOT NULL,
    choices LONGTEXT NOT NULL,
    required TINYINT(1) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_survey_question_survey_number ON survey_question (survey, number);

CREATE TABLE invitation (
    id BINARY(16) NOT NULL,
    survey BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    contact BINARY(16),
    request BINARY(16),
    token_digest VARCHAR(64) NOT NULL,
    invited_by BINARY(16) NOT NULL,
    invited_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    answered_at DATETIME(3),
    withdrawn_at DATETIME(3),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_invitation_customer_invited_at_id ON invitation (customer, invited_at, id);

CREATE INDEX ix_invitation_invited_at_id ON invitation (invited_at, id);

CREATE INDEX ix_invitation_request_invited_at_id ON invitation (request, invited_at, id);

CREATE INDEX ix_invitation_survey_invited_at_id ON invitation (survey, invited_at, id);

CREATE UNIQUE INDEX uq_invitation_token_digest ON invitation (token_digest);

CREATE TABLE survey_answer (
    id BINARY(16) NOT NULL,
    invitation BINARY(16) NOT NULL,
    question BINARY(16) NOT NULL,
    survey BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    score BIGINT,
    text TEXT NOT NULL,
    answered_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_survey_answer_customer_id ON survey_answer (customer, id);

CREATE INDEX ix_survey_answer_question_answered_at_id ON survey_answer (question, answered_at, id);

CREATE INDEX ix_survey_answer_survey_answered_at_id ON survey_answer (survey, answered_at, id);

CREATE UNIQUE INDEX uq_survey_answer_invitation_question ON survey_answer (invitation, question);

CREATE TABLE care_activity (
    id BINARY(16) NOT NULL,
    customer BINARY(16) NOT NULL,
    contact BINARY(16),
    kind VARCHAR(50) NOT NULL,
    channel VARCHAR(50) NOT NULL,
    content TEXT NOT NULL,
    planned_on DATE NOT NULL,
    remind_days BIGINT,
    remind_on DATE,
    repeats_months BIGINT,
    status VARCHAR(40) NOT NULL,
    done_on DATE,
    done_by BINARY(16),
    result TEXT NOT NULL,
    opinion TEXT NOT NULL,
    opinion_state VARCHAR(40) NOT NULL,
    opinion_request BINARY(16),
    opinion_outcome TEXT NOT NULL,
    opinion_processed_by BINARY(16),
    opinion_processed_at DATETIME(3),
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_care_activity_customer_planned_on_id ON care_activity (customer, planned_on, id);

CREATE INDEX ix_care_activity_opinion_request_id ON care_activity (opinion_request, id);

CREATE INDEX ix_care_activity_opinion_state_done_on_id ON care_activity (opinion_state, done_on, id);

CREATE INDEX ix_care_activity_planned_on_id ON care_activity (planned_on, id);

CREATE INDEX ix_care_activity_status_done_on_id ON care_activity (status, done_on, id);

CREATE INDEX ix_care_activity_status_planned_on_id ON care_activity (status, planned_on, id);

CREATE INDEX ix_care_activity_status_remind_on_id ON care_activity (status, remind_on, id);

CREATE TABLE window_guest (
    id BINARY(16) NOT NULL,
    contact BINARY(16) NOT NULL,
    invited_by BINARY(16) NOT NULL,
    invited_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_window_guest_contact ON window_guest (contact);

CREATE TABLE sign_in_link (
    id BINARY(16) NOT NULL,
    guest BINARY(16) NOT NULL,
    token_digest VARCHAR(64) NOT NULL,
    address_digest VARCHAR(64) NOT NULL,
    made_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_sign_in_link_expires_at_id ON sign_in_link (expires_at, id);

CREATE INDEX ix_sign_in_link_guest_made_at_id ON sign_in_link (guest, made_at, id);

CREATE UNIQUE INDEX uq_sign_in_link_token_digest ON sign_in_link (token_digest);

CREATE TABLE sales_activity (
    id BINARY(16) NOT NULL,
    opportunity BINARY(16) NOT NULL,
    kind VARCHAR(50) NOT NULL,
    planned_on DATE NOT NULL,
    content VARCHAR(500) NOT NULL,
    state VARCHAR(40) NOT NULL,
    progress TEXT NOT NULL,
    result TEXT NOT NULL,
    done_on DATE,
    responsible BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_sales_activity_opportunity_planned_on_id ON sales_activity (opportunity, planned_on, id);

CREATE INDEX ix_sales_activity_planned_on_id ON sales_activity (planned_on, id);

CREATE TABLE sales_stage (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    category VARCHAR(40) NOT NULL,
    needed LONGTEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_sales_stage_name_key_digest ON sales_stage (name_key_digest);

CREATE TABLE stage_passage (
    id BINARY(16) NOT NULL,
    opportunity BINARY(16) NOT NULL,
    stage BINARY(16) NOT NULL,
    from_stage BINARY(16),
    entered_at DATETIME(3) NOT NULL,
    entered_by BINARY(16) NOT NULL,
    reason VARCHAR(500) NOT NULL,
    assignee BINARY(16),
    left_at DATETIME(3),
    to_stage BINARY(16),
    outcome VARCHAR(40) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_stage_passage_opportunity_entered_at_id ON stage_passage (opportunity, entered_at, id);

CREATE INDEX ix_stage_passage_stage_entered_at_id ON stage_passage (stage, entered_at, id);

CREATE TABLE pipeline_position (
    id BINARY(16) NOT NULL,
    opportunity BINARY(16) NOT NULL,
    since DATETIME(3) NOT NULL,
    until DATETIME(3),
    status VARCHAR(40) NOT NULL,
    amount DECIMAL(18, 2),
    expected_on DATE,
    stage BINARY(16),
    category VARCHAR(40),
    owner BINARY(16),
    success_rate BIGINT,
    prior_status VARCHAR(40),
    prior_amount DECIMAL(18, 2),
    prior_expected_on DATE,
    prior_stage BINARY(16),
    prior_category VARCHAR(40),
    prior_owner BINARY(16),
    prior_success_rate BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_pipeline_position_opportunity_since_id ON pipeline_position (opportunity, since, id);

CREATE INDEX ix_pipeline_position_since_id ON pipeline_position (since, id);

CREATE INDEX ix_pipeline_position_status_until_id ON pipeline_position (status, until, id);

CREATE TABLE pipeline_snapshot (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    taken_at DATETIME(3) NOT NULL,
    open_opportunities BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_pipeline_snapshot_day_id ON pipeline_snapshot (day, id);

CREATE TABLE snapshot_stage (
    id BINARY(16) NOT NULL,
    snapshot BINARY(16) NOT NULL,
    stage BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    position BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_snapshot_stage_snapshot_id ON snapshot_stage (snapshot, id);

CREATE TABLE sales_target (
    id BINARY(16) NOT NULL,
    slot VARCHAR(200) NOT NULL,
    span VARCHAR(40) NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    user BINARY(16),
    territory VARCHAR(50) NOT NULL,
    amount DECIMAL(18, 2),
    number BIGINT,
    remark VARCHAR(500) NOT NULL,
    part_of BINARY(16),
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_sales_target_part_of_id ON sales_target (part_of, id);

CREATE INDEX ix_sales_target_starts_on_id ON sales_target (starts_on, id);

CREATE INDEX ix_sales_target_user_starts_on_id ON sales_target (user, starts_on, id);

CREATE UNIQUE INDEX uq_sales_target_slot ON sales_target (slot);

CREATE TABLE prediction_model (
    id BINARY(16) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    learnt_until DATE NOT NULL,
    learnt_at DATETIME(3) NOT NULL,
    customers BIGINT NOT NULL,
    orders TEXT NOT NULL,
    amounts TEXT NOT NULL,
    ahead BIGINT NOT NULL,
    expected_orders DECIMAL(18, 2),
    expected_amount DECIMAL(18, 2),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE UNIQUE INDEX uq_prediction_model_currency ON prediction_model (currency);

CREATE TABLE saved_report (
    id BINARY(16) NOT NULL,
    name VARCHAR(50) NOT NULL,
    name_key VARCHAR(500) NOT NULL,
    kind VARCHAR(50) NOT NULL,
    filters TEXT NOT NULL,
    shared_with VARCHAR(50) NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32) NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_saved_report_shared_with_id ON saved_report (shared_with, id);

CREATE UNIQUE INDEX uq_saved_report_created_by_name_key_digest ON saved_report (created_by, name_key_digest);

CREATE TABLE change_record (
    id BINARY(16) NOT NULL,
    at DATETIME(3) NOT NULL,
    actor BINARY(16),
    actor_name VARCHAR(100) NOT NULL,
    action VARCHAR(100) NOT NULL,
    operation VARCHAR(40) NOT NULL,
    entity VARCHAR(100) NOT NULL,
    entity_id BINARY(16),
    entity_version BIGINT NOT NULL,
    changes MEDIUMTEXT NOT NULL,
    code VARCHAR(100) NOT NULL,
    previous VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_change_record_entity_id_entity_version_id ON change_record (entity_id, entity_version, id);

CREATE TABLE outbox_message (
    id BINARY(16) NOT NULL,
    at DATETIME(3) NOT NULL,
    kind VARCHAR(100) NOT NULL,
    entity_id BINARY(16) NOT NULL,
    actor BINARY(16),
    payload MEDIUMTEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    lease_until DATETIME(3),
    attempts BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_outbox_message_entity_id_id ON outbox_message (entity_id, id);

CREATE INDEX ix_outbox_message_state_id ON outbox_message (state, id);

CREATE TABLE receipt (
    id BINARY(16) NOT NULL,
    at DATETIME(3) NOT NULL,
    action VARCHAR(100) NOT NULL,
    result VARCHAR(100) NOT NULL,
    result_id BINARY(16),
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE TABLE seal (
    id BINARY(16) NOT NULL,
    at DATETIME(3) NOT NULL,
    last BINARY(16) NOT NULL,
    count BIGINT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;
