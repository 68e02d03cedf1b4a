"""project set, remove, split: changing what is laid out."""

from argparse import Namespace
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import msgspec

from app.cli import make
from app.cli.project import say
from app.cli.project_add import options
from app.cli.project_words import Sheet, clip_named, length, moment, opened, owner_named
from app.core.timeline import edit, making, schema
from app.core.timeline.edit import with_timeline
from app.core.timeline.values import Ask, Clip, Look, Project, Time, Timeline, Title, Track
from engines.contract import Refused

replace = msgspec.structs.replace

LENGTHS = ("length", "offset", "fade_in", "fade_out")
HELD = {"clips", "lanes", "takes", "id", "timelines", "media", "version", "tracks", "markers", "tempos", "metres"}


def change(args: Namespace) -> int:
    """Change fields of the project, the timeline, a track or a clip."""
    sheet = opened(args.project)
    for word in args.fields:
        field, sign, text = word.partition("=")
        if not sign:
            raise Refused("bad-request", f"{word!r} says nothing: write FIELD=VALUE.")
        sheet = sheet._replace(project=_changed(args, sheet, field.strip(), text))
    sheet.save_project(schema.checked(sheet.project, sheet.project.name))
    say(args, {"event": "changed", "what": args.what}, args.what)
    return 0


def _changed(args: Namespace, sheet: Sheet, field: str, text: str) -> Project:
    if args.what == "project":
        return _with(sheet.project, field, text)
    if args.what == "timeline":
        return with_timeline(sheet.project, _on_timeline(sheet, field, text))
    owner = owner_named(sheet.timeline, args.what)
    if isinstance(owner, Track):
        fields = _fields(_with(owner, field, text), ("clips", "lanes"))
        return with_timeline(sheet.project, edit.change_track(sheet.timeline, owner.id, **fields))
    return with_timeline(sheet.project, _on_clip(args, sheet, owner, (field, text)))


def _on_timeline(sheet: Sheet, field: str, text: str) -> Timeline:
    if field != "span":
        return _with(sheet.timeline, field, text)
    first, _, last = text.partition("-")
    ends = moment(first, sheet.clock), moment(last, sheet.clock, sheet.timeline.end)
    return replace(sheet.timeline, span=ends if text.strip() else None)


def _on_clip(args: Namespace, sheet: Sheet, clip: Clip, said: tuple[str, str]) -> Timeline:
    field, text = said
    timeline, clock = sheet.timeline, sheet.clock
    if field == "start":
        return edit.move_clips(timeline, [clip.id], moment(text, clock, timeline.end) - clip.start)
    if field == "take":
        return making.chosen(timeline, clip.id, _take(clip, text))
    if field in LENGTHS:
        return edit.change_clip(timeline, clip.id, **{field: length(text, clock, clip.start)})
    for name, kind in (("look", Look), ("title", Title), ("ask", Ask)):
        part = getattr(clip, name)
        own, named = field.removeprefix(f"{name}."), field.startswith(f"{name}.")
        if part is not None and own in kind.__struct_fields__ and (named or own not in Clip.__struct_fields__):
            return edit.change_clip(timeline, clip.id, **{name: _with(part, own, text)})
    if field.startswith("option.") and clip.ask is not None:
        ask = replace(clip.ask, options=clip.ask.options | _option(args, clip.ask.engine, f"{field[7:]}={text}"))
        return edit.change_clip(timeline, clip.id, ask=ask)
    return edit.change_clip(timeline, clip.id, **_fields(_with(clip, field, text)))


def _take(clip: Clip, word: str) -> str:
    """A take's id: by it, or by its number, from 1."""
    if word.isdigit() and 1 <= int(word) <= len(clip.takes):
        return clip.takes[int(word) - 1].id
    if all(take.id != word for take in clip.takes):
        raise Refused("bad-request", f"{making.called(clip)} has {len(clip.takes)} takes: name one by its number.")
    return word


def _option(args: Namespace, engine: str, word: str) -> dict[str, Any]:
    tools = make.bench(args)
    with tools.host:
        return options(make.card_of(tools, engine), [word])


def _fields(one: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__ if name not in ("id", *without)}


def _with(one: Any, field: str, text: str) -> Any:
    """A value with another field, as its kind reads it. Refused('bad-request') for a field or a value there is none
    of."""
    known = [name for name in one.__struct_fields__ if name not in HELD]
    if field not in known:
        raise Refused("bad-request", f"There is no field {field!r} to be set; there are: {', '.join(known)}.")
    old = getattr(one, field)
    try:
        return msgspec.convert(
            _plain(one) | {field: _read(old)(text.strip())}, type(one), strict=True, dec_hook=lambda _, value: value
        )
    except (ValueError, ZeroDivisionError, msgspec.ValidationError):
        kind = type(old).__name__.lower()
        raise Refused("bad-request", f"{field} cannot be {text!r}: it is a {kind} such as {old}.") from None


def _plain(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _read(old: Any) -> Callable[[str], Any]:
    """How a text is read as what a field holds."""
    if isinstance(old, bool):
        return lambda text: {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[text]
    return {int: int, float: float, Fraction: Fraction}.get(type(old), str)


def remove(args: Namespace) -> int:
    """Take clips, tracks and markers away."""
    sheet = opened(args.project)
    timeline = sheet.timeline
    for word in args.what:
        marker = next((one for one in timeline.markers if word in (one.id, one.name)), None)
        if marker is not None:
            timeline = edit.remove_marker(timeline, marker.id)
            continue
        owner = owner_named(timeline, word)
        if isinstance(owner, Track):
            timeline = edit.remove_track(timeline, owner.id)
        else:
            timeline = edit.remove_clips(timeline, [owner.id], args.ripple)
    sheet.save(timeline)
    say(args, {"event": "removed", "what": args.what}, ", ".join(args.what))
    return 0


def split(args: Namespace) -> int:
    """Cut a clip in two."""
    sheet = opened(args.project)
    clip = clip_named(sheet.timeline, args.clip)
    at: Time = moment(args.at, sheet.clock)
    if not clip.start < at < clip.end:
        raise Refused("bad-request", f"{making.called(clip)} does not lie over {args.at}: it cannot be cut there.")
    after = edit.split(sheet.timeline, [clip.id], at)
    before = {one.id for track in sheet.timeline.tracks for one in track.clips}
    new = next(one for track in after.tracks for one in track.clips if one.id not in before)
    sheet.save(after)
    say(args, {"event": "split", "clip": clip.id, "second": new.id}, new.id)
    return 0
