"""The history: found by its words in any script, true to the files, made anew from them."""

import json
import os
import shutil
import struct
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.entry import entry_of
from app.core.history import Entry
from app.core.library import Library, facts_of, show_worn, slug
from app.core.store import words
from engines import shelf as shelves
from engines.contract import MEDIUMS, Adapter, EngineCard, Image, Mesh, Request, Result
from engines.files import media
from engines.files.recipe import Recipe
from tests import fakes
from tests.core_things import folders, make, request

PROMPTS = [
    "a red apple on a table",
    "🍎🥺 fruit 👩‍🚀",
    "تفاحة حمراء على الطاولة",
    "עץ תפוח",
    'say "hello" OR NOT (this) NEAR that*',
    "赤いりんご 苹果树",
    "Ærøskøbing café façade",
    "हिन्दी सेब",
    "100% c++ __init__ -dash- ^caret",
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    with Library(folders(tmp_path_factory.mktemp("h"))) as library:
        for n, prompt in enumerate(PROMPTS):
            library.history.add(
                Entry(f"run-{n}", library.folders.gallery / f"{n}.png", "image", "x/y", prompt, created=n)
            )
        yield library


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("apple", [0]),
        ("APP tab", [0]),
        ("pple", []),
        ("🍎", [1]),
        ("🥺", [1]),
        ("🚀", [1]),
        ("تفاح", [2]),
        ("תפוח", [3]),
        ('"hello"', [4]),
        ("OR NOT (", [4]),
        ("NEAR", [4]),
        ("that*", [4]),
        ("りん", [5]),
        ("果树", [5]),
        ("cafe", [6]),
        ("CAFÉ faç", [6]),
        ("सेब", [7]),
        ("c++ init", [8]),
        ("100%", [8]),
        ("++", [8]),
        ("%", [8]),
        ("'; DROP TABLE results; --", []),
        ("prompt:apple", []),
        ("", list(range(len(PROMPTS)))),
        ("   ", list(range(len(PROMPTS)))),
        ("x/y", list(range(len(PROMPTS)))),
    ],
)
def test_search(shelf, query, hits):
    assert sorted(int(entry.run[4:]) for entry in shelf.history.page(query)) == hits


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_query(shelf, query):
    assert isinstance(shelf.history.page(query, limit=3), list)


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=150)
def test_a_prompt_finds_itself(shelf, prompt):
    shelf.history.add(Entry("any", shelf.folders.gallery / "any.png", "image", "x/y", prompt, created=-1.0))
    assert not prompt.strip() or "any" in [entry.run for entry in shelf.history.page(prompt)]
    shelf.history.add(Entry("any", shelf.folders.gallery / "any.png", "image", "x/y", "", created=-1.0))
    assert "any" not in [entry.run for entry in shelf.history.page("apple")]


def rows(library: Library) -> list[Entry]:
    return library.history.page() + library.history.page(deleted=True)


def test_pages_filters_and_order(tmp_path):
    with Library(folders(tmp_path)) as library:
        runs = [make(library, request(f"{m} thing", seed=n), m).run for n, m in enumerate(MEDIUMS * 2)]
        page = library.history.page
        assert [entry.run for entry in page()] == runs[::-1]
        assert [e.run for e in page(offset=1, limit=3)] + [e.run for e in page(offset=4)] == runs[:-1][::-1]
        assert {entry.medium for entry in page(medium="audio")} == {"audio"}
        library.history.favourite(runs[:2], True)
        library.history.favourite(runs[0], False)
        assert [entry.run for entry in page(favourites=True)] == [runs[1]]
        library.history.rate({runs[2]: 5, runs[3]: 2, runs[4]: 9, runs[5]: -1})
        assert [entry.stars for entry in page()] == [0, 0, 0, 5, 2, 5, 0, 0]
        assert [entry.run for entry in page(stars=3)] == [runs[4], runs[2]]
        library.history.rate({runs[4]: 0})
        assert [entry.run for entry in page(stars=1)] == [runs[3], runs[2]]
        assert [entry.run for entry in page("mesh th", medium="mesh", limit=1)] == [runs[7]]
        entry = page(medium="video", limit=1)[0]
        assert (entry.width, entry.height, entry.length, entry.seconds) == (16, 16, 0.5, 1.5)


def test_every_result_carries_its_recipe(tmp_path):
    with Library(folders(tmp_path)) as library:
        for n, medium in enumerate(MEDIUMS):
            job = make(library, request("a 🍎 تفاحة", seed=n), medium)
            entry = library.history.get(job.run)
            assert entry.path.suffix == media.EXTENSIONS[medium]
            assert media.recipe_of(entry.path) == entry.recipe_text
            assert str(entry.path) == job.state.path
            assert library.thumbnail(entry.path).stat().st_size > 0


def test_rebuilt_from_the_files_alone(tmp_path):
    with Library(folders(tmp_path)) as library:
        runs = [make(library, request(f"thing {n}", seed=n), MEDIUMS[n % 4]).run for n in range(8)]
        runs.append(make(library, request("branch"), parent=runs[0], parent_step=4).run)
        library.history.favourite([runs[3], runs[5]], True)
        library.history.rate({runs[2]: 4, runs[6]: 1})
        library.history.delete(runs[5:7])
        before = rows(library)
    shutil.rmtree(tmp_path / "data")
    with Library(folders(tmp_path)) as library:
        assert rows(library) == before
        assert library.history.rebuild() == 7
        library.history.rebuild()
        assert rows(library) == before
        assert [entry.run for entry in library.history.page("thing 3")] == [runs[3]]


def test_deleting_can_be_undone(tmp_path):
    with Library(folders(tmp_path)) as library:
        runs = [make(library, request(seed=n)).run for n in range(3)]
        before = rows(library)
        library.history.delete(runs[:2])
        assert [entry.run for entry in library.history.page()] == [runs[2]]
        assert not before[-1].path.exists()
        before[-1].path.write_bytes(b"another took the name")
        library.history.undelete(runs[:2])
        after = rows(library)
        assert [entry.run for entry in after] == [entry.run for entry in before]
        assert all(entry.path.is_file() and not entry.deleted for entry in after)
        assert after[-1].path.name.endswith("-2.png")
        library.history.delete(runs[0])
        assert library.history.empty_trash(before=0.0) == 0
        assert library.history.empty_trash() == 1
        assert library.history.get(runs[0]) is None


def test_files_are_followed(tmp_path):
    with Library(folders(tmp_path)) as library:
        moved, lost, copied = (library.history.get(make(library, request(seed=n)).run) for n in range(3))
        gallery = library.folders.gallery
        (gallery / "mine").mkdir()
        os.rename(moved.path, gallery / "mine" / "best.png")
        os.rename(lost.path, tmp_path / "away.png")
        shutil.copy(copied.path, gallery / "mine" / "copy.png")
        (gallery / "mine" / "foreign.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
        assert library.history.index_new() == 0
        assert library.history.get(moved.run).path == gallery / "mine" / "best.png"
        assert [entry.run for entry in library.history.page()] == [copied.run, moved.run]
        os.rename(tmp_path / "away.png", lost.path)
        assert library.history.index_new() == 0
        assert len(library.history.page()) == 3
        library.history.delete([lost.run])
        lost.path.parent.joinpath("x").write_text("")


def test_a_file_gone_before_it_is_deleted_is_no_trouble(tmp_path):
    with Library(folders(tmp_path)) as library:
        entry = library.history.get(make(library, request()).run)
        entry.path.unlink()
        library.history.delete([entry.run, "no such run"])
        assert library.history.page() == []


def test_prompts_latest_first_each_once(tmp_path):
    with Library(folders(tmp_path)) as library:
        for prompt in ("one", "two", "", "  ", "one"):
            library.queue.add([request(prompt)])
        assert library.history.prompts() == ["one", "two"]
        library.history.remember("two")
        assert library.history.prompts(1) == ["two"]


@given(st.text(max_size=300))
def test_names_of_files_are_short_and_harmless(prompt):
    name = slug(prompt)
    assert len(name.encode()) <= 120
    assert not set(name) & set('/\\:*?"<>|.\0\n ')
    assert all(word for word in words(prompt))


@pytest.mark.parametrize("seed", [5, 10**23])
def test_a_foreign_file_does_not_keep_the_gallery_shut(tmp_path, seed):
    place = folders(tmp_path)
    place.gallery.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"request": {"engine": "image/x", "prompt": "p", "seed": seed}, "run": "r1"})
    media.write(place.gallery / "a.png", Image(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)), text)
    (place.gallery / "cut.glb").write_bytes(b"glTF" + bytes(7))
    deep = b"[" * 100_000
    head = struct.pack("<4sIIII", b"glTF", 2, 20 + len(deep), len(deep), 0x4E4F534A)
    (place.gallery / "deep.glb").write_bytes(head + deep)
    with Library(place) as library:
        library.history.index_new()
        assert [entry.seed for entry in library.history.page()] == ([5] if seed == 5 else [])


def test_measures_of_a_mesh_in_metres_are_no_pixels(tmp_path):
    """An engine's own "width" kept a mesh out of the history; files that carry one are read all the same."""
    flat = Mesh(np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.int32))
    assert facts_of(Result(flat, {"width": 0.09, "seconds": "few", "faces": 2})) == {"faces": 2, "medium": "mesh"}
    text = json.dumps({"request": {"engine": "mesh/shape"}, "run": "20261126-000000-abcdef", "facts": {"width": 0.09}})
    assert entry_of(text, tmp_path / "mug.glb").width == 0


def test_a_lora_is_listed_with_the_picture_of_its_last_result(tmp_path):
    models, file = tmp_path / "models", tmp_path / "ink.safetensors"
    file.write_bytes(b"weights")
    part = shelves.Part("ink-1a2b3c", "lora", "ink", "fake", str(file))
    card = EngineCard(msgspec.structs.replace(fakes.PICTURE.info, name="image/mine"), (), str(tmp_path))
    shelves.keep(models, file, part)
    shelves.keep(models, tmp_path / "mine", shelves.Model(card, {"lora": ("fake",)}))
    made = Recipe(request=Request(engine="image/mine", adapters=(Adapter(part.name),)), run="r")

    def listed():
        (kind,) = shelves.cards(models)["image/mine"].info.adapters
        return kind.picture

    assert listed() == ""
    show_worn(made, Image(np.full((600, 400, 3), 90, np.uint8)), models)
    shown = media.read(Path(listed()))
    assert shown.pixels.shape[:2] == (256, 171)
    (tmp_path / "ink.jpg").write_bytes(b"its own")
    assert listed() == str(tmp_path / "ink.jpg")
