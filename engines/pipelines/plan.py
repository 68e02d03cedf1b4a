"""How a model is laid out in the memory of a device: a ladder of plans, each cheaper than the one above it.

Pure: sizes come from file headers (`engines.pipelines.sizes`), what is free from the device, and nothing here touches
a network (`engines.pipelines.placing` does).
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from engines.contract import Param

AUTOMATIC = "automatic"
NAMES = ("full", "tiled", "turns", "streamed", "eight-bit")
MEMORY = Param(
    "memory",
    "choice",
    AUTOMATIC,
    choices=(AUTOMATIC, *NAMES),
    help="How the model is laid out: all of it on the device; decoded in tiles; its networks in turns; layer by layer; "
    "in 8-bit numbers. Automatic takes the first of these that fits.",
    group="Memory",
)
SPARE = 0.9  # of what is free may be taken
BUFFERED = 4  # layers on the device at once while they are streamed: in use, fetched, and what the queue holds
EIGHT = 1.05  # bytes of a number of a network kept in 8 bits, its norms and embeddings left as they were


class Plan(Struct, frozen=True):
    """`way` is where the networks are ('full', 'turns', 'streamed', 'eight-bit'); `tiled` that the autoencoder works
    on one tile after the other."""

    way: str = "full"
    tiled: bool = False

    @property
    def name(self) -> str:
        """What the user's choice is called."""
        return "tiled" if self.way == "full" and self.tiled else self.way


class Part(Struct, frozen=True):
    """The weights of one component: how many numbers, and how many in its largest tensor.

    `role` is 'denoiser' (called at every step), 'decoder' (after the last) or 'encoder' (before the first).
    """

    role: str
    numbers: int
    largest: int = 0


class Work(Struct, frozen=True):
    """Bytes that are needed beside the weights: while a step is made, to decode at once, to decode in tiles."""

    step: int = 0
    decode: int = 0
    tile: int = 0


class Task(Struct, frozen=True):
    """What is to be laid out: the parts by name, bytes of a number, and the work."""

    parts: dict[str, Part]
    width: int
    work: Work = Work()

    def bytes_of(self, role: str) -> int:
        """Bytes of the weights of all parts in that role."""
        return sum(part.numbers for part in self.parts.values() if part.role == role) * self.width

    @property
    def weight(self) -> int:
        """Bytes of all weights."""
        return sum(part.numbers for part in self.parts.values()) * self.width


def ladder(kind: str, tiles: bool = True, turns: bool = True) -> tuple[Plan, ...]:
    """The plans there are on a device of that kind ('cuda', 'cpu', 'mps' ...), dearest first.

    `tiles` and `turns` say whether the model can do these. Only a device with memory of its own is spared by leaving
    networks outside it; 8-bit floats are not known to Apple's.
    """
    found = [Plan(), Plan("full", True)]
    if kind not in ("cpu", "mps"):
        found += [Plan(way, tiled) for way in ("turns", "streamed") for tiled in (False, True)]
    if kind != "mps":
        found += [Plan("eight-bit", tiles)]
    return tuple(p for p in found if (tiles or not p.tiled) and (turns or p.way != "turns"))


def need(task: Task, plan: Plan, kind: str) -> int:
    """Bytes of the device's memory that `plan` takes at its fullest moment."""
    decode = task.work.tile if plan.tiled else task.work.decode
    steps, decoders = task.bytes_of("denoiser"), task.bytes_of("decoder")
    most = max(task.work.step, decode)
    if plan.way == "full":
        return task.weight + most
    if plan.way == "turns":
        largest = max((p.numbers * task.width for p in task.parts.values() if p.role == "encoder"), default=0)
        return max(largest, steps + task.work.step, decoders + decode)
    if plan.way == "eight-bit" and kind in ("cpu", "mps"):
        return int(task.weight - steps + steps / task.width * EIGHT) + most
    layers = max((part.largest for part in task.parts.values() if part.role != "decoder"), default=0)
    each = 1 + task.width / BUFFERED if plan.way == "eight-bit" else task.width
    return int(decoders + BUFFERED * layers * each) + most


def chosen(task: Task, wish: str, kind: str, free: int, plans: tuple[Plan, ...]) -> Plan:
    """The plan for a wish: of those that are meant by it the first that fits into `free` bytes, else the cheapest."""
    meant = [plan for plan in plans if wish in (AUTOMATIC, plan.name)] or named(wish)
    fitting = (plan for plan in meant if need(task, plan, kind) <= SPARE * free)
    return next(fitting, min(meant, key=lambda plan: need(task, plan, kind)))


def cheaper(task: Task, failed: Plan, kind: str, plans: tuple[Plan, ...]) -> Plan | None:
    """The first plan below `failed` that takes less than it, in all or in weights; None at the end of the ladder.

    Where memory ran out is not known, so both count; what was done in tiles stays so.
    """
    below = plans[plans.index(failed) + 1 :] if failed in plans else plans
    alone = msgspec.structs.replace(task, work=Work())
    less = [(one, need(one, failed, kind)) for one in (task, alone)]
    saving = (plan for plan in below if any(need(one, plan, kind) < most for one, most in less))
    return next((plan for plan in saving if plan.tiled or not failed.tiled), None)


def named(wish: str) -> list[Plan]:
    """What a wish means where the ladder has nothing of the kind: it is done all the same."""
    return [Plan("full", True)] if wish == "tiled" else [Plan(wish, tiled) for tiled in (False, True)]


def sentence(plan: Plan, kind: str) -> str:
    """The plan in words."""
    place = "in memory" if kind == "cpu" else "on the GPU"
    said = {
        "full": f"All of the model stays {place}",
        "turns": f"The model's networks are {place} in turns, the others wait outside",
        "streamed": f"The model's layers come to be {place} one after the other, which is slower",
        "eight-bit": f"The model is kept {place} in 8-bit numbers, so the result differs a little",
    }[plan.way]
    return f"{said}; it decodes in tiles, whose seams may show faintly." if plan.tiled else f"{said}."
