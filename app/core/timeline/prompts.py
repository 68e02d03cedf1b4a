"""The words of prompt tracks, over a clip that has none of its own."""

from app.core.timeline.values import Clip, Time, Timeline
from engines.contract import EngineCard


def prompt_of(timeline: Timeline, clip: Clip, card: EngineCard) -> str:
    """The prompt of a clip in the house's syntax over the run, [before:after:when]; where two clips of a prompt track
    overlap they take turns. An engine without an encoder of texts is told the words that last longest. Several tracks
    are joined by commas."""
    rows = words(timeline, clip)
    if card.info.tokens is not None or card.info.medium == "video":
        return ", ".join(_over_time(row, clip) for row in rows)
    return ", ".join(_weighing(max(row, key=lambda one: shared(one, clip))) for row in rows)


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


def _over_time(row: tuple[Clip, ...], clip: Clip) -> str:
    """[a:[[a|b]:b:0.6000]:0.4000] where b begins at 0.4 and a ends at 0.6 of the clip."""
    text = _weighing(row[-1])
    for one, then in zip(reversed(row[:-1]), reversed(row[1:]), strict=True):
        if one.end > then.start:
            turns = f"[{_weighing(one)}|{_weighing(then)}]"
            text = f"[{turns}:{text}:{_share(one.end, clip)}]"
        text = f"[{_weighing(one)}:{text}:{_share(then.start, clip)}]"
    return text


def _share(moment: Time, clip: Clip) -> str:
    """A moment as a share of the clip, always with a point: a number without one would be a step."""
    return f"{min(1.0, max(0.0, float((moment - clip.start) / clip.length))):.4f}"


def _weighing(one: Clip) -> str:
    """What a prompt clip says, in brackets of its own where its signs could be taken for the syntax around it."""
    text = one.text.strip()
    plain = one.weight == 1 and not any(sign in text for sign in ":|")
    return text if plain else f"({text}:{one.weight:g})"
