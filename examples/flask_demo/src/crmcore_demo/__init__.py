"""A web front end for `crmcore`, made of thin views over the library's actions."""

from crmcore_demo.app import create_app

__all__ = ["create_app"]
