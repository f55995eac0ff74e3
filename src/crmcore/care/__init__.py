"""Customer care: attention to customers without their asking (requirements X-CAR-01 to 03)."""
