"""Making a rating set: results by the setting that differs, like with like, under names that say nothing."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from app.core.lab import difference
from app.core.lab.rating import folder, naming, plan, values
from app.core.lab.rating.values import Key, Mode, Origin, Set, Setting
from app.core.lab.wording import noted
from engines.contract import Medium, Refused, Request
from engines.files import bare, media, recipe

UNITS = ("prompt", "seed", "travel", "start", "mask", "last", "parent")  # what results of one setting differ in
QUESTION = noted("Which one is better?")
STARRED = noted("How good is it?")
KINDS: dict[str, Medium] = {
    ".png": "image",
    ".wav": "audio",
    ".glb": "mesh",
    **dict.fromkeys((".mp4", ".mkv", ".webp"), "video"),
}


USUAL: dict[str, Any] = {  # what a request asks for where it does not say so
    field.name: msgspec.to_builtins(field.default)
    for field in msgspec.structs.fields(Request)
    if isinstance(field.default, str | int | float | tuple) and field.default != ()
}

Heed = Callable[[int, int], None]


class Source(Struct, frozen=True):
    """A result: its file, what is asked for in its recipe by path ('options.steps'), its run and that recipe."""

    path: Path
    asked: dict[str, Any] = {}
    run: str = ""
    recipe: str = ""


class Group(Struct, frozen=True):
    """A setting: its name and its results."""

    name: str
    sources: tuple[Source, ...]


class Wish(Struct, frozen=True, kw_only=True):
    """What is asked, how, and from which seed the plan is drawn. `most`: how often two settings meet at most."""

    question: str = ""
    mode: Mode = "pairs"
    seed: int = 0
    most: int | None = None


class Made(Struct, frozen=True):
    """A new set: its key, and what there is to say about it."""

    key: Key
    notes: tuple[str, ...] = ()


def source(path: Path) -> Source:
    """A file as something to be rated. Refused('bad-file')."""
    text = media.recipe_of(path)
    if not text:
        return Source(path)
    try:
        made = recipe.loads(text, lambda name: np.array([name]))
    except Refused:
        return Source(path)
    return Source(path, {**USUAL, **difference.asked(made)}, made.run, text)


def sources(place: Path) -> tuple[Source, ...]:
    """The media in a folder and the folders below it, in order of their names. Refused when there are none."""
    kinds = {suffix for each in media.WRITES.values() for suffix in each} - {".mid"}
    found = [p for p in place.rglob("*") if p.suffix.lower() in kinds and p.is_file() and not _hidden(p, place)]
    if not found:
        raise Refused("bad-file", f"There are no media to rate in {place}.")
    return tuple(source(path) for path in sorted(found, key=_natural))


def grouped(found: Sequence[Source]) -> tuple[Group, ...]:
    """Results by the settings that differ between them. Where none does, or there are no recipes, each result is one of
    its own, called by its seed and words, or by its file."""
    known = dict.fromkeys(name for one in found for name in one.asked)
    differ = [name for name in known if len({_text(one.asked.get(name)) for one in found}) > 1]
    settings = [name for name in differ if not _is_unit(name)]
    if settings and all(one.asked for one in found):
        groups: dict[tuple[str, ...], list[Source]] = {}
        for one in found:
            groups.setdefault(tuple(_text(one.asked.get(name)) for name in settings), []).append(one)
        names = naming.named([each[0].asked for each in groups.values()], settings)
        return tuple(Group(name, tuple(each)) for name, each in zip(names, groups.values(), strict=True))
    shown = [name for name in differ if name in ("prompt", "seed")] if all(one.asked for one in found) else []
    told = [naming.called(one.asked, shown) if shown else one.path.stem for one in found]
    return tuple(Group(name, (one,)) for name, one in zip(naming.distinct(told), found, strict=True))


def make(place: Path, keys: Path, groups: Sequence[Group], wish: Wish, heed: Heed) -> Made:
    """Write the set of these settings into `place`, a new or empty folder, and its key among `keys`.

    `heed(done, total)` hears how far it is. Refused with one sentence; nothing is there then that looks like a set.
    """
    _fits(place, groups, wish)
    notes: list[str] = []
    units = matched(groups, notes) if wish.mode == "pairs" else [group.sources for group in groups]
    data, names = _stripped(units, heed)
    rows = [tuple(names[one.path] for one in row) for row in units]
    if wish.mode == "pairs":
        rows, units = _unlike(rows, units, notes)
    medium = _medium(rows)
    rng = np.random.default_rng(wish.seed)
    order = [int(n) for n in rng.permutation(len(rows))]  # the neutral numbers
    made = _set([rows[n] for n in order], medium, wish, rng)
    settings = tuple(Setting(groups[n].name, units[n][0].recipe) for n in order)
    origins = {names[one.path]: Origin(str(one.path), one.run) for row in units for one in row}
    key = Key(set=made, settings=settings, origins=origins, seed=wish.seed)
    folder.write(place, keys, key, {name: data[name] for name in made.names})
    return Made(key, (*notes, *_told(made)))


def _set(rows: list[tuple[str, ...]], medium: Medium, wish: Wish, rng: np.random.Generator) -> Set:
    """The plan is drawn; the lot too, from a seed that says nothing of the one that drew the numbers."""
    units = min(map(len, rows))
    design = plan.design_for(len(rows), units, wish.most)
    names = list(dict.fromkeys(name for row in rows for name in row))
    question = wish.question.strip() or (STARRED if wish.mode == "stars" else QUESTION)
    more: dict[str, Any] = {"lot": int(rng.integers(2**31))}
    if wish.mode == "pairs":
        more["plan"] = plan.pairs(rows, design, rng)
    elif wish.mode == "stars":
        more["order"] = tuple(names[n] for n in rng.permutation(len(names)))
    else:
        more["bracket"] = tuple(int(n) for n in rng.permutation(len(rows)))
    return Set(
        id=values.fresh(), question=question, medium=medium, mode=wish.mode, design=design, media=tuple(rows), **more
    )


def _told(made: Set) -> Iterable[str]:
    units = min(map(len, made.media))
    if made.mode == "pairs" and units < made.design.most:
        yield f"There are {units} pairs of media for two settings; each is shown up to twice, sides exchanged."


# ---------------------------------------------------------------- like with like


def matched(groups: Sequence[Group], notes: list[str]) -> list[tuple[Source, ...]]:
    """The results of each setting so that the same place is the same prompt and seed; else the same prompt, else the
    same name of the file, else simply in order. `notes` hears what was left out."""
    for unit in (_by_seed, _by_prompt, _by_name):
        rows = [unit(group.sources) for group in groups]
        shared = [key for key in rows[0] if all(key in row for row in rows)]
        if shared:
            lost = sum(len(row) - len(shared) for row in rows)
            notes += [f"{lost} results have no counterpart in every setting and are left out."] if lost else []
            return [tuple(row[key] for key in shared) for row in rows]
    count = min(len(group.sources) for group in groups)
    notes.append(
        "The results have neither seeds nor names in common, so they are compared in the order of their names."
    )
    return [group.sources[:count] for group in groups]


def _by_seed(found: Sequence[Source]) -> dict[Any, Source]:
    names = [name for one in found for name in one.asked if _is_unit(name) and name != "parent"]
    return _keyed(found, lambda one: tuple(_text(one.asked.get(name)) for name in dict.fromkeys(sorted(names))))


def _by_prompt(found: Sequence[Source]) -> dict[Any, Source]:
    return _keyed(found, lambda one: one.asked.get("prompt", ""))


def _by_name(found: Sequence[Source]) -> dict[Any, Source]:
    return {one.path.stem: one for one in found}


def _keyed(found: Sequence[Source], of: Callable[[Source], Any]) -> dict[Any, Source]:
    """The results by what they share and which of those they are; nothing when not all have recipes."""
    if not all(one.asked for one in found):
        return {}
    seen: dict[Any, int] = {}
    rows = {}
    for one in found:
        unit = of(one)
        seen[unit] = seen.get(unit, 0) + 1
        rows[unit, seen[unit]] = one
    return rows


def _unlike(
    rows: list[tuple[str, ...]], units: list[tuple[Source, ...]], notes: list[str]
) -> tuple[list[tuple[str, ...]], list[tuple[Source, ...]]]:
    """Without the units whose media are the same in two settings: there is nothing to choose between."""
    kept = [n for n in range(len(rows[0])) if len({row[n] for row in rows}) == len(rows)]
    lost = len(rows[0]) - len(kept)
    if not kept:
        raise Refused("bad-request", "The results of the settings are the same, bit for bit: there is nothing to rate.")
    notes += [f"{lost} pairs are left out because both sides are the same, bit for bit."] if lost else []
    return [tuple(row[n] for n in kept) for row in rows], [tuple(row[n] for n in kept) for row in units]


# ---------------------------------------------------------------- parts


def _stripped(units: Sequence[Sequence[Source]], heed: Heed) -> tuple[dict[str, bytes], dict[Path, str]]:
    """The media without their recipes by the names they get, and those names by the files they came from."""
    data: dict[str, bytes] = {}
    names: dict[Path, str] = {}
    paths = list(dict.fromkeys(one.path for row in units for one in row))
    for n, path in enumerate(paths, 1):
        content, suffix = bare.bare(path)
        names[path] = f"{folder.digest(content)}{suffix}"
        data[names[path]] = content
        heed(n, len(paths))
    return data, names


def _medium(rows: Sequence[Sequence[str]]) -> Medium:
    """What all are. Refused when they are not one medium."""
    found = {KINDS[Path(name).suffix] for row in rows for name in row}
    if len(found) > 1:
        raise Refused(
            "bad-request", f"Only one medium at a time can be rated; these are {' and '.join(sorted(found))}."
        )
    return found.pop()


def _fits(place: Path, groups: Sequence[Group], wish: Wish) -> None:
    """Refused before any work where there is nothing to rate or no place for it."""
    if len(groups) < 2:
        raise Refused(
            "bad-request", "There is only one setting, so there is nothing to compare; choose results of two."
        )
    if len(groups) > values.MOST_SETTINGS:
        raise Refused("bad-request", f"These are {len(groups)} settings; {values.MOST_SETTINGS} is the most.")
    if sum(len(group.sources) for group in groups) > values.MOST_MEDIA:
        raise Refused("bad-request", f"These are too many results; {values.MOST_MEDIA} is the most.")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise Refused("bad-request", f"{place} is there already and not empty; name a new folder for the set.")
    if len(wish.question) > 500:
        raise Refused("bad-request", "The question is too long: 500 characters are the most.")
    names = [group.name for group in groups]
    if len(set(names)) < len(names):
        raise Refused("bad-request", "Two settings have the same name; give each its own.")


def _is_unit(name: str) -> bool:
    return name.split(".")[0].split(" ")[0] in UNITS


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _natural(path: Path) -> list[Any]:
    return [int(part) if part.isdigit() else part.casefold() for part in re.split(r"(\d+)", str(path))]


def _hidden(path: Path, place: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(place).parts)
