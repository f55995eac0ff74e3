"""How records are kept: the promise every store makes, the unit of work above it, and opening a store by its URL."""
