"""What is measured is real: the Node yardstick does the fan-out, the process tree is read, the store is asked."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from barev.bench import machine, node_side, processes
from barev.bench.fleet import BenchError, Fleet
from barev.bench.load import Load
from barev.bench.store_side import count_wrong
from conversation import clock
from conversation.errors import BarevError
from conversation.ports import AddressKey, Start
from crm_store import Tx, agents, contacts, conversations
from crm_store.appending import Appended, NewMessage, append_messages
from crm_store.engine import StoreUrl, open_store

HERE = os.sched_getaffinity(0)


@pytest.mark.node
def test_the_yardstick_tells_two_of_every_message(node: str, tmp_path: Path) -> None:
    server, port = node_side.start(node, HERE, tmp_path)
    fleet = Fleet()
    try:
        pairs = node_side.open_pairs(fleet, port, 3, ["127.0.0.2"])
        load = Load(fleet, pairs, node_side.SPACE, node_side.SPACE, server.cpu_reader())
        sample = load.pace(200, 0.1, 0.05)
        assert server.memory().resident > server.memory().proportional / 2 > 1_000_000
    finally:
        fleet.close()
        server.stop()
    assert not server.running
    assert (sample.sent, sample.acknowledged, sample.delivered, sample.faults.total) == (30, 30, 60, 0)


def test_a_server_that_does_not_get_ready_is_ended_and_says_why(tmp_path: Path) -> None:
    script = "import sys; print('no way', file=sys.stderr)"
    with pytest.raises(BenchError, match="no way"):
        processes.Server.start(
            [sys.executable, "-c", script], ready="ready", cores=HERE, log=tmp_path / "log", timeout_s=20
        )


def test_the_tree_of_a_process_holds_its_children_and_their_work() -> None:
    script = "import sys; sum(range(3_000_000)); print('done', flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}], stdin=sys.stdin)"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "done\n"
        tree = processes.tree_of(parent.pid)
        assert len(tree) == 2
        assert tree[0] == parent.pid
        assert processes.tree_cpu_s(tree) > processes.tree_cpu_s([parent.pid])
        assert processes.tree_memory(tree).proportional > processes.tree_memory([parent.pid]).proportional


def test_barev_settings_of_the_user_never_reach_a_measured_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAREV_STORE_URL", "postgresql://somebody/real")
    assert "BAREV_STORE_URL" not in processes.clean_environment()
    assert processes.clean_environment()["PATH"] == os.environ["PATH"]


def test_the_machine_is_told_without_names_or_paths(tmp_path: Path) -> None:
    facts = machine.facts(tmp_path)
    assert str(tmp_path) not in str(facts)
    assert os.uname().nodename not in str(facts)
    assert facts["cores"] == len(HERE)


async def test_what_the_store_lost_doubled_or_made_up_is_counted(tmp_path: Path) -> None:
    store = await open_store(StoreUrl(sqlite=tmp_path / "barev.db"))

    def write(tx: Tx) -> dict[str, int]:
        at = clock.now()
        branch_id, team_id = agents.insert_branch(tx, name="b", timezone="UTC", country="AM", language="en")
        agents.insert_inbox(tx, branch_id=branch_id, team_id=team_id, channel="web", name="w", key="k")
        contact = contacts.insert_contact(tx, name="v", language="en", source="web", at=at)
        address = contacts.insert_address(
            tx, contact_id=contact, channel="web", value="v", display=None, language="en", at=at
        )
        inbox = conversations.find_inbox(tx, "web", "k")
        assert inbox is not None
        start = Start(AddressKey("web", "v"), "en")
        talk = conversations.insert_conversation(tx, start, contact_id=contact, address_id=address, inbox=inbox, at=at)
        new = [
            NewMessage(talk, "visitor", contact, "v", contact, f"{n:032x}", "text", False, "hi", None, None, 1)
            for n in range(3)
        ]
        return {message.client_id or "": _id(one) for message, one in zip(new, append_messages(tx, new), strict=True)}

    kept = await store.writer.run(write)
    told = (kept, {**kept, "never kept": 9}, dict(list(kept.items())[1:]), {**kept, next(iter(kept)): 999})
    counts = [await store.read(partial(count_wrong, acknowledged=one)) for one in told]
    await store.close()
    assert counts == [0, 1, 1, 1]


def _id(outcome: Appended | BarevError) -> int:
    assert isinstance(outcome, Appended)
    return outcome.id
