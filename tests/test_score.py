"""How likely a model finds any input: the engines' `measure`, the scale it is laid on, and `darkroom score`."""

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.cli.score import _tell
from app.core.lab import score
from engines import registry
from engines.contract import Audio, Image, Mesh, Refused, Request
from engines.files import media
from engines.measuring import measured

CARDS = registry.listing(()).cards
SCORERS = [n for n, card in CARDS.items() if card.info.score and not card.info.score.more and not card.missing]
FITTERS = [card.info.name for card in score.fitters(CARDS, "image")]


def smooth(medium: str) -> Image | Audio:
    """What is nothing like noise: a plain picture, a low tone that fades."""
    if medium == "image":
        pixels = np.full((32, 32, 3), 255, np.uint8)
        pixels[8:24, 8:24] = (120, 80, 40)
        return Image(pixels)
    t = np.arange(8000) / 16000
    return Audio((0.5 * np.sin(2 * np.pi * 110 * t) * np.exp(-6 * t)).astype(np.float32)[:, None], 16000)


def test_some_engines_of_both_media_have_a_score() -> None:
    assert {CARDS[name].info.medium for name in SCORERS} == {"image", "audio"}


@pytest.mark.parametrize("name", SCORERS)
def test_what_is_smooth_is_likelier_than_noise(name: str) -> None:
    card = CARDS[name]
    engine = registry.listing(()).make(name)
    given = smooth(card.info.medium)
    told = [measured(engine, card, score.asked(card, one)) for one in (given, score.noise(given))]
    found = score.scored(card, *told)
    assert found.noise is not None
    assert found.value < found.noise


@pytest.mark.parametrize("name", FITTERS)
def test_words_fit_what_they_are_of_better_than_noise(name: str) -> None:
    card, engine = CARDS[name], registry.listing(()).make(name)
    sun = np.full((64, 64, 3), 255, np.uint8)
    rows, columns = np.mgrid[:64, :64]
    sun[(rows - 32) ** 2 + (columns - 32) ** 2 < 500] = (250, 200, 30)
    told = [
        measured(engine, card, score.asked(card, one, "a yellow sun")) for one in (Image(sun), score.noise(Image(sun)))
    ]
    found = score.scored(card, *told)
    assert found.more
    assert found.noise is not None
    assert found.value > found.noise
    with pytest.raises(Refused):
        measured(engine, card, score.asked(card, Image(sun)))


@pytest.mark.parametrize("name", ["image/blend", "audio/drum"])
def test_a_score_whose_draws_are_of_the_seed_is_the_same_again(name: str) -> None:
    card = CARDS[name]
    request = score.asked(card, smooth(card.info.medium))
    told = [measured(registry.listing(()).make(name), card, request) for _ in range(2)]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", [name for name in SCORERS if CARDS[name].info.score.held])
def test_the_card_tells_how_held_out_data_score(name: str) -> None:
    found = score.held_out(CARDS[name])
    assert found is not None
    assert 0 < found < 16


def test_a_score_lies_between_held_out_data_and_noise() -> None:
    card = CARDS["image/pixel"]
    held = score.held_out(card)
    assert held is not None
    middle = score.scored(card, {"bits per pixel": held + 1}, {"bits per pixel": held + 4})
    assert middle.share == pytest.approx(0.25)
    assert score.scored(card, {"bits per pixel": 1.0}).share is None
    with pytest.raises(Refused, match="told no score"):
        score.scored(card, {"bits": 3.0})


def test_what_cannot_be_scored_is_refused() -> None:
    card, other = CARDS["image/pixel"], CARDS["image/sticker"]
    with pytest.raises(Refused, match="cannot tell how likely"):
        score.asked(other, smooth("image"))
    with pytest.raises(Refused, match="scores media of the kind image"):
        score.asked(card, smooth("audio"))
    with pytest.raises(Refused, match="nothing to measure"):
        measured(None, card, Request(engine="image/pixel"))
    with pytest.raises(Refused, match="cannot tell how likely"):
        measured(None, other, Request(engine="image/sticker", start=smooth("image")))
    mesh = Mesh(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32))
    assert score.noise(mesh) is None


def test_noise_is_as_large_and_as_loud() -> None:
    picture, sound = score.noise(smooth("image")), score.noise(smooth("audio"))
    assert isinstance(picture, Image)
    assert picture.pixels.shape == (32, 32, 3)
    assert isinstance(sound, Audio)
    given = smooth("audio")
    assert isinstance(given, Audio)
    assert np.sqrt((sound.samples**2).mean()) == pytest.approx(np.sqrt((given.samples**2).mean()), rel=0.05)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    media.write(tmp_path / "plain.png", smooth("image"))
    media.write(tmp_path / "tone.wav", smooth("audio"))
    words = ["score", "image/pixel", str(tmp_path / "plain.png"), str(tmp_path / "tone.wav")]
    assert main([*words, "--json"]) == 1, "one of the two cannot be scored"
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = {event["event"]: event for event in events}
    assert told["scored"]["unit"] == "bits per pixel"
    assert told["scored"]["value"] < told["scored"]["noise"]
    assert "scores media of the kind image" in told["failed"]["sentence"]
    found = score.Scored(1.25, 6.5, 0.966, "bits per pixel", {})
    _tell(Namespace(json=False), Path("plain.png"), found)
    assert capsys.readouterr().out == "plain.png: 1.25 bits per pixel (held-out data 0.966, noise 6.5)\n"
