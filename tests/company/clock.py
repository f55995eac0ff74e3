"""A clock that stands still until a test moves it."""

import datetime as dt

START = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
"""Monday 2 March 2026, half past nine in the morning in Shanghai."""


class SetClock:
    """Answers the instant it was set to."""

    def __init__(self, now: dt.datetime = START) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **time: float) -> dt.datetime:
        """Move on by ``days=``, ``hours=``, ``minutes=``, ``seconds=`` or ``milliseconds=``; answer the new time."""
        self.now += dt.timedelta(**time)
        return self.now
