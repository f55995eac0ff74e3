"""Knowledge: answers that every employee can find and give (requirement X-SRV-03)."""
