"""Puts the answers of :mod:`crmcore.reports` into tables, one module a subject (requirements RPT-06, X-ANA-05)."""
