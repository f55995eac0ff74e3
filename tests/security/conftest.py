"""Tests of what people may not do run in the company of the rules, on every kind of store."""

from company.fixtures import clock, crm, people, shared_store

__all__ = ["clock", "crm", "people", "shared_store"]
