"""The same clashes between processes, which share nothing but the store."""

import datetime as dt
import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from crmcore import churn, escalation, opportunities, setup
from crmcore.base.errors import CrmError
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.storage.crm import Crm
from races.arena import MANAGERS, SUPERVISORS, machines

Remote = Callable[[Crm, int, Any], Any]
"""What somebody does: with his CRM, his place, and what the round is about. A function of a module, for it travels."""
_MEETING = 120.0


def clash_of_processes(url: str, deed: Remote, subjects: Sequence[Any], count: int = 2) -> list[tuple[Any, ...]]:
    """Let so many processes do a deed with each subject at the same moment; answers as ``arena.clash`` does."""
    start = multiprocessing.get_context("spawn")
    gate = start.Barrier(count)
    lines, processes = [], []
    for place in range(count):
        here, there = start.Pipe(duplex=False)
        process = start.Process(target=_live, args=(url, deed, list(subjects), place, gate, there), daemon=True)
        process.start()
        there.close()
        lines.append(here)
        processes.append(process)
    try:
        answers = [_answer(line) for line in lines]
    finally:
        gate.abort()
        for process in processes:
            process.join(_MEETING)
    return list(zip(*answers, strict=True))


def _answer(line: "Connection[Any, Any]") -> list[Any]:
    try:
        if not line.poll(_MEETING):
            raise AssertionError("a process does not answer")
        answer = line.recv()
    except EOFError:
        raise AssertionError("a process died; see its traceback above") from None
    assert isinstance(answer, list)
    return answer


def _live(url: str, deed: Remote, subjects: Sequence[Any], place: int, gate: Barrier, line: Any) -> None:
    outcomes: list[Any] = []
    try:
        with machines(url, 1) as (crm,):
            for subject in subjects:
                gate.wait(_MEETING)
                try:
                    outcomes.append(deed(crm, place, subject))
                except CrmError as error:
                    outcomes.append(error)
        line.send(outcomes)
    except BaseException:
        gate.abort()
        raise
    finally:
        line.close()


def dispatch_by_place(crm: Crm, place: int, chance: OpportunityId) -> Opportunity:
    """Dispatch an opportunity: every supervisor to another account manager."""
    return crm.perform(opportunities.dispatch, chance, to=MANAGERS[place], as_user=SUPERVISORS[place])


def install_there(_crm: Crm, place: int, where: tuple[str, float]) -> setup.Installed:
    """Make a store ready for work; the second one comes a little later."""
    url, later = where
    time.sleep(place * later)
    return setup.install(url, administrator="admin", password="long enough")


def sweep_there(crm: Crm, _place: int, today: dt.date) -> churn.Swept:
    """Run the churn check for a day."""
    return churn.sweep(crm, today)


def escalate_there(crm: Crm, _place: int, now: dt.datetime) -> escalation.Escalated:
    """Escalate what is late at an instant."""
    return escalation.escalate(crm, now)
