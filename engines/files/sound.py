"""Sounds: WAV read and written here (Microsoft's RIFF WAVE), FLAC written through PyAV, MIDI in `midi`."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from engines.contract import Audio, Notes, Refused
from engines.files import midi, notes

BYTES = 2**30  # the most the samples of one sound may take as float32
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_CHUNK = b"drkm"  # our own chunk, which holds the recipe
_NOTES = b"drkn"  # and the one which holds the notes


def read_wav(file: BinaryIO, size: int, name: str) -> Audio:
    """PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64. Raises Refused('bad-file')."""
    form: tuple[int, int, int, int] | None = None
    for kind, place, length in _chunks(file, size):
        if kind == b"fmt ":
            form = _form(file, place, length, name)
        elif kind == b"data":
            if form is None:
                break
            if length in (0, 0xFFFFFFFF):  # written by a program that did not know the length beforehand
                length = size - place
            if place + length > size:
                raise Refused("bad-file", f"{name} was cut short: {size - place} of {length} bytes of sound are there.")
            heard = _samples(file, place, length, form, name)
            return Audio(heard.samples, heard.rate, _notes_in(file, size))
    raise Refused("bad-file", f"{name} is damaged: it has no sound in it.")


def is_vorbis(file: BinaryIO) -> bool:
    """Whether an OGG file holds Vorbis. Leaves the place in the file at its start."""
    head = file.read(64)
    file.seek(0)
    return b"\x01vorbis" in head


def read_vorbis(file: BinaryIO, name: str) -> Audio:
    """OGG Vorbis through libsndfile, to the sample (FFmpeg drops or adds half a block). Raises Refused('bad-file')."""
    import soundfile

    try:
        with soundfile.SoundFile(file) as source:
            if source.frames * source.channels * 4 > BYTES:
                raise Refused("bad-file", f"{name} lasts too long to open at once.")
            samples = source.read(dtype="float32", always_2d=True)
            rate = int(source.samplerate)
    except (soundfile.SoundFileError, RuntimeError, ValueError, OSError) as error:
        raise Refused("bad-file", f"{name} is damaged or cut short: {' '.join(str(error).split())[:100]}.") from error
    if not len(samples) or not np.isfinite(samples).all():
        raise Refused("bad-file", f"{name} is damaged: no sound in it can be read.")
    return Audio(np.ascontiguousarray(samples), rate)


def recipe(file: BinaryIO, size: int, name: str) -> str | None:
    """The recipe in a WAV."""
    for kind, place, length in _chunks(file, size):
        if kind == _CHUNK and place + length <= size and length < 2**26:
            file.seek(place)
            return file.read(length).decode("utf-8", "replace")
    return None


def _notes_in(file: BinaryIO, size: int) -> Notes | None:
    """The notes in a WAV, if there are any that make sense."""
    for kind, place, length in _chunks(file, size):
        if kind == _NOTES and place + length <= size and length < 2**26:
            file.seek(place)
            return notes.unpack(file.read(length))
    return None


def encode(audio: Audio, extension: str, recipe_json: str | None, a1111: str | None) -> bytes:
    """WAV in 32-bit floats (nothing is lost, notes included), FLAC in 24 bits, OGG Vorbis, or the notes as MIDI."""
    if extension == ".ogg":
        return _ogg(audio, recipe_json)
    if extension == ".mid":
        return midi.encode(audio.notes, recipe_json, a1111)
    return _wav(audio, recipe_json, a1111) if extension == ".wav" else _flac(audio, recipe_json, a1111)


def _wav(audio: Audio, recipe_json: str | None, a1111: str | None) -> bytes:
    samples = np.ascontiguousarray(audio.samples, "<f4")
    count, channels = samples.shape
    rate = int(audio.rate)
    chunks = [
        (b"fmt ", struct.pack("<HHIIHHH", _FLOAT, channels, rate, rate * channels * 4, channels * 4, 32, 0)),
        (b"fact", struct.pack("<I", count)),
        (b"data", samples.tobytes()),
    ]
    if audio.notes is not None:
        chunks.append((_NOTES, notes.pack(audio.notes)))
    if recipe_json:
        chunks.append((_CHUNK, recipe_json.encode()))
    if a1111:
        chunks.append((b"LIST", b"INFO" + _chunk(b"ICMT", a1111.encode() + b"\0")))
    body = b"WAVE" + b"".join(_chunk(kind, data) for kind, data in chunks)
    if len(body) >= 2**32 - 8:
        raise Refused("bad-request", "The sound is too long for a WAV file (4 GB); save it as .flac.")
    return _chunk(b"RIFF", body)


def _flac(audio: Audio, recipe_json: str | None, a1111: str | None) -> bytes:
    import av

    channels = audio.samples.shape[1]
    layout = {1: "mono", 2: "stereo"}.get(channels)
    if layout is None:
        raise Refused("bad-request", f"A sound of {channels} channels cannot be saved as FLAC here; use .wav.")
    whole = np.clip(np.rint(audio.samples.astype(np.float64) * 2**23), -(2**23), 2**23 - 1).astype(np.int32)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        container.metadata.update(_words(recipe_json, a1111))
        stream = container.add_stream("flac", rate=int(audio.rate), layout=layout, options={"strict": "experimental"})
        stream.codec_context.format = "s32"
        for n in range(0, len(whole), 4096):
            part = np.ascontiguousarray(whole[n : n + 4096] << 8).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, format="s32", layout=layout)
            frame.sample_rate, frame.pts = int(audio.rate), n
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _ogg(audio: Audio, recipe_json: str | None) -> bytes:
    """Vorbis at about 190 kbit/s in stereo, through libsndfile: it takes any rate and keeps the number of samples."""
    import soundfile

    buffer = io.BytesIO()
    given = {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.4}
    with soundfile.SoundFile(buffer, "w", int(audio.rate), audio.samples.shape[1], **given) as file:
        if recipe_json:
            file.comment = recipe_json
        for n in range(0, len(audio.samples), 65536):  # libvorbis analyses on its stack, which one long write overruns
            file.write(np.ascontiguousarray(audio.samples[n : n + 65536]))
    return buffer.getvalue()


def _words(recipe_json: str | None, a1111: str | None) -> dict[str, str]:
    words = {"darkroom": recipe_json, "comment": a1111}
    return {key: text for key, text in words.items() if text}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, place of the body, claimed length) of every chunk."""
    place = 12
    while place + 8 <= size:
        file.seek(place)
        kind, length = struct.unpack("<4sI", file.read(8))
        yield kind, place + 8, length
        place += 8 + length + length % 2


def _form(file: BinaryIO, place: int, length: int, name: str) -> tuple[int, int, int, int]:
    """(coding, channels, rate, bits), checked."""
    file.seek(place)
    body = file.read(min(length, 40))
    if len(body) < 16:
        raise Refused("bad-file", f"{name} is damaged: its format is cut short.")
    coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if coding == _EXTENSIBLE and len(body) >= 26:
        coding = struct.unpack("<H", body[24:26])[0]
    known = (coding == _PCM and bits in (8, 16, 24, 32)) or (coding == _FLOAT and bits in (32, 64))
    if not known or not 1 <= channels <= 64 or not 1 <= rate <= 1_000_000:
        raise Refused("bad-file", f"{name} is a WAV Darkroom cannot read (coding {coding}, {bits} bits).")
    return coding, channels, rate, bits


def _samples(file: BinaryIO, place: int, length: int, form: tuple[int, int, int, int], name: str) -> Audio:
    coding, channels, rate, bits = form
    count = length // (channels * bits // 8)
    if count == 0:
        raise Refused("bad-file", f"{name} holds no sound.")
    if count * channels * 4 > BYTES:
        raise Refused("bad-file", f"{name} lasts {count / rate / 60:.0f} minutes; that is too long to open at once.")
    file.seek(place)
    raw = file.read(count * channels * bits // 8)
    samples = _floats(raw, coding, bits).reshape(count, channels)
    if not np.isfinite(samples).all():
        raise Refused("bad-file", f"{name} is damaged: some samples are no finite numbers.")
    return Audio(samples, rate)


def _floats(raw: bytes, coding: int, bits: int) -> np.ndarray:
    if coding == _FLOAT:
        return np.frombuffer(raw, f"<f{bits // 8}").astype(np.float32)
    if bits == 8:
        return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / 128
    if bits == 24:
        thirds = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        wide = np.zeros((len(thirds), 4), np.uint8)
        wide[:, 1:] = thirds
        return wide.view("<i4")[:, 0].astype(np.float32) / 2**31
    return np.frombuffer(raw, f"<i{bits // 8}").astype(np.float32) / np.float32(2 ** (bits - 1))
