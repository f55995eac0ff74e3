"""The tables and indexes of every entity as each SQL product is told to make them."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from crmcore.base.schema import describe
from crmcore.subjects import ENTITIES
from crmcore_sql.products import PRODUCTS, Product
from crmcore_sql.specs import table_of
from crmcore_sql.tables import make_tables

__all__ = ["ddl_files"]


def ddl_files() -> dict[str, str]:
    """Answer one file for each product."""
    return {
        f"tests/golden/kept/ddl/{product.name}.sql": "\n\n".join(_statements(product)) + "\n"
        for product in PRODUCTS.values()
    }


def _statements(product: Product) -> Iterator[str]:
    tables = make_tables((table_of(describe(cls)) for cls in ENTITIES), product)
    for table in tables.tables.values():
        yield _said(CreateTable(table), product)
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield _said(CreateIndex(index), product)


def _said(statement: sa.schema.ExecutableDDLElement, product: Product) -> str:
    lines = str(statement.compile(dialect=product.dialect)).strip().splitlines()
    return "\n".join(line.replace("\t", "    ").rstrip() for line in lines) + ";"
