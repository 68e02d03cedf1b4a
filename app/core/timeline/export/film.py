"""A film: its pictures coded in pieces that begin with a key frame, so that what is done stays done, joined without
coding anything twice, beside a sound that lasts exactly as long."""

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.core.timeline.compose import frame, frame_rgba
from app.core.timeline.export import prints, sound
from app.core.timeline.export.wish import Coding, Frames, Wish, coding_of, frames_of
from app.core.timeline.export.work import Work
from app.core.timeline.reader import Source
from app.core.timeline.values import Project, Timeline
from engines.contract import Refused
from engines.files import atomic

PIECE = 4  # seconds of a piece
SOUNDS = {".mp4": "aac", ".mov": "pcm_s24le", ".webm": "libopus", ".mkv": "flac"}
BITS = {"draft": 128_000, "good": 256_000, "best": 320_000}  # a second, of a sound that is compressed
FORMATS = {".mp4": "mp4", ".mov": "mov", ".webm": "webm", ".mkv": "matroska"}
BLOCK = 1024  # samples handed to the encoder at once


def written(scene: tuple[Project, Timeline, Source], target: Path, wish: Wish, work: Work) -> list[Path]:
    """The film at `target`. Raises Refused, Halted, OSError; nothing half-written stays at the target."""
    import av

    os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder would write to the terminal
    coding = coding_of(target, wish)
    frames = frames_of(scene[0], scene[1], wish, 1 if "444" in coding.layout else 2)
    try:
        pieces = _pieces(scene, frames, coding, (wish, work))
        heard = None
        if wish.sound:
            heard = sound.whole(scene, (frames.start, frames.start + frames.length), work)
            heard = sound.finished(heard, scene[0].rate, wish) if heard.any() else None
        return [_joined(pieces, (frames, coding), (heard, scene[0].rate), target, (wish, work))]
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):  # the disk is full, the folder is closed
            raise OSError(error.errno, error.strerror) from error
        raise Refused("bad-request", f"{target.name} cannot be written so: {error}.") from error


# ---------------------------------------------------------------- pieces


def _pieces(
    scene: tuple[Project, Timeline, Source], frames: Frames, coding: Coding, how: tuple[Wish, Work]
) -> list[tuple[Path, int]]:
    """Every piece and how many frames it has; those of an earlier attempt that still look so are taken as they are."""
    wish, work = how
    each = max(1, round(PIECE * frames.fps))
    made = [(first, min(each, frames.count - first)) for first in range(0, frames.count, each)]
    named = [(_place(scene, frames, span, work).with_suffix(_container(coding)), *span) for span in made]
    work.keep("picture-*", {place.name for place, *_ in named})
    for place, first, count in named:
        if not place.is_file():
            part = place.with_name(f".darkroom-{place.stem}{atomic.PART}")
            with_alpha = "yuva" in coding.layout
            pictures = _pictures(scene, frames, (first, count, with_alpha), work)
            try:
                _encoded(pictures, part, frames, (coding, wish))
                atomic.placed(part, place)
            finally:
                part.unlink(missing_ok=True)  # of a full disk it would take the last room
    return [(place, count) for place, _, count in named]


def _place(scene: tuple[Project, Timeline, Source], frames: Frames, span: tuple[int, int], work: Work) -> Path:
    """Where so many frames from a first one on lie, by what they show."""
    first, count = span
    told = prints.of_picture(scene[0], scene[1], (frames.at(first), frames.at(first + count)))
    return work.folder / f"picture-{first:08d}-{told}"


def _container(coding: Coding) -> str:
    return ".mov" if ".mov" in coding.containers else ".mp4"


def _pictures(
    scene: tuple[Project, Timeline, Source], frames: Frames, span: tuple[int, int, bool], work: Work
) -> Iterator[np.ndarray]:
    project, timeline, read = scene
    first, count, alpha = span
    for number in range(first, first + count):
        work.go_on(number / frames.count)
        yield (frame_rgba if alpha else frame)(project, timeline, read, frames.at(number), frames.size)


def _encoded(pictures: Iterator[np.ndarray], part: Path, frames: Frames, how: tuple[Coding, Wish]) -> None:
    import av

    coding, wish = how
    with av.open(str(part), "w", format=FORMATS[_container(coding)]) as container:
        stream = _stream(container, frames, coding, wish)
        for pixels in pictures:
            container.mux(stream.encode(_planes(pixels, coding.layout)))
        container.mux(stream.encode(None))


def _stream(container: Any, frames: Frames, coding: Coding, wish: Wish) -> Any:
    """A stream of pictures, one key frame a piece (and no reference from one piece to another)."""
    options = coding.options | coding.qualities[wish.quality]
    stream = container.add_stream(coding.encoder, rate=frames.fps, options=options)
    stream.width, stream.height = frames.size
    stream.pix_fmt = coding.layout
    context = stream.codec_context
    context.gop_size = max(1, round(PIECE * frames.fps))
    context.color_range, context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1, 1  # BT.709, video
    if coding.tag:
        stream.codec_tag = coding.tag
    return stream


def _planes(pixels: np.ndarray, layout: str) -> Any:
    """A frame (H, W, 3 or 4) in the layout of its codec, by BT.709."""
    import av

    source = av.VideoFrame.from_ndarray(
        np.ascontiguousarray(pixels), format="rgba" if pixels.shape[2] == 4 else "rgb24"
    )
    made = _clean(source.reformat(format=layout, dst_colorspace="ITU709", dst_color_range="MPEG"))
    made.colorspace, made.color_range = 1, 1
    return made


def _clean(frame: Any) -> Any:
    """The frame in memory of its own, the ends of its rows empty: what they held before would come out in other bytes
    of the same film."""
    import av

    made = av.VideoFrame(frame.width, frame.height, frame.format.name)
    wide = 2 if frame.format.components[0].bits > 8 else 1
    for source, plane in zip(frame.planes, made.planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        seen = plane.width * wide
        rows[:, :seen] = np.frombuffer(source, np.uint8).reshape(source.height, source.line_size)[:, :seen]
        plane.update(rows.tobytes())
    return made


# ---------------------------------------------------------------- joining


def _joined(
    pieces: list[tuple[Path, int]],
    what: tuple[Frames, Coding],
    heard: tuple[np.ndarray | None, int],
    target: Path,
    how: tuple[Wish, Work],
) -> Path:
    """The pieces one after another with the sound beside them, in one file, whole or not at all."""
    import av

    frames, coding = what
    wish, work = how
    ending = target.suffix.lower()
    part = target.with_name(f".darkroom-{os.getpid()}-{target.stem}{atomic.PART}")
    # the file counts lengths in samples: in its usual milliseconds the sound would end beside the picture
    options = {"movflags": "+faststart", "movie_timescale": str(heard[1])} if ending in (".mp4", ".mov") else {}
    try:
        with av.open(str(part), "w", format=FORMATS[ending], options=options) as container:
            seen = _copied_stream(container, pieces[0][0], (frames, coding, wish))
            speak = _speaker(container, heard, (SOUNDS[ending], BITS[wish.quality]))
            start = 0
            for n, (place, count) in enumerate(pieces):
                work.go_on(n / len(pieces), "joining")
                _copied(container, seen, place, Fraction(start) / frames.fps)
                start += count
                speak(Fraction(start) / frames.fps)
            speak(None)
        atomic.placed(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _copied_stream(container: Any, piece: Path, what: tuple[Frames, Coding, Wish]) -> Any:
    """A stream for packets that are coded already. The library has no template for AV1 (it is decoded by another codec
    than it is coded by), so there the encoder is opened anew: it makes the same header of the same settings."""
    import av

    frames, coding, wish = what
    if coding.encoder == "libsvtav1":
        return _stream(container, frames, coding, wish)
    with av.open(str(piece), format=FORMATS[_container(coding)]) as read:
        stream = container.add_stream_from_template(read.streams.video[0])
        if coding.tag:
            stream.codec_tag = coding.tag
        return stream


def _copied(container: Any, stream: Any, place: Path, start: Fraction) -> None:
    import av

    with av.open(str(place), format=FORMATS[place.suffix]) as read:
        source = read.streams.video[0]
        later = round(start / (source.time_base or Fraction(1)))
        for packet in read.demux(source):
            if packet.pts is None or packet.dts is None:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts + later, packet.dts + later, stream
            container.mux(packet)


def _speaker(
    container: Any, heard: tuple[np.ndarray | None, int], how: tuple[str, int]
) -> Callable[[Fraction | None], None]:
    """A function that codes the sound up to a moment (None: to its end)."""
    import av

    samples, rate = heard
    if samples is None:
        return lambda until: None
    encoder, bits = how
    wanted = 48_000 if encoder == "libopus" else rate
    stream = container.add_stream(encoder, rate=wanted, layout="stereo")
    if encoder in ("aac", "libopus"):
        stream.bit_rate = bits
    if encoder == "flac":
        stream.codec_context.format = "s32"
    context = stream.codec_context
    resampler = av.AudioResampler(format=context.format, layout="stereo", rate=wanted)
    place = 0

    def speak(until: Fraction | None) -> None:
        nonlocal place
        end = len(samples) if until is None else min(len(samples), round(until * rate))
        while place < end and (until is None or end - place >= BLOCK):
            block = np.ascontiguousarray(samples[place : min(place + BLOCK, end)].T)
            piece = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            piece.sample_rate, piece.pts = rate, place
            for one in resampler.resample(piece):
                container.mux(stream.encode(one))
            place += block.shape[1]
        if until is None:
            for one in resampler.resample(None):
                container.mux(stream.encode(one))
            container.mux(stream.encode(None))

    return speak
