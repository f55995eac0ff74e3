"""The customer window: where a customer's contact files requests and follows them (requirements X-SLF-01 to 03)."""
