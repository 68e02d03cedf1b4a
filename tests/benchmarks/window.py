"""The window seen from outside: time to open, gaps of its event loop while a job runs, memory.

Every measurement is a fresh process with fresh folders. A bare QMainWindow opened in turns with it is the baseline.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import Any

from tests.benchmarks import jobs
from tests.benchmarks.lines import ROOT
from tests.benchmarks.row import Row

ROUNDS = 3
PATIENCE = 120.0  # seconds a child may take


def child(word: str, program: str = "tests.benchmarks.child") -> list[dict[str, Any]]:
    """What the child said, each line with the seconds since it was started as 'at'."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [sys.executable, "-m", program, word]
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=jobs.clean_environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        late = threading.Timer(PATIENCE, process.kill)
        late.start()
        assert process.stdout is not None
        with process.stdout as out:
            said = [json.loads(line) | {"at": time.perf_counter() - began} for line in out if line.startswith(b"{")]
        code = process.wait()
        late.cancel()
    if code or not said:
        raise RuntimeError(f"the measured program `{word}` ended with {code} after {len(said)} words")
    return said


def platform() -> str:
    """The Qt platform that is measured on."""
    return jobs.clean_environment("")["QT_QPA_PLATFORM"]


def launch_rows() -> list[Row]:
    """Command to usable window, over a bare window's; the first start is not counted, it fills the disk's cache."""
    ours, bare = [], []
    for _ in range(ROUNDS + 1):
        ours.append(child("open")[0]["at"])
        bare.append(child("empty")[0]["at"])
    ratio = statistics.median(a / b for a, b in zip(ours[1:], bare[1:], strict=True))
    name = f"command to usable window ({platform()}) / bare QMainWindow"
    return [Row(name, statistics.median(ours[1:]), statistics.median(bare[1:]), "s", None, ratio)]


def stall_rows() -> list[Row]:
    """Time between ticks of a 16 ms timer while a job runs, over those of a bare idle window."""
    idle = child("empty")[-1]["gaps"]
    rows = []
    for engine in ("image/tiny", "image/sticker"):
        if engine == "image/sticker" and not jobs.starter_is_there():
            rows.append(Row(f"GUI gap, {engine}", None, None, "ms", None, note=jobs.MISSING))
            continue
        gaps = finished(child(engine))["gaps"]
        for word, at in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            rows.append(
                Row(f"GUI gap while {engine} runs, {word} / idle", point(gaps, at), point(idle, at), "ms", None)
            )
    return rows


def memory_rows() -> list[Row]:
    """Resident memory of the app process (the worker is another), over a bare window's."""
    bare = child("empty")[0]["rss"] / 1e6
    engine = "image/sticker" if jobs.starter_is_there() else "image/tiny"
    said = child(engine)
    ended = finished(said)
    return [
        Row("memory of the app, window shown / bare", said[0]["rss"] / 1e6, bare, "MB", 250),
        Row(f"memory of the app, after {engine} / bare", ended["rss"] / 1e6, bare, "MB", 250),
    ]


def finished(said: list[dict[str, Any]]) -> dict[str, Any]:
    """The last word of a child whose job came to a good end."""
    if said[-1].get("state") != "Done":
        raise RuntimeError(f"the job in the window did not finish: {said[-1]}")
    return said[-1]


def point(values: Sequence[float], at: float) -> float:
    """The value below which the share `at` of all lies."""
    return sorted(values)[min(len(values) - 1, int(at * len(values)))]
