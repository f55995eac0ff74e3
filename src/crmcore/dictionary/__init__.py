"""Basic data: configurable list values and system parameters (requirements 6.1, 16.9, X-ADM-01)."""
