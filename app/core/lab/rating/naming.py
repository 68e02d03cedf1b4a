"""What settings are called: by what differs between them, and by no more of it than a person needs."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

LONGEST = 80  # characters of a name
FIRST = ("engine", "options.steps", "options.guidance", "options.sampler")  # are said wherever they differ
BARE = ("engine", "prompt")  # whose values say what they are


def named(asked: Sequence[Mapping[str, Any]], differ: Sequence[str]) -> list[str]:
    """A name for each setting, by what it asks for; all different.

    Said is what all of them know and differ in first; of the rest, which may only follow from another engine, as much
    as it takes to tell them apart.
    """
    chosen = [name for name in FIRST if name in differ and all(name in one for one in asked)]
    for name in sorted(set(differ) - set(chosen), key=lambda name: sum(name not in one for one in asked)):
        if _kinds(asked, chosen) == len(asked):
            break
        if _kinds(asked, [*chosen, name]) > _kinds(asked, chosen):
            chosen.append(name)
    return distinct([called(one, chosen) for one in asked])


def called(one: Mapping[str, Any], names: Sequence[str]) -> str:
    """These values of a setting, as a person reads them: 'image/sticker, steps 8, guidance 3'."""
    told = [text(one[name]) if name in BARE else f"{name.rsplit('.', 1)[-1]} {text(one.get(name))}" for name in names]
    whole = ", ".join(told)
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"


def distinct(names: Sequence[str]) -> list[str]:
    """The same names, those that are there more than once with a number."""
    return [f"{name} ({names[: n + 1].count(name)})" if names.count(name) > 1 else name for n, name in enumerate(names)]


def text(value: Any) -> str:
    """A value as it is read."""
    if isinstance(value, float):
        return f"{value:g}"
    return "usual" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _kinds(asked: Sequence[Mapping[str, Any]], names: Sequence[str]) -> int:
    """How many settings these values tell apart."""
    return len({tuple(text(one.get(name)) for name in names) for one in asked})
