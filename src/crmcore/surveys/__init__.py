"""Surveys: what customers say about the service they had (requirement X-SRV-04)."""
