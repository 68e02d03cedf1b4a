"""Sounds from notes: in tune, in time, the same whether played at once or added to."""

import numpy as np
import pytest

from engines.contract import Notes
from engines.files import notes as files_notes
from engines.files import synth
from engines.music import words


def some_notes(*rows: tuple[float, float, int, int, int, int]) -> Notes:
    return files_notes.of(list(rows), 120.0, (4, 4), "C major")


@pytest.mark.parametrize(("program", "pitch"), [(0, 69), (73, 81), (110, 69), (25, 57), (32, 45)])
def test_instruments_are_in_tune(program: int, pitch: int) -> None:
    """The strongest partial near the fundamental lies within a fifth of a semitone of it."""
    sound = synth.render(some_notes((0.0, 1.5, pitch, 100, 0, program))).samples.mean(1)[8000:60000]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 19))
    hertz = np.fft.rfftfreq(1 << 19, 1 / synth.RATE)
    wanted = 440 * 2 ** ((pitch - 69) / 12)
    near = (hertz > wanted * 0.94) & (hertz < wanted * 1.06)
    found = hertz[near][spectrum[near].argmax()]
    assert abs(12 * np.log2(found / wanted)) < 0.2


@pytest.mark.parametrize("program", sorted({program for program, _ in words.INSTRUMENTS.values()} | {25, 32}))
def test_every_loop_lies_within_its_sample(program: int) -> None:
    """One that is a little short is heard as a click at every turn."""
    font = synth.font()
    for pitch in range(48, 90, 3):
        for zone in font.zones(0, program, pitch, 90):
            begin, end = font.loop(zone[53])
            if zone.get(54, 0) & 1:
                assert 0 <= begin < end <= len(font.wave(zone[53])) + 1


def test_notes_begin_when_they_should_and_louder_is_louder() -> None:
    sound = synth.render(some_notes((0.5, 0.2, 72, 100, 0, 0))).samples
    assert np.abs(sound[: int(0.49 * synth.RATE)]).max() < 1e-6
    assert np.abs(sound[int(0.5 * synth.RATE) : int(0.56 * synth.RATE)]).max() > 0.02
    soft = synth.render(some_notes((0.5, 0.2, 72, 40, 0, 0))).samples
    assert np.abs(soft).max() < 0.5 * np.abs(sound).max()


def test_adding_notes_equals_playing_them_together() -> None:
    rows = [(0.25 * k, 0.3, 60 + k, 90, 0, 110) for k in range(6)]
    mix = synth.Mix()
    for row in rows:
        mix.add(some_notes(row))
    whole = synth.render(some_notes(*rows)).samples
    assert np.abs(mix.audio(some_notes(*rows)).samples - whole).max() < 1e-5
