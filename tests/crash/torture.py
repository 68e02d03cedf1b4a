"""Hundreds of jobs through kills, full disks and bad inputs: `python -m tests.crash.torture --jobs 200 --seed 1`.

The app's side (tests/crash/app.py) runs as a child that is killed (-9) at random and started again until every job has
come to its end. Then: no finished result lost, no half file, no traceback shown, the queue in order after every start,
and every picture the same bytes as an undisturbed run makes.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from app.core import job as jobs
from app.core.library import Library
from engines import registry
from engines.contract import Image, Request, Result, check
from engines.files import atomic, media, recipe
from engines.files.recipe import Blobs
from tests.core_things import folders
from tests.crash import script, wishes

HERE = Path(__file__).parent


class Report(Struct):
    """What came of it. `lost`, `torn`, `misordered`, `traces`, `differing` and `unfinished` must all be empty."""

    jobs: int = 0
    starts: int = 0
    app_kills: int = 0
    save_kills: int = 0
    seconds: float = 0.0
    ends: Counter[str] = msgspec.field(default_factory=Counter)
    failures: Counter[str] = msgspec.field(default_factory=Counter)
    acts: Counter[str] = msgspec.field(default_factory=Counter)
    sentences: set[str] = msgspec.field(default_factory=set)
    compared: int = 0
    lost: list[str] = msgspec.field(default_factory=list)
    torn: list[str] = msgspec.field(default_factory=list)
    misordered: list[str] = msgspec.field(default_factory=list)
    traces: list[str] = msgspec.field(default_factory=list)
    differing: list[str] = msgspec.field(default_factory=list)
    unfinished: list[str] = msgspec.field(default_factory=list)

    @property
    def faults(self) -> dict[str, list[str]]:
        names = ("lost", "torn", "misordered", "traces", "differing", "unfinished")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


class Torture:
    """The parent: starts the app, listens, kills it, and keeps what it has promised."""

    def __init__(self, root: Path, seed: int, count: int, *, killer: Path | None, studio: bool) -> None:
        self.root, self.seed, self.count = root, seed, count
        self.app = "tests.crash.studio_app" if studio else "tests.crash.app"
        self.env = os.environ | {"OMP_NUM_THREADS": "1"} | ({"LD_PRELOAD": str(killer)} if killer else {})
        self.dice = random.Random(seed)
        self.orders: list[list[int]] = [[]]  # what the queue may look like at the next start
        self.done: dict[int, dict[str, Any]] = {}
        self.ended: dict[int, str] = {}
        self.report = Report(jobs=count)

    def run(self, kills: int) -> Report:
        """Live until the app says that all is done; at most `kills` lives are ended from outside."""
        began = time.monotonic()
        while True:
            self.report.starts += 1
            patience = self.dice.randint(5, min(60, self.count)) if self.report.app_kills < kills else None
            if self.life(patience):
                break
            if self.report.starts > 3 * self.count + 20:
                self.report.unfinished.append("the app does not come to an end")
                break
        self.verdict()
        self.report.seconds = time.monotonic() - began
        return self.report

    def life(self, patience: int | None) -> bool:
        """One life of the app, killed after `patience` lines; whether it came to its own end."""
        words = [sys.executable, "-m", self.app, str(self.root), str(self.seed), str(self.count)]
        with open(self.root / "app.log", "ab") as log:
            child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, env=self.env, cwd=HERE.parents[1])
        assert child.stdout is not None
        finished, killed = False, False
        for heard, line in enumerate(child.stdout, start=1):
            finished = self.hear(json.loads(line)) or finished
            if patience is not None and heard >= patience and not killed:
                time.sleep(self.dice.random() * 0.05)
                child.kill()
                killed = True
        child.stdout.close()
        code = child.wait()
        if code == -9:
            self.report.app_kills += killed
            self.report.save_kills += not killed
        elif code:
            self.report.traces.append(f"the app ended with code {code}; see {self.root / 'app.log'}")
            raise SystemExit(f"the app ended with code {code}:\n{(self.root / 'app.log').read_text()[-3000:]}")
        return finished

    def hear(self, said: dict[str, Any]) -> bool:
        """Take note of one line; whether it was the last."""
        what = said["what"]
        if what == "open":
            if said["order"] not in self.orders:
                self.report.misordered.append(f"{said['order']} instead of {self.orders[-1]}")
            self.orders = [said["order"]]
            self.report.sentences.update(said["notices"])
        elif what == "will":
            self.orders.append(said["order"])
        elif what == "is":
            self.orders = [said["order"]]
        elif what == "notice":
            self.report.sentences.add(said["sentence"])
        elif what == "done":
            self.done[said["number"]] = said
            self.ended[said["number"]] = "done"
        elif what in ("failed", "cancelled"):
            self.ended[said["number"]] = what if what == "cancelled" else f"failed: {said['kind']}"
            self.report.failures[said.get("kind", "")] += what == "failed"
            self.report.sentences.add(said.get("sentence", ""))
        return bool(what == "end")

    def verdict(self) -> None:
        """Look at what is on the disk now."""
        report = self.report
        report.traces += [sentence for sentence in report.sentences if not readable(sentence)]
        for path in script.files_of(self.root / "gallery"):
            try:
                media.read(path)
            except Exception as error:  # noqa: BLE001  (the boundary: whatever is wrong with it, it is counted)
                report.torn.append(f"{path}: {error}")
        with Library(folders(self.root)) as library:
            library.tidy(100)
            report.torn += [str(path) for path in self.root.rglob(f"*{atomic.PART}") if age(path) > 120]
            try:
                script.sound(library)
            except AssertionError as error:
                report.lost.append(f"rows and files disagree: {error}")
            self.promises(library)
            self.ends(library)
            self.compare(library)

    def promises(self, library: Library) -> None:
        """Everything that was said to be done is there, byte for byte."""
        for number, said in self.done.items():
            entry, path = library.history.get(said["run"]), Path(said["path"])
            if entry is None or not path.exists():
                self.report.lost.append(f"job {number}: {path}")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != said["sha256"]:
                self.report.lost.append(f"job {number}: {path} has changed")

    def ends(self, library: Library) -> None:
        """Every wish has come to an end it may come to."""
        found = {job.request.seed: job for job in library.queue.all()}
        results = {entry.seed for entry in library.history.page(limit=10_000)}
        for number in range(self.count):
            made = wishes.wish(self.seed, number)
            job = found.get(number)
            self.report.acts[made.act or made.kind] += 1
            end = end_of(job) if job else self.ended.get(number, "gone")
            end = "done" if number in results else end
            self.report.ends[end.split(":")[0]] += 1
            kinds = wishes.ENDS.get(made.kind)
            allowed = {f"failed: {kind}" for kind in kinds} if kinds else {"done"}
            if made.act == "stop":
                allowed.add("cancelled")
            if end not in allowed:
                self.report.unfinished.append(f"job {number} ({made.kind}, {made.act}): {end}, not {sorted(allowed)}")

    def compare(self, library: Library) -> None:
        """Killed, paused, resumed and branched runs end in the bytes of a run nobody disturbed."""
        listing = registry.listing((HERE.parent / "tiny",))
        engine, card = listing.make("image/tiny"), listing.cards["image/tiny"]
        for entry in library.history.page(limit=10_000):
            made = recipe.loads(entry.recipe_text, Blobs(library.folders.blobs).load)
            wish = (made.parent or made).request
            request = msgspec.structs.replace(wish, options={**wish.options, "slow": 0.0})
            self.report.compared += 1
            if not np.array_equal(pixels(engine, check(card, request)), pixels_in(entry.path)):
                self.report.differing.append(f"job {entry.seed}: {entry.path}")


def pixels(engine: Any, request: Request) -> np.ndarray:
    *_, last = engine.generate(request)
    assert isinstance(last, Result)
    assert isinstance(last.media, Image)
    return last.media.pixels


def pixels_in(path: Path) -> np.ndarray:
    shown = media.read(path)
    assert isinstance(shown, Image)
    return shown.pixels


def end_of(job: jobs.Job) -> str:
    match job.state:
        case jobs.Done():
            return "done"
        case jobs.Cancelled():
            return "cancelled"
        case jobs.Failed(failure=failure):
            return f"failed: {failure.kind}"
    return type(job.state).__name__.lower()


def readable(sentence: str) -> bool:
    """One short line that ends, with no trace of a program in it."""
    marks = ("Traceback", 'File "', " at 0x", "sqlite3.", "OSError", "<class")
    fits = len(sentence) < 400 and "\n" not in sentence and not any(mark in sentence for mark in marks)
    return not sentence or (fits and sentence.rstrip().endswith((".", "?", "!")))


def age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def built_killer(folder: Path) -> Path | None:
    """The preloaded killer, compiled; None where that is not possible."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = folder / "kill_at.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "kill_at.c", "-ldl"], check=True)
    return library


@contextmanager
def place() -> Iterator[Path]:
    """A folder that is a small disk, its gallery another, where this process may mount them."""
    root = Path(tempfile.mkdtemp(prefix="torture-"))
    mounted = [folder for folder, size in ((root, "64m"), (root / "gallery", "8m")) if small_disk(folder, size)]
    try:
        yield root
    finally:
        for folder in reversed(mounted):
            subprocess.run(["umount", "-l", str(folder)], check=True)
        shutil.rmtree(root, ignore_errors=True)


def small_disk(folder: Path, size: str) -> bool:
    """Make `folder`, and lay a disk of that size over it; whether that was possible."""
    folder.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return sys.platform.startswith("linux") and not subprocess.run(words, capture_output=True, check=False).returncode


def torture(count: int, seed: int, kills: int, studio: bool = False) -> tuple[Report, bool]:
    """Run it all; the report, and whether there was a small disk to fill."""
    with place() as root:
        small = (root / "gallery").is_mount()
        return Torture(root, seed, count, killer=built_killer(root), studio=studio).run(kills), small


def table(report: Report, small: bool) -> str:
    rows = [
        ("jobs", report.jobs),
        *((f"  {name}", n) for name, n in sorted(report.ends.items())),
        ("starts of the app", report.starts),
        ("  kills of the app at random", report.app_kills),
        ("  kills between two system calls of a save", report.save_kills),
        *((f"  {name}", n) for name, n in sorted(report.acts.items())),
        ("failures told", sum(report.failures.values())),
        *((f"  {name}", n) for name, n in sorted(report.failures.items()) if n),
        ("a small disk was filled and closed", "yes" if small else "no (not root)"),
        ("pictures compared with an undisturbed run", report.compared),
        *((name, len(getattr(report, name))) for name in ("lost", "torn", "misordered", "traces")),
        *((name, len(getattr(report, name))) for name in ("differing", "unfinished")),
        ("seconds", f"{report.seconds:.1f}"),
    ]
    return "\n".join(f"{name:<46}{value:>12}" for name, value in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=None, help="of the app at random; a job in eight when not given")
    parser.add_argument("--studio", action="store_true", help="through the studio, not the library alone")
    args = parser.parse_args()
    report, small = torture(args.jobs, args.seed, args.jobs // 8 if args.kills is None else args.kills, args.studio)
    print(table(report, small))
    for name, found in report.faults.items():
        print(f"\n{name}:", *found[:20], sep="\n  ")
    print("\nwhat the user read:", *sorted(report.sentences - {""})[:40], sep="\n  ")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
