"""Clips in MP4 and WebM, and compressed sounds, through PyAV. Only the container the first bytes name is allowed, so
that no playlist or stream description can lead anywhere else."""

import io
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np

from engines.contract import Audio, Refused, Video
from engines.files import sound

KINDS = {"mov": "mov", "matroska": "matroska", "flac": "flac", "ogg": "ogg", "mp3": "mp3"}
BYTES = 2**30  # the most the frames of one clip, or the samples of one sound, may take
BROKEN = (ValueError, OSError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError)


def read(file: BinaryIO, name: str, container: str) -> Video | Audio:
    """The clip (with its sound) or the sound in `file`. Raises Refused('bad-file')."""
    import av

    if container == "ogg" and sound.is_vorbis(file):
        return sound.read_vorbis(file, name)
    try:
        with av.open(file, format=container) as source:
            clip = _frames(source, name) if _pictures(source) else None
        file.seek(0)
        with av.open(file, format=container) as source:
            heard = _sound(source, name) if source.streams.audio else None
    except (av.error.FFmpegError, *BROKEN) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise Refused("bad-file", f"{name} is damaged or cut short: {words}.") from error
    if clip is not None:
        return Video(clip[0], clip[1], heard)
    if heard is None:
        raise Refused("bad-file", f"{name} holds neither a picture nor a sound.")
    return heard


def has_pictures(file: BinaryIO, name: str, container: str) -> bool:
    """Whether it is a clip, not only a sound in the same container. Raises Refused('bad-file')."""
    import av

    try:
        with av.open(file, format=container) as source:
            return _pictures(source)
    except (av.error.FFmpegError, *BROKEN) as error:
        raise Refused("bad-file", f"{name} is damaged or cut short: {error}.") from error


def sound_of(file: BinaryIO, name: str, container: str) -> Audio | None:
    """Only the sound of what `read` would read; None when it has none."""
    import av

    try:
        with av.open(file, format=container) as source:
            return _sound(source, name) if source.streams.audio else None
    except (av.error.FFmpegError, *BROKEN) as error:
        raise Refused("bad-file", f"{name} is damaged or cut short: {error}.") from error


def recipe(file: BinaryIO, name: str, container: str) -> str | None:
    """The recipe in the container's notes, without decoding anything."""
    import av

    try:
        with av.open(file, format=container) as source:
            parts = [source.metadata, *(stream.metadata for stream in source.streams)]  # OGG has them in the stream
            notes = {key.lower(): text for part in reversed(parts) for key, text in part.items()}
    except (av.error.FFmpegError, *BROKEN) as error:
        raise Refused("bad-file", f"{name} is damaged: its header cannot be read.") from error
    text = notes.get("darkroom") or notes.get("comment", "")
    return text if text.startswith("{") else None


def encode(clip: Video, extension: str, recipe_json: str | None, a1111: str | None) -> bytes:
    """H.264 in MP4 (transparency on black) or VP9 in WebM, at a quality that hardly loses anything."""
    import av

    webm = extension == ".webm"
    buffer = io.BytesIO()
    options = {} if webm else {"movflags": "use_metadata_tags"}
    with av.open(buffer, "w", format="webm" if webm else "mp4", options=options) as container:
        container.metadata.update({k: t for k, t in (("darkroom", recipe_json), ("comment", a1111)) if t})
        stream = _video_stream(container, clip, webm)
        heard = _audio_stream(container, clip.sound, webm) if clip.sound is not None else None
        for pixels in clip.frames:
            container.mux(stream.encode(_planes(_opaque(pixels), stream.pix_fmt)))
        container.mux(stream.encode(None))
        if heard is not None and clip.sound is not None:
            _encode_sound(container, heard, clip.sound)
    return buffer.getvalue()


def _planes(pixels: np.ndarray, layout: str) -> Any:
    """One frame (H, W, 3) as planes in memory of its own. A frame the encoder converts by itself carries whatever its
    padding held before, and the same clip then comes out in other bytes."""
    import av

    converted = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=layout)
    return av.VideoFrame.from_ndarray(converted.to_ndarray(), format=layout)


def _pictures(source: Any) -> bool:
    """Whether there is a moving picture (the cover of a song is none)."""
    return any(not stream.disposition & 0x400 for stream in source.streams.video)  # 0x400: attached picture


def _decodable(stream: Any, name: str) -> Any:
    if stream.codec_context is None:
        raise Refused("bad-file", f"{name} is in a coding Darkroom cannot read.")
    return stream


def _frames(source: Any, name: str) -> tuple[np.ndarray, float]:
    """All frames (T, H, W, 3) and the frame rate; size and length are checked by the header first, then as read."""
    stream = _decodable(source.streams.video[0], name)
    width, height = stream.codec_context.width, stream.codec_context.height
    fps = float(stream.average_rate or stream.guessed_rate or 24)
    seconds = float(source.duration or 0) / 1e6
    room = BYTES // max(1, width * height * 3)
    expected = stream.frames or round(seconds * fps)
    if expected > room or room < 1:
        about = f"{width} x {height}, about {max(seconds, 1):.0f} s"
        raise Refused("bad-file", f"{name} is {about}: too much to open at once. Cut it to {room / fps:.0f} s or less.")
    stream.thread_type = "AUTO"
    frames: list[np.ndarray] = []
    for frame in source.decode(stream):
        if (frame.width, frame.height) != (width, height) or len(frames) >= room:
            raise Refused("bad-file", f"{name} is not what its header says: more or larger frames than announced.")
        frames.append(upright(frame.to_ndarray(format="rgb24"), frame.rotation))
    if not frames:
        raise Refused("bad-file", f"{name} is damaged or cut short: no picture in it can be read.")
    return np.stack(frames), fps


def upright(pixels: np.ndarray, degrees: int) -> np.ndarray:
    """A frame (H, W, C) as it is to be seen: cameras that are held otherwise write how far it is to be turned."""
    return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90) % 4)) if round(degrees / 90) % 4 else pixels


def _sound(source: Any, name: str) -> Audio | None:
    import av

    stream = _decodable(source.streams.audio[0], name)
    rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    room = BYTES // (4 * max(1, channels))
    if float(source.duration or 0) / 1e6 * rate > room:
        raise Refused("bad-file", f"{name} lasts too long to open at once.")
    resampler = av.AudioResampler(format="fltp")
    parts: list[np.ndarray] = []
    total = 0
    for frame in source.decode(stream):
        for part in resampler.resample(frame):
            parts.append(part.to_ndarray())
            total += parts[-1].shape[1]
            if total > room:
                raise Refused("bad-file", f"{name} lasts too long to open at once.")
    if not total:
        return None
    samples = np.concatenate(parts, axis=1).T[: _stated(source, stream, rate)]
    return Audio(np.ascontiguousarray(samples, np.float32), int(rate))


def _stated(source: Any, stream: Any, rate: int) -> int | None:
    """How many samples an MP4 says its sound has: the last block of a coder is padded, and decoded whole."""
    if "mov" not in source.format.name or not stream.duration:
        return None
    return round(stream.duration * stream.time_base * rate)


def _video_stream(container: Any, clip: Video, webm: bool) -> Any:
    height, width = clip.frames.shape[1:3]
    rate = Fraction(clip.fps).limit_denominator(1001)
    vp9 = {"crf": "16", "b:v": "0", "row-mt": "1", "cpu-used": "4"}
    h264 = {"crf": "12", "preset": "medium", "mbtree": "0"}  # with its tree the same clip comes out in other bytes
    options = vp9 if webm else h264
    stream = container.add_stream("libvpx-vp9" if webm else "libx264", rate=rate, options=options)
    stream.width, stream.height = int(width), int(height)
    stream.pix_fmt = "yuv420p" if width % 2 == 0 and height % 2 == 0 else "yuv444p"
    return stream


def _audio_stream(container: Any, heard: Audio, webm: bool) -> Any:
    layout = "mono" if heard.samples.shape[1] == 1 else "stereo"
    rate = 48000 if webm or heard.rate > 48000 else int(heard.rate)
    stream = container.add_stream("libopus" if webm else "aac", rate=rate, layout=layout)
    stream.bit_rate = 192_000
    return stream


def _encode_sound(container: Any, stream: Any, heard: Audio) -> None:
    import av

    context = stream.codec_context
    samples = np.ascontiguousarray(heard.samples[:, :2].T, np.float32)
    layout = "mono" if len(samples) == 1 else "stereo"
    resampler = av.AudioResampler(format=context.format, layout=context.layout, rate=context.sample_rate)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
    frame.sample_rate, frame.pts = int(heard.rate), 0
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(part))
    container.mux(stream.encode(None))


def _opaque(pixels: np.ndarray) -> np.ndarray:
    if pixels.shape[-1] == 4:
        pixels = (pixels[..., :3].astype(np.uint16) * pixels[..., 3:] // 255).astype(np.uint8)
    return np.ascontiguousarray(pixels)
