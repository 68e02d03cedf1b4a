"""The words of prompt tracks, over a clip that has none of its own."""

from collections.abc import Callable
from fractions import Fraction

from app.core.timeline.blend import blended, lane_of, turns, weighed
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, Moment, value
from app.core.timeline.values import Clip, Time, Timeline
from engines.contract import EngineCard

FPS = Fraction(24)  # of an expression's frames: words have none of their own

Hear = Callable[[Clip], Hearing]  # what the lanes of a clip hear


def prompt_of(timeline: Timeline, clip: Clip, card: EngineCard, hear: Hear | None = None, points: int = 2) -> str:
    """The prompt of a clip in the house's syntax over the run. Where two clips of a prompt track overlap the words go
    over from the one to the other, a :0:1,0.6:1,1:0 AND b :0:0,0.6:0,1:1; one that weighs other than 1 is mixed with no
    words at all, what its lane says being told at `points` places, those of the run's steps. An engine that mixes no
    words is told them in turn, [before:after:when], with their weights in brackets. An engine without an encoder of
    texts is told the words that last longest. Several tracks are joined by commas."""
    weigh = _Weighing(timeline, hear)
    rows = words(timeline, clip)
    if card.info.blends and any(weighed(row, clip) for row in rows):
        return blended(rows, clip, weigh, max(2, points))
    if card.info.blends or card.info.tokens is not None or card.info.medium == "video":
        return ", ".join(_over_time(row, clip, weigh) for row in rows)
    longest = [max(row, key=lambda one: shared(one, clip)) for row in rows]
    return ", ".join(weigh.said(one, max(one.start, clip.start)) for one in longest)


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


def _over_time(row: tuple[Clip, ...], clip: Clip, weigh: "_Weighing") -> str:
    """[a:[[a|b]:b:0.6000]:0.4000] where b begins at 0.4 and a ends at 0.6 of the clip."""
    stages = _stages(row, clip, weigh)
    since, text = stages[-1]
    for begins, before in reversed(stages[:-1]):
        text, since = f"[{before}:{text}:{_share(since, clip)}]", begins
    return text


def _stages(row: tuple[Clip, ...], clip: Clip, weigh: "_Weighing") -> list[tuple[Time, str]]:
    """What is said over the clip, and from when on; what is said last before a gap goes on through it."""
    cuts = {moment for one in row for moment in (one.start, one.end, *turns(one, len(row)))}
    moments = [clip.start, *sorted(cut for cut in cuts if clip.start < cut < clip.end)]
    stages: list[tuple[Time, str]] = []
    for begins, ends in zip(moments, [*moments[1:], clip.end], strict=True):
        middle = (begins + ends) / 2
        here = [weigh.said(one, middle) for one in row if one.start <= middle < one.end]
        text = here[0] if len(here) == 1 else f"[{'|'.join(here)}]"
        if here and (not stages or text != stages[-1][1]):
            stages.append((begins, text))
    return stages


def _share(moment: Time, clip: Clip) -> str:
    """A moment as a share of the clip, always with a point: a number without one would be a step."""
    return f"{min(1.0, max(0.0, float((moment - clip.start) / clip.length))):.4f}"


class _Weighing:
    """What the prompt clips of a timeline say and weigh at a moment."""

    def __init__(self, timeline: Timeline, hear: Hear | None) -> None:
        clock = Clock(timeline, FPS)
        self._hear = hear or (lambda one: Hearing(clock, one.start))
        self._hearings: dict[str, Hearing] = {}

    def weight(self, one: Clip, at: Time) -> float:
        """How much a prompt clip weighs, 0 or more."""
        lane = lane_of(one)
        if lane is None:
            return one.weight
        if one.id not in self._hearings:
            self._hearings[one.id] = self._hear(one)
        return max(0.0, value(lane, one.weight, Moment(at, self._hearings[one.id])))

    def said(self, one: Clip, at: Time) -> str:
        """What it says at a moment."""
        return self.worded(one.text.strip(), self.weight(one, at))

    def worded(self, text: str, weight: float) -> str:
        """A text that weighs so much, in brackets of its own where its signs could be taken for the syntax around."""
        plain = weight == 1 and not any(sign in text for sign in ":|")
        return text if plain else f"({text}:{round(weight, 2):g})"
