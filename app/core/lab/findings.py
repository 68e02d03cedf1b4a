"""What was measured, as values that are kept: of which files, beside which, by what, and how far to trust it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from app.core.lab.sweep import ERRORS
from app.core.lab.verdict import number
from engines.files import atomic

MOST = 500  # that are kept


class Source(Struct, frozen=True):
    """Files to measure, or to compare with: those of a folder, results of the history, or the first `count` results an
    engine makes of prompts, with seeds from 0. `name` is what people call it."""

    name: str
    folder: str = ""
    runs: tuple[str, ...] = ()
    engine: str = ""
    prompts: tuple[str, ...] = ()
    count: int = 0


class Finding(Struct, frozen=True):
    """The figures of a metric by name, of so many files; `real` is '' where nothing was compared with. `created` is in
    seconds since 1970."""

    metric: str
    title: str
    made: str
    real: str
    features: str
    count: int
    values: dict[str, float]
    biases: str
    created: float = 0.0

    @property
    def chief(self) -> str:
        """The figure that is told first, with its standard error or spread where there is one: '0.512 ± 0.021'."""
        names = list(self.values)
        if not names:
            return ""
        told = number(self.values[names[0]])
        error = next((self.values[name] for name in ERRORS if name in self.values), None)
        return told if error is None else f"{told} ± {number(error)}"

    @property
    def others(self) -> str:
        """All figures: 'fid 12.30, real files 400'."""
        return ", ".join(f"{name} {number(value)}" for name, value in self.values.items())


def load(path: Path) -> tuple[Finding, ...]:
    """What was kept at `path`; nothing when there is nothing to read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Finding, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def save(path: Path, findings: Sequence[Finding]) -> None:
    """Keep the newest. Raises the OSError that stopped it; the file is then as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, msgspec.json.encode(tuple(findings)[-MOST:]))


def rows(findings: Sequence[Finding]) -> list[list[str]]:
    """As a table with its head: a line for each figure."""
    head = [
        "metric",
        "measured",
        "compared with",
        "features",
        "files",
        "figure",
        "value",
        "biases",
        "seconds since 1970",
    ]
    return [head] + [
        [f.title, f.made, f.real, f.features, str(f.count), name, repr(value), f.biases, f"{f.created:.0f}"]
        for f in findings
        for name, value in f.values.items()
    ]


def exported(findings: Sequence[Finding], kind: str) -> bytes:
    """As the bytes of a .csv or .json file."""
    from app.core.lab.plot import table

    return table(rows(findings)) if kind == ".csv" else msgspec.json.format(msgspec.json.encode(findings))
