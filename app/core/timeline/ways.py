"""What can be done to a clip beside making it: a part of it anew, longer on either side, varied, a gap bridged.

Each way is open where an engine's card declares what it needs: a range of seconds of its start that is made anew, a
start and a last picture, a mask, a start that is kept and gone on with. `able` tells which.
"""

from fractions import Fraction
from typing import Literal, NamedTuple

import msgspec

from app.core import outpaint
from app.core.send import start_media, time_range
from app.core.timeline import edit, states
from app.core.timeline.clock import Clock
from app.core.timeline.inputs import Scene, Span, cut, fed, frame_of, joined, shown, span_of
from app.core.timeline.making import (
    Cut,
    Errand,
    Join,
    Order,
    asked,
    begun,
    called,
    errand_of,
    mask_of,
    request_of,
)
from app.core.timeline.values import ZERO, Ask, Clip, Feed, Take, Time, Timeline, Way
from engines.contract import Audio, EngineCard, Image, Info, Media, Refused, Request, Value, Video, ready
from engines.outpaint import Growth, Margins

Side = Literal["left", "right"]
ONWARD = ("continue", "extend")  # what a choice is called that goes on with a start
CONTEXT = Fraction(3)  # seconds on each side of a gap in sound that the engine hears
BARS = 4  # of the same, where it thinks in bars
LARGEST = 2**63

replace = msgspec.structs.replace


def able(card: EngineCard) -> set[Way]:
    """The ways an engine can go, by what it declares."""
    info, kinds = card.info, start_media(card.info)
    found: set[Way] = {"generate"}
    if kinds and not info.keeps:
        found.add("vary")
    if info.medium == "audio" and "audio" in kinds:
        found |= {"region", "extend", "bridge"} if time_range(card.params) else set()
        found |= {"extend"} if _onward(card) or info.keeps else set()
    if info.medium == "image" and "image" in kinds and "mask" in info.takes:
        found |= {"region", "extend"} if info.size_rule and "size" in info.takes else {"region"}
    if info.medium == "video" and kinds:
        found |= {"region", "bridge"} if "last" in info.takes else set()
        found |= {"extend"} if "last" not in info.needs and {"image", "video"} & {*kinds} else set()
    return found


class _Work(NamedTuple):
    """A clip that something is done to, and the engine that does it."""

    scene: Scene
    clip: Clip
    card: EngineCard
    draft: bool

    def take(self, way: Way) -> Take:
        """The take it begins from. Refused('bad-request') where there is none, or the engine cannot go that way."""
        must(self.card, way)
        if self.clip.shown is None:
            raise Refused("bad-request", f"{called(self.clip)} has no take yet: make it first.")
        return self.clip.shown

    def request(self, **fields: object) -> Request:
        """What the clip asks for, without the inputs of its ask, and with `fields`."""
        bare = replace(self.clip, ask=replace(asked(self.clip), start=None, last=None, mask=None))
        return replace(request_of(self.scene, bare, self.card, draft=self.draft), **fields)  # type: ignore[arg-type]

    def errand(self, way: Way) -> Errand:
        return errand_of(self.scene, self.clip, way, draft=self.draft)

    def order(self, request: Request, errand: Errand) -> Order:
        return Order(ready(self.card, request), errand)


def must(card: EngineCard, way: Way) -> None:
    """Refused('bad-request') where the engine cannot go that way."""
    if way not in able(card):
        words = {"region": "make a part of a take anew", "extend": "make a take longer", "bridge": "bridge a gap"}
        words["vary"] = "begin from a take and vary it"
        raise Refused("bad-request", f"{card.info.title} cannot {words.get(way, way)}: choose another engine for it.")


# ---------------------------------------------------------------- again


def retaken(timeline: Timeline, clip: str, seed: int) -> Timeline:
    """The timeline with another seed for a clip: to be made again."""
    return edit.change_clip(timeline, clip, ask=replace(asked(edit.clip_of(timeline, clip)), seed=seed % LARGEST))


def varied(scene: Scene, clip: Clip, card: EngineCard, strength: float, *, seed: int, draft: bool = False) -> Order:
    """A clip that begins from its own take and leaves it as far as `strength` says, by another seed."""
    clip = replace(clip, ask=replace(asked(clip), seed=seed % LARGEST))
    work = _Work(_seeded(scene, clip), clip, card, draft)
    work.take("vary")
    start = begun(card.info, shown(scene, clip))
    return work.order(work.request(start=start, strength=strength), work.errand("vary"))


def _seeded(scene: Scene, clip: Clip) -> Scene:
    return scene._replace(timeline=edit.change_clip(scene.timeline, clip.id, ask=clip.ask))


# ---------------------------------------------------------------- a part anew


def region(scene: Scene, clip: Clip, card: EngineCard, *, draft: bool = False) -> Order:
    """The seconds `ask.region` of a clip's take made anew, or what the ask's mask marks of a picture."""
    work = _Work(scene, clip, card, draft)
    take = work.take("region")
    media = scene.read(take.media)
    if isinstance(media, Image):
        return _repainted(work, media)
    since, until = _region(clip, take)
    if isinstance(media, Video):
        return _spliced(work, media, Span(since, until))
    assert isinstance(media, Audio)
    errand = replace(work.errand("region"), offset=take.offset)
    return work.order(_ranged(work, media, Span(since, until)), errand)


def _region(clip: Clip, take: Take) -> tuple[Time, Time]:
    """The part, in seconds from the take's beginning."""
    found = asked(clip).region
    if found is None or not ZERO <= found[0] < found[1] <= clip.length:
        told = f"seconds from 0 to {float(clip.length):g} of {called(clip).lower()}"
        raise Refused("bad-request", f"No part is marked that could be made anew: choose {told}.")
    first = clip.offset - take.offset
    return first + found[0] * clip.speed, first + found[1] * clip.speed


def _repainted(work: _Work, picture: Image) -> Order:
    mask = asked(work.clip).mask
    if mask is None:
        raise Refused("bad-request", f"{called(work.clip)} has no mask: paint what is to be made anew.")
    marked = mask_of(frame_of(fed(work.scene, mask)), picture)
    return work.order(work.request(start=picture, mask=marked, strength=1.0), work.errand("region"))


def _ranged(work: _Work, start: Audio, part: Span) -> Request:
    """The request that makes seconds `part` of a sound anew."""
    ends = time_range(work.card.params)
    assert ends is not None
    request = work.request(start=start, strength=1.0)
    told: dict[str, Value] = {ends[0].name: float(part.since), ends[1].name: float(part.until)}
    return replace(
        request,
        options=request.options | told,
        length=_nearest(work.card.info, Fraction(len(start.samples), start.rate)),
    )


def _spliced(work: _Work, clip: Video, part: Span) -> Order:
    """Frames between two that stay: the one before the part, and the one after it."""
    frame, whole = _frame(clip), Fraction(len(clip.frames)) * _frame(clip)
    part = Span(round(part.since / frame) * frame, round(part.until / frame) * frame)
    if not frame <= part.since < part.until <= whole - frame:
        raise Refused("bad-request", "A part of a clip is made anew between frames that stay: leave one on each side.")
    media = work.clip.shown.media  # type: ignore[union-attr]
    join = Join(
        first=1,
        last=1,
        lasting=part.length,
        before=Cut(media, ZERO, part.since),
        after=Cut(media, part.until, whole),
    )
    request = work.request(
        start=begun(work.card.info, frame_of(clip, part.since - frame)), last=frame_of(clip, part.until)
    )
    request = _paced(work.card, replace(request, length=_nearest(work.card.info, part.length + 2 * frame)), clip.fps)
    take = work.clip.shown
    assert take is not None
    return work.order(request, replace(work.errand("region"), offset=take.offset, join=join))


# ---------------------------------------------------------------- longer


def extended(scene: Scene, clip: Clip, card: EngineCard, side: Side, amount: Time, *, draft: bool = False) -> Order:
    """A clip made longer by `amount` seconds on the left or right; a picture wider by that share of its width."""
    work = _Work(scene, clip, card, draft)
    take = work.take("extend")
    if amount <= 0 or clip.speed < 0:
        told = "plays backwards" if clip.speed < 0 else "is to be longer by nothing"
        raise Refused("bad-request", f"{called(clip)} {told}: it cannot be made longer so.")
    media = scene.read(take.media)
    if isinstance(media, Image):
        return _widened(work, media, side, amount)
    if not isinstance(media, Video | Audio):
        raise Refused("bad-request", "A surface has no length: only sounds, clips and pictures can be extended.")
    errand = _longer(work, take, side, amount)
    more = amount * clip.speed
    if isinstance(media, Video):
        return _onward_clip(work, media, errand, (side, more))
    return _onward_sound(work, media, errand, (side, more))


def _longer(work: _Work, take: Take, side: Side, amount: Time) -> Errand:
    """The errand of a clip that reaches further, its print being that of the clip as it will be."""
    clip = work.clip
    start = max(ZERO, clip.start - amount) if side == "left" else clip.start
    end = clip.end + amount if side == "right" else clip.end
    after = edit.trim(work.scene.timeline, clip.id, start, end)
    longer = edit.clip_of(after, clip.id)
    told = states.fingerprint(work.scene.project, after, longer)
    asked = (longer.offset, longer.length)
    offset = clip.offset - amount * clip.speed if side == "left" else take.offset
    return replace(work.errand("extend"), start=start, end=end, print=told, offset=offset, asked=asked)


def _onward_clip(work: _Work, clip: Video, errand: Errand, wish: tuple[Side, Time]) -> Order:
    """Frames after the last that is seen, or before the first: to it, or from it and played backwards."""
    side, more = wish
    info, frame = work.card.info, _frame(clip)
    span = span_of(work.clip, work.clip.shown)  # type: ignore[arg-type]
    media, whole = work.clip.shown.media, Fraction(len(clip.frames)) * frame  # type: ignore[union-attr]
    request = _paced(work.card, work.request(length=_nearest(info, more + frame)), clip.fps)
    if side == "right":
        end = min(span.until, whole)
        edge = begun(info, frame_of(clip, end - frame))
        join = Join(first=1, lasting=more, before=Cut(media, ZERO, end))
        return work.order(replace(request, start=edge), replace(errand, join=join))
    first = frame_of(clip, max(ZERO, span.since))
    after = Cut(media, max(ZERO, span.since), whole)
    if "last" in info.takes and "start" not in info.needs:
        join = Join(last=1, lasting=more, after=after)
        return work.order(replace(request, last=first), replace(errand, join=join))
    join = Join(backwards=True, last=1, lasting=more, after=after)
    return work.order(replace(request, start=begun(info, first)), replace(errand, join=join))


def _onward_sound(work: _Work, sound: Audio, errand: Errand, wish: tuple[Side, Time]) -> Order:
    """What comes after a sound or before it: by an engine that goes on, or one that makes a range anew, the range
    being silence."""
    side, more = wish
    span = span_of(work.clip, work.clip.shown)  # type: ignore[arg-type]
    heard = cut(sound, Span(max(ZERO, span.since), span.until))
    assert isinstance(heard, Audio)
    errand = replace(errand, offset=errand.offset if side == "left" else work.clip.offset)
    lasts = Fraction(len(heard.samples), heard.rate)
    if side == "right" and (told := _onward(work.card)):
        bars = _bars(work, more)
        request = work.request(start=heard, length=_nearest(work.card.info, lasts + more), strength=1.0)
        return work.order(replace(request, options=request.options | told | bars), errand)
    if time_range(work.card.params):
        silence = cut(Audio(heard.samples[:0], heard.rate), Span(ZERO, more))
        parts: list[Media] = [silence, heard] if side == "left" else [heard, silence]
        whole = joined(parts, heard)
        assert isinstance(whole, Audio)
        part = Span(ZERO, more) if side == "left" else Span(lasts, lasts + more)
        return work.order(_ranged(work, whole, part), errand)
    if side == "left":
        raise Refused("bad-request", f"{work.card.info.title} only goes on with a sound: extend it to the right.")
    return work.order(work.request(start=heard, length=_nearest(work.card.info, more)), errand)


def _widened(work: _Work, picture: Image, side: Side, share: Time) -> Order:
    """A picture with more on one side."""
    height, width = picture.pixels.shape[:2]
    more = max(1, round(width * share))
    rule = work.card.info.size_rule
    wish = Margins(left=more) if side == "left" else Margins(right=more)
    margins = outpaint.settled(wish, (width, height), rule, side)
    request = outpaint.grown(Growth(picture, None, margins), work.request(strength=1.0), work.card)
    return work.order(request, work.errand("extend"))


def _onward(card: EngineCard) -> dict[str, Value]:
    """The option that has an engine go on with its start; {} where there is none."""
    for param in card.params:
        for word in ONWARD:
            if param.kind == "choice" and word in param.choices:
                return {param.name: word}
    return {}


def _bars(work: _Work, more: Time) -> dict[str, Value]:
    """So many bars of new music, for an engine that thinks in them."""
    if work.card.info.lengths is not None or all(param.name != "bars" for param in work.card.params):
        return {}
    return {"bars": max(1, round(more / _bar(work.scene, work.clip.end)))}


# ---------------------------------------------------------------- a gap


def gap(timeline: Timeline, track: str, at: Time) -> tuple[Clip, Clip]:
    """The clips before and after a gap of a track. Refused('bad-request') where there is none at that moment."""
    row = edit.track_of(timeline, track).clips
    before = [clip for clip in row if clip.end <= at]
    after = [clip for clip in row if clip.start > at]
    if not before or not after or any(clip.start <= at < clip.end for clip in row):
        raise Refused("bad-request", f"There is no gap between two clips at {float(at):g} s to be bridged.")
    return max(before, key=lambda clip: clip.end), min(after, key=lambda clip: clip.start)


def bridge(timeline: Timeline, track: str, at: Time, ask: Ask) -> tuple[Timeline, str]:
    """The timeline with a clip in a gap that leads from what is before it to what is after; and the clip's id."""
    before, after = gap(timeline, track, at)
    sounding = edit.track_of(timeline, track).kind in ("audio", "notes")
    start = Feed(clip=before.id) if sounding else Feed(clip=before.id, at="last")
    last = Feed(clip=after.id) if sounding else Feed(clip=after.id, at="first")
    clip = Clip(before.end, after.start - before.end, "Bridge", replace(ask, start=start, last=last))
    return edit.add_clips(timeline, track, [clip]), clip.id


def bridged_clip(work: tuple[Scene, Clip, EngineCard], request: Request, errand: Errand) -> Order:
    """Frames between two that are seen already, which are left away."""
    scene, clip, card = work
    must(card, "bridge")
    frame = 1 / scene.project.fps
    length = _nearest(card.info, clip.length + 2 * frame)
    request = _paced(card, replace(request, length=length), float(scene.project.fps))
    return Order(ready(card, request), replace(errand, join=Join(first=1, last=1, lasting=clip.length)))


def bridged_sound(scene: Scene, clip: Clip, card: EngineCard, *, draft: bool = False) -> Order:
    """The sound between two: what is heard before and after it, and silence between that is made anew."""
    must(card, "bridge")
    work, ask = _Work(scene, clip, card, draft), asked(clip)
    assert ask.start is not None
    assert ask.last is not None
    before, after = fed(scene, ask.start), fed(scene, ask.last)
    if not isinstance(before, Audio) or not isinstance(after, Audio):
        raise Refused("bad-request", f"{card.info.title} bridges gaps between sounds; these are none.")
    room = _context(work)
    first = min(room, _whole(work, Fraction(len(before.samples), before.rate)))
    lasts = Fraction(len(before.samples), before.rate)
    parts: list[Media] = [
        cut(before, Span(lasts - first, lasts)),
        cut(Audio(before.samples[:0], before.rate), Span(ZERO, clip.length)),
        cut(after, Span(ZERO, min(room, Fraction(len(after.samples), after.rate)))),
    ]
    whole = joined(parts, before)
    assert isinstance(whole, Audio)
    part = Span(first, first + clip.length)
    errand = replace(work.errand("bridge"), join=Join(within=(part.since, part.until)))
    return work.order(_ranged(work, whole, part), errand)


def _context(work: _Work) -> Time:
    """How much is heard on each side of a gap. Refused('bad-request') where the gap alone is too long."""
    lengths = work.card.info.lengths
    if lengths is None:
        return BARS * _bar(work.scene, work.clip.start)
    room = (Fraction(lengths[2]).limit_denominator(10**6) - work.clip.length) / 2
    if room <= 0:
        told = f"{work.card.info.title} makes up to {lengths[2]:g} s; this gap is as long"
        raise Refused("bad-request", f"{told}: bridge a shorter one.")
    return min(CONTEXT, room)


def _whole(work: _Work, lasts: Time) -> Time:
    """So much of it that bars stay bars, for an engine that thinks in them."""
    bar = _bar(work.scene, work.clip.start)
    return lasts if work.card.info.lengths is not None else max(1, lasts // bar) * bar


# ---------------------------------------------------------------- numbers


def _bar(scene: Scene, at: Time) -> Time:
    return Clock(scene.timeline, scene.project.fps).bars(at, 1)


def _frame(clip: Video) -> Time:
    return 1 / Fraction(clip.fps).limit_denominator(1001)


def _nearest(info: Info, seconds: Time) -> float | None:
    """A length an engine can make."""
    if info.lengths is None:
        return None
    low, _, high = info.lengths
    return min(high, max(low, float(seconds)))


def _paced(card: EngineCard, request: Request, fps: float) -> Request:
    """The request at so many frames a second, where the engine can choose."""
    param = next((one for one in card.params if one.name == "fps" and one.kind == "int"), None)
    rate = round(fps)
    if param is None or not (param.min or 1) <= rate <= (param.max or rate):
        return request
    return replace(request, options=request.options | {"fps": rate})
