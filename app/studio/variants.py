"""Prompts of many variants: what the next job makes of {a|b} and __name__, and the user's files of words."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from app.studio.shelf import Shelving
from engines.contract import Failure, Request
from engines.prompt.wildcards import Variants

VARIED = re.compile(r"[{}]|__[\w\-/]+__")
MOST_NAMES = 500


class Variation(Struct, frozen=True):
    """How many variants a prompt has, what a seed makes of it, and the sentence when it cannot be read."""

    count: int = 1
    text: str = ""
    sentence: str = ""


class Varying(Shelving):
    """The part of the studio that knows variants."""

    def variation(self, then: Callable[[Variation], None]) -> None:
        """Have `then` called with what the draft's prompt becomes with the draft's seed."""
        prompt, seed, folder = self.draft.prompt, self.draft.seed, self.folders.wildcards
        if not VARIED.search(prompt):
            then(Variation(1, prompt))
            return

        def work() -> Variation:
            made = Variants(prompt, folder)
            return Variation(made.count, made.drawn(seed))

        def sorry(failure: Failure) -> None:
            then(Variation(0, "", failure.sentence))

        self.bridge.aside(work, then, sorry)

    def wildcards(self, then: Callable[[list[str]], None]) -> None:
        """Have `then` called with the names of the files of words."""
        self.bridge.aside(partial(_names, self.folders.wildcards), then, lambda failure: then([]))

    def drawn(self, request: Request) -> Request:
        """`request` with one variant of its prompts, by its seed; files are read, so not on the GUI thread.

        Refused for a prompt that cannot be read.
        """
        texts = {name: getattr(request, name) for name in ("prompt", "negative")}
        varied = {name: text for name, text in texts.items() if VARIED.search(text)}
        folder = self.folders.wildcards
        made = {name: Variants(text, folder).drawn(request.seed) for name, text in varied.items()}
        return msgspec.structs.replace(request, **made) if made else request


def _names(folder: Path) -> list[str]:
    """animals, places/cities: what __name__ may name."""
    found = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.txt"))
    return [name for name in found if re.fullmatch(r"[\w\-]+(?:/[\w\-]+)*", name)][:MOST_NAMES]
