"""Which engine can take a result, and as what: by what the engines declare, nobody is asked for by name."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engines.contract import ControlKind, EngineCard, Info, Medium, Param

START: dict[Medium, Medium] = {"image": "image", "audio": "audio", "video": "image", "mesh": "mesh"}
ENDS = (("from", "to"), ("start", "end"), ("start", "stop"), ("begin", "end"), ("in", "out"))


class Way(Struct, frozen=True):
    """A result of `medium` can go to `engine`: as its start (`control` empty) or as its control input of that kind.

    `map` is what is made of it on the way ('depth' or 'normals' of a surface); '' sends it as it is, and the engine
    makes of it what that control usually wants.
    """

    engine: str
    medium: Medium
    control: str = ""
    map: str = ""


def start_media(info: Info) -> tuple[Medium, ...]:
    """What the engine begins from, the usual medium first: what it declares, or its own medium, a clip from a picture.
    () when it takes no start."""
    return (info.starts or (START[info.medium],)) if "start" in info.takes else ()


def ways(cards: Mapping[str, EngineCard], medium: str, maps: Sequence[str] = ()) -> list[Way]:
    """Every way for a result of `medium`, starts first; engines that cannot run are left out. `maps` can be made of
    it on the way: a control that wants one of them gets that, one that says nothing of itself may have any."""
    able = [card.info for card in cards.values() if not card.missing]
    starts = [Way(info.name, start) for info in able for start in start_media(info) if start == medium]
    controls = [
        Way(info.name, control.medium, control.kind, map)
        for info in able
        for control in info.controls
        if control.medium == medium
        for map in _on_the_way(control, maps)
    ]
    return starts + controls


def _on_the_way(control: ControlKind, maps: Sequence[str]) -> Sequence[str]:
    if not control.makes:
        return [map for map in maps if control.kind in (map, map.removesuffix("s"))] or [""]
    usual = control.makes[0]
    return [usual] if usual in maps else ["", *(map for map in maps if map in control.makes)] if not usual else [""]


def usual_make(info: Info, kind: str) -> str:
    """The map a control input begins with: what the engine makes of a picture that is given to it."""
    return next((control.makes[0] for control in info.controls if control.kind == kind and control.makes), "")


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
