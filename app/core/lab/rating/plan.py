"""What will be asked: which pairs, in which order, on which side. Drawn from a generator that is handed in."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from app.core.lab.preference import Design
from app.core.lab.rating.values import Pair

LOOKS = 5  # for which the rule's critical value is made


def design_for(settings: int, units: int, most: int | None = None) -> Design:
    """How the rating of so many settings goes: fewer votes on each pair where there are many pairs, and no pair of
    media more than twice (once from each side). `most` is how often each pair of settings is asked for, at most."""
    block = 6 if settings <= 3 else 3 if settings == 4 else 2 if settings <= 6 else 1
    most = max(1, min(most or LOOKS * block, 2 * units))
    return Design(settings, block=max(1, min(block, -(-most // LOOKS))), most=most)


def pairs(media: Sequence[Sequence[str]], design: Design, rng: np.random.Generator) -> tuple[Pair, ...]:
    """The pairs, so that after every block of the design each two settings have met as often as any others.

    Two settings meet on their units in a drawn order, every unit before any comes again, and again from the other
    side; each is on the left as often as on the right.
    """
    meetings = {two: _meetings((media[two[0]], media[two[1]]), two, design.most, rng) for two in _twos(len(media))}
    found: list[Pair] = []
    for start in range(0, design.most, design.block):
        part = [pair for each in meetings.values() for pair in each[start : min(start + design.block, design.most)]]
        found += _apart([part[n] for n in rng.permutation(len(part))])
    return tuple(found)


def _twos(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


def _meetings(
    media: tuple[Sequence[str], Sequence[str]], two: tuple[int, int], most: int, rng: np.random.Generator
) -> list[Pair]:
    units = min(len(media[0]), len(media[1]))
    order = rng.permutation(units)
    coins = rng.integers(2, size=-(-units // 2)).astype(bool)
    swapped = np.stack([coins, ~coins], 1).ravel()  # of two that follow each other one is swapped
    found = []
    for n in range(most):
        again, at = divmod(n, units)
        unit, swap = int(order[at]), bool(swapped[at]) ^ bool(again % 2)
        left, right = media[0][unit], media[1][unit]
        found.append(Pair(right, left, two[1], two[0]) if swap else Pair(left, right, *two))
    return found


def _apart(part: list[Pair]) -> list[Pair]:
    """The same pairs, so that no medium is seen twice in a row where that can be."""
    left, found = list(part), part[:0]
    while left:
        last = {found[-1].left, found[-1].right} if found else set()
        at = next((n for n, pair in enumerate(left) if not {pair.left, pair.right} & last), 0)
        found.append(left.pop(at))
    return found
