"""A worker may die, hang, run out of memory or talk nonsense: it costs one sentence, and the next job runs."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.host import Host
from app.host.link import Dead, Link
from engines import wire
from engines.contract import Image, Phase, Request, Result
from tests.conftest import TINY

GOOD = Request(engine="image/tiny", prompt="blue", seed=1, options={"steps": 5})
SLOW = Request(engine="image/tiny", prompt="blue", seed=1, options={"steps": 200, "slow": 0.02})
ENDS = (wire.Finished, wire.Failed, wire.Halted)


def _run(host: Host, request: Request, job: int = 1) -> wire.News:
    """The last news of a job; there is exactly one end, and it comes last."""
    news = list(host.run(wire.Generate(job, request)))
    assert [isinstance(n, ENDS) for n in news] == [False] * (len(news) - 1) + [True]
    return news[-1]


def _rogue(act: str) -> Request:
    return Request(engine="image/rogue", options={"act": act})


WRONGS = {
    "abort": ("died", "SIGABRT"),
    "segfault": ("died", "SIGSEGV"),
    "exit": ("internal", "SystemExit"),
    "memory": ("memory", "memory"),
    "nan": ("bad-output", "NaN"),
    "flat": ("bad-output", "flat colour"),
    "empty": ("bad-output", "empty"),
    "raise": ("internal", "KeyError"),
    "silent-end": ("internal", "without a result"),
    "hang-gil": ("hung", "stopped answering"),
}


@pytest.mark.parametrize("act", WRONGS)
def test_a_wrong_engine_costs_one_sentence_and_the_next_job_runs(host: Host, act: str) -> None:
    kind, words = WRONGS[act]
    last = _run(host, _rogue(act))
    assert isinstance(last, wire.Failed)
    assert last.failure.kind == kind
    assert words in last.failure.sentence
    assert last.failure.sentence.endswith(".")
    assert "\n" not in last.failure.sentence
    assert "Traceback" not in last.failure.sentence
    began = time.monotonic()
    assert isinstance(_run(host, GOOD), wire.Finished)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_killed_worker_is_named_and_replaced(host: Host, number: signal.Signals) -> None:
    run = host.run(wire.Generate(1, SLOW))
    next(n for n in run if isinstance(n, wire.Stepped))
    assert host.pid is not None
    os.kill(host.pid, number)
    last = list(run)[-1]
    assert isinstance(last, wire.Failed)
    assert last.failure.kind == "died"
    assert number.name in last.failure.sentence
    assert isinstance(_run(host, GOOD), wire.Finished)


def test_a_worker_killed_while_idle_is_replaced_unnoticed(host: Host) -> None:
    pid = host.hello().pid
    os.kill(pid, signal.SIGKILL)
    assert isinstance(_run(host, GOOD), wire.Finished)
    assert host.hello().pid != pid


def test_an_engine_that_ignores_a_stop_is_ended(host: Host) -> None:
    run = host.run(wire.Generate(1, _rogue("hang")))
    next(n for n in run if isinstance(n, wire.Stepped))
    worker, began = psutil.Process(host.hello().pid), time.monotonic()  # its number may soon be another's
    host.stop(1)
    assert isinstance(list(run)[-1], wire.Halted)
    assert time.monotonic() - began < host.grace + 1
    until = time.monotonic() + 5  # the system may take a moment to take a killed process away
    while worker.is_running() and time.monotonic() < until:
        time.sleep(0.02)
    assert not worker.is_running()
    assert isinstance(_run(host, GOOD), wire.Finished)


def test_a_stopped_process_is_found_out(host: Host) -> None:
    run = host.run(wire.Generate(1, SLOW))
    next(n for n in run if isinstance(n, wire.Stepped))
    assert host.pid is not None
    os.kill(host.pid, signal.SIGSTOP)
    last = list(run)[-1]
    assert isinstance(last, wire.Failed)
    assert last.failure.kind == "hung"
    assert isinstance(_run(host, GOOD), wire.Finished)


def test_closing_the_iterator_stops_the_job(host: Host) -> None:
    run = host.run(wire.Generate(1, SLOW))
    next(n for n in run if isinstance(n, wire.Stepped))
    run.close()  # type: ignore[attr-defined]
    began = time.monotonic()
    assert isinstance(_run(host, GOOD), wire.Finished)  # the same job number again
    assert time.monotonic() - began < 2


def test_a_stop_for_nothing_is_no_trap(host: Host) -> None:
    assert host.stop(1) is False
    assert isinstance(_run(host, GOOD, 1), wire.Finished)
    assert host.stop(1) is False
    assert isinstance(_run(host, GOOD, 1), wire.Finished)


def test_a_stop_before_the_worker_is_up_holds(tmp_path: Path) -> None:
    with Host(env={"DARKROOM_PLUGINS": str(TINY)}) as fresh:
        ends: list[wire.News] = []
        thread = threading.Thread(target=lambda: ends.extend(fresh.run(wire.Generate(1, SLOW))))
        thread.start()
        while not fresh.stop(1):
            time.sleep(0.001)
        thread.join(20)
        assert isinstance(ends[-1], wire.Halted)
        assert isinstance(_run(fresh, GOOD), wire.Finished)


def test_many_threads_share_one_worker(host: Host) -> None:
    ends: dict[int, wire.News] = {}
    counts: list[wire.News] = []

    def job(number: int) -> None:
        ends[number] = _run(host, GOOD, number)

    def count(number: int) -> None:
        counts.append(host.ask(wire.Count(number, "image/tiny", "word " * number)))

    threads = [threading.Thread(target=job, args=(n,)) for n in range(1, 7)]
    threads += [threading.Thread(target=count, args=(n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(isinstance(ends[n], wire.Finished) and ends[n].job == n for n in range(1, 7))  # type: ignore[union-attr]
    assert sorted((c.ticket, c.tokens) for c in counts) == [(n, n) for n in range(1, 7)]  # type: ignore[union-attr]


def test_bad_requests_are_refused_by_the_worker_too(host: Host) -> None:
    for wrong in (
        Request(engine="no/such"),
        Request(engine="image/tiny", size=(100_000, 100_000)),
        Request(engine="image/tiny", options={"steps": 10**6}),
    ):
        last = _run(host, wrong)
        assert isinstance(last, wire.Failed)
        assert last.failure.kind == "bad-request"


def test_questions_to_a_dying_worker_are_answered(host: Host) -> None:
    run = host.run(wire.Generate(1, _rogue("hang")))
    next(n for n in run if isinstance(n, wire.Stepped))
    time.sleep(0.2)  # what comes in the moment between the step and the hang is answered still
    late = host.ask(wire.Count(1, "image/tiny", "words"), timeout=0.5)
    assert isinstance(late, wire.Failed)
    assert late.failure.kind == "hung"
    host.stop(1)
    assert isinstance(list(run)[-1], wire.Halted)
    assert isinstance(host.ask(wire.Count(1, "image/tiny", "two words")), wire.Counted)


def test_an_interpreter_that_is_not_there_costs_one_sentence(tmp_path: Path) -> None:
    with Host(python=str(tmp_path / "python")) as broken:
        last = _run(broken, GOOD)
        assert isinstance(last, wire.Failed)
        assert last.failure.kind == "died"
    silly = tmp_path / "silly"
    silly.write_text("#!/bin/sh\nexit 7\n")
    silly.chmod(0o755)
    with Host(python=str(silly)) as broken:
        last = _run(broken, GOOD)
        assert isinstance(last, wire.Failed)
        assert "exit code 7" in last.failure.sentence


def test_a_closed_host_says_so(tmp_path: Path) -> None:
    host = Host(env={"DARKROOM_PLUGINS": str(TINY)})
    worker = psutil.Process(host.hello().pid)
    host.close()
    assert not worker.is_running()
    assert isinstance(_run(host, GOOD), wire.Failed)


def test_the_worker_dies_with_the_program(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom app.host import Host\n"
        "from engines import wire\nfrom engines.contract import Request\n"
        "host = Host(env={'DARKROOM_PLUGINS': sys.argv[1]})\n"
        "run = host.run(wire.Generate(1, Request(engine='image/tiny', options={'steps': 200, 'slow': 0.2})))\n"
        "next(n for n in run if isinstance(n, wire.Stepped))\nprint(host.pid, flush=True)\ntime.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[1]
    program = subprocess.Popen([sys.executable, "-c", code, str(TINY)], cwd=root, stdout=subprocess.PIPE)
    assert program.stdout is not None
    worker = psutil.Process(int(program.stdout.readline()))
    program.kill()
    program.wait()
    until = time.monotonic() + 5
    while worker.is_running() and time.monotonic() < until:
        time.sleep(0.05)
    assert not worker.is_running()


def test_fifty_jobs_of_random_fates_each_end_once(host: Host) -> None:
    rng = random.Random(0)
    request = Request(engine="image/tiny", prompt="red", options={"steps": 24, "slow": 0.004})
    for job in range(1, 51):
        fate, at = rng.choice(["run", "stop", "pause", "kill"]), rng.randint(1, 10)
        news: list[wire.News] = []
        for word in host.run(wire.Generate(job, request)):
            news.append(word)
            if isinstance(word, wire.Stepped) and word.index == at:
                if fate in ("stop", "pause"):
                    host.stop(job, fate == "pause")
                elif fate == "kill" and host.pid:
                    os.kill(host.pid, signal.SIGKILL)
        wanted = {"run": wire.Finished, "stop": wire.Halted, "pause": wire.Halted, "kill": wire.Failed}[fate]
        assert isinstance(news[-1], wanted), (fate, news[-1])
        assert sum(isinstance(n, ENDS) for n in news) == 1


def test_what_a_worker_said_before_it_died_is_heard() -> None:
    ours, theirs = Pipe()
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    link = Link(process, ours, silence=3.0)
    link.open_job(7)
    for news in (wire.Phased(7, Phase("decoding")), wire.Finished(7, Result(Image(np.zeros((2, 2, 3), np.uint8)), {}))):
        theirs.send_bytes(wire.encode(news))
    theirs.close()
    with pytest.raises(Dead):
        link.send(wire.Credit(7))  # and only then does anybody listen
    assert isinstance(link.next_news(7, 2.0), wire.Phased)
    assert isinstance(link.next_news(7, 2.0), wire.Finished)
    with pytest.raises(Dead):
        link.next_news(7, 2.0)
