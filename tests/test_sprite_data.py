"""The tiles image/sprite learns from: named, fetched, painted, dressed, and parted between who sees them."""

import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest

from engines.training import crawl, packages, sprite_things


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("mon/animals/komodo_dragon", "monster", "komodo dragon"),
        ("item/weapon/long_sword3", "weapon", "long sword"),
        ("item/potion/ruby", "potion", "ruby potion"),
        ("mon/undead/skeletons/skeleton_frog", "monster", "frog skeleton"),
        ("item/potion/i-heal-wounds", None, ""),
        ("mon/tentacles/kraken_ends/kraken_tentacle_NW", None, ""),
        ("UNUSED/monsters/bear", None, ""),
        ("gui/skills/axes", None, ""),
    ],
)
def test_a_tile_is_named_by_its_place(path: str, kind: str | None, name: str) -> None:
    assert crawl.kind_of(path) == kind
    if kind is not None:
        assert crawl.name_of(path, kind) == name


def test_tiles_are_read_from_the_source(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    root = tmp_path / "source" / "rltiles"
    for name, side in (("mon/animals/bat", 32), ("item/weapon/dagger2", 32), ("mon/huge", 64), ("gui/x", 32)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((side, side, 4), 200, np.uint8)).save(root / f"{name}.png")
    found = crawl.tiles(tmp_path)
    assert [(tile.path, tile.caption) for tile in found] == [
        ("item/weapon/dagger2", "a dagger, weapon"),
        ("mon/animals/bat", "a bat, monster"),
    ]
    assert [tile.path for tile in crawl.tiles(tmp_path, "monster")] == ["mon/animals/bat"]


def test_no_name_or_pair_is_shared() -> None:
    names = [f"thing {i}" for i in range(400)]
    out = {name for name in names if sprite_things.part(name) == "test"}
    assert 10 < len(out) < 60
    pairs = [sprite_things.part(name, colour) for name in names if name not in out for colour in ("red", "blue")]
    assert {pairs.count(who) > 50 for who in ("train", "judge", "test")} == {True}
    assert all(sprite_things.part(name, colour) == "test" for name in out for colour in (None, "red", "blue"))


def test_painting_keeps_outline_and_form() -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[4:28, 4:28] = (0, 0, 0, 255)
    pixels[6:26, 6:26] = (40, 160, 60, 255)
    thing = sprite_things.Thing("jelly", "monster", pixels)
    assert sprite_things.colour_of(pixels) == "green"
    red = sprite_things.painted(thing, "red")
    assert sprite_things.colour_of(red) == "red"
    assert np.array_equal(red[..., 3], pixels[..., 3])
    assert not red[4:6, 4:28, :3].any()


def test_a_character_is_described_by_what_is_worn() -> None:
    def layer(place: str, name: str, colour: str | None, value: int) -> sprite_things.Layer:
        pixels = np.zeros((32, 32, 4), np.uint8)
        pixels[value : value + 8, 8:24] = (value, value, value, 255)
        return sprite_things.Layer(place, name, colour, pixels)

    worn = {
        "base": layer("base", "elf", None, 4),
        "body": layer("body", "robe", "red", 8),
        "hand1": layer("hand1", "sword", None, 12),
        "head": layer("head", "hat", "blue", 2),
    }
    assert sprite_things.described(worn) == "an elf in a red robe with a sword, blue hat"
    picture = sprite_things.dressed(list(worn.values()))
    assert (picture[8, 10, 0], picture[13, 10, 0], picture[5, 10, 0]) == (2, 12, 2)  # the hat is over all


def test_a_source_is_unpacked_without_the_systems_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[list[str]] = []

    def run(command: list[str], cwd: Path | None = None, **more: object) -> subprocess.CompletedProcess:
        said.append(command)
        if "source" in command:
            assert cwd is not None
            (cwd / "game").mkdir()
            (cwd / "game" / "readme").write_text("hello")
            with tarfile.open(cwd / "game_1.orig.tar.xz", "w:xz") as archive:
                archive.add(cwd / "game", "game-1")
        lines = "http://mirror.example/ suite main\n" if "indextargets" in command else ""
        return subprocess.CompletedProcess(command, 0, lines, "")

    monkeypatch.setattr(packages.subprocess, "run", run)
    monkeypatch.setattr(packages.shutil, "which", lambda tool: f"/bin/{tool}")
    found = packages.debian_source("game", tmp_path / "game")
    assert (found / "readme").read_text() == "hello"
    own = [word for command in said[1:] for word in command if word.startswith("Dir::")]
    assert len(own) == 6
    assert all(str(tmp_path) in word or word.endswith("=-") for word in own)
