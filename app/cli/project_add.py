"""project add: tracks, clips, lanes, markers, tempos and metres, so that a script can lay out a whole piece."""

from argparse import Namespace
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from app.cli import make, words
from app.cli.project import say
from app.cli.project_words import (
    LaneWords,
    Sheet,
    feed,
    lanes,
    length,
    moment,
    opened,
    owner_named,
    put_lanes,
    track_named,
)
from app.core.timeline import edit
from app.core.timeline.values import (
    ZERO,
    Ask,
    Clip,
    ControlFeed,
    Feed,
    Look,
    Marker,
    Metre,
    Take,
    Tempo,
    Title,
    Track,
    new_id,
)
from engines.contract import Curve, EngineCard, Refused, Value
from engines.prompt.values import read_value

replace = msgspec.structs.replace


def track(args: Namespace) -> int:
    """Add a track."""
    sheet = opened(args.project)
    told = {name: getattr(args, name) for name in ("gain", "pan", "opacity") if getattr(args, name) is not None}
    one = Track(args.kind, args.name, lanes=lanes(sheet, _laned(args), ZERO), **told)
    sheet.save(edit.add_track(sheet.timeline, one, args.place))
    say(args, {"event": "track", "id": one.id, "name": one.name}, one.id)
    return 0


def clip(args: Namespace) -> int:
    """Add a clip, or several alike one after the other."""
    sheet = opened(args.project)
    row = track_named(sheet.timeline, args.track)
    start = moment(args.at, sheet.clock, max((one.end for one in row.clips), default=ZERO))
    sheet, one = _shown(args, sheet, Clip(start, Fraction(1), args.name))
    sheet, one = _asked_for(args, sheet, one)
    one = _placed(args, sheet, one)
    one = replace(one, lanes=lanes(sheet, _laned(args), start))
    laid = _repeated(args, sheet, one)
    sheet.save(edit.add_clips(sheet.timeline, row.id, laid))
    for each in laid:
        told = {"id": each.id, "start": str(each.start), "length": str(each.length)}
        say(args, {"event": "clip", **told}, each.id)
    return 0


def lane(args: Namespace) -> int:
    """Move a number of a clip or track over time."""
    sheet = opened(args.project)
    owner = owner_named(sheet.timeline, args.owner)
    sheet.save(put_lanes(sheet, owner, _laned(args)))
    say(args, {"event": "lane", "owner": owner.id}, owner.id)
    return 0


def marker(args: Namespace) -> int:
    """Name a moment or a stretch."""
    sheet = opened(args.project)
    at = moment(args.at, sheet.clock, sheet.timeline.end)
    one = Marker(at, args.name, length(args.length, sheet.clock, at))
    sheet.save(edit.add_marker(sheet.timeline, one))
    say(args, {"event": "marker", "id": one.id}, one.id)
    return 0


def tempo(args: Namespace) -> int:
    """Another tempo from a moment on."""
    sheet = opened(args.project)
    beat = sheet.clock.beats(moment(args.at, sheet.clock))
    sheet.save(edit.set_tempo(sheet.timeline, Tempo(beat, args.bpm)))
    say(args, {"event": "tempo", "beat": str(beat)}, f"{float(args.bpm):g} bpm from beat {float(beat):g} on")
    return 0


def metre(args: Namespace) -> int:
    """Another metre from a bar on."""
    sheet = opened(args.project)
    sheet.save(edit.set_metre(sheet.timeline, Metre(args.bar - 1, *args.metre)))
    beats, unit = args.metre
    say(args, {"event": "metre", "bar": args.bar}, f"{beats}/{unit} from bar {args.bar} on")
    return 0


# ---------------------------------------------------------------- the parts of a clip


def _laned(args: Namespace) -> LaneWords:
    return LaneWords(args.lane, args.expression, args.modulate)


def _shown(args: Namespace, sheet: Sheet, one: Clip) -> tuple[Sheet, Clip]:
    """The clip with what it shows: a file's take, a title, words, a mesh; and how it lies in the frame."""
    look = Look(args.x, args.y, args.scale, args.rotation, args.opacity, args.blend, args.fit)
    one = replace(one, look=look, text=args.text, weight=args.weight, gain=args.gain, pan=args.pan, shows=args.shows)
    if args.title is not None:
        colours = {name: getattr(args, name) for name in ("colour", "outline", "background")}
        one = replace(one, title=Title(args.title.replace("\\n", "\n"), args.font, args.title_size, **colours))
    if args.mesh is not None:
        sheet, source = feed(sheet, args.mesh)
        one = replace(one, mesh=_surface(sheet, source))
    if args.file is not None:
        sheet, name = sheet.take_in(args.file)
        take = Take(name, sheet.project.media[name].length, note=args.file.name)
        one = replace(one, takes=(take,), take=take.id, name=one.name or args.file.stem)
    return sheet, one


def _surface(sheet: Sheet, source: Feed) -> str:
    """The media of a mesh: a file's, or of a clip the take it shows."""
    take = edit.clip_of(sheet.timeline, source.clip).shown if source.clip else None
    name = take.media if take is not None else source.media
    facts = sheet.project.media.get(name)
    if facts is None or facts.medium != "mesh":
        raise Refused("bad-request", "--mesh wants a mesh: its file, or a clip whose mesh is made already.")
    return name


def _placed(args: Namespace, sheet: Sheet, one: Clip) -> Clip:
    """The clip with its length, and how its take runs in it."""
    natural = next((take.length for take in one.takes), ZERO) / abs(args.speed or 1)
    lasts = length(args.length, sheet.clock, one.start) if args.length else natural
    if lasts <= 0 or not args.speed:
        raise Refused("bad-request", "The clip has no length: say how long it is with --length, and a speed but 0.")
    since = {name: length(getattr(args, name), sheet.clock, one.start) for name in ("offset", "fade_in", "fade_out")}
    return replace(one, length=lasts, speed=args.speed, loop=args.loop, **since)


def _repeated(args: Namespace, sheet: Sheet, one: Clip) -> list[Clip]:
    """The clip as often as it is wanted."""
    if not 1 <= args.repeat <= 10_000:
        raise Refused("bad-request", f"--repeat {args.repeat} is out of range: use 1 to 10000.")
    every = length(args.every, sheet.clock, one.start) if args.every else one.length
    if every <= 0:
        raise Refused("bad-request", f"--every {args.every} is no way on: use a length above 0.")
    return [one, *(replace(one, id=new_id(), start=one.start + n * every) for n in range(1, args.repeat))]


def _asked_for(args: Namespace, sheet: Sheet, one: Clip) -> tuple[Sheet, Clip]:
    if not args.engine:
        return sheet, one
    sheet, ask = asked(args, sheet)
    return sheet, replace(one, ask=ask)


def asked(args: Namespace, sheet: Sheet) -> tuple[Sheet, Ask]:
    """What the flags say a clip is to be made of. Refused('bad-request') for an engine or option there is none of."""
    tools = make.bench(args)
    with tools.host:
        card = make.card_of(tools, args.engine)
    sheet, start = _fed(sheet, args.start)
    sheet, last = _fed(sheet, args.last)
    sheet, mask = _fed(sheet, args.mask)
    controls = []
    for word in args.control:
        sheet, control = _control(card, sheet, word)
        controls.append(control)
    ask = Ask(
        card.info.name,
        args.prompt,
        args.negative,
        args.seed,
        args.size,
        options(card, args.set),
        options(card, args.draft),
        start,
        last,
        mask,
        strength=args.strength,
        controls=tuple(controls),
        adapters=dict(map(_weighed, args.lora)),
        round=length(args.round, sheet.clock, moment(args.at, sheet.clock)),
    )
    return sheet, ask


def _fed(sheet: Sheet, text: str | None) -> tuple[Sheet, Feed | None]:
    return feed(sheet, text) if text else (sheet, None)


def options(card: EngineCard, settings: Sequence[str]) -> dict[str, Value]:
    """NAME=VALUE as options of an engine. Refused('bad-request') for one it does not have."""
    found: dict[str, Value] = {}
    for word in settings:
        name, sign, text = word.partition("=")
        param = next((one for one in card.params if one.name == name.strip()), None)
        if not sign or param is None:
            known = ", ".join(one.name for one in card.params)
            raise Refused("bad-request", f"{card.info.name} has no option {name.strip()!r}; it has: {known}.")
        value = read_value(param, text.strip())
        if isinstance(value, Curve):
            raise Refused("bad-request", f"{name} over time is a lane: write --lane {name}=0:2,1:6.")
        found[param.name] = value
    return found


def _control(card: EngineCard, sheet: Sheet, word: str) -> tuple[Sheet, ControlFeed]:
    named, sign, rest = word.partition("=")
    kind, _, make_of = named.partition("+")
    known = [one.kind for one in card.info.controls]
    if not sign or kind not in known:
        told = ", ".join(known) or "none"
        raise Refused("bad-request", f"--control wants KIND=FEED; the kinds of {card.info.name} are: {told}.")
    source, text = words.split_strength(rest)
    sheet, found = feed(sheet, source, make_of)
    strength = words.read_strength(kind, text) if text else 1.0
    if isinstance(strength, Curve):
        raise Refused("bad-request", f"A strength over time is a lane: write --lane control:{kind}=0:1,2:0.")
    return sheet, ControlFeed(kind, found, strength)


def _weighed(word: str) -> tuple[str, float]:
    name, text = words.split_strength(word)
    weight = words.read_strength(name, text) if text else 1.0
    if isinstance(weight, Curve):
        raise Refused("bad-request", f"A weight over time is a lane: write --lane adapter:{name}=0:1,2:0.")
    return name, weight
