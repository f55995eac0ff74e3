"""Service: requests of customers from the first call to the archive (requirements chapter 4, 10.10)."""
