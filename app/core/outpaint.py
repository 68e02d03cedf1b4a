"""How far a picture may grow for an engine, and what its growth makes of a request. numpy only."""

import msgspec

from engines.contract import EngineCard, Request
from engines.outpaint import Growth, Margins, masked, padded

LARGEST = 8192  # pixels on a side where the engine names no limit


def grown(growth: Growth, request: Request, card: EngineCard) -> Request:
    """`request` whose start grows: told by what lies around it, at a size that takes it in, where the engine makes
    that; else the padded picture and its mask stand in the start's place."""
    info = card.info
    able = "size" in info.takes and (growth.whole in info.sizes or fits(growth.whole, info.size_rule))
    if growth.margins.any and not able:
        start, mask = padded(growth), masked(growth)
        return msgspec.structs.replace(request, start=start, mask=mask, around=Margins().around)
    moved = growth.margins.any or any(request.around)
    return msgspec.structs.replace(
        request,
        start=growth.start,
        mask=growth.mask,
        around=growth.margins.around,
        feather=growth.feather,
        fill=growth.fill,
        size=growth.whole if able and moved else request.size,
    )


def fits(size: tuple[int, int], rule: tuple[int, int, int] | None) -> bool:
    """Whether an engine of this size rule (min, max, multiple) makes `size`."""
    return rule is not None and all(rule[0] <= side <= rule[1] and side % rule[2] == 0 for side in size)


def settled(wanted: Margins, size: tuple[int, int], rule: tuple[int, int, int] | None, edge: str) -> Margins:
    """The margins that come nearest to `wanted` for a picture of `size` such that the engine makes the whole: only
    the sides that `edge` names ('left', 'top right' ...) give way, and none takes anything away."""
    low, high, step = rule or (1, LARGEST, 1)
    found = msgspec.structs.asdict(wanted)
    for first, second, length in (("left", "right", size[0]), ("top", "bottom", size[1])):
        moves = first if first in edge else second
        other = max(0, found[second if moves == first else first])
        room = high // step * step - length - other
        total = length + other + max(0, min(found[moves], room))
        found[moves] = max(
            0, min(-(-max(total, low) // step) * step if moves in edge else total, high) - length - other
        )
    return Margins(**found)
