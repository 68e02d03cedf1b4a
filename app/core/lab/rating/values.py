"""What a rating is made of, as values: the set that is sent out, its key that stays, and the votes that come back.

A set knows its settings by neutral numbers only. Which setting a number is, where its media came from and how they
were made is in the key.
"""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from app.core.lab.preference import Design
from engines.contract import Medium, Refused

VERSION = 1
MOST_SETTINGS = 64
MOST_MEDIA = 5000

Mode = Literal["pairs", "knockout", "stars"]
Said = Literal["first", "second", "tie", "both bad", "1", "2", "3", "4", "5"]
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Name = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\.(png|wav|mp4|mkv|webp|glb)$")]  # it cannot leave its folder
Number = Annotated[int, Meta(ge=0, lt=MOST_SETTINGS)]
Text = Annotated[str, Meta(max_length=500)]


class Pair(Struct, frozen=True, array_like=True):
    """Two media side by side, left and right, and the neutral numbers of their settings."""

    left: Name
    right: Name
    first: Number
    second: Number


class Set(Struct, frozen=True, kw_only=True):
    """What is sent out. `media` are the names of the media by neutral number, unit by unit.

    `plan` are the pairs in the order they are asked for, `order` the media to be rated by stars, and `bracket` the
    numbers as they enter the knock-out, whose units, sides and lots are drawn from `lot`.
    """

    id: Id
    question: Text
    medium: Medium
    mode: Mode
    design: Design
    media: Annotated[tuple[Annotated[tuple[Name, ...], Meta(min_length=1)], ...], Meta(min_length=1)]
    plan: tuple[Pair, ...] = ()
    order: tuple[Name, ...] = ()
    bracket: tuple[Number, ...] = ()
    lot: int = 0
    version: int = VERSION

    @property
    def names(self) -> tuple[str, ...]:
        """All media, each once."""
        return tuple(dict.fromkeys(name for row in self.media for name in row))


class Setting(Struct, frozen=True):
    """What a neutral number stands for: its name, and the recipe of its first medium, '' where it has none."""

    name: str
    recipe: str = ""


class Origin(Struct, frozen=True):
    """Where a medium came from: its file, and its run in the history, '' where it is none of it."""

    path: str
    run: str = ""


class Key(Struct, frozen=True, kw_only=True):
    """What stays with the sender. The set is in it as it was sent, so that nothing that comes back has to be trusted
    but the votes."""

    set: Set
    settings: tuple[Setting, ...]
    origins: dict[str, Origin]
    seed: int = 0
    version: int = VERSION


class Vote(Struct, frozen=True):
    """What was said to the question of that number: which side, or how many stars; `seconds` it took, `at` when
    (seconds since 1970)."""

    number: Annotated[int, Meta(ge=0)]
    said: Said
    seconds: float = 0.0
    at: float = 0.0


class Votes(Struct, frozen=True, kw_only=True):
    """The votes of one rater. `closed` once the result has been looked at: then nothing is taken back any more."""

    set: Id
    rater: Annotated[str, Meta(min_length=1, max_length=100)]
    session: Id
    votes: tuple[Vote, ...] = ()
    closed: bool = False
    version: int = VERSION

    @property
    def said(self) -> tuple[Said, ...]:
        return tuple(vote.said for vote in self.votes)


def fresh() -> str:
    """A new id."""
    return secrets.token_hex(16)


def read(data: bytes, kind: Any, name: str) -> Any:
    """A `Set`, `Key` or `Votes` from JSON. Raises Refused('bad-file') with one sentence that names the file."""
    what = {Set: "rating set", Key: "key", Votes: "file of votes"}[kind]
    try:
        told = msgspec.json.decode(data, type=_Versioned)
        if told.version > VERSION:
            raise Refused("bad-file", f"The {what} {name} was made by a newer Darkroom; update this one to open it.")
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refused("bad-file", f"{name} is no {what} that can be read: {error}.") from error
    if isinstance(found, Set | Key):
        _whole(found if isinstance(found, Set) else found.set, name)
    if isinstance(found, Key) and len(found.settings) != len(found.set.media):
        raise Refused("bad-file", f"The key {name} is damaged: it does not name every setting.")
    if isinstance(found, Votes) and [vote.number for vote in found.votes] != list(range(len(found.votes))):
        raise Refused("bad-file", f"The file of votes {name} is damaged: some votes are missing or twice there.")
    return found


class _Versioned(Struct):
    version: int = VERSION


def _whole(made: Set, name: str) -> None:
    """Refused when parts of the set do not fit together."""
    count, design = len(made.media), made.design
    known = set(made.names)
    right = (
        2 <= count <= MOST_SETTINGS and len(known) <= MOST_MEDIA,
        design.settings == count and 1 <= design.block <= design.most <= 1000 and design.alike > 0,
        all(p.left in known and p.right in known and p.first != p.second for p in made.plan),
        all(p.first < count and p.second < count for p in made.plan),
        set(made.order) <= known and 0 <= made.lot < 2**63,
        made.mode != "knockout" or sorted(made.bracket) == list(range(count)),
        made.mode != "stars" or sorted(made.order) == sorted(known),
        made.mode != "pairs" or len(made.plan) == design.most * count * (count - 1) // 2,
    )
    if not all(right):
        raise Refused("bad-file", f"The rating set {name} is damaged: its parts do not fit together. Ask for it again.")
