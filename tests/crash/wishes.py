"""What the torture asks for: job number i is always the same wish, whoever asks and however often."""

import random
from pathlib import Path
from typing import Literal

from msgspec import Struct

from engines.contract import Image, Request
from engines.files import media

Kind = Literal["plain", "empty", "emoji", "start", "branch", "huge", "lost", "faulty", "broken"]
Act = Literal["", "stop", "pause", "kill", "full", "closed", "crowded", "half"]
KINDS: tuple[Kind, ...] = ("plain", "empty", "emoji", "start", "branch", "huge", "lost", "faulty", "broken")
WEIGHTS = (40, 8, 10, 8, 10, 6, 6, 8, 4)
ACTS: tuple[Act, ...] = ("", "stop", "pause", "kill", "full", "closed", "crowded", "half")
ACT_WEIGHTS = (32, 11, 9, 12, 6, 6, 6, 18)
ENDS = {  # the kinds of failure each kind of wish may end in; none: it ends in a result
    "huge": {"bad-request"},
    "lost": {"missing"},
    "faulty": {"internal", "died", "bad-output", "memory"},
    "broken": {"bad-file"},
}
PROMPTS = {
    "plain": ("a red disc", "two blue discs", 'a "quoted" disc; DROP TABLE jobs', "green " * 60),
    "empty": ("", "   "),
    "emoji": ("🍎🥺 red 👩‍🚀", "قرص أحمر", "עיגול כחול \u202e red", "赤い円 red"),
}


class Wish(Struct, frozen=True):
    """Job `number`: its kind, what happens to it at step `at`, and its seed (its number, so that it can be found)."""

    number: int
    kind: Kind
    act: Act
    at: int
    steps: int


def wish(seed: int, number: int) -> Wish:
    """The wish with this number in the torture of this seed."""
    dice = random.Random(f"{seed}-{number}")
    kind = dice.choices(KINDS, WEIGHTS)[0] if number else "plain"
    act = dice.choices(ACTS, ACT_WEIGHTS)[0] if kind in ("plain", "emoji", "start", "empty") else ""
    steps = dice.randint(4, 10)
    return Wish(number, kind, act, dice.randint(1, steps), steps)


def request(made: Wish) -> Request:
    """The request of a wish. A broken start picture is refused here, as it is when a user drops one."""
    dice = random.Random(made.number)
    engine = {"lost": "image/lost", "faulty": "image/faulty"}.get(made.kind, "image/tiny")
    if made.kind == "lost":
        return Request(engine=engine, prompt="lost", seed=made.number)
    if made.kind == "faulty":
        how = dice.choice(["raise", "abort", "exit", "nan", "black", "memory"])
        return Request(engine=engine, prompt="faulty", seed=made.number, options={"how": how})
    return Request(
        engine=engine,
        prompt=dice.choice(PROMPTS.get(made.kind, PROMPTS["plain"])),
        seed=made.number,
        size=(1_000_000, 1_000_000) if made.kind == "huge" else (32, 32),
        options={
            "steps": made.steps,
            "sampler": dice.choice(["euler", "ancestral"]),
            "slow": 0.1 if made.act in ("stop", "pause") else 0.002,
        },
        start=_start(made) if made.kind in ("start", "broken") else None,
        strength=1.0,
    )


def _start(made: Wish) -> Image:
    """A start picture, or a file that only begins like one (Refused)."""
    import tempfile

    if made.kind == "broken":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "broken.png")
            path.write_bytes(b"\x89PNG\r\n\x1a\n" + random.Random(made.number).randbytes(200))
            read = media.read(path)
            assert isinstance(read, Image)
            return read
    import numpy as np

    return Image(np.random.default_rng(made.number).integers(0, 255, (20, 20, 3), np.uint8))
