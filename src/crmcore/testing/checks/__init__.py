"""The promises of a store, one module for each concern; :mod:`crmcore.testing.kit` puts them together."""
