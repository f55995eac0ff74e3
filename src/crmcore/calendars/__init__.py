"""Working calendars: the hours in which work is done, and working time counted in them (requirement X-SRV-05)."""
