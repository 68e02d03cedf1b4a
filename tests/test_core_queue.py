"""The queue: its order against a plain list, and what it keeps over a restart."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import job as jobs
from app.core.library import Library
from engines import wire
from engines.contract import Control, Curve, Failure, Image, Refused
from engines.files.steps import StepRow, StepStore
from tests.core_things import checkpoint, folders, make, request

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 20), st.integers(-2, 25)),
        st.tuples(st.just("remove"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 20), st.integers(0, 99)),
        st.tuples(st.just("reopen"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@given(ACTS)
@settings(max_examples=25)
def test_the_queue_is_a_list(tmp_path_factory, acts):
    place = folders(tmp_path_factory.mktemp("q"))
    library, model, count = Library(place), [], 0
    try:
        for act, a, b in acts:
            if act == "add":
                added = library.queue.add([request(seed=count + n) for n in range(a)])
                model += [[job.id, count + n] for n, job in enumerate(added)]
                count += a
            elif act == "reopen":
                library.close()
                library = Library(place)
            elif model:
                chosen = model[a % len(model)]
                if act == "move":
                    library.queue.move(chosen[0], b)
                    model.remove(chosen)
                    model.insert(max(0, b), chosen)
                elif act == "remove":
                    library.queue.remove(chosen[0])
                    model.remove(chosen)
                else:
                    library.queue.edit(chosen[0], request(seed=1000 + b))
                    chosen[1] = 1000 + b
            found = library.queue.all()
            assert [[job.id, job.request.seed] for job in found] == model
            assert [job.position for job in found] == list(range(len(model)))
    finally:
        library.close()


def same(a, b) -> bool:
    return wire.encode(wire.Generate(1, a)) == wire.encode(wire.Generate(1, b))


def test_a_request_comes_back_whole(tmp_path):
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    wish = request(
        prompt="🍎 تفاحة “quoted” \x00 \n tab\t",
        negative="niebieski",
        seed=2**63 - 1,
        size=(64, 32),
        options={"steps": 12, "sampler": "heun", "fast": True, "guidance": 7.5},
        curves={"guidance": Curve(((0.0, 7.5), (0.4, 3.0)), "smooth")},
        controls=(Control("edges", Image(pixels), 0.7),),
        start=Image(pixels),
        mask=Image(pixels[..., 0]),
        resume=checkpoint(),
    )
    with Library(folders(tmp_path)) as library:
        (job,) = library.queue.add([wish])
        assert same(job.request, wish)
    with Library(folders(tmp_path)) as library:
        assert same(library.queue.all()[0].request, wish)
        assert library.history.prompts() == [wish.prompt]


def begin(library: Library, steps: int, **fields) -> jobs.Job:
    """A job that was running, with `steps` steps in its store, when the program died."""
    (job,) = library.queue.add([request(**fields)])
    job = jobs.advance(job, jobs.Started(job.id))
    library.queue.save(job)
    store = StepStore(library.folders.steps / job.run)
    for n in range(1, steps + 1):
        store.append(StepRow(n, 10, 1 - n / 10, seconds=n / 10), np.zeros(3, np.float32), checkpoint(n))
    return job


@pytest.mark.parametrize("branch", [False, True])
@pytest.mark.parametrize("steps", [0, 6])
def test_a_run_cut_short_goes_on_where_it_was(tmp_path, steps, branch):
    with Library(folders(tmp_path)) as library:
        job = begin(library, steps, resume=checkpoint(2) if branch else None)
    with Library(folders(tmp_path)) as library:
        (found,) = library.queue.all()
        assert [j.id for j in library.recovered] == [job.id]
        assert found.state == jobs.Queued()
        assert (found.request.resume.step if found.request.resume else 0) == (steps or 2 * branch)
        if steps:
            np.testing.assert_array_equal(found.request.resume.arrays["x"], checkpoint(6).arrays["x"])
            assert [row.index for row in found.steps] == [1, 2, 3, 4, 5, 6]


def test_an_edited_job_begins_anew_but_stays_a_branch(tmp_path):
    with Library(folders(tmp_path)) as library:
        job = begin(library, 6, resume=checkpoint(2))
        job = jobs.advance(job, wire.Halted(job.id, checkpoint(6)))
        library.queue.save(job)
        assert library.queue.get(job.id).request.resume.step == 6
        changed = library.queue.edit(job.id, request(prompt="a blue apple"))
        assert (changed.request.prompt, changed.request.resume.step) == ("a blue apple", 2)
        library.queue.save(jobs.advance(changed, jobs.Started(job.id)))
    with Library(folders(tmp_path)) as library:
        assert library.queue.all()[0].request.resume.step == 2


@pytest.mark.parametrize(("kind", "step"), [("died", 6), ("bad-output", 0)])
def test_a_failed_job_can_be_tried_again(tmp_path, kind, step):
    with Library(folders(tmp_path)) as library:
        job = begin(library, 6)
        failed = jobs.advance(job, wire.Failed(job.id, Failure(kind, "Why.")))
        library.queue.save(failed)
        assert library.queue.get(job.id).state == failed.state
        again = library.queue.again(job.id)
        assert again.state == jobs.Queued()
        assert (again.request.resume.step if again.request.resume else 0) == step
        with pytest.raises(Refused):
            library.queue.again(job.id)


def test_only_a_waiting_job_is_edited(tmp_path):
    with Library(folders(tmp_path)) as library:
        job = begin(library, 0)
        with pytest.raises(Refused, match="waiting"):
            library.queue.edit(job.id, request())


def test_a_branch_carries_its_parents_recipe(tmp_path):
    with Library(folders(tmp_path)) as library:
        (root,) = library.queue.add([request("root")])
        (limb,) = library.queue.add([request("limb", resume=checkpoint())], parent=root.run, parent_step=3)
        library.queue.remove([root.id])
        made = library.queue.recipe(limb)
        assert (made.step, made.parent.run, made.parent.request.prompt) == (3, root.run, "root")
        done = make(library, request("twig"), parent=limb.run, parent_step=5)
        entry = library.history.get(done.run)
        assert (entry.parent, entry.parent_step) == (limb.run, 5)
        assert library.history.children(limb.run) == [entry]
        assert library.queue.runs() >= {limb.run, root.run}


def test_how_long_the_end_takes_is_learnt(tmp_path):
    with Library(folders(tmp_path)) as library:
        for share in (0.5, 1.0):
            (job,) = library.queue.add([request()])
            library.queue.save(msgspec.structs.replace(job, state=jobs.Done("p"), tail=share))
        (job,) = library.queue.add([request()])
        assert job.tail == pytest.approx(0.65)


def test_a_job_whose_start_picture_has_gone_says_so(tmp_path):
    with Library(folders(tmp_path)) as library:
        library.queue.add([request(start=Image(np.zeros((4, 4, 3), np.uint8))), request()])
        for path in library.folders.blobs.glob("*/*.npy"):
            path.unlink()
        broken, well = library.queue.all()
        assert broken.state.failure.kind == "missing"
        assert well.state == jobs.Queued()


def test_text_that_is_no_text_is_refused(tmp_path):
    with Library(folders(tmp_path)) as library:
        with pytest.raises(Refused, match="retype"):
            library.queue.add([request("\udc80")])
        assert library.queue.all() == []


def test_checkpoints_nobody_goes_on_from_are_thrown_away(tmp_path):
    with Library(folders(tmp_path)) as library:
        kept, gone = library.queue.add([request(resume=checkpoint(3)), request(resume=checkpoint(4))])
        library.queue.remove(gone.id)
        assert library.queue.tidy() == 1
        assert library.queue.get(kept.id).request.resume.step == 3


@pytest.mark.parametrize(("pause", "kind"), [(False, jobs.Cancelled), (True, jobs.Paused)])
def test_what_was_asked_before_a_crash_is_done_after_it(tmp_path, pause, kind):
    with Library(folders(tmp_path)) as library:
        (job,) = library.queue.add([request()])
        library.queue.save(jobs.advance(jobs.advance(job, jobs.Started(job.id)), jobs.Asked(job.id, pause)))
    with Library(folders(tmp_path)) as library:
        assert isinstance(library.queue.get(job.id).state, kind)
