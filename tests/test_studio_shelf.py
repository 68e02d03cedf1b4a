"""The studio over a scripted host: branches, the stage, the history, and what survives."""

import json

import msgspec
import numpy as np

from app.studio import Studio
from engines.contract import Curve, Image, Request
from engines.files import media
from engines.files.steps import StepStore
from tests import fakes
from tests.studio_words import done, new, pixels

pytest_plugins = ["tests.studio_kit"]


# ---------------------------------------------------------------- branches


def test_a_branch_without_a_change_ends_in_the_bytes_of_its_parent(studio, qtbot):
    (job,) = new(studio, qtbot)
    whole = pixels(done(studio, qtbot, job.id)[0])
    (branch,) = new(studio, qtbot, lambda: studio.branch(3))
    (ended,) = done(studio, qtbot, branch.id)
    assert pixels(ended) == whole
    assert (ended.parent, ended.parent_step, ended.request.seed) == (job.run, 3, 7)
    studio.edit(prompt="a blue pear")
    (other,) = new(studio, qtbot, lambda: studio.branch(3, job.run))
    assert pixels(done(studio, qtbot, other.id)[0]) != whole


def test_a_branch_keeps_what_its_checkpoint_holds(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.edit(size=(32, 16), seed=99)
    (branch,) = new(studio, qtbot, lambda: studio.branch(2, job.run))
    assert (branch.request.size, branch.request.seed) == ((16, 16), 7)
    assert any("size" in sentence for _, sentence in studio.notices)


def test_a_branch_from_a_tidied_step_replays_its_parent_first(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.edit(prompt="a blue pear")
    (kept,) = new(studio, qtbot, lambda: studio.branch(3, job.run))
    expected = pixels(done(studio, qtbot, kept.id)[0])
    StepStore(studio.folders.steps / job.run).restart()
    (branch,) = new(studio, qtbot, lambda: studio.branch(3, job.run))
    assert branch.request.resume is None
    assert pixels(done(studio, qtbot, branch.id)[0]) == expected
    assert not list(studio.folders.steps.glob("*replay*"))


def test_a_branch_of_a_branch_replays_the_whole_line(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.edit(prompt="a blue pear")
    (branch,) = new(studio, qtbot, lambda: studio.branch(2, job.run))
    done(studio, qtbot, branch.id)
    studio.edit(prompt="a green plum")
    (twig,) = new(studio, qtbot, lambda: studio.branch(4, branch.run))
    expected = pixels(done(studio, qtbot, twig.id)[0])
    for run in (job.run, branch.run):
        StepStore(studio.folders.steps / run).restart()
    (again,) = new(studio, qtbot, lambda: studio.branch(4, branch.run))
    assert pixels(done(studio, qtbot, again.id)[0]) == expected


# ---------------------------------------------------------------- the stage


def test_previews_come_only_while_somebody_looks(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.set_watching(False)
    heard = []
    studio.preview.connect(lambda run, shown: heard.append(run))
    (job,) = new(studio, qtbot)
    gate.let(2)
    qtbot.waitUntil(lambda: len(studio.job(job.id).steps) == 2)
    assert heard == []
    studio.set_watching(True)
    qtbot.waitUntil(lambda: bool(studio.bridge.host.credits))
    gate.let(1)
    qtbot.waitUntil(lambda: heard == [job.run])
    assert studio.stage.media is not None
    gate.open()
    done(studio, qtbot, job.id)
    assert len(heard) == 1  # the viewer never said that it has painted


def test_credits_are_throttled(studio, qtbot):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    granted = studio.bridge.host.credits
    for _ in range(3):
        studio.preview_shown(job.run)
    qtbot.waitUntil(lambda: len(granted) == 1)
    qtbot.waitUntil(lambda: len(granted) == 3)


def test_scrubbing_shows_the_stored_step_and_none_comes_back(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    qtbot.waitUntil(lambda: studio.stage.entry is not None)
    whole = studio.stage.media
    studio.scrub(2)
    stored = fakes.picture(StepStore(studio.folders.steps / job.run).estimate(2))
    qtbot.waitUntil(lambda: studio.stage.media is not whole)
    assert np.array_equal(studio.stage.media.pixels, stored.pixels)
    assert studio.stage.step == 2
    studio.scrub(None)
    assert studio.stage.media is whole


def test_a_frame_is_rendered_once_and_remembered(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    frames = []
    for _ in range(3):
        studio.frame(job.run, 4, frames.append)
    qtbot.waitUntil(lambda: len(frames) == 3)
    studio.frame(job.run, 4, frames.append)
    assert len(frames) == 4
    assert frames[3] is frames[0]


def test_an_earlier_result_is_shown_and_the_next_job_does_not_take_the_stage(opened, qtbot):
    studio = opened()
    (first,) = new(studio, qtbot)
    done(studio, qtbot, first.id)
    studio.generate()
    studio.show(first.run)
    qtbot.waitUntil(lambda: studio.stage.entry is not None and studio.stage.media is not None)
    assert studio.stage.run == first.run
    qtbot.waitUntil(lambda: len(studio.stage.rows) == 6)


def test_two_results_are_compared(studio, qtbot):
    studio.set_count(2)
    a, b = new(studio, qtbot, count=2)
    _, second = done(studio, qtbot, a.id, b.id)
    studio.compare(a.run, b.run)
    qtbot.waitUntil(lambda: studio.stage.compare is not None)
    assert studio.stage.compare.pixels.tobytes() == pixels(second)
    studio.compare(a.run, None)
    assert studio.stage.compare is None


# ---------------------------------------------------------------- the history


def test_delete_and_star_can_be_undone(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)

    def shown(**flags):
        found = []
        studio.page("", flags.get("favourites", False), None, lambda entries: found.append(entries))
        qtbot.waitUntil(lambda: bool(found))
        return [entry.run for entry in found[0]]

    studio.delete([job.run])
    assert shown() == []
    studio.undo_stack.undo()
    assert shown() == [job.run]
    studio.favourite([job.run], True)
    assert shown(favourites=True) == [job.run]
    studio.undo_stack.undo()
    assert shown(favourites=True) == []
    studio.delete([job.run])
    studio.undelete()
    assert shown() == [job.run]
    assert studio.undo_stack.redo_text == "Delete"
    studio.delete([job.run])
    studio.edit(prompt="another deed")
    studio.undelete()
    assert shown() == []


def test_use_settings_and_open_file_restore_the_recipe(studio, qtbot):
    studio.edit(options={"steps": 9}, curves={"guidance": Curve(((0.0, 7.5), (0.4, 3.0)))})
    (job,) = new(studio, qtbot)
    (finished,) = done(studio, qtbot, job.id)
    asked = finished.request
    studio.reset_options()
    studio.edit(prompt="other", seed=1)
    studio.clear_finished()
    studio.use_settings(job.run)
    qtbot.waitUntil(lambda: studio.draft.prompt == "a red apple")
    assert msgspec.structs.replace(studio.draft, resume=None).curves == asked.curves
    studio.edit(prompt="other", seed=1)
    studio.open_file(finished.state.path)
    qtbot.waitUntil(lambda: studio.draft.prompt == "a red apple")
    assert (studio.draft.seed, studio.draft.options["steps"]) == (7, 9)
    qtbot.waitUntil(lambda: studio.stage.run == job.run)


def test_open_file_names_the_media_that_are_gone(studio, qtbot, folders):
    start = Image(np.full((16, 16, 3), 9, np.uint8))
    studio.edit(start=start)
    (job,) = new(studio, qtbot)
    (finished,) = done(studio, qtbot, job.id)
    for blob in folders.blobs.rglob("*.npy"):
        blob.unlink()
    studio.edit(start=None, prompt="other")
    studio.open_file(finished.state.path)
    qtbot.waitUntil(lambda: studio.draft.prompt == "a red apple")
    assert studio.draft.start is None
    assert any("start image" in sentence for _, sentence in studio.notices)


def test_a_broken_file_costs_one_sentence(studio, qtbot, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    studio.open_file(tmp_path / "broken.png")
    qtbot.waitUntil(lambda: any(kind == "error" for kind, _ in studio.notices))
    assert "broken.png" in studio.notices[-1][1]


def test_the_development_is_exported(studio, qtbot, tmp_path):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    qtbot.waitUntil(lambda: studio.stage.entry is not None)
    studio.export_development(tmp_path / "film.gif", 10)
    qtbot.waitUntil(lambda: (tmp_path / "film.gif").exists())
    assert len(media.read(tmp_path / "film.gif").frames) >= 7  # the last one stays


def test_save_as_keeps_the_recipe(studio, qtbot, tmp_path):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.save_as(job.run, tmp_path / "copy.png")
    qtbot.waitUntil(lambda: (tmp_path / "copy.png").exists())
    assert json.loads(media.recipe_of(tmp_path / "copy.png"))["run"] == job.run


def test_a_thumbnail_is_a_small_file(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    paths = []
    studio.thumbnail(job.run, paths.append)
    qtbot.waitUntil(lambda: bool(paths))
    assert paths[0].suffix == ".webp"


def test_the_history_is_rebuilt_from_the_files(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.rebuild_history()
    qtbot.waitUntil(lambda: any("rebuilt" in sentence for _, sentence in studio.notices))
    assert "1 result" in studio.notices[-1][1]


# ---------------------------------------------------------------- settings


def test_settings_are_kept(opened, folders):
    first = opened()
    first.change_settings(theme="light", step_budget_mb=99)
    first.save_state("docks", b"\x00\x01\xff")
    first.close()
    again = opened()
    assert (again.settings.theme, again.settings.step_budget_mb) == ("light", 99)
    assert again.load_state("docks") == b"\x00\x01\xff"


def test_a_second_studio_on_the_same_folders_says_so(opened, qtbot, folders):
    opened()
    second = Studio(folders, fakes.Host())
    heard = []
    second.notice.connect(lambda kind, sentence: heard.append(sentence))
    qtbot.waitUntil(lambda: any("already open" in sentence for sentence in heard))
    second.edit(prompt="x")
    assert second.generate() == []
    second.close()


def test_no_request_of_a_job_is_shared_with_the_draft(studio, qtbot):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    studio.edit(options={"steps": 50})
    assert studio.job(job.id).request.options["steps"] == 6
    assert isinstance(job.request, Request)


def test_a_cancelled_run_is_shown_as_far_as_it_came(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    (job,) = new(studio, qtbot)
    gate.let(3)
    qtbot.waitUntil(lambda: len(studio.job(job.id).steps) == 3)
    studio.stop(job.id)
    gate.open()
    done(studio, qtbot, job.id)
    studio.show(job.run)
    qtbot.waitUntil(lambda: studio.stage.media is not None)
    assert len(studio.stage.rows) >= 3
