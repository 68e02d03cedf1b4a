"""Where a rating stands: what is asked next, how much there can be left, and whether enough is known. Pure functions of
the set and of what was said; nothing here says which setting leads."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from app.core.lab import preference
from app.core.lab.preference import Choice
from app.core.lab.rating.values import Said, Set
from engines.contract import Refused

STARS = ("1", "2", "3", "4", "5")
CHOICES = ("first", "second", "tie", "both bad")


class Ask(Struct, frozen=True):
    """A question: its number, the media shown (two, or one for stars) and the neutral numbers of their settings."""

    number: int
    media: tuple[str, ...]
    settings: tuple[int, ...]


class Standing(Struct, frozen=True):
    """`ask` is None when the rating is over; `done` questions are answered that count, `left` can come, at most.
    `early` says that the rule ended it before everything was asked."""

    ask: Ask | None
    done: int
    left: int
    early: bool = False


class Match(Struct, frozen=True):
    """A match of a knock-out: who goes on (None: nobody), and who leaves."""

    winner: int | None
    losers: tuple[int, ...] = ()


class Bracket(Struct, frozen=True):
    """A knock-out: what is asked next (None: it is over), the rounds as far as they are played, how many questions were
    answered, and who is left in the end (None: nobody)."""

    ask: Ask | None
    rounds: tuple[tuple[Match, ...], ...]
    done: int
    last: int | None = None


def answers(made: Set) -> tuple[str, ...]:
    """What can be said to a question of the set."""
    return STARS if made.mode == "stars" else CHOICES


def standing(made: Set, said: Sequence[Said]) -> Standing:
    """Where the rating stands after `said`. Refused('bad-file') when something was said that is no answer to it."""
    wrong = next((word for word in said if word not in answers(made)), None)
    if wrong is not None:
        raise Refused("bad-file", f"{wrong!r} is no answer to what was asked; these votes are of another rating.")
    if made.mode == "stars":
        ask = Ask(len(said), (made.order[len(said)],), ()) if len(said) < len(made.order) else None
        return Standing(ask, min(len(said), len(made.order)), max(0, len(made.order) - len(said)))
    return _knocked(made, said) if made.mode == "knockout" else _paired(made, said)


def _paired(made: Set, said: Sequence[Said]) -> Standing:
    """Looked at after every block and at no other time, as the design says."""
    design, plan = made.design, made.plan
    pairs = len(made.media) * (len(made.media) - 1) // 2
    for votes in range(design.block, design.most, design.block):
        done = votes * pairs
        if len(said) < done:
            break
        if preference.ended(tally(made, said[:done]), design, votes):
            return Standing(None, done, 0, early=True)
    if len(said) >= len(plan):
        return Standing(None, len(plan), 0)
    pair = plan[len(said)]
    ask = Ask(len(said), (pair.left, pair.right), (pair.first, pair.second))
    return Standing(ask, len(said), len(plan) - len(said))


def tally(made: Set, said: Sequence[Said]) -> np.ndarray:
    """Wins of row over column, (K, K), by neutral number."""
    votes: list[tuple[int, int, Choice]] = []
    for pair, word in zip(made.plan, said, strict=False):
        assert word in ("first", "second", "tie", "both bad")
        votes.append((pair.first, pair.second, word))
    return preference.tally(len(made.media), votes)


def _knocked(made: Set, said: Sequence[Said]) -> Standing:
    found = bracket(made, said)
    inside = len(made.media) - sum(len(match.losers) for one in found.rounds for match in one)
    return Standing(found.ask, found.done, max(1, inside - 1) if found.ask else 0)


def bracket(made: Set, said: Sequence[Said]) -> Bracket:
    """The knock-out so far. A tie is settled by lot, both bad leave; who has nobody to meet goes on."""
    inside, done = list(made.bracket), 0
    rounds: list[tuple[Match, ...]] = []
    while len(inside) > 1:
        played: list[Match] = []
        for n in range(0, len(inside) - 1, 2):
            ask = _match(made, done, (inside[n], inside[n + 1]))
            if done >= len(said):
                return Bracket(ask, (*rounds, tuple(played)), done)
            played.append(_settled(made, ask, said[done]))
            done += 1
        bye = [Match(inside[-1])] if len(inside) % 2 else []
        rounds.append((*bye, *played))  # who had a bye comes first: nobody has two in a row
        inside = [match.winner for match in rounds[-1] if match.winner is not None]
    return Bracket(None, tuple(rounds), done, inside[0] if inside else None)


def _match(made: Set, number: int, two: tuple[int, int]) -> Ask:
    rng = np.random.default_rng([made.lot, number])
    unit = int(rng.integers(min(len(made.media[one]) for one in two)))
    sides = two if rng.integers(2) else two[::-1]
    return Ask(number, tuple(made.media[one][unit] for one in sides), sides)


def _settled(made: Set, ask: Ask, word: Said) -> Match:
    first, second = ask.settings
    if word == "both bad":
        return Match(None, (first, second))
    if word == "tie":
        word = "first" if np.random.default_rng([made.lot, ask.number, 1]).integers(2) else "second"
    return Match(first, (second,)) if word == "first" else Match(second, (first,))
