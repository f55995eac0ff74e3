"""A process that has imported everything and forks children that work on a CRM until somebody kills them.

Starting Python and importing crmcore takes longer than what a child lives; a fork takes milliseconds. It is told on its
standard input what a child shall do (``life url name``), and the children say on its standard output what they have
done, a line each: a line is only printed once the store has acknowledged the work.
"""

import datetime as dt
import importlib
import itertools
import os
import pkgutil
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import crmcore
from crmcore import churn, customers, escalation, exchange, opportunities, pipeline, sales
from crmcore.customers.merging import MergeState
from crmcore.exchange.entity import ImportBatchId
from crmcore.opportunities.entity import Opportunity


def say(*words: object) -> None:
    """Print a line at once, whole: lines of several children do not mix."""
    os.write(1, (" ".join([str(os.getpid()), *map(str, words)]) + "\n").encode())


def fields(name: str, number: int) -> Any:
    """What a child types in; the title is the child's own."""
    return {
        "customer_name": f"客户 {name} {number}",
        "title": name,
        "success_rate": 60,
        "description": "打算年底前更换两百台办公电脑。" * 10,
        "contact_name": "张建国",
        "contact_phone": "010-6551 2233",
    }


def work(url: str, name: str) -> None:
    """Record opportunities, dispatch them and win them, one after another, as long as it lives."""
    crm = crmcore.open(url)

    def done(chance: Opportunity) -> Opportunity:
        say("done", chance.id, chance.version)
        return chance

    say("ready")
    number = 0
    while True:
        number += 1
        chance = done(crm.perform(opportunities.create, as_user="lihua", **fields(name, number)))
        done(crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin"))
        done(crm.perform(opportunities.win, chance.id, as_user="wangwei"))


def hold(url: str, name: str) -> None:
    """Change an opportunity and never commit."""
    crm = crmcore.open(url)
    chance = crm.perform(opportunities.create, as_user="lihua", **fields(name, 0))
    with crm.work(as_user="lihua") as unfinished:
        opportunities.edit(unfinished, chance.id, title=f"{name} held")
        say("holding", chance.id)
        time.sleep(3600)


def sweep(url: str, first: str) -> None:
    """Run the churn check for one day after the other; the days are told apart by their ordinals."""
    crm = crmcore.open(url)
    say("ready")
    for ordinal in itertools.count(int(first)):
        done = churn.sweep(crm, dt.date.fromordinal(ordinal))
        say("done", UUID(int=ordinal), done.opened)


ESCALATED_FROM: Final = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
"""When the first hour is checked for what is late."""


def escalate(url: str, first: str) -> None:
    """Escalate what is late at one hour after the other."""
    crm = crmcore.open(url)
    say("ready")
    for hour in itertools.count(int(first)):
        done = escalation.escalate(crm, ESCALATED_FROM + dt.timedelta(hours=hour))
        say("done", UUID(int=hour), done.escalated)


SOLD_AT_ONCE: Final = 8
"""Opportunities that are recorded before each snapshot."""


def fix(url: str, first: str) -> None:
    """Record some opportunities and take a snapshot, over and over; the snapshots are told apart by their names."""
    crm = crmcore.open(url)
    say("ready")
    for number in itertools.count(int(first)):
        with crm.work(as_user="lihua") as selling:
            for place in range(SOLD_AT_ONCE):
                opportunities.create(selling, **fields(f"{number}", place))
        done = pipeline.take_snapshot(crm, str(number))
        say("done", UUID(int=number), int(done.new))


CHUNK: Final = 30
"""Orders in a chunk, two lines each."""


def chunk_of(number: int) -> list[Any]:
    """The orders of a chunk: of customers "0" to "4", at a price that follows from their numbers."""
    return [
        {
            "source_key": f"{number}-{place}",
            "ordered_on": dt.date(2025, 1, 1) + dt.timedelta(days=number),
            "customer_name": f"客户 {place % 5}",
            "status": "paid" if place % 2 else "new",
            "lines": [("P1", "笔记本电脑", 2, "台", 100 + place, None), ("P2", "服务", 1, "次", number + 1, None)],
        }
        for place in range(CHUNK)
    ]


def orders(url: str, first: str) -> None:
    """Take over one chunk of orders after the other."""
    crm = crmcore.open(url)
    say("ready")
    for number in itertools.count(int(first)):
        done = crm.perform(sales.import_orders, chunk_of(number), as_user="zhaomin")
        say("done", UUID(int=number), done.orders_created)


CUSTOMERS: Final = 900
FILE: Final = (
    "name,external_key,manager,phone,contact_name\n"
    + "".join(f"客户 {number},E{number},lihua,{number},联系人 {number}\n" for number in range(CUSTOMERS))
).encode()
"""A file of customers, each with a contact."""
PLAN: Final = exchange.ImportPlan(
    mapping=("name", "external_key", "manager", "phone", "contact_name"),
    mode="upsert",
    key="external_key",
    chunk_size=CHUNK,
)


def take_in(url: str, _name: str) -> None:
    """Import the file of customers, or go on with it."""
    crm = crmcore.open(url)
    say("ready")
    exchange.import_file(
        crm, FILE, PLAN, as_user="zhaomin", progress=lambda done, _of: say("done", UUID(int=done), done)
    )
    time.sleep(3600)


def take_back(url: str, batch: str) -> None:
    """Undo an import, or go on with it; what is done is told apart by the chunks that are left."""
    crm = crmcore.open(url)
    say("ready")
    id_ = ImportBatchId(UUID(int=int(batch)))
    exchange.undo(crm, id_, as_user="zhaomin", progress=lambda done, of: say("done", UUID(int=of - done), 1))
    time.sleep(3600)


def unite(url: str, _name: str) -> None:
    """Merge two customers and make them two again, over and over; say only what was undone."""
    crm = crmcore.open(url)
    say("ready")
    with crm.work(as_user="zhaomin", readonly=True) as reading:
        kept, absorbed = sorted(one.id for one in reading.customers.find())
        merges = customers.merge_history(reading).rows
    while True:
        standing = [one.id for one in merges if one.state is MergeState.DONE]
        merges = ()
        merge = standing[0] if standing else crm.perform(customers.merge, kept, absorbed, as_user="zhaomin").id
        undone = crm.perform(customers.undo_merge, merge, as_user="zhaomin")
        say("done", merge, undone.version)


LIVES: Final[dict[str, Callable[[str, str], None]]] = {
    "work": work,
    "hold": hold,
    "sweep": sweep,
    "escalate": escalate,
    "fix": fix,
    "orders": orders,
    "take_in": take_in,
    "take_back": take_back,
    "unite": unite,
}


def preload() -> None:
    """Import what opening a store imports, before the first fork."""
    for adapter in ("crmcore_sql", "crmcore_mongo"):
        package = importlib.import_module(adapter)
        for module in pkgutil.iter_modules(package.__path__, f"{adapter}."):
            importlib.import_module(module.name)
    crmcore.open("memory://").close()


def main() -> None:
    """Fork a child for each line of standard input; ``echo - word`` is only said again."""
    preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        life, url, name = line.split()
        if life == "echo":
            say(name)
            continue
        if os.fork() == 0:
            try:
                LIVES[life](url, name)
            finally:
                os._exit(1)


if __name__ == "__main__":
    main()
