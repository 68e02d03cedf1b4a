"""Variants and regions in the prompt panel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.prompt import PromptPanel
from engines.contract import Image, Region
from engines.prompt.wildcards import Variants
from tests import fakes

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture
def panel(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    folder = studio.folders.wildcards
    (folder / "places").mkdir(parents=True)
    (folder / "animals.txt").write_text("fox\ncat\nowl\n")
    (folder / "places" / "cities.txt").write_text("Rome\n")
    studio.set_engine("image/fake")
    made = PromptPanel(studio)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    return made


def told(qtbot, panel, prompt):
    panel.studio.edit(prompt=prompt)
    panel.variants.look()
    qtbot.waitUntil(lambda: panel.variants.isVisible())
    qtbot.wait(50)
    return panel.variants.told.text()


# ---------------------------------------------------------------- variants


def test_what_a_prompt_becomes_is_what_the_job_is_made_of(panel, qtbot):
    studio = panel.studio
    prompt = "a {red|green} __animals__"
    said = told(qtbot, panel, prompt)
    expected = Variants(prompt, studio.folders.wildcards).drawn(studio.draft.seed)
    assert said == f"This seed makes: {expected}"
    assert panel.variants.all.text() == "Make all 6 variants"
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs))
    assert studio.jobs[0].request.prompt == expected
    assert studio.draft.prompt == prompt, "the draft keeps its variants"


def test_each_seed_draws_its_own(panel, qtbot):
    studio = panel.studio
    studio.edit(prompt="__animals__", seed=1)
    studio.set_count(8)
    studio.generate()
    qtbot.waitUntil(lambda: len(studio.jobs) == 8)
    assert len({job.request.prompt for job in studio.jobs}) > 1
    assert {job.request.prompt for job in studio.jobs} <= {"fox", "cat", "owl"}


def test_all_variants_are_made_at_once_with_one_seed(panel, qtbot):
    told(qtbot, panel, "a {red|green} __animals__")
    QTest.mouseClick(panel.variants.all, Qt.MouseButton.LeftButton)
    studio = panel.studio
    qtbot.waitUntil(lambda: len(studio.jobs) == 6)
    assert {job.request.prompt for job in studio.jobs} == {
        f"a {c} {x}" for c in ("red", "green") for x in ("fox", "cat", "owl")
    }
    assert {job.request.seed for job in studio.jobs} == {studio.draft.seed}


def test_a_missing_file_is_a_sentence_before_and_instead_of_the_job(panel, qtbot):
    assert "There is no wildcard file nosuch.txt" in told(qtbot, panel, "a __nosuch__")
    assert not panel.variants.all.isVisible()
    panel.studio.generate()
    qtbot.waitUntil(lambda: any("nosuch" in sentence for _, sentence in panel.studio.notices))
    assert not panel.studio.jobs


def test_a_plain_prompt_shows_nothing_and_goes_through_as_it_is(panel, qtbot):
    panel.studio.edit(prompt="a red apple, plain")
    assert not panel.variants.isVisible()
    panel.studio.generate()
    qtbot.waitUntil(lambda: bool(panel.studio.jobs))
    assert panel.studio.jobs[0].request.prompt == "a red apple, plain"


def test_files_of_words_are_listed_and_put_in(panel, qtbot):
    panel.studio.edit(prompt="a red ")
    panel.wildcards.list.aboutToShow.emit()
    qtbot.waitUntil(lambda: any(a.text() == "__animals__" for a in panel.wildcards.list.actions()))
    names = [a.text() for a in panel.wildcards.list.actions()]
    assert names[:2] == ["__animals__", "__places/cities__"]
    panel.wildcards.list.actions()[0].trigger()
    assert panel.studio.draft.prompt == "a red __animals__"


# ---------------------------------------------------------------- regions


def taking(studio):
    """The fake engine takes regions."""
    import msgspec

    info = msgspec.structs.replace(fakes.PICTURE.info, takes=(*fakes.PICTURE.info.takes, "regions", "mask"))
    studio._cards["image/fake"] = msgspec.structs.replace(fakes.PICTURE, info=info)
    studio.engines_changed.emit()


def test_regions_are_offered_only_where_they_are_taken(panel):
    assert not panel.regions.isVisible()
    taking(panel.studio)
    assert panel.regions.isVisible()


def test_a_region_is_added_named_moved_and_removed(panel, qtbot):
    taking(panel.studio)
    studio, regions = panel.studio, panel.regions
    regions.set_open(True)
    for _ in range(2):
        QTest.mouseClick(regions.add, Qt.MouseButton.LeftButton)
    assert [region.box for region in studio.draft.regions] == [(0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0)]
    QTest.keyClicks(regions.list[0].words, "a cat")
    regions.list[0].sides[2].setValue(30)
    regions.list[0].strength._put(0.5)
    first = studio.draft.regions[0]
    assert (first.prompt, first.box, first.strength) == ("a cat", (0.0, 0.0, 0.3, 1.0), 0.5)
    regions.list[1].sides[0].setValue(90)
    assert studio.draft.regions[1].box == pytest.approx((0.9, 0.0, 0.1, 1.0)), "it stays in the picture"
    regions.plan.grab()
    regions.list[0].drop.click()
    assert [region.box[0] for region in studio.draft.regions] == [0.9]
    studio.undo_stack.undo()
    assert studio.draft.regions == (), "quick changes of one field are one step"
    assert not regions.list


def test_a_region_takes_the_mask_of_the_start(panel):
    import numpy as np

    taking(panel.studio)
    studio = panel.studio
    studio.edit(regions=(Region("a cat"),))
    row = panel.regions.list[0]
    assert not row.masked.isVisibleTo(panel)
    mask = Image(np.full((4, 4), 255, np.uint8))
    studio.edit(mask=mask, start=Image(np.zeros((4, 4, 3), np.uint8)))
    row.masked.click()
    assert studio.draft.regions[0].mask is mask
    assert not row.sides[0].isEnabled()
    row.masked.click()
    assert studio.draft.regions[0].mask is None


def test_another_engine_leaves_regions_behind(panel):
    taking(panel.studio)
    panel.studio.edit(regions=(Region("a cat"),))
    panel.studio.set_engine("image/other")
    assert panel.studio.draft.regions == ()
