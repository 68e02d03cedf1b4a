"""Standard MIDI files, through mido: notes in, and a sound with its notes out."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any, BinaryIO

from engines.contract import Audio, Notes, Refused
from engines.files import notes as rows
from engines.files import synth

BYTES = 2**24  # the most a MIDI file may take
SECONDS = 600.0  # the longest that is opened at once
TICKS = 480  # of a quarter, in what is written
_BROKEN = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_MAJORS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
_MINORS = ("Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m", "Dm", "Gm", "Cm", "Fm", "Bbm", "Ebm", "Abm")
_RECIPE, _KEY = "darkroom ", "key "


def read(file: BinaryIO, size: int, name: str) -> Audio:
    """The notes of a MIDI file, played. Raises Refused('bad-file')."""
    return synth.render(_notes(_opened(file, size, name), name))


def recipe(file: BinaryIO, size: int, name: str) -> str | None:
    """The recipe among the texts of a MIDI file."""
    texts = (message.text for message in _opened(file, size, name).tracks[0] if message.type == "text")
    return next((text[len(_RECIPE) :] for text in texts if text.startswith(_RECIPE)), None)


def encode(notes: Notes | None, recipe_json: str | None, a1111: str | None) -> bytes:
    """A file of one track a channel. Refused('bad-request') when there are no notes."""
    import mido

    if notes is None:
        raise Refused("bad-request", "This sound has no notes in it, so it cannot be saved as MIDI; use .wav or .flac.")
    made = mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    made.tracks.append(_heads(notes, recipe_json, a1111))
    for channel in sorted({int(c) for c in notes.channel}):
        made.tracks.append(_track(notes, channel))
    held = io.BytesIO()
    made.save(file=held)
    return held.getvalue()


def _heads(notes: Notes, recipe_json: str | None, a1111: str | None) -> Any:
    import mido

    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=round(60e6 / notes.tempo)))
    bottom = 1 << max(0, (notes.metre[1] - 1).bit_length())  # MIDI knows powers of two only
    track.append(mido.MetaMessage("time_signature", numerator=notes.metre[0], denominator=bottom))
    tonic, _, mode = notes.key.partition(" ")
    signature = tonic + {"minor": "m", "major": ""}.get(mode, "?")
    if signature in _MAJORS + _MINORS:
        track.append(mido.MetaMessage("key_signature", key=signature))
    words = (_KEY + notes.key if notes.key else "", _RECIPE + recipe_json if recipe_json else "", a1111 or "")
    for text in words:
        if text:
            track.append(mido.MetaMessage("text", text=text))
    track.append(mido.MetaMessage("end_of_track"))
    return track


def _track(notes: Notes, channel: int) -> Any:
    import mido

    scale = notes.tempo / 60 * TICKS
    timed: list[tuple[int, int, Any]] = []  # (tick, order at that tick, message)
    program = -1
    for k in range(len(notes.start)):
        if int(notes.channel[k]) != channel:
            continue
        begin = round(float(notes.start[k]) * scale)
        end = max(begin + 1, round(float(notes.start[k] + notes.length[k]) * scale))
        pitch, velocity = int(notes.pitch[k]), max(1, int(notes.velocity[k]))
        if int(notes.program[k]) != program:
            program = int(notes.program[k])
            timed.append((begin, 1, mido.Message("program_change", channel=channel, program=program)))
        timed.append((begin, 2, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
        timed.append((end, 0, mido.Message("note_off", channel=channel, note=pitch)))
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(timed, key=lambda one: one[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track


def _opened(file: BinaryIO, size: int, name: str) -> Any:
    import mido

    if size > BYTES:
        raise Refused("bad-file", f"{name} is {size / 2**20:.0f} MB; that is too large for a MIDI file.")
    try:
        found = mido.MidiFile(file=io.BytesIO(file.read(size)), clip=True, charset="utf-8")
    except (*_BROKEN, mido.KeySignatureError) as error:
        raise Refused("bad-file", f"{name} is damaged or cut short: it cannot be read as MIDI.") from error
    if found.type == 2 or not found.tracks or found.ticks_per_beat <= 0:
        raise Refused("bad-file", f"{name} is a MIDI file of a kind Darkroom cannot play (type {found.type}).")
    return found


class _Taker:
    """Takes messages one after another and collects what was played."""

    def __init__(self) -> None:
        self.played: list[tuple[float, float, int, int, int, int]] = []
        self.held: dict[tuple[int, int], list[tuple[float, int, int]]] = defaultdict(list)
        self.pedalled: dict[int, list[int]] = {}  # channel -> keys let go while the pedal was down
        self.programs: dict[int, int] = defaultdict(int)
        self.tempo: float | None = None
        self.metre: tuple[int, int] | None = None
        self.signature = self.words = ""

    def take(self, message: Any, now: float) -> None:
        kind = message.type
        if kind == "note_on" and message.velocity > 0:
            self.held[message.channel, message.note].append((now, message.velocity, self.programs[message.channel]))
        elif kind in ("note_on", "note_off"):
            self._let_go(message.channel, message.note, now)
        elif kind == "program_change":
            self.programs[message.channel] = message.program
        elif kind == "control_change" and message.control == 64:
            self._pedal(message.channel, message.value >= 64, now)
        elif kind == "set_tempo":
            self.tempo = self.tempo or 60e6 / max(1, message.tempo)
        elif kind == "time_signature":
            self.metre = self.metre or (message.numerator, message.denominator)
        elif kind == "key_signature":
            self.signature = self.signature or message.key
        elif kind == "text" and message.text.startswith(_KEY):
            self.words = message.text[len(_KEY) :][:40]

    def _let_go(self, channel: int, pitch: int, now: float) -> None:
        if channel in self.pedalled:
            self.pedalled[channel].append(pitch)
        elif self.held[channel, pitch]:
            begin, velocity, program = self.held[channel, pitch].pop(0)
            self.played.append((begin, max(now - begin, 1e-3), pitch, velocity, channel, program))

    def _pedal(self, channel: int, down: bool, now: float) -> None:
        if down:
            self.pedalled.setdefault(channel, [])
            return
        for pitch in self.pedalled.pop(channel, []):
            self._let_go(channel, pitch, now)

    def end(self, now: float) -> None:
        """Let go of everything."""
        self.pedalled.clear()
        for channel, pitch in list(self.held):
            while self.held[channel, pitch]:
                self._let_go(channel, pitch, now)

    def key(self) -> str:
        """The key in words."""
        if self.words or not self.signature:
            return self.words
        minor = self.signature.endswith("m")
        return f"{self.signature.removesuffix('m')} {'minor' if minor else 'major'}"


def _notes(found: Any, name: str) -> Notes:
    import mido

    taker, now, tempo = _Taker(), 0.0, 500_000
    try:
        for message in mido.merge_tracks(found.tracks):
            now += mido.tick2second(message.time, found.ticks_per_beat, tempo)
            taker.take(message, now)
            tempo = message.tempo if message.type == "set_tempo" else tempo
            if now > SECONDS or len(taker.played) > rows.MOST:
                raise Refused("bad-file", f"{name} is too long to open at once: ten minutes is the most.")
    except _BROKEN as error:
        raise Refused("bad-file", f"{name} is damaged: its MIDI messages make no sense.") from error
    taker.end(now)
    if not taker.played:
        raise Refused("bad-file", f"{name} holds no notes.")
    return rows.of(taker.played, taker.tempo or 120.0, taker.metre or (4, 4), taker.key())
