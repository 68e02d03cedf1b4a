"""A sweep as it goes in the window: what was asked for, and what has become of each cell. Plain data, kept over a
restart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from app.core.lab import plan as plans
from app.core.lab.plan import Cards
from app.core.lab.sweep import Measured, Sweep
from engines.contract import Refused
from engines.prompt.grid import Axis


class Wanted(Struct, frozen=True):
    """What a sweep is asked for. `first` is the recipe of the request that is varied, `prompts` are those of a cell,
    one a result; `real` is a folder, '' where no metric compares."""

    engines: tuple[str, ...]
    over: tuple[str, ...]
    prompts: tuple[str, ...]
    metrics: tuple[str, ...]
    first: str = ""
    real: str = ""
    features: str = ""


class Slot(Struct, frozen=True):
    """A cell: the runs of its results, one a prompt; its figures when it is measured, or why it has none."""

    place: tuple[int, ...]
    label: str
    runs: tuple[str, ...] = ()
    idle: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    figures: Mapping[str, float] = {}
    seconds: float | None = None
    nfe: float | None = None
    sentence: str = ""
    machine: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return bool(self.figures or self.sentence)


class Trial(Struct, frozen=True):
    """The sweep of the window: the last one begun."""

    wanted: Wanted
    slots: tuple[Slot, ...] = ()

    @property
    def over(self) -> bool:
        return all(slot.over for slot in self.slots)

    @property
    def whole(self) -> bool:
        """Whether every cell that an engine would have is measured."""
        return all(slot.figures or not slot.runs for slot in self.slots)

    def put(self, runs: Sequence[str], **fields: object) -> "Trial":
        """Change all cells of the same results."""
        changed = (
            msgspec.structs.replace(slot, **fields) if slot.runs and slot.runs == tuple(runs) else slot
            for slot in self.slots
        )
        return msgspec.structs.replace(self, slots=tuple(changed))


def told(trial: Trial, cards: Cards) -> Sweep | None:
    """What is known of it by now, as a report tells it; None while nothing is measured."""
    axes = axes_of(trial.wanted, cards)
    cells = tuple(_measured(slot) for slot in trial.slots)
    try:
        aims = plans.aims(trial.wanted.metrics, cells)
    except Refused:
        return None
    wanted = trial.wanted
    machine = next((slot.machine for slot in trial.slots if slot.machine), "")
    facts = [("Results of a cell", str(len(wanted.prompts))), ("Made on", machine), ("Compared with", wanted.real)]
    return Sweep(", ".join(wanted.engines), axes, aims, cells, wanted.prompts, tuple(one for one in facts if one[1]))


def axes_of(wanted: Wanted, cards: Cards) -> tuple[Axis, ...]:
    """Its axes. Refused when an engine is not there any more."""
    missing = next((name for name in wanted.engines if name not in cards), None)
    if missing is not None:
        raise Refused("bad-request", f"The engine {missing} of this sweep is not here.")
    return plans.axes({name: cards[name] for name in wanted.engines}, wanted.over)


def _measured(slot: Slot) -> Measured:
    files = tuple(map(Path, slot.files))
    return Measured(slot.place, slot.label, slot.figures, slot.seconds, slot.nfe, files, slot.idle, slot.sentence)
