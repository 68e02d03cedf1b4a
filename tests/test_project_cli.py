"""Projects on the command line: a piece laid out, made by the tiny engines, changed, made again."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.cli.project_words import keys, length, moment
from app.core.project import Document
from app.core.settings import Folders, Settings
from app.core.timeline import edit
from app.core.timeline.clock import Clock
from app.core.timeline.values import Key, Metre, Project, Timeline
from app.develop import host_for
from engines.contract import Audio, Image, Refused
from engines.files import media

TINY = Path(__file__).parent / "tiny"


class Kept:
    """A host that stays when a command leaves it."""

    def __init__(self, host) -> None:
        self.run, self.ask, self.stop = host.run, host.ask, host.stop

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker")
    folders = Folders(folder / "config", folder / "data", folder / "gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DARKROOM_PLUGINS", str(TINY))
        with host_for(Settings(), folders) as host:
            yield host


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, worker):
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    monkeypatch.setattr("app.cli.make.host_for", lambda settings, folders: Kept(worker))
    return tmp_path / "home"


class Piece:
    """A project, spoken to by words."""

    def __init__(self, folder: Path, capsys) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, words: str, *more: str, rc: int = 0) -> str:
        """Say `words` (the first, or the first two after 'add', before the project) and what more there is."""
        first = words.split()
        cut = 2 if first[0] == "add" else 1
        code = main(["project", *first[:cut], str(self.folder), *first[cut:], *more])
        heard = self._capsys.readouterr()
        assert code == rc, heard.err or heard.out
        return heard.err.strip() if rc and not heard.out else heard.out.strip()

    @property
    def project(self) -> Project:
        return Document.at(self.folder).load()

    def clip(self, name: str):
        return next(c for t in self.project.timeline.tracks for c in t.clips if name in (c.name, c.id))

    def shown(self, name: str):
        return Document.at(self.folder).read(self.clip(name).shown.media)


@pytest.fixture
def piece(tmp_path, capsys) -> Piece:
    made = Piece(tmp_path / "piece", capsys)
    made("new", "--size", "64x64", "--fps", "12", "--bpm", "120")
    made("add track picture Shots")
    made("add track audio Sound", "--gain", "-3")
    return made


# ---------------------------------------------------------------- words


def test_moments_are_told_in_every_way() -> None:
    clock = Clock(Timeline(metres=(Metre(0, 3, 4),)), Fraction(24))
    told = {"1.5": Fraction(3, 2), "3/2": Fraction(3, 2), "2|1": Fraction(3, 2), "1|2|480": Fraction(3, 4)}
    told |= {"36f": Fraction(3, 2), "00:00:01:12": Fraction(3, 2), "end": Fraction(9), "2beats": Fraction(1)}
    assert {text: moment(text, clock, Fraction(9)) for text in told} == told
    assert length("2bars", clock, Fraction(0)) == 3
    for wrong in ("x", "1|0", "1/0", "0|1", "one bar", "nan", "1:2"):
        with pytest.raises(Refused):
            moment(wrong, clock)


def test_keys_are_read_in_order() -> None:
    clock = Clock(Timeline(), Fraction(24))
    assert keys("1bar:6:hold,0:2", clock, Fraction(0)) == (Key(Fraction(0), 2.0), Key(Fraction(2), 6.0, "hold"))
    with pytest.raises(Refused, match="is no key"):
        keys("0", clock, Fraction(0))


# ---------------------------------------------------------------- a piece


def test_a_piece_is_laid_out_made_and_told_of(piece, tmp_path) -> None:
    piece("add clip Shots --at 1|1 --length 1bar --name Still --engine image/tiny --prompt red --seed 3")
    piece("add clip Shots --at 2|1 --length 2bars --name Film --engine video/tiny --prompt blue --loop")
    piece("add clip Sound --at 0 --length 2beats --name Hit --engine audio/tiny --prompt low --repeat 3")
    piece("add clip Shots --at end --length 2 --name Card --fade-in 12f", "--title", "The end")
    piece("add lane Film", "--lane", "scale=0:1,1bar:1.5", "--modulate", "scale=Sound:onset,gain=0.2,how=add")
    piece("add marker Refrain --at 2|1")
    assert "nothing" not in piece("render --json")
    for name in ("Still", "Film"):
        assert piece.clip(name).shown is not None
    hits = [clip for track in piece.project.timeline.tracks for clip in track.clips if clip.name == "Hit"]
    assert len({clip.shown.media for clip in hits}) == 1
    assert "3 of them are called 'Hit'" in piece("vary Hit", rc=2)
    assert [clip.start for clip in hits] == [0, 1, 2]
    (lane,) = piece.clip("Film").lanes
    assert (lane.target, lane.keys[1].at, lane.modulator.gain) == ("scale", 2, 0.2)
    told = json.loads(piece("info --json"))
    assert set(told["states"].values()) == {"final"}
    text = piece("info")
    assert "64x64, 12 frames a second, 120 bpm 4/4, 8.00 s" in text
    assert "marker 2|1|000  Refrain" in text
    assert piece("render") == "Everything is made already."
    assert "whole: 3" in piece("verify")
    packed = piece("pack", str(tmp_path / "one"))
    assert main(["project", "unpack", packed, str(tmp_path / "two")]) == 0
    assert Document.at(tmp_path / "two").load() == piece.project


def test_a_made_piece_is_exported(piece, tmp_path) -> None:
    piece("add clip Shots --at 0 --length 1 --name Still --engine image/tiny --prompt red")
    piece("add clip Sound --at 0 --length 1 --name Hit --engine audio/tiny --prompt low")
    piece("render")
    film = tmp_path / "piece.mp4"
    told = [json.loads(line) for line in piece("export", str(film), "--json").splitlines()]
    assert told[-1]["event"] == "written"
    assert any(line["event"] == "exporting" for line in told)
    shown = media.read(film)
    assert shown.frames.shape[:3] == (12, 64, 64)
    assert abs(len(shown.sound.samples) / shown.sound.rate - 1) < 0.05
    half = piece("export", str(tmp_path / "half.wav"), "--from", "1beats", "--bits", "16")
    sound = media.read(half)
    assert len(sound.samples) == 24000
    assert "use .mp4" in piece("export", str(tmp_path / "a.doc"), rc=2)
    assert "there is nothing" in piece("export", str(tmp_path / "a.wav"), "--from", "1", "--to", "1/2", rc=2)


def test_what_a_clip_is_made_of_is_made_first_and_makes_it_stale(piece) -> None:
    piece("add clip Shots --at 0 --length 1 --name Still --engine image/tiny --prompt red --seed 1")
    piece("add clip Shots --at 1 --length 1 --name Next --engine image/tiny --prompt red --start Still --strength 0.1")
    out = piece("render")
    assert out.index("1/2 Still") < out.index("2/2 Next")
    near = np.abs(piece.shown("Still").pixels.astype(int) - piece.shown("Next").pixels).mean()
    assert near < 30
    piece("set Still prompt=blue")
    assert set(json.loads(piece("info --json"))["states"].values()) == {"stale"}
    piece("render --clip Next")
    assert len(piece.clip("Still").takes) == 2
    assert set(json.loads(piece("info --json"))["states"].values()) == {"final"}
    piece("set Still take=1")
    assert piece.clip("Still").ask.prompt == "red"


def test_drafts_first_and_finals_on_demand(piece) -> None:
    piece("add clip Shots --at 0 --length 1 --name A --engine image/tiny --prompt red", "--draft", "steps=2")
    piece("render --draft")
    assert piece.clip("A").shown.draft
    assert piece("render --draft") == "Everything is made already."
    assert "about" in piece("render --estimate")
    piece("render")
    assert not piece.clip("A").shown.draft
    assert len(piece.clip("A").takes) == 2


def test_a_take_is_made_again_or_varied(piece) -> None:
    piece("add clip Shots --at 0 --length 1 --name A --engine image/tiny --prompt red --seed 1")
    piece("render")
    piece("retake A --seed 9")
    piece("vary A --strength 0.2 --seed 4")
    clip = piece.clip("A")
    assert [take.way for take in clip.takes] == ["generate", "generate", "vary"]
    assert [take.made.seed for take in clip.takes] == [1, 9, 4]
    assert set(json.loads(piece("info --json"))["states"].values()) == {"final"}


def test_a_part_of_a_picture_is_made_anew(piece, tmp_path) -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[:, :32] = 255
    media.write(tmp_path / "mask.png", Image(mask))
    piece("add clip Shots --at 0 --length 1 --name A --engine image/tiny --prompt red --seed 1")
    piece("render")
    before = piece.shown("A").pixels.astype(int)
    piece("set A prompt=blue")
    piece("region A", "--mask", str(tmp_path / "mask.png"))
    after = piece.shown("A").pixels.astype(int)
    assert np.abs(after - before)[:, 32:].max() <= 2
    assert np.abs(after - before)[:, :32].max() > 40
    piece("extend A --right 1/2")
    assert piece.shown("A").pixels.shape == (64, 96, 3)


def test_one_clip_that_fails_costs_the_others_nothing(piece) -> None:
    piece("add clip Shots --at 0 --length 9 --name Long --engine video/tiny --prompt red")
    piece("add clip Shots --at 9 --length 1 --name After --engine image/tiny --prompt red --start Long")
    piece("add clip Shots --at 10 --length 1 --name Good --engine image/tiny --prompt red")
    out = piece("render", rc=1)
    assert "makes 0.25 to 4 s at once; Long needs 9.00 s" in out
    assert "'Long' has nothing to show yet" in out
    assert piece.clip("Good").shown is not None


def test_files_join_the_project(piece, tmp_path) -> None:
    media.write(tmp_path / "hum.wav", Audio(np.zeros((24000, 2), np.float32), 48000))
    piece("add clip Sound --at 0", "--file", str(tmp_path / "hum.wav"))
    piece("add clip Sound --at end --speed 1/2", "--file", str(tmp_path / "hum.wav"))
    clips = piece.project.timeline.tracks[1].clips
    assert [(clip.start, clip.length, clip.speed) for clip in clips] == [
        (0, Fraction(1, 2), 1),
        (Fraction(1, 2), 1, Fraction(1, 2)),
    ]
    place = Document.at(piece.folder).path(clips[0].takes[0].media)
    place.write_bytes(b"else")
    assert "damaged" in piece("verify", rc=3)


def test_clips_and_tracks_are_changed_split_and_removed(piece) -> None:
    piece("add clip Shots --at 0 --length 4 --name A", "--title", "Hello")
    piece("set A start=1|2 scale=0.5 title.colour=#ff0000 text=Yes length=1bar opacity=0.25")
    clip = piece.clip("A")
    assert (clip.start, clip.length, clip.look.scale, clip.look.opacity) == (Fraction(1, 2), 2, 0.5, 0.25)
    assert clip.title.colour == "#ff0000"
    second = piece("split A --at 2|1")
    assert [one.end for one in piece.project.timeline.tracks[0].clips] == [2, Fraction(5, 2)]
    piece("remove", second)
    piece("set Sound mute=yes pan=-0.5 name=Noise")
    assert (piece.project.timeline.tracks[1].mute, piece.project.timeline.tracks[1].pan) == (True, -0.5)
    piece("set project fps=25 width=320")
    piece("add tempo 90 --at 3|1")
    piece("add metre 3/4 --bar 3")
    assert float(piece.project.timeline.tempos[1].beat) == 8
    piece("remove Noise")
    assert [track.name for track in piece.project.timeline.tracks] == ["Shots"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("add clip Nowhere --at 0 --length 1", "There is no track 'Nowhere'; there are: Shots, Sound."),
        ("add clip Shots --at soon --length 1", "is no time"),
        ("add clip Shots --at 0", "has no length"),
        ("add clip Shots --at 0 --length 1 --engine image/none", "There is no engine"),
        ("add clip Shots --at 0 --length 1 --engine image/tiny --set colour=red", "has no option 'colour'"),
        ("add clip Shots --at 0 --length 1 --engine image/tiny --start Nobody", "There is no clip 'Nobody'"),
        ("add lane Nobody --lane x=0:1", "There is no clip or track 'Nobody'"),
        ("add lane Shots --modulate x=Sound:smell", "is no modulator"),
        ("set Shots volume=1", "There is no field 'volume'"),
        ("set Shots gain=loud", "gain cannot be 'loud'"),
        ("set project width=0", "out of range"),
        ("add tempo 0", "out of range"),
        ("vary Nobody", "There is no clip 'Nobody'"),
        ("bridge Shots --at 0 --engine image/tiny", "There is no gap"),
        ("add lane Shots --modulate x=Nobody:onset", "There is no clip or track 'Nobody'"),
        ("split Nobody --at 0", "There is no clip 'Nobody'"),
    ],
)
def test_wrong_words_cost_a_sentence_and_nothing_else(piece, words, says) -> None:
    before = piece.project
    assert says in piece(words, rc=3 if "width" in words else 2)
    assert piece.project == before


def test_a_made_project_edits_like_any_other(piece) -> None:
    piece("add clip Shots --at 0 --length 1 --name A --engine image/tiny --prompt red")
    piece("render")
    project = piece.project
    cut = edit.split(project.timeline, [piece.clip("A").id], Fraction(1, 2))
    Document.at(piece.folder).save(edit.with_timeline(project, cut))
    assert piece("render") == "Everything is made already."
