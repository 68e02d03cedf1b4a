"""Pictures of other programs, dropped: what they say of their making is found, and becomes the draft."""

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from app.studio.shelf import foreign
from engines.contract import AdapterKind
from engines.files import media, recipe
from engines.files.recipe import Recipe, a1111
from tests import fakes

pytest_plugins = ["tests.studio_kit"]

WORDS = "a café, two cats\nNegative prompt: dull\nSteps: 9, Sampler: Euler, CFG scale: 3, Seed: 41, Size: 96x64"
GREY = np.full((64, 96, 3), 90, np.uint8)


def png(path: Path, words: str) -> Path:
    info = PngInfo()
    info.add_itxt("parameters", words)
    Pillow.fromarray(GREY).save(path, pnginfo=info)
    return path


def commented(path: Path, comment: bytes) -> Path:
    """A picture with `comment` as EXIF's UserComment."""
    exif = Pillow.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    Pillow.fromarray(GREY).save(path, exif=exif)
    return path


@pytest.mark.parametrize("ending", [".jpg", ".webp"])
@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + WORDS.encode("utf-16-be"),
        b"UNICODE\0" + WORDS.encode("utf-16-le"),
        b"ASCII\0\0\0" + WORDS.encode(),
        bytes(8) + WORDS.encode(),
        WORDS.encode() + b"\0",
    ],
)
def test_words_in_exif_are_found_however_they_are_spelt(tmp_path: Path, ending: str, comment: bytes) -> None:
    assert media.words_of(commented(tmp_path / f"a{ending}", comment)) == WORDS


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp"])
def test_our_own_words_for_others_are_found(tmp_path: Path, ending: str) -> None:
    from engines.contract import Image, Request

    text = a1111(Recipe(request=Request(engine="image/x", prompt="ein Käfer", seed=3), run="r"))
    media.write(tmp_path / f"a{ending}", Image(GREY), None, text)
    assert media.words_of(tmp_path / f"a{ending}") == text


def test_pictures_without_words_have_none(tmp_path: Path) -> None:
    for ending in (".png", ".jpg", ".webp", ".gif", ".bmp"):
        Pillow.fromarray(GREY).save(tmp_path / f"a{ending}")
        assert media.words_of(tmp_path / f"a{ending}") is None
    assert media.words_of(commented(tmp_path / "b.jpg", b"UNICODE\0\xd8")) == "\ufffd"


def test_a_dropped_picture_of_another_program_becomes_the_draft(studio, qtbot, tmp_path):
    asked = studio.draft
    studio.open_file(png(tmp_path / "a.png", WORDS))
    qtbot.waitUntil(lambda: studio.draft.prompt == "a café, two cats")
    assert (studio.draft.negative, studio.draft.seed, studio.draft.size) == ("dull", 41, None)  # it takes no size
    assert studio.draft.options == {"steps": 9, "guidance": 3.0, "sampler": "euler"}
    assert studio.draft.engine == asked.engine
    assert not studio.notices
    studio.undo_stack.undo()
    assert studio.draft.prompt == asked.prompt


def test_what_is_not_here_is_named_and_what_says_nothing_changes_nothing(studio, qtbot, tmp_path):
    studio.open_file(png(tmp_path / "b.png", "just a sentence, no settings"))
    qtbot.waitUntil(lambda: any("carries no recipe" in sentence for _, sentence in studio.notices))
    assert studio.draft.prompt == "a red apple"
    studio.open_file(
        png(tmp_path / "a.png", f"<lora:ink:0.8>{WORDS}, Model: dreamy, Clip skip: 2").rename(tmp_path / "c.png")
    )
    qtbot.waitUntil(lambda: studio.draft.prompt == "a café, two cats")
    assert all(any(name in sentence for _, sentence in studio.notices) for name in ("dreamy", "ink"))


def test_models_and_loras_are_known_by_their_files(tmp_path: Path) -> None:
    card = next(iter(fakes.CARDS.values()))
    worn = (AdapterKind("ink-00ff", "ink"),)
    info = structs.replace(card.info, name="image/dreamy-12ab", title="dreamy.safetensors", adapters=worn)
    cards = [card, structs.replace(card, info=info)]
    path = png(tmp_path / "a.png", f"<lora:ink:0.8>{WORDS}, Model: dreamy")
    request = recipe.loads(foreign(path, cards) or "", lambda name: GREY).request
    assert request.engine == "image/dreamy-12ab"
    assert [(one.name, one.weight) for one in request.adapters] == [("ink-00ff", 0.8)]
    plain = recipe.loads(foreign(png(tmp_path / "b.png", WORDS), cards) or "", lambda name: GREY).request
    assert plain.engine == card.info.name
