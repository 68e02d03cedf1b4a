"""doctor: what is here and what is missing, in lines a person can act on."""

import json
import os
import platform
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import psutil
from msgspec import Struct

from app.core import settings as settings_file
from app.core.settings import Folders, Settings
from app.develop import host_for, plugin_folders
from app.host import Host
from engines import registry
from engines.files import assets

LOW_DISK = 2 * 2**30
LOW_MEMORY = 2 * 2**30


class Finding(Struct, frozen=True):
    """One thing looked at: `what`, what was found, and whether it serves ('ok'), is thin ('warn') or fails ('bad')."""

    what: str
    found: str
    state: str = "ok"


def doctor(args: Namespace) -> int:
    """Look at everything; 0 when a picture can be made, 1 when something needed is missing."""
    usual = settings_file.default_folders()
    loaded = settings_file.load(usual.settings)
    folders = loaded.settings.folders(usual)
    bad = False
    findings = examined(loaded.settings, folders, list(loaded.notices))
    for finding in findings:
        bad = bad or finding.state == "bad"
        if args.json:
            print(json.dumps({"what": finding.what, "found": finding.found, "state": finding.state}), flush=True)
        else:
            mark = {"ok": " ", "warn": "!", "bad": "X"}[finding.state]
            print(f"{mark} {finding.what:<12} {finding.found}", flush=True)
    return 1 if bad else 0


def examined(settings: Settings, folders: Folders, notices: list[str]) -> Iterator[Finding]:
    """Every finding, the quick ones first."""
    yield Finding("system", f"{platform.system()} {platform.release()}, Python {platform.python_version()}")
    yield from (Finding("settings", sentence, "warn") for sentence in notices)
    yield _memory()
    for name, folder in (("config", folders.config), ("data", folders.data), ("gallery", folders.gallery)):
        yield _folder(name, folder)
    yield _disk(folders.data)
    yield from _engines(settings)
    yield from _window()
    with host_for(settings, folders) as host:
        yield from _worker(host)
    yield _device(settings)


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    text = f"{_size(memory.available)} free of {_size(memory.total)}, {psutil.cpu_count()} processors"
    return Finding("memory", text, "warn" if memory.available < LOW_MEMORY else "ok")


def _folder(name: str, folder: Path) -> Finding:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding(name, f"{folder} may not be written to; choose another folder in the settings", "bad")
    return Finding(name, str(folder) if folder.exists() else f"{folder} (will be made)")


def _disk(folder: Path) -> Finding:
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    return Finding("disk", f"{_size(free)} free at {there}", "warn" if free < LOW_DISK else "ok")


def _engines(settings: Settings) -> Iterator[Finding]:
    found = registry.listing(plugin_folders(settings), settings_file.default_folders().models)
    if not found.cards:
        yield Finding("engines", "none found; install Darkroom again", "bad")
    for card in found.cards.values():
        text = f"{card.info.name}: {card.info.title}"
        if card.missing:
            lacking = ", ".join(card.missing)
            yield Finding("engine", f"{text}; missing below {assets.root()}: {lacking}", "warn")
        else:
            yield Finding("engine", text)
    yield from (Finding("engine", sentence, "warn") for sentence in found.broken.values())


def _window() -> Iterator[Finding]:
    """Whether Qt can be loaded, asked of another process so that this one stays without it."""
    code = "import PySide6.QtWidgets, PySide6.QtSvg; print(PySide6.__version__, PySide6.__path__[0])"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        yield Finding("window", f"Qt cannot be loaded ({reason}); the command line works all the same", "warn")
        return
    version, place = asked.stdout.split(maxsplit=1)
    lacking = _unresolved(Path(place.strip()) / "Qt" / "plugins" / "platforms" / "libqxcb.so")
    if lacking:
        yield Finding("window", f"Qt {version}; missing system libraries: {', '.join(lacking)}", "warn")
    else:
        yield Finding("window", f"Qt {version}")


def _unresolved(library: Path) -> list[str]:
    """The shared libraries that `library` needs and the system does not have (Linux)."""
    if not sys.platform.startswith("linux") or not library.exists() or shutil.which("ldd") is None:
        return []
    asked = subprocess.run(["ldd", str(library)], capture_output=True, text=True, timeout=60, check=False)
    return [line.split()[0] for line in asked.stdout.splitlines() if "not found" in line]


def _worker(host: Host) -> Iterator[Finding]:
    """What the engine process says of itself."""
    try:
        hello = host.hello()
    except Exception as error:  # noqa: BLE001 - a boundary: whatever keeps the worker down is a finding
        known = getattr(error, "failure", None)
        yield Finding("worker", known.sentence if known else str(error), "bad")
        return
    if "torch" not in hello.facts:
        yield Finding("torch", "PyTorch is not installed beside the engines; run the set-up again", "bad")
    yield Finding("engines in", "  ".join(f"{name} {value}" for name, value in hello.facts.items()))


def _device(settings: Settings) -> Finding:
    """What the engines compute on, asked of another process so that this one stays without torch."""
    code = "from engines import device; print(device.best())"
    root = str(Path(registry.__file__).resolve().parents[1])
    asked = subprocess.run(
        [settings.engine_python or sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))},
    )
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        return Finding("device", f"PyTorch cannot be loaded ({reason}); run the set-up again", "bad")
    known = {
        "cpu": "the processor (no GPU that PyTorch can use)",
        "cuda": "an NVIDIA or AMD GPU",
        "mps": "an Apple GPU",
    }
    device = asked.stdout.strip().splitlines()[-1]
    return Finding("device", f"{device}: {known.get(device, device)}")


def _size(count: float) -> str:
    return f"{count / 2**30:.1f} GB"
