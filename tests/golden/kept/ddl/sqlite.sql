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
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    contact_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee, created_at, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

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
    remark TEXT NOT NULL,
    status TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BLOB,
    PRIMARY KEY (id)
);

CREATE INDEX ix_customer_level_id ON customer (level, id);

CREATE INDEX ix_customer_manager_created_at_id ON customer (manager, created_at, id);

CREATE INDEX ix_customer_region_id ON customer (region, id);

CREATE INDEX ix_customer_status_created_at_id ON customer (status, created_at, id);

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
    memo TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

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
