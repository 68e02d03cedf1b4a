"""audio/tune: reading ABC and notes, events, the writer's constraints, harmony, the recipe on made-up tunes."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from engines.audio.tune import Options
from engines.contract import Audio, Refused, Request
from engines.music import events, harmony, plan, reading, score, theory, words
from engines.music.events import Bar, Kind
from engines.nn.tune import Shape, TuneNetwork
from engines.nn.tune_writer import Drawn, Rules, Taste, Writer, draws, rewritten, written
from engines.training import abc, tune_batches, tune_data, tune_fit, tune_measure, tune_ngram
from engines.training.fit import Log

JIG = """X:1
T:The Test
R:jig
M:6/8
L:1/8
K:G
D|"G"G2B dBG|{a}A>BA (3efg d|[1G3 G2:|[2B3 G3||
|:~d3 e^fg|=f2_e d2[Bdg]-|[Bdg]3 z2 c/B/|A3 G3:|
"""


def tune(text: str) -> abc.Tune:
    (found,) = abc.tunes(text)
    return found


def test_abc_is_read_as_it_is_written() -> None:
    bars = abc.barred(tune(JIG))
    assert [bar.length for bar in bars] == [72] * 8
    assert bars[0].notes == [(None, 60), (62, 12)]  # the upbeat, led in by a rest
    assert bars[1].notes == [(67, 24), (71, 12), (74, 12), (71, 12), (67, 12)]
    assert bars[2].notes == [(69, 18), (71, 6), (69, 12), (76, 8), (78, 8), (79, 8), (74, 12)]  # broken, and a triplet
    assert bars[3].notes == [(71, 36), (67, 36)]  # the second ending
    assert bars[4].notes == [(74, 36), (76, 12), (78, 12), (79, 12)]
    assert bars[5].notes == [
        (77, 24),
        (75, 12),
        (74, 24),
        (79, 12),
    ]  # accidentals hold for a bar; the highest of a chord


@pytest.mark.parametrize(
    ("text", "key"),
    [("G", (1, 7, "major")), ("E Minor", (1, 4, "minor")), ("Ador", (1, 9, "dorian")), ("Bb", (-2, 10, "major"))],
)
def test_keys_are_read(text: str, key: tuple[int, int, str]) -> None:
    assert abc.key_of(text) == key


@pytest.mark.parametrize(("was", "now"), [("K:G", "V:1\nK:G"), ("M:6/8", "M:free"), ("K:G", "K:HP")])
def test_what_cannot_be_read_is_passed_over(was: str, now: str) -> None:
    assert list(abc.tunes(JIG.replace(was, now))) == []


def test_a_bar_becomes_events_and_comes_back() -> None:
    for metre, bar in (
        ("6/8", Bar((1,), [(0, 24), (None, 12), (-5, 36)])),
        ("4/4", Bar((1, 8), [(12, 48), (11, 8), (9, 8), (7, 8), (0, 24)])),
    ):
        made = events.events_of(bar, metre)
        assert events.bar_of(made) == bar
        times = events.times_of(made)
        for (first, second), time in zip(made, times, strict=True):
            assert events.allowed_firsts(np.array(time), metre)[first]
            assert events.allowed_seconds(np.array(first))[second]
    with pytest.raises(ValueError, match="ticks"):
        events.events_of(Bar((1,), [(0, 12)]), "6/8")


@pytest.mark.parametrize("metre", theory.METRES)
def test_every_way_through_a_bar_can_be_ended(metre: str) -> None:
    full = theory.bar_ticks(metre)
    reached, waiting = {0}, [0]
    while waiting:
        now = waiting.pop()
        lengths = [events.LENGTHS[k - 2] for k in np.flatnonzero(events.allowed_firsts(np.array(now), metre))]
        assert lengths
        for n in lengths:
            if now + n < full and now + n not in reached:
                reached.add(now + n)
                waiting.append(now + n)


# ---------------------------------------------------------------- writing


@pytest.fixture(scope="module")
def network() -> TuneNetwork:
    torch.manual_seed(3)
    return TuneNetwork(Shape(width=24, depth=2, heads=2, inner=32)).eval()


@pytest.mark.parametrize(("metre", "mode"), itertools.product(theory.METRES, ("major", "minor")))
def test_bars_add_up_and_the_key_is_kept(network: TuneNetwork, metre: str, mode: str) -> None:
    """Whatever the network thinks (this one was never trained)."""
    writer, drawn = Writer(network, Kind("any", metre, mode)), Drawn(5)
    bars = [writer.write(place, Taste(), Rules(), drawn) for place in events.places(3)]
    usual = theory.diatonic(mode)
    scale = set(theory.SCALES[mode])
    for bar in bars:
        assert bar.length == theory.bar_ticks(metre)
        assert all(chord in usual for chord in bar.chords)
        leading = {11} if theory.chord_of(7, False) in bar.chords else set()
        assert all(pitch is None or pitch % 12 in scale | leading for pitch, _ in bar.notes)
    assert tune_measure.line(bars[-1:])[-1][0] % 12 == 0
    assert bars[-1].chords[-1] == theory.chord_of(0, mode == "minor")
    sounding = [sum(t for _, t in bars[-1].notes[:k]) for k, (p, _) in enumerate(bars[-1].notes) if p is not None]
    assert sounding[-1] % theory.beat_ticks(metre) == 0
    assert drawn.place == sum(draws(bar) for bar in bars)


def test_bars_taken_in_again_lead_on_to_the_bit(network: TuneNetwork) -> None:
    kind, places = Kind("reel", "4/4", "dorian"), events.places(4)
    writer, drawn = Writer(network, kind), Drawn(8)
    bars = [writer.write(place, Taste(), Rules(), drawn) for place in places]
    again, later = Writer(network, kind), Drawn(8, sum(draws(bar) for bar in bars[:2]))
    for bar, place in zip(rewritten(written(bars[:2], "4/4")), places, strict=False):
        again.take(bar, place)
    assert [again.write(place, Taste(), Rules(), later) for place in places[2:]] == bars[2:]


def test_chords_are_drawn_from_their_exact_posterior(network: TuneNetwork) -> None:
    """Against the same by brute force: the whole tune's likelihood for every choice."""
    kind = Kind("jig", "6/8", "major")
    first, second = Bar((1,), [(0, 36), (4, 36)]), Bar((0,), [(7, 36), (11, 36)])
    usual, places = theory.diatonic("major"), events.places(2)
    nats = []
    for chord in usual:
        song = tune_data.Song("", "", kind, (first, Bar((chord,), second.notes)), False, 0, 0)
        made = tune_batches.batch([song], np.random.default_rng(0), 0.0, 0.0)
        with torch.no_grad():
            one, two = tune_batches.log_likelihood(network, made, ["6/8"])
        nats.append(float((one + two)[made[3]].sum()))
    writer = Writer(network, kind)
    writer.read([first], places[:1])
    seen: list[torch.Tensor] = []

    class Spy(Drawn):
        def __call__(self, logits: torch.Tensor) -> torch.Tensor:
            seen.append(logits)
            return super().__call__(logits)

    found = writer.harmonise(second, places[1], Taste(), Spy(1))
    exact = torch.tensor(nats).log_softmax(-1)
    assert float((seen[0].log_softmax(-1) - exact).abs().max()) < 1e-4
    assert found.chords[0] in usual


def test_the_labels_are_the_chords_a_musician_would_play() -> None:
    tonic, dominant = theory.chord_of(0, False), theory.chord_of(7, False)
    lines: list[list[events.Note]] = [
        [(0, 24), (4, 24), (7, 24)],
        [(11, 24), (7, 24), (2, 24)],
        [(0, 24), (7, 24), (4, 24)],
        [(0, 72)],
    ]
    bars = harmony.harmonised(lines, "3/4", "major")
    assert [bar.chords[0] for bar in bars] == [tonic, dominant, tonic, tonic]


# ---------------------------------------------------------------- words, notes, plans


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (
            "a lively reel in D major, 8 bars",
            {"form": "reel", "key": "D", "mode": "major", "bars": 8, "mood": "lively"},
        ),
        (
            "slip jig in E flat dorian for the flute",
            {"form": "slip jig", "key": "Eb", "mode": "dorian", "instrument": "flute"},
        ),
        (
            "a sad air in Em, unaccompanied",
            {"form": "air", "key": "E", "mode": "minor", "mood": "sad", "backing": "off"},
        ),
        (
            "waltz, 3/4, 120 bpm, piano accompaniment",
            {"metre": "3/4", "tempo": 120.0, "backing": "piano", "instrument": ""},
        ),
        ("a red apple", {"form": "", "key": "", "mode": "", "bars": 0, "instrument": ""}),
        ("sixteen bars in F#, with a band", {"key": "F#", "mode": "", "bars": 16, "backing": "band"}),
        ("harmonize it", {"task": "harmonise"}),
        ("B minor march with an upbeat", {"key": "B", "mode": "minor", "form": "march", "upbeat": True}),
    ],
)
def test_the_prompt_is_understood(prompt: str, said: dict[str, Any]) -> None:
    found = words.read(prompt)
    assert {name: getattr(found, name) for name in said} == said


def played(bars: list[Bar], metre: str = "6/8", **more: Any) -> Audio:
    setting = score.Setting(2, "major", metre, 168.0, 62, 110, "guitar", **more)
    rows = score.melody(bars, setting) + score.accompaniment(bars, setting)
    return Audio(np.zeros((10, 1), np.float32), 44100, score.expanded(score.compact(rows, setting)))


TUNE = [
    Bar((1,), [(0, 12), (4, 12), (7, 12), (12, 24), (None, 12)]),
    Bar((8,), [(11, 36), (7, 8), (5, 8), (4, 8), (2, 12)]),
    Bar((1,), [(0, 72)]),
]


def test_what_was_played_is_read_back() -> None:
    sound = played(TUNE)
    assert sound.notes is not None
    heard = reading.heard(sound.notes)
    assert (heard.metre, heard.tonic, heard.mode, heard.tempo, heard.program) == ("6/8", 2, "major", 168.0, 110)
    assert [bar.notes for bar in heard.bars][:2] == [bar.notes for bar in TUNE][:2]
    assert heard.home == 62


def test_a_tune_played_by_hand_is_brought_to_the_grid() -> None:
    rng = np.random.default_rng(0)
    sound = played(TUNE)
    assert sound.notes is not None
    late = sound.notes.start + np.where(sound.notes.channel == 0, rng.uniform(0, 0.012, len(sound.notes.start)), 0)
    heard = reading.heard(msgspec.structs.replace(sound.notes, start=late))
    assert heard.bars[0].notes[:3] == TUNE[0].notes[:3]
    assert all(bar.length == 72 for bar in heard.bars)


def test_the_key_is_found_from_the_notes() -> None:
    pitches = np.array([57, 60, 64, 69, 68, 69, 71, 72, 64, 69])
    assert reading.key_of(pitches, np.ones(10)) == (9, "minor")
    assert reading.key_of(np.array([60, 64, 67, 72, 71, 69, 67, 65, 64, 62, 60]), np.ones(11)) == (0, "major")


def request(start: Any = None, prompt: str = "", **options: Any) -> tuple[Request, Options]:
    return Request(engine="audio/tune", prompt=prompt, start=start), msgspec.convert(options, Options)


def test_options_stand_over_the_prompt() -> None:
    made = plan.made(*request(None, "a sad reel in D major, 12 bars", key="F", form="waltz", bars=8))
    assert (made.setting.key, made.setting.metre, len(made.places), made.kind.rhythm) == ("F major", "3/4", 8, "any")


def test_infilling_shows_both_sides_and_keeps_the_rest() -> None:
    start = played(TUNE)
    made = plan.made(*request(start, from_bar=2, to_bar=2))
    assert (len(made.given), len(made.later), len(made.places), made.first) == (1, 1, 1, 1)
    bar = made.setting.bar
    assert all(not bar - 0.01 <= row[0] < 2 * bar - 0.01 for row in made.before())
    assert {row[0] for row in made.before()} <= set(start.notes.start.tolist())  # type: ignore[union-attr]
    same = plan.made(*request(start, range_from=1.2 * bar, range_to=1.9 * bar))
    assert (same.first, len(same.places)) == (1, 1)


def test_going_on_begins_after_the_start() -> None:
    made = plan.made(*request(played(TUNE), bars=5))
    assert (made.task, made.first, len(made.given), len(made.places)) == ("continue", 3, 3, 5)
    assert made.places[-1].left == 1


@pytest.mark.parametrize(
    ("start", "options", "says"),
    [
        (None, {"task": "harmonise"}, "there must be a tune"),
        (Audio(np.zeros((9, 1), np.float32), 8000), {}, "no notes"),
        (played(TUNE), {"from_bar": 3, "to_bar": 2}, "not in the start"),
        (played(TUNE), {"from_bar": 9}, "not in the start"),
    ],
)
def test_what_cannot_be_done_costs_a_sentence(start: Any, options: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says) as caught:
        plan.made(*request(start, **options))
    assert caught.value.failure.kind == "bad-request"
    assert caught.value.failure.sentence.endswith(".")


@pytest.mark.parametrize(("prompt", "says"), [("a tune in 5/4", "5/4"), ("a reel of 99 bars", "99 bars")])
def test_what_the_prompt_cannot_have_is_refused(prompt: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        plan.made(*request(None, prompt))


def test_a_start_in_another_metre_is_refused() -> None:
    sound = played(TUNE)
    assert sound.notes is not None
    odd = msgspec.structs.replace(sound.notes, metre=(5, 4))
    with pytest.raises(Refused, match="5/4"):
        plan.made(*request(Audio(sound.samples, sound.rate, odd)))


def test_parts_are_played_twice() -> None:
    assert score.repeated(3) == [0, 1, 2]
    assert score.repeated(10) == [*range(8), *range(8), 8, 9]
    assert all(score.repeated(n + 1)[: len(score.repeated(n))] == score.repeated(n) for n in range(33))


# ---------------------------------------------------------------- the recipe


def made_up(count: int, seed: int) -> Iterator[tune_data.Song]:
    """Scales up and down from random degrees of the triad: something that can be learnt."""
    rng = np.random.default_rng(seed)
    scale = theory.SCALES["major"]
    for k in range(count):
        lines: list[list[events.Note]] = []
        for _ in range(8):
            at, way = int(rng.choice([0, 2, 4])), int(rng.choice([1, -1]))
            degrees = [at + way * n for n in range(4)]
            lines.append([(12 * (d // 7) + scale[d % 7], 12) for d in degrees])
        kind = Kind("reel", "2/4", "major")
        yield tune_data.Song(f"{seed}.{k}", "", kind, tuple(harmony.harmonised(lines, "2/4", "major")), False, 0, k)


def test_variants_of_a_tune_are_one_family() -> None:
    one, other = made_up(2, 0)
    moved = tune_data.Song(
        "Moved",
        "",
        one.kind,
        tuple(Bar(bar.chords, [(None if p is None else p + 12, t) for p, t in bar.notes]) for bar in one.bars),
        False,
        5,
        0,
    )
    families = [song.family for song in tune_data._families([one, moved, other])]
    assert families[0] == families[1]
    held = tune_data.split(tune_data._families([*made_up(40, 1)]))
    assert not {song.family for song in held[0]} & {song.family for song in held[1]}


def test_the_middle_told_last_counts_alone() -> None:
    (song,) = made_up(1, 2)
    rows, counts = tune_batches.gapped(list(song.bars), events.places(8), (3, 5), "2/4")
    whole = events.rows_of(list(song.bars), events.places(8), "2/4")
    assert sorted(map(tuple, rows.pairs.tolist())) == sorted(map(tuple, whole.pairs.tolist()))
    assert int((~counts).sum()) == sum(1 + len(bar.notes) for bar in song.bars[5:])


def test_the_ngram_is_a_distribution_and_learns() -> None:
    model = tune_ngram.Ngram(5)
    model.learn([((("a",), ("a", 1)), 2), ((("a",), ("a", 1)), 2), ((("a",), ("a", 2)), 4)])
    p = model.probabilities((("a",), ("a", 1)))
    assert p.sum() == pytest.approx(1.0)
    assert p[2] == pytest.approx((2 + 1 * (2 + 2 * 0.2) / 5) / 3)
    songs = list(made_up(30, 3))
    high = tune_ngram.surprise(songs[:1], songs[20:], 3)["note"]
    assert tune_ngram.surprise(songs[:20], songs[20:], 3)["note"] < high


def test_copies_are_found() -> None:
    songs = list(made_up(6, 4))
    copies = tune_measure.Copies(songs[:3])
    assert copies.longest(songs[1].bars) == (24, 1)
    assert copies.longest(songs[5].bars)[0] < 24
    assert tune_measure.apart(tune_measure.histograms(songs)["degrees"], tune_measure.histograms(songs)["degrees"]) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_training_halves_the_surprise_and_beats_single_notes(tmp_path: Path) -> None:
    songs, judged = list(made_up(200, 5)), list(made_up(20, 6))
    log = Log(tmp_path / "log.jsonl", lambda **row: None)
    shape = Shape(width=48, depth=2, heads=2, inner=64)
    made = tune_fit.learn(songs, judged, 150 / 60, log, kept=tmp_path / "t.pt", shape=shape, size=512)
    torch.manual_seed(1)
    before = tune_fit.per_event(TuneNetwork(shape), judged)
    assert tune_fit.per_event(made, judged) < 0.5 * before
    assert tune_fit.surprise(made, judged)["note"] < tune_ngram.surprise(songs, judged, 0)["note"]
