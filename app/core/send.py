"""Which engine can take a result, and as what: by what the engines declare, nobody is asked for by name."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engines.contract import EngineCard, Info, Medium, Param

START: dict[Medium, Medium] = {"image": "image", "audio": "audio", "video": "image", "mesh": "mesh"}
ENDS = (("from", "to"), ("start", "end"), ("start", "stop"), ("begin", "end"), ("in", "out"))


class Way(Struct, frozen=True):
    """A result of `medium` can go to `engine`: as its start (`control` empty) or as its control input of that kind."""

    engine: str
    medium: Medium
    control: str = ""


def start_medium(info: Info) -> Medium | None:
    """What the engine begins from: its own medium, a clip from a picture. None when it takes no start."""
    return START[info.medium] if "start" in info.takes else None


def ways(cards: Mapping[str, EngineCard], medium: str) -> list[Way]:
    """Every way for a result of `medium`, starts first; engines that cannot run are left out."""
    able = [card.info for card in cards.values() if not card.missing]
    starts = [Way(info.name, START[info.medium]) for info in able if start_medium(info) == medium]
    controls = [
        Way(info.name, control.medium, control.kind)
        for info in able
        for control in info.controls
        if control.medium == medium
    ]
    return starts + controls


def time_range(params: Sequence[Param]) -> tuple[Param, Param] | None:
    """The two options, in seconds, between which an engine changes its start; None when it has none.

    They are called 'from' and 'to', 'start' and 'end' or the like, perhaps after one common word ('repaint_from',
    'repaint_to').
    """
    seconds = {param.name: param for param in params if param.kind == "float" and param.unit in ("s", "seconds")}
    for name, param in seconds.items():
        stem, _, last = name.rstrip("_").rpartition("_")
        for first, second in ENDS:
            other = seconds.get(f"{stem}_{second}" if stem else second)
            if last == first and other is not None:
                return param, other
    return None
