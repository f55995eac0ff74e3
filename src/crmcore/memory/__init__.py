"""The store that keeps everything in memory: for tests, trials, and as the meaning of the port.

``memory://`` opens a new, empty store each time; what it holds is gone when it is closed.
"""

from crmcore.memory.store import MemoryStore, open_store

__all__ = ["MemoryStore", "open_store"]
