"""Processor time of this process and of the servers it has started: what other programs do does not count."""

import os
import time
from pathlib import Path

__all__ = ["used_with_servers"]

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def used_with_servers() -> float:
    """Answer the seconds so far; on Linux only. What a server's worker has used up counts on after its end."""
    servers = sum(map(_used, _below(os.getpid())))
    return servers / _TICKS + time.process_time()


def _below(pid: int) -> list[int]:
    try:
        own = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return own + [one for child in own for one in _below(child)]


def _used(pid: int) -> int:
    """Ticks that a process has used, and those of its own that have ended and been waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))
