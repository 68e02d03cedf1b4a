"""A timeline as Final Cut Pro's XML (FCPXML 1.8, Apple's Final Cut Pro X XML reference): its seen and heard clips, on
whole frames, each connected in a lane of its own track to one gap that is as long as the whole.

Written here and not by the adapter of OpenTimelineIO, which knows but eight frame rates and reckons with whole ones.
"""

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as xml

import msgspec

from app.core.project import Document
from app.core.timeline import shown
from app.core.timeline.compose import visible_tracks
from app.core.timeline.cutlist import cut, framed
from app.core.timeline.mix import heard_tracks
from app.core.timeline.values import ZERO, Medium, Project, Time, Track
from engines.contract import Refused

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
FORMAT = "r1"


def text(project: Project, document: Document | None) -> str:
    """The open timeline. Cross-fades become cuts at their middles; what has no file yet, or one that no cutter takes,
    is left out. Refused('bad-request') where nothing is left."""
    seen = [row for track in visible_tracks(project.timeline) if (row := _filed(project, track)).clips]
    sounding = [track for track in heard_tracks(project.timeline) if track.kind != "picture"]
    heard = [row for track in sounding if (row := _filed(project, track)).clips]
    if not seen and not heard:
        raise Refused("bad-request", "No clip has a file yet that Final Cut could show: make one first.")
    end = max(clip.end for row in (*seen, *heard) for clip in row.clips)
    root = xml.Element("fcpxml", version="1.8")
    resources = xml.SubElement(root, "resources")
    size = {"width": str(project.width), "height": str(project.height)}
    xml.SubElement(resources, "format", size, id=FORMAT, frameDuration=_seconds(1 / project.fps))
    whole = xml.SubElement(xml.SubElement(root, "project", name=project.name), "sequence")
    whole.attrib.update(format=FORMAT, duration=_seconds(end), tcStart="0s", tcFormat="NDF")
    gap = xml.SubElement(xml.SubElement(whole, "spine"), "gap", name="Gap", offset="0s", start="0s")
    gap.set("duration", _seconds(end))
    written = _Written(project, document, resources, gap)
    for lane, row in enumerate(reversed(seen), 1):
        written.row(row, lane)
    for lane, row in enumerate(heard, 1):
        written.row(row, -lane)
    xml.indent(root, "    ")
    return HEAD + xml.tostring(root, encoding="unicode") + "\n"


def _filed(project: Project, track: Track) -> Track:
    """The track on whole frames, without surfaces and notes."""
    row = framed(project, track)
    clips = [clip for clip in row.clips if clip.shown is not None and not clip.shown.media.endswith(".mid")]
    kept = [one for one in clips if one.shown and shown.facts(project, one.shown.media).medium != "mesh"]
    return msgspec.structs.replace(row, clips=tuple(kept))


class _Written:
    """An XML being written: `resources` get each medium once, `gap` the clips."""

    def __init__(self, project: Project, document: Document | None, resources: xml.Element, gap: xml.Element) -> None:
        self.project, self.document, self.resources, self.gap = project, document, resources, gap
        self.known: dict[str, str] = {}

    def row(self, track: Track, lane: int) -> None:
        """The clips of a track, none over another."""
        for clip in cut(self.project, track):
            take = clip.shown
            assert take is not None
            facts = shown.facts(self.project, take.media)
            ref, lasts = self._asset(take.media, facts), _seconds(clip.length)
            told = {"lane": str(lane), "name": clip.name or facts.name or track.name, "offset": _seconds(clip.start)}
            if facts.medium not in ("video", "audio"):
                one = xml.SubElement(self.gap, "clip", told, duration=lasts)
                xml.SubElement(one, "video", ref=ref, offset="0s", duration=lasts)
                continue
            since = _seconds(max(ZERO, clip.offset - take.offset))
            one = xml.SubElement(self.gap, "asset-clip", told, ref=ref, start=since, duration=lasts)
            if lane < 0:
                one.set("audioRole", "music" if track.kind == "notes" else "effects")

    def _asset(self, name: str, facts: Medium) -> str:
        """The id of a medium among the resources."""
        if name in self.known:
            return self.known[name]
        id = self.known[name] = f"r{len(self.known) + 2}"
        place = Path(name) if self.document is None else self.document.path(name)
        told = {"id": id, "name": facts.name or name[:15], "start": "0s", "duration": _seconds(facts.length)}
        told["src"] = place.absolute().as_uri()
        if facts.medium != "audio":
            told |= {"hasVideo": "1", "format": FORMAT}
        if facts.rate:
            told |= {"hasAudio": "1", "audioSources": "1", "audioChannels": str(facts.channels or 1)}
            told["audioRate"] = str(facts.rate)
        xml.SubElement(self.resources, "asset", told)
        return id


def _seconds(at: Time) -> str:
    exact = Fraction(at)
    return f"{exact.numerator}s" if exact.denominator == 1 else f"{exact.numerator}/{exact.denominator}s"
