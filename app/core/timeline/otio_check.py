"""Whether the JSON of an OpenTimelineIO file is built as its schemas say. The library's own reader trusts that parts
are where they belong and ends the process where they are not."""

import math
from typing import Any

import msgspec

ITEMS = ("Clip", "Gap", "Transition", "Stack", "Track", "Timeline", "SerializableCollection")
REFERENCES = ("MissingReference", "ExternalReference", "GeneratorReference", "ImageSequenceReference")
EFFECTS = ("Effect", "TimeEffect", "LinearTimeWarp", "FreezeFrame")
LISTS = {"children": ITEMS, "markers": ("Marker",), "effects": EFFECTS}
TIMES = {"source_range": "TimeRange", "available_range": "TimeRange", "marked_range": "TimeRange"}
TIMES |= {"start_time": "RationalTime", "duration": "RationalTime", "global_start_time": "RationalTime"}
TIMES |= {"in_offset": "RationalTime", "out_offset": "RationalTime"}
NEEDED = ("start_time", "duration", "marked_range", "in_offset", "out_offset")  # never null
FREE = ("metadata", "parameters")  # anything may be in there
DEEPEST = 60


def check(text: bytes) -> None:
    """Raises ValueError (in words) when a part is not what its place asks for."""
    found = msgspec.json.decode(text)
    if not isinstance(found, dict) or kind(found) not in ITEMS:
        raise ValueError("it holds no edit")
    _object(found, 0)


def kind(found: Any) -> str:
    """The name of an object's schema ('Clip'), '' where it is none."""
    name = found.get("OTIO_SCHEMA", "") if isinstance(found, dict) else ""
    return name.partition(".")[0] if isinstance(name, str) else ""


def _object(found: dict[str, Any], depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("its parts lie within each other without an end")
    for key, value in found.items():
        if key in FREE:
            if not isinstance(value, dict) and value is not None:
                raise ValueError(f"its {key} is no dictionary")
            continue
        for part in _parts(found, key, value):
            _object(part, depth + 1)
    if kind(found) == "RationalTime":
        _time(found)


def _parts(found: dict[str, Any], key: str, value: Any) -> list[dict[str, Any]]:
    """The objects in a field, which are of the kinds that may be there."""
    if key in LISTS:
        return _of([*value] if isinstance(value, list) else [None], LISTS[key], key)
    if key == "tracks":
        return _of([value], ("Stack",), key)
    if key == "media_references":
        return _of([*value.values()] if isinstance(value, dict) else [None], REFERENCES, key)
    if key == "media_reference":
        return _of([value], REFERENCES, key) if value is not None else []
    if key in TIMES:
        return [] if value is None and key not in NEEDED else _of([value], (TIMES[key],), key)
    if key == "enabled" and not isinstance(value, bool):
        raise ValueError("its enabled is neither true nor false")
    if key in ("name", "kind", "target_url", "generator_kind", "OTIO_SCHEMA") and not isinstance(value, str):
        raise ValueError(f"its {key} is no text")
    if isinstance(value, dict) and kind(value):
        return [value]
    return []


def _of(parts: list[Any], kinds: tuple[str, ...], key: str) -> list[dict[str, Any]]:
    for part in parts:
        if kind(part) not in kinds:
            raise ValueError(f"its {key} holds something that does not belong there")
    return parts


def _time(found: dict[str, Any]) -> None:
    for key in ("value", "rate"):
        number = found.get(key)
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ValueError("one of its times is no number")
    if not 0 < found["rate"] <= 1e6 or abs(found["value"]) > 1e12:
        raise ValueError("one of its times is out of range")
