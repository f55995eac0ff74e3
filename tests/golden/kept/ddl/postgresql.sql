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
    version BIGINT NOT NULL,
    customer_name_fold TEXT COLLATE "C" NOT NULL,
    title_fold TEXT COLLATE "C" NOT NULL,
    contact_name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_opportunity_assignee_created_at_id ON opportunity (assignee ASC NULLS FIRST, created_at, id);

CREATE INDEX ix_opportunity_status_created_at_id ON opportunity (status, created_at, id);

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
    remark VARCHAR(2000) COLLATE "C" NOT NULL,
    status VARCHAR(40) COLLATE "C" NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    number_fold TEXT COLLATE "C" NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    name_key_digest BYTEA,
    PRIMARY KEY (id)
);

CREATE INDEX ix_customer_level_id ON customer (level, id);

CREATE INDEX ix_customer_manager_created_at_id ON customer (manager, created_at, id);

CREATE INDEX ix_customer_region_id ON customer (region, id);

CREATE INDEX ix_customer_status_created_at_id ON customer (status, created_at, id);

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
    memo VARCHAR(300) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_fold TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_contact_customer_id ON contact (customer, id);

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
