"""The studio over a scripted host: the draft, making, and the queue."""

import json

import msgspec
import numpy as np
import pytest

from app.core.job import Cancelled, Done, Paused, Queued
from app.core.settings import Settings, save
from app.studio.draft import fitted
from engines import registry
from engines.contract import Curve, EngineCard, Image, Info, Request
from engines.wire import Generate, Warm
from tests import fakes
from tests.studio_kit import FakeListing
from tests.studio_words import done, make, new, pixels

pytest_plugins = ["tests.studio_kit"]


# ---------------------------------------------------------------- the draft


def test_edit_merges_options_and_curves_and_none_removes(studio):
    studio.edit(options={"steps": 12}, curves={"guidance": Curve(((0.0, 7.5), (0.4, 3.0)))})
    studio.edit(options={"sampler": "heun"})
    assert studio.draft.options == {"steps": 12, "sampler": "heun"}
    studio.edit(options={"steps": None}, curves={"guidance": None})
    assert studio.draft.options == {"sampler": "heun"}
    assert studio.draft.curves == {}


def test_draft_changed_names_what_changed_and_only_that(studio):
    heard = []
    studio.draft_changed.connect(heard.append)
    studio.edit(prompt="a pear", seed=7)
    studio.edit(prompt="a pear")
    studio.set_count(3)
    assert heard == [{"prompt"}, {"count"}]


def test_unknown_field_is_an_error_of_the_caller(studio):
    with pytest.raises(TypeError):
        studio.edit(promt="x")


def test_typing_is_one_undo_step_until_a_pause(studio):
    clock = [0.0]
    studio.undo_stack._clock = lambda: clock[0]
    for n, text in enumerate(["b", "bl", "blue"]):
        clock[0] = 10 + 0.3 * n
        studio.edit(prompt=text)
    clock[0] = 20.0
    studio.edit(prompt="blue sky")
    studio.undo_stack.undo()
    assert studio.draft.prompt == "blue"
    studio.undo_stack.undo()
    assert studio.draft.prompt == "a red apple"
    studio.undo_stack.redo()
    assert studio.draft.prompt == "blue"


def test_two_options_do_not_merge_into_one_undo_step(studio):
    studio.edit(options={"steps": 10})
    studio.edit(options={"guidance": 5.0})
    studio.undo_stack.undo()
    assert studio.draft.options == {"steps": 10}


def test_another_engine_keeps_what_it_understands(studio):
    studio.edit(options={"steps": 12, "sampler": "heun"}, size=(32, 16))
    studio.set_engine("image/other")
    assert (studio.draft.prompt, studio.draft.options, studio.draft.size) == ("a red apple", {"steps": 12}, None)
    studio.undo_stack.undo()
    assert studio.draft.engine == "image/fake"
    assert studio.draft.options["sampler"] == "heun"


def test_a_first_start_begins_with_the_engine_that_welcomes(opened, folders, monkeypatch):
    kind = msgspec.structs.replace(fakes.OTHER.info, welcomes=True)
    cards = fakes.CARDS | {kind.name: msgspec.structs.replace(fakes.OTHER, info=kind)}
    monkeypatch.setattr(FakeListing, "cards", cards)
    save(folders.settings, Settings())
    assert opened(cards=cards).draft.engine == kind.name


def test_one_of_the_shipped_engines_welcomes():
    assert [name for name, card in registry.listing([]).cards.items() if card.info.welcomes] == ["image/sticker"]


def test_draft_survives_a_restart_with_its_media(opened, qtbot):
    start = Image(np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3))
    first = opened()
    first.edit(prompt="emoji 🍏 and שלום", start=start, options={"steps": 9}, seed=123)
    first.set_count(4)
    first.lock_seed(True)
    first.close()
    again = opened()
    assert (again.draft.prompt, again.draft.seed, again.count, again.locked) == ("emoji 🍏 and שלום", 123, 4, True)
    assert np.array_equal(again.draft.start.pixels, start.pixels)


def test_a_broken_draft_file_costs_one_sentence(opened, folders):
    folders.make()
    (folders.data / "draft.json").write_text('{"recipe": 5')
    studio = opened()
    assert studio.draft.engine in fakes.CARDS
    assert [kind for kind, text in studio.notices if "draft" in text] == ["warning"]


def test_tokens_of_the_prompt_are_counted(studio, qtbot):
    with qtbot.waitSignal(studio.count_changed) as heard:
        studio.edit(prompt="one two three four five six seven eight nine ten")
    assert (heard.args[0].tokens, heard.args[0].limit, heard.args[0].cut) == (10, 8, 10)


# ---------------------------------------------------------------- making pictures


def test_a_job_becomes_a_file_a_row_and_the_stage(studio, qtbot):
    (job,) = new(studio, qtbot)
    (finished,) = done(studio, qtbot, job.id)
    qtbot.waitUntil(lambda: studio.stage.entry is not None)
    assert studio.stage.run == job.run
    assert studio.stage.media.pixels.tobytes() == pixels(finished)
    assert [row.index for row in studio.stage.rows] == [1, 2, 3, 4, 5, 6]
    found = []
    studio.page("apple", False, None, found.extend)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].run == job.run
    assert json.loads(found[0].recipe_text)["request"]["options"] == {"steps": 6, "guidance": 3.0, "sampler": "euler"}
    assert studio.prompt_history()[0] == "a red apple"


def test_same_request_same_bytes_and_count_equals_singles(studio, qtbot):
    studio.set_count(4)
    batch = new(studio, qtbot, count=4)
    assert [job.request.seed for job in batch] == [7, 8, 9, 10]
    together = [pixels(job) for job in done(studio, qtbot, *[job.id for job in batch])]
    studio.set_count(1)
    assert [make(studio, qtbot, seed=seed) for seed in (7, 8, 9, 10)] == together
    assert len(set(together)) == 4


def test_seed_is_shuffled_after_generate_unless_locked(studio):
    studio.generate()
    assert studio.draft.seed == 7
    studio.lock_seed(False)
    studio.generate()
    assert studio.draft.seed != 7


@pytest.mark.parametrize("fields", [{"size": (9999, 9999)}, {"options": {"steps": 0}}, {"options": {"wrong": 1}}])
def test_a_bad_request_costs_one_sentence_and_no_job(studio, fields):
    studio.edit(**fields)
    assert studio.generate() == []
    assert studio.jobs == []
    assert studio.notices[-1][0] == "error"


@pytest.mark.parametrize(("prompt", "kind"), [("die", "died"), ("boom", "internal"), ("nan", "bad-output")])
def test_a_failure_is_a_sentence_and_the_next_job_runs(studio, qtbot, prompt, kind):
    studio.edit(prompt=prompt)
    (bad,) = new(studio, qtbot)
    studio.edit(prompt="fine")
    (good,) = new(studio, qtbot)
    bad, good = done(studio, qtbot, bad.id, good.id)
    assert bad.state.failure.kind == kind
    assert isinstance(good.state, Done)
    assert ("error", bad.state.failure.sentence) in studio.notices


def test_a_disk_that_refuses_the_result_fails_the_job_and_resume_brings_it(studio, qtbot, monkeypatch):
    from engines.contract import Refused

    save = studio._library.save

    def full(job, result):
        raise Refused("disk", "The disk is full.")

    studio._library.save = full
    (job,) = new(studio, qtbot)
    (failed,) = done(studio, qtbot, job.id)
    assert failed.state.failure.kind == "disk"
    studio._library.save = save
    studio.resume(job.id)
    qtbot.waitUntil(lambda: isinstance(studio.job(job.id).state, Done))
    assert pixels(studio.job(job.id)) == make(studio, qtbot, seed=7)


# ---------------------------------------------------------------- the queue


def test_jobs_run_in_order_and_moving_changes_it(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.set_count(4)
    a, b, c, d = new(studio, qtbot, count=4)
    studio.move(d.id, 1)
    assert [job.id for job in studio.jobs] == [a.id, d.id, b.id, c.id]
    studio.undo_stack.undo()
    assert [job.id for job in studio.jobs] == [a.id, b.id, c.id, d.id]
    studio.undo_stack.redo()
    gate.open()
    done(studio, qtbot, a.id, b.id, c.id, d.id)
    assert [order.job for order in studio.bridge.host.orders if isinstance(order, Generate)] == [a.id, d.id, b.id, c.id]


def test_pause_and_resume_end_in_the_same_bytes(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.edit(seed=7, prompt="a red apple")
    (job,) = new(studio, qtbot)
    gate.let(2)
    qtbot.waitUntil(lambda: len(studio.job(job.id).steps) == 2)
    studio.pause(job.id)
    qtbot.waitUntil(lambda: job.id in studio.bridge.host._stops)
    gate.let(1)
    qtbot.waitUntil(lambda: isinstance(studio.job(job.id).state, Paused))
    at = studio.job(job.id).state.index
    assert 2 <= at <= 3
    gate.open()
    studio.resume(job.id)
    (resumed,) = done(studio, qtbot, job.id)
    orders = [order for order in studio.bridge.host.orders if isinstance(order, Generate)]
    assert orders[-1].request.resume.step == at
    assert pixels(resumed) == make(studio, qtbot, seed=7, prompt="a red apple")


def test_stop_ends_a_running_and_a_waiting_job(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.set_count(3)
    a, b, c = new(studio, qtbot, count=3)
    studio.stop(b.id)
    studio.stop(a.id)
    gate.open()
    a, b, c = done(studio, qtbot, a.id, b.id, c.id)
    assert [type(job.state) for job in (a, b, c)] == [Cancelled, Cancelled, Done]


def test_a_held_queue_begins_nothing(studio, qtbot):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    qtbot.wait(50)
    assert isinstance(studio.job(job.id).state, Queued)
    studio.pause_queue(False)
    done(studio, qtbot, job.id)


def test_a_waiting_job_is_edited_through_the_draft(studio, qtbot):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    studio.edit(prompt="something else")
    studio.edit_job(job.id)
    assert (studio.draft.prompt, studio.editing) == ("a red apple", job.id)
    studio.edit(prompt="a green apple")
    studio.apply_job(job.id)
    qtbot.waitUntil(lambda: studio.job(job.id).request.prompt == "a green apple")
    studio.pause_queue(False)
    (finished,) = done(studio, qtbot, job.id)
    assert pixels(finished) == make(studio, qtbot, prompt="a green apple")


@pytest.mark.parametrize("leave", ["leave", "remove", "stop", "run"])
def test_no_job_is_edited_any_more_once_it_was_left_or_waits_no_longer(studio, qtbot, leave):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    studio.edit_job(job.id)
    ways = {"remove": studio.remove, "stop": studio.stop, "run": lambda _: studio.pause_queue(False)}
    ways.get(leave, lambda _: studio.leave_job())(job.id)
    assert studio.editing is None
    assert studio.draft.prompt == "a red apple"


def test_undoing_the_edit_of_a_job_leaves_the_job_with_its_draft(studio, qtbot):
    studio.pause_queue(True)
    (job,) = new(studio, qtbot)
    studio.edit(prompt="my own words")
    studio.edit_job(job.id)
    studio.undo_stack.undo()
    assert (studio.draft.prompt, studio.editing) == ("my own words", None)
    studio.undo_stack.redo()
    assert (studio.draft.prompt, studio.editing) == ("a red apple", job.id)
    studio.undo_stack.undo()
    studio.remove(job.id)
    studio.undo_stack.redo()
    assert studio.editing is None


def test_removing_a_running_job_stops_it_first(opened, qtbot):
    gate = fakes.Gate()
    studio = opened(gate)
    (job,) = new(studio, qtbot)
    qtbot.waitUntil(lambda: gate.reached > 0)
    studio.remove(job.id)
    gate.open()
    qtbot.waitUntil(lambda: studio.jobs == [])


def test_clear_finished_leaves_the_rest_and_the_history(studio, qtbot):
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    studio.pause_queue(True)
    (waiting,) = new(studio, qtbot)
    studio.clear_finished()
    assert [job.id for job in studio.jobs] == [waiting.id]
    found = []
    studio.page("", False, None, found.extend)
    qtbot.waitUntil(lambda: len(found) == 1)


def test_the_queue_survives_a_crash_in_order_and_what_ran_goes_on(opened, qtbot):
    gate = fakes.Gate()
    first = opened(gate)
    first.edit(seed=7, prompt="a red apple")
    first.set_count(3)
    a, b, c = new(first, qtbot, count=3)
    gate.let(3)
    qtbot.waitUntil(lambda: len(first.job(a.id).steps) == 3)
    gate.open()
    first.bridge.host._closed.set()  # the worker goes, nothing is told
    first.close()
    again = opened()
    assert [job.id for job in again.jobs] == [a.id, b.id, c.id]
    ended = done(again, qtbot, a.id, b.id, c.id)
    resumed = next(order for order in again.bridge.host.orders if isinstance(order, Generate))
    assert resumed.job == a.id
    assert resumed.request.resume.step >= 3
    again.set_count(1)
    assert [pixels(job) for job in ended] == [make(again, qtbot, seed=seed) for seed in (7, 8, 9)]


def test_the_draft_of_an_engine_that_is_gone_goes_to_another(opened, qtbot):
    first = opened()
    first.set_engine("image/other")
    first.edit(prompt="kept", options={"steps": 9})
    first.close()
    again = opened(cards={"image/fake": fakes.PICTURE})
    assert (again.draft.engine, again.draft.prompt, again.draft.options) == ("image/fake", "kept", {"steps": 9})
    assert any("image/other" in sentence for _, sentence in again.notices)


def test_an_engine_with_weights_is_loaded_in_the_background(opened, qtbot):
    info = msgspec.structs.replace(fakes.PICTURE.info, weights=("weights/x.safetensors",))
    heavy = msgspec.structs.replace(fakes.PICTURE, info=info)
    studio = opened(cards={"image/fake": heavy})
    qtbot.waitUntil(lambda: any(isinstance(order, Warm) for order in studio.bridge.host.orders))
    light = msgspec.structs.replace(heavy, missing=("weights/x.safetensors",))
    studio.close()
    other = opened(cards={"image/fake": light})
    qtbot.wait(50)
    assert not any(isinstance(order, Warm) for order in other.bridge.host.orders)


def test_what_is_asked_for_before_the_library_is_open_is_made(opened, qtbot):
    studio = opened()
    studio.edit(prompt="a red apple")
    jobs = studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and all(job.ended for job in studio.jobs))
    assert len(studio.jobs) == max(1, len(jobs))
    (again,) = new(studio, qtbot)
    done(studio, qtbot, again.id)


@pytest.mark.parametrize(("medium", "kept"), [("image", True), ("audio", False), ("video", True), ("mesh", False)])
def test_a_start_stays_when_the_engine_changes_only_where_it_can_begin_from_it(medium, kept):
    picture = Image(np.zeros((4, 4, 3), np.uint8))
    info = Info(name=f"{medium}/x", title="X", summary="", medium=medium, family="diffusion", takes=("start", "mask"))
    request = fitted(EngineCard(info, ()), Request(engine="image/y", start=picture, mask=picture))
    assert (request.start is picture, request.mask is picture) == (kept, kept)
