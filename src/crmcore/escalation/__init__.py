"""Escalation: who hears of it when a request is not treated in time (requirement X-SRV-05)."""
