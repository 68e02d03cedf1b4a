"""The words of prompt tracks, over a clip that has none of its own."""

from fractions import Fraction

from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, Moment, value
from app.core.timeline.values import Clip, Lane, Time, Timeline
from engines.contract import EngineCard

MOST = 12  # changes of weight of a row of prompt clips: every one is a bracket in a bracket
FPS = Fraction(24)  # of an expression's frames: words have none of their own


def prompt_of(timeline: Timeline, clip: Clip, card: EngineCard) -> str:
    """The prompt of a clip in the house's syntax over the run, [before:after:when]; where two clips of a prompt track
    overlap they take turns, and one whose weight a lane moves is said anew as it goes. An engine without an encoder
    of texts is told the words that last longest. Several tracks are joined by commas."""
    rows = words(timeline, clip)
    if card.info.tokens is not None or card.info.medium == "video":
        return ", ".join(_over_time(row, clip, timeline) for row in rows)
    longest = [max(row, key=lambda one: shared(one, clip)) for row in rows]
    return ", ".join(_weighing(one, timeline, max(one.start, clip.start)) for one in longest)


def words(timeline: Timeline, clip: Clip) -> list[tuple[Clip, ...]]:
    """The prompt clips that lie over a clip, track by track from the top, in the order of their times."""
    tracks = [track for track in timeline.tracks if track.kind == "prompt" and not track.mute]
    soloed = [track for track in tracks if track.solo]
    rows = [tuple(one for one in track.clips if _said(one, clip)) for track in soloed or tracks]
    return [row for row in rows if row]


def shared(one: Clip, clip: Clip) -> Time:
    """How many seconds two clips have in common; below 0 where they lie apart."""
    return min(one.end, clip.end) - max(one.start, clip.start)


def _said(one: Clip, clip: Clip) -> bool:
    return bool(one.text.strip()) and not one.muted and shared(one, clip) > 0


def _over_time(row: tuple[Clip, ...], clip: Clip, timeline: Timeline) -> str:
    """[a:[[a|b]:b:0.6000]:0.4000] where b begins at 0.4 and a ends at 0.6 of the clip."""
    stages = _stages(row, clip, timeline)
    since, text = stages[-1]
    for begins, before in reversed(stages[:-1]):
        text, since = f"[{before}:{text}:{_share(since, clip)}]", begins
    return text


def _stages(row: tuple[Clip, ...], clip: Clip, timeline: Timeline) -> list[tuple[Time, str]]:
    """What is said over the clip, and from when on; what is said last before a gap goes on through it."""
    cuts = {moment for one in row for moment in (one.start, one.end, *_turns(one, len(row)))}
    moments = [clip.start, *sorted(cut for cut in cuts if clip.start < cut < clip.end)]
    stages: list[tuple[Time, str]] = []
    for begins, ends in zip(moments, [*moments[1:], clip.end], strict=True):
        middle = (begins + ends) / 2
        here = [_weighing(one, timeline, middle) for one in row if one.start <= middle < one.end]
        text = here[0] if len(here) == 1 else f"[{'|'.join(here)}]"
        if here and (not stages or text != stages[-1][1]):
            stages.append((begins, text))
    return stages


def _turns(one: Clip, many: int) -> list[Time]:
    """Where a prompt clip that is one of `many` may change what it weighs, as a lane of it says."""
    parts = max(1, MOST // many) if lane_of(one) is not None else 1
    return [one.start + one.length * Fraction(n, parts) for n in range(1, parts)]


def lane_of(one: Clip) -> Lane | None:
    """The lane that moves the weight of a prompt clip."""
    return next((lane for lane in one.lanes if lane.on and lane.target == "prompt"), None)


def _share(moment: Time, clip: Clip) -> str:
    """A moment as a share of the clip, always with a point: a number without one would be a step."""
    return f"{min(1.0, max(0.0, float((moment - clip.start) / clip.length))):.4f}"


def _weighing(one: Clip, timeline: Timeline, at: Time) -> str:
    """What a prompt clip says, in brackets of its own where its signs could be taken for the syntax around it."""
    text, lane = one.text.strip(), lane_of(one)
    weight = one.weight
    if lane is not None:
        weight = max(0.0, value(lane, weight, Moment(at, Hearing(Clock(timeline, FPS), one.start))))
    plain = weight == 1 and not any(sign in text for sign in ":|")
    return text if plain else f"({text}:{round(weight, 2):g})"
