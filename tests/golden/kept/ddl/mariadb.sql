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
    version BIGINT NOT NULL,
    customer_name_fold TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    contact_name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee, created_at, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

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
    remark TEXT NOT NULL,
    status VARCHAR(40) NOT NULL,
    created_by BINARY(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    name_key_digest BINARY(32),
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_customer_level_id ON customer (level, id);

CREATE INDEX ix_customer_manager_created_at_id ON customer (manager, created_at, id);

CREATE INDEX ix_customer_region_id ON customer (region, id);

CREATE INDEX ix_customer_status_created_at_id ON customer (status, created_at, id);

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
    memo VARCHAR(300) NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC;

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

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
