"""Who may do what: users, roles, permissions, passwords and log-in (requirements chapters 7 to 9)."""
