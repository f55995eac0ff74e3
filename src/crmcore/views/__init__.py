"""What front ends need from an entity, made from its description: forms, columns, texts, JSON schema, docs."""

from crmcore.views.columns import Column, columns
from crmcore.views.docs import field_table
from crmcore.views.forms import Choice, Control, Form, form_for
from crmcore.views.json_schema import json_schema
from crmcore.views.shown import shown

__all__ = ["Choice", "Column", "Control", "Form", "columns", "field_table", "form_for", "json_schema", "shown"]
