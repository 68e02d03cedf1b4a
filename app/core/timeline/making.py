"""Clips made in place: the request of a clip, what is to become of its result, and in which order clips are made.

    order = made(scene, clip, card)            # an Order: the request, and the Errand that says what it is for
    media = finished(order.errand, result, scene.read)
    timeline = placed(timeline, order.errand, take_of(order.errand, name, facts))

An errand is plain data, so that it outlives the program while its job waits. What else can be done to a clip than to
generate it (a part anew, longer, varied) is in `app.core.timeline.ways`.
"""

import time
from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from app.core import forecast as forecasts
from app.core.send import start_media
from app.core.target import grey
from app.core.timeline import edit, fineness, fit, states
from app.core.timeline.clock import Clock
from app.core.timeline.inputs import Read, Scene, Span, cut, drawn, fed, frame_of, joined
from app.core.timeline.prompts import Hear, prompt_of
from app.core.timeline.values import ZERO, Ask, Clip, ControlFeed, Medium, Project, Take, Time, Timeline, Way, new_id
from engines import contract
from engines.contract import (
    Adapter,
    Control,
    EngineCard,
    Estimate,
    Image,
    Info,
    Media,
    Mesh,
    Refused,
    Request,
    Video,
    medium_of,
)

replace = msgspec.structs.replace


class Cut(Struct, frozen=True):
    """A part of a media file of the project, in seconds."""

    media: str
    since: Time
    until: Time


class Join(Struct, frozen=True, omit_defaults=True):
    """How a take comes of a result: played `backwards`, of its frames `first` and `last` ones left away and so many
    kept that they are `lasting` seconds, of a sound its seconds `within`; laid between `before` and `after`."""

    backwards: bool = False
    first: int = 0
    last: int = 0
    lasting: Time | None = None
    within: tuple[Time, Time] | None = None
    before: Cut | None = None
    after: Cut | None = None


class Errand(Struct, frozen=True, omit_defaults=True):
    """What a job is for: the clip `clip` of the timeline `timeline`, made the way `way` of the ask `made`, whose print
    is `print`. The take lies `offset` from the clip's first moment; the clip is to reach from `start` to `end` and has
    `asked` as its offset and length then."""

    timeline: str
    clip: str
    made: Ask
    print: str
    start: Time
    end: Time
    way: Way = "generate"
    draft: bool = False
    offset: Time = ZERO
    asked: tuple[Time, Time] = (ZERO, ZERO)
    join: Join | None = None


class Order(NamedTuple):
    """A request, checked by its engine, and what it is for."""

    request: Request
    errand: Errand


# ---------------------------------------------------------------- the request


def made(scene: Scene, clip: Clip, card: EngineCard, *, draft: bool = False) -> Order:
    """A clip as its ask wants it. Refused('bad-request') where the engine cannot do that, or an input is missing."""
    from app.core.timeline import ways  # which make their requests with what is here

    bridging = bridges(asked(clip))
    if bridging and card.info.medium == "audio":
        return ways.bridged_sound(scene, clip, card, draft=draft)
    request = request_of(scene, clip, card, draft=draft)
    if bridging and card.info.medium == "video":
        return ways.bridged_clip((scene, clip, card), request, errand_of(scene, clip, "bridge", draft=draft))
    fit.must_last(card, clip)
    return Order(contract.ready(card, request), errand_of(scene, clip, "generate", draft=draft))


def bridges(ask: Ask) -> bool:
    """Whether a clip leads from one clip to another."""
    return ask.start is not None and ask.last is not None and bool(ask.start.clip and ask.last.clip)


def asked(clip: Clip) -> Ask:
    """What a clip is to be made of. Refused('bad-request') for one that is not made."""
    if clip.ask is None or not clip.ask.engine:
        raise Refused("bad-request", f"{called(clip)} is not made by an engine: choose one for it first.")
    return clip.ask


def called(clip: Clip) -> str:
    """What a sentence calls a clip."""
    return f"The clip {clip.name!r}" if clip.name else "The clip"


def errand_of(scene: Scene, clip: Clip, way: Way, *, draft: bool = False) -> Errand:
    """The errand of a clip that stays where it is and is made as it is now."""
    return Errand(
        timeline=scene.timeline.id,
        clip=clip.id,
        made=asked(clip),
        print=states.fingerprint(scene.project, scene.timeline, clip),
        start=clip.start,
        end=clip.end,
        way=way,
        draft=draft,
        offset=clip.offset,
        asked=(clip.offset, clip.length),
    )


def request_of(scene: Scene, clip: Clip, card: EngineCard, *, draft: bool = False) -> Request:
    """The request that a clip's ask makes of its engine, not yet checked: its media cut as they are shown, its lanes
    as curves over the run, its size and length as near to the project's as the engine can make them."""
    ask, info = asked(clip), card.info
    request = outline(scene.project, scene.timeline, clip, card, draft=draft, hear=_hear(scene, clip))
    start = None if ask.start is None else begun(info, fed(scene, ask.start))
    controls = tuple(
        replace(control, media=_control(scene, card, one))
        for control, one in zip(request.controls, ask.controls, strict=True)
    )
    request = replace(
        request,
        start=start,
        last=None if ask.last is None else frame_of(fed(scene, ask.last)),
        mask=None if ask.mask is None else mask_of(frame_of(fed(scene, ask.mask)), start),
        controls=controls,
    )
    if not states.deciding(clip):
        return request
    from app.core.timeline import driven  # which listens to sounds: slow to import

    return driven.driven(scene, clip, card, request)


def _hear(scene: Scene, clip: Clip) -> Hear | None:
    """What steers the words over a clip; None where nothing has to be listened to."""
    if not states.heard(scene.timeline, clip):
        return None
    from app.core.timeline import driven

    return lambda one: driven.hearing(scene, one)


def outline(
    project: Project,
    timeline: Timeline,
    clip: Clip,
    card: EngineCard,
    *,
    draft: bool = False,
    hear: Hear | None = None,
) -> Request:
    """The request of a clip without its media and curves: the least pictures stand for them, and silence for what
    words would `hear`."""
    ask, nothing = asked(clip), Image(np.zeros((1, 1, 3), np.uint8))
    clock, (seed, travel) = Clock(timeline, project.fps), fit.noise_of(card, ask)
    length, options = fit.length_of(card, clip), fit.options_of(card, clip, clock, draft)
    told = {param.name: param.default for param in card.params} | options
    points = fineness.points(card.info.along or "step", told, length)
    return Request(
        engine=card.info.name,
        prompt=ask.prompt or prompt_of(timeline, clip, card, hear, points),
        negative=ask.negative if "negative" in card.info.takes else "",
        seed=seed,
        travel=travel,
        size=fit.size_of(card.info, ask.size, project, draft),
        length=length,
        options=options,
        controls=tuple(Control(one.kind, nothing, one.strength, one.feed.make, one.options) for one in ask.controls),
        adapters=tuple(Adapter(name, weight) for name, weight in ask.adapters.items()),
        start=nothing if ask.start is not None else None,
        strength=ask.strength,
    )


def begun(info: Info, media: Media) -> Media:
    """A start as the engine takes it: of a clip its first frame, or its sound, where it begins from such."""
    kinds = start_media(info)
    if medium_of(media) in kinds or not kinds:
        return media
    if "image" in kinds and isinstance(media, Video):
        return frame_of(media)
    if "video" in kinds and isinstance(media, Image):
        return Video(media.pixels[None], 1.0)
    if "audio" in kinds and isinstance(media, Video) and media.sound is not None:
        return media.sound
    raise Refused("bad-request", f"{info.title} begins from {' or '.join(kinds)}; the input is {medium_of(media)}.")


def _seen(card: EngineCard, kind: str, media: Media) -> Media:
    """What a control is given: of a clip its first frame where the engine wants a picture."""
    wanted = next((one.medium for one in card.info.controls if one.kind == kind), None)
    if wanted is None:
        known = ", ".join(one.kind for one in card.info.controls) or "none"
        raise Refused("bad-request", f"{card.info.title} has no control {kind!r}; its controls are: {known}.")
    return frame_of(media) if wanted == "image" and isinstance(media, Video) else media


def _control(scene: Scene, card: EngineCard, one: ControlFeed) -> Media:
    """What a control is given; a surface where a picture is wanted is drawn."""
    wanted = {known.kind: known.medium for known in card.info.controls}.get(one.kind)
    media = fed(scene, one.feed)
    if isinstance(media, Mesh) and wanted in ("image", "video") and one.feed.clip:
        media = drawn(scene, scene.clip(one.feed.clip))
    return _seen(card, one.kind, media)


def mask_of(picture: Image, start: Media | None) -> Image:
    """A picture as a mask, as large as the start."""
    if not isinstance(start, Image):
        raise Refused("bad-request", "A mask says what of a picture is made anew: choose a picture as the start too.")
    return Image(grey(picture, (start.pixels.shape[1], start.pixels.shape[0])))


# ---------------------------------------------------------------- the result


def finished(errand: Errand, result: Media, read: Read) -> Media:
    """The take that comes of a result, joined to what it goes on from."""
    join = errand.join
    if join is None:
        return result
    parts = [_part(join.before, read), _trimmed(result, join), _part(join.after, read)]
    like = next((part for part in parts[::2] if part is not None), result)
    if join.lasting is not None and isinstance(parts[1], Video):
        fps = like.fps if isinstance(like, Video) else parts[1].fps
        parts[1] = _lasting(parts[1], join.lasting, fps)
    return joined([part for part in parts if part is not None], like)


def _trimmed(result: Media, join: Join) -> Media:
    if isinstance(result, Video):
        frames = result.frames[:: -1 if join.backwards else 1]
        sound = None if join.backwards else result.sound
        return Video(frames[join.first : len(frames) - join.last], result.fps, sound)
    return cut(result, Span(*join.within)) if join.within is not None else result


def _lasting(clip: Video, seconds: Time, fps: float) -> Video:
    """A clip of exactly so many seconds at that pace: its frames are told apart evenly."""
    count = max(1, round(seconds * Fraction(fps).limit_denominator(1001)))
    places = ((np.arange(count) + 0.5) * len(clip.frames) / count).astype(int)
    return Video(clip.frames[places], fps, clip.sound)


def _part(part: Cut | None, read: Read) -> Media | None:
    return None if part is None or part.since >= part.until else cut(read(part.media), Span(part.since, part.until))


def take_of(errand: Errand, media: str, facts: Medium, run: str = "") -> Take:
    """The take of an errand, whose media lie in the project under that name."""
    return Take(
        media,
        facts.length,
        errand.way,
        errand.made,
        errand.print,
        run,
        errand.draft,
        errand.offset,
        errand.asked,
        time.time(),
    )


def placed(timeline: Timeline, errand: Errand, take: Take) -> Timeline:
    """The timeline with a take in its clip, which reaches as far as it was meant to where there is room. A clip that
    has gone meanwhile leaves the timeline as it is."""
    try:
        clip = edit.clip_of(timeline, errand.clip)
    except KeyError:
        return timeline
    timeline = edit.add_take(timeline, clip.id, take)
    if clip.ask is not None and replace(clip.ask, seed=errand.made.seed) == errand.made:
        timeline = edit.change_clip(timeline, clip.id, ask=errand.made)  # a retake has its own seed
    wider = errand.start < clip.start or errand.end > clip.end
    if errand.way == "extend" and wider:
        try:
            return edit.trim(timeline, clip.id, min(errand.start, clip.start), max(errand.end, clip.end))
        except Refused:
            return timeline  # something else lies there by now
    return timeline


def chosen(timeline: Timeline, clip: str, take: str) -> Timeline:
    """The timeline with another take of a clip shown, and the clip asking for what that take was made of."""
    one = edit.clip_of(timeline, clip)
    found = next(each for each in one.takes if each.id == take)
    ask = found.made if found.made is not None and one.ask is not None else one.ask
    return edit.change_clip(timeline, clip, take=take, ask=ask)


def twin(project: Project, timeline: Timeline, clip: Clip, *, draft: bool = False) -> Take | None:
    """The take of another clip that asks for the very same: the same bytes would come. None where there is none."""
    wanted = states.fingerprint(project, timeline, clip)
    for track in timeline.tracks:
        for one in track.clips:
            for take in one.takes if one.id != clip.id else ():
                if take.print == wanted and take.draft == draft and take.way in ("generate", "bridge"):
                    return replace(take, id=new_id(), offset=clip.offset, asked=(clip.offset, clip.length))
    return None


# ---------------------------------------------------------------- what is to be made


def order(
    project: Project, timeline: Timeline, clips: Collection[str] | None = None, *, draft: bool = False
) -> list[str]:
    """The ids of the clips that are to be made, those that others are made of first: all that are empty or stale, or
    those of `clips` and what they need; drafts too, where finals are wanted. Refused('bad-request') for a circle."""
    rows = [clip for track in timeline.tracks for clip in track.clips]
    by_id = {clip.id: clip for clip in rows}
    unmade = ("empty", "stale") if draft else ("empty", "stale", "draft")
    found: list[str] = []
    seen: set[str] = set()

    def visit(clip: Clip, forced: bool) -> None:
        if clip.id in seen:
            return
        wanted = clip.ask is not None and (forced or states.state(project, timeline, clip) in unmade)
        seen.add(clip.id)
        for source in states.sources(timeline, clip) if wanted else ():
            if source in by_id:
                visit(by_id[source], False)
        if wanted:
            found.append(clip.id)

    for clip in rows:
        if clips is None or clip.id in clips:
            visit(clip, clips is not None)
    return found


def waits_for(project: Project, timeline: Timeline, clip: Clip) -> list[str]:
    """The clips that this one is made of and that are still to be made, or made anew."""
    rows = {one.id: one for track in timeline.tracks for one in track.clips}
    sources = [rows[id] for id in states.sources(timeline, clip) if id in rows]
    return [one.id for one in sources if states.state(project, timeline, one) in ("empty", "stale")]


def forecast_of(
    project: Project,
    timeline: Timeline,
    clip: Clip,
    card: EngineCard,
    runs: tuple[forecasts.Run, ...],
    *,
    draft: bool = False,
    told: Estimate | None = None,
) -> forecasts.Forecast:
    """What a clip will take, as earlier runs of its engine took; nothing known of one that cannot be made."""
    try:
        request = outline(project, timeline, clip, card, draft=draft)
    except Refused:
        return forecasts.Forecast()
    return forecasts.forecast(runs, card, request, told or Estimate())
