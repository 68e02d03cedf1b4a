"""A process that reads mutants of model files with its memory limited, and watched for anything but reading them.

    python -m tests.watched FOLDER SEED COUNT [careless]

FOLDER holds a valid file of each kind ('zip', 'gguf' ..., each in a folder of its own). Prints a report as JSON:
by kind how many mutants were made and sound, the slowest, and what went wrong. With 'careless' the readers are those
that must be caught.
"""

import codecs
import contextlib
import hashlib
import json
import os
import pickle
import random
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files import pickled, verdict, weights
from tests import mutants

ROOM = 256 * 2**20  # bytes a reader may take
COPIES = 25  # of each kind: each is flushed to disk
PLACES = {"safetensors": "m.safetensors", "gguf": "m.gguf", "zip": "m.ckpt", "legacy": "m.pt", "bare": "m.bin"}
PLACES |= {"index": "model.safetensors.index.json", "folder": "model_index.json"}
PLACES |= {"inner": "unet/model.safetensors.index.json", "config": "unet/config.json"}
FOLDERS = ("folder", "inner", "config")
FORBIDDEN = ("exec", "compile", "import", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn")
FORBIDDEN += ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate")
FORBIDDEN += ("subprocess.", "socket.", "ctypes.", "pickle.", "marshal.", "code.", "shutil.", "urllib.", "os.putenv")


class Watch:
    """The audit hook: while `armed`, everything but reading files in `folder` is a crime, noted and stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.armed = str(folder.resolve()), False
        self.crimes: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        if self.armed and (event.startswith(FORBIDDEN) or (event == "open" and not self.allowed(*given))):
            self.crimes.append(f"{event} {given!r}"[:200])
            raise PermissionError(event)

    def allowed(self, path: Any, mode: Any, flags: int) -> bool:
        """Whether a file is opened for reading, and in the folder."""
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        return isinstance(path, int) or (not writes and os.path.realpath(os.fsdecode(path)).startswith(self.folder))

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        self.armed = True
        try:
            yield
        finally:
            self.armed = False


def limit() -> None:
    """No more memory than now and ROOM."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM,) * 2)


class Kind:
    """The mutants of one kind: `made` of them all unlike, `sound` of them accepted."""

    def __init__(self, name: str, folder: Path, seed: str) -> None:
        self.name, self.seed, self.folder = name, seed, folder
        inner = folder / name
        self.place = inner / PLACES[name]
        self.base = self.place.read_bytes()
        self.path = inner if name in FOLDERS else self.place
        self.seen: set[bytes] = set()
        self.made = self.sound = self.copied = 0
        self.slowest, self.faults = 0.0, list[str]()

    def mutants(self, count: int) -> Iterator[tuple[int, bytes, bool]]:
        """(number, bytes, whether it must be refused) of `count` mutants, none like another or like the valid file."""
        number = 0
        while self.made < count:
            number += 1
            made = mutants.MAKERS[self.name](random.Random(f"{self.seed} {self.name} {number}"), self.base)
            data, bad = made if isinstance(made, tuple) else (made, False)
            mark = hashlib.blake2b(data, digest_size=16).digest()
            if data != self.base and mark not in self.seen:
                self.seen.add(mark)
                self.made += 1
                yield number, data, bad

    def put(self, data: bytes) -> None:
        """Write the file over: a disk would flush a file that is emptied first."""
        with self.place.open("r+b") as file:
            file.write(data)
            file.truncate()

    def report(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in ("made", "sound", "copied", "slowest", "faults")}


def read(kind: Kind, watch: Watch, count: int, reader: Callable[[Path], Any]) -> None:
    """Let `reader` judge the mutants of a kind; whatever is not one sentence within a second is a fault."""
    for number, data, bad in kind.mutants(count):
        kind.put(data)
        begun = time.process_time()
        try:
            with watch.on():
                found = reader(kind.path)
            fault = "" if isinstance(found, verdict.Verdict) else f"answered {found!r}"
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is a fault)
            found, fault = None, f"raised {error!r}"
        seconds = time.process_time() - begun
        kind.slowest = max(kind.slowest, round(seconds, 3))
        sound = isinstance(found, verdict.Verdict) and found.ok
        fault = fault or amiss(found, bad, seconds) or (copied(kind) if sound else "")
        if watch.crimes:
            fault, watch.crimes = f"did {watch.crimes[0]}", []
        if fault:
            kind.faults.append(f"{kind.name} {number}: {fault}"[:300])
        kind.sound += sound
    kind.put(kind.base)


def amiss(found: verdict.Verdict, bad: bool, seconds: float) -> str:
    """What is wrong with an answer."""
    if not found.sentence.endswith(".") or not found.sentence.isprintable() or len(found.sentence) > 500:
        return f"no sentence: {found.sentence!r}"
    if bad and (found.ok or "wants to run" not in found.sentence):
        return f"let pass: {found.sentence!r}"
    return f"took {seconds:.1f} s: {found.sentence!r}" if seconds > 1 else ""


def copied(kind: Kind) -> str:
    """A checkpoint that is called sound must come out as a safetensors copy of the same tensors."""
    if kind.name not in ("zip", "legacy") or kind.copied >= COPIES:
        return ""
    kind.copied += 1
    out = kind.folder / "copy.safetensors"
    try:
        found = weights.header(pickled.convert(kind.path, out))
    except Refused as refusal:
        if "its numbers are not what was written" in refusal.failure.sentence:
            return ""  # which only their checksum tells, and that is looked at when they are read
        return f"cannot be copied: {refusal.failure.sentence}"
    return "" if found.tensors == pickled.header(kind.path).tensors else "its copy is another"


# ------------------------------------------------------------ readers that must be caught


def unsafe(path: Path) -> Any:
    """What a careless program does."""
    return pickle.loads(path.read_bytes())


def greedy(path: Path) -> Any:
    """Believes a size before it has checked it."""
    return verdict.Verdict(True, "unknown", f"{len(bytearray(2**29))} bytes.")


def strays(path: Path) -> Any:
    return verdict.Verdict(True, "unknown", f"{len(Path('/etc/hostname').read_bytes())} bytes.")


def runs(path: Path) -> Any:
    return subprocess.run(["true"])


def calls_home(path: Path) -> Any:
    return socket.socket()


def imports(path: Path) -> Any:
    import this

    return this


def writes(path: Path) -> Any:
    return path.with_name("left").write_bytes(b"x")


CARELESS = (unsafe, greedy, strays, runs, calls_home, imports, writes)


def main(folder: Path, seed: str, count: int, careless: bool) -> dict[str, Any]:
    for name in ("raw-unicode-escape", "unicode-escape", "latin-1", "utf-16", "utf-32", "idna"):
        codecs.lookup(name)  # Python's own, loaded when a text first asks for them
    kinds = [Kind(name, folder, seed) for name in mutants.MAKERS] if not careless else []
    tasks = [(kind.name, kind, verdict.verdict) for kind in kinds]
    tasks += [(reader.__name__, Kind("bare", folder, seed), reader) for reader in CARELESS] if careless else []
    watch = Watch(folder)
    limit()
    for _, kind, reader in tasks:
        read(kind, watch, count, reader)
    return {name: kind.report() for name, kind, _ in tasks}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:] == ["careless"])))
