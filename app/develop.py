"""Running a job to its end, and getting back a checkpoint that has been tidied away. No Qt: the bridge and the
command line both go through here."""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from app.core.settings import Folders, Settings
from app.host import Host
from engines.contract import Checkpoint, Failure, Phase, Request
from engines.files.recipe import Recipe
from engines.files.steps import StepStore
from engines.wire import IDLE, Failed, Finished, Generate, Halted, News, Phased, Stepped

Recalled = Generator[News, None, Checkpoint | None]


class Runner(Protocol):
    """The part of a host that is needed here."""

    def run(self, order: Generate) -> Iterator[News]: ...

    def stop(self, job: int, pause: bool = False) -> object: ...


class Task(Struct, frozen=True, eq=False):
    """A job as it is run: its `request` and the folder `store` for its steps (None: they are not kept).

    A branch without a checkpoint (`request.resume` is None) names the recipe of its `parent` and the `step` it leaves.
    """

    job: int
    request: Request
    store: Path | None = None
    parent: Recipe | None = None
    step: int | None = None


def develop(host: Runner, task: Task, steps: Path, stopped: Callable[[], bool] = lambda: False) -> Iterator[News]:
    """The news of `task`, ending with one Finished, Failed or Halted.

    A branch whose checkpoint is neither in its request nor below `steps` first replays its parent up to the step;
    that shows as a 'loading' phase with a fraction. `stopped` says whether the user has asked to stop meanwhile.
    """
    request = task.request
    if task.parent is not None and task.step is not None and request.resume is None:
        checkpoint = yield from recall(host, task.job, task.parent, task.step, steps, stopped)
        if checkpoint is None:
            return
        request = msgspec.structs.replace(request, resume=checkpoint)
    if stopped():
        yield Halted(task.job)
        return
    yield from host.run(Generate(task.job, request, str(task.store or "")))


def recall(host: Runner, job: int, recipe: Recipe, step: int, steps: Path, stopped: Callable[[], bool]) -> Recalled:
    """The checkpoint of `recipe`'s run after `step` steps: from its store below `steps`, else by running it again.

    A generator of news that returns the checkpoint, or None after the Failed or Halted that ends the job.
    """
    found = StepStore(steps / recipe.run).checkpoint(step) if recipe.run else None
    if found is not None:
        return found
    request = msgspec.structs.replace(recipe.request, resume=None)
    if recipe.parent is not None and recipe.step is not None:
        before = yield from recall(host, job, recipe.parent, recipe.step, steps, stopped)
        if before is None:
            return None
        request = msgspec.structs.replace(request, resume=before)
    if stopped():
        yield Halted(job)
        return None
    folder = steps / f"{recipe.run or 'unnamed'}-replay-{job}"
    try:
        return (yield from _rerun(host, Generate(job, request, str(folder)), step, stopped))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rerun(host: Runner, order: Generate, step: int, stopped: Callable[[], bool]) -> Recalled:
    """Run `order` until `step` is done and answer its checkpoint; None after the news that ends the job."""
    enough = False
    yield Phased(order.job, Phase("loading", 0.0))
    for news in host.run(order):
        if isinstance(news, Stepped):
            yield Phased(order.job, Phase("loading", min(1.0, news.index / max(step, 1))))
            if news.index >= step and not enough:
                enough = True
                host.stop(order.job)
        elif isinstance(news, Failed) or (isinstance(news, Halted) and not enough):
            yield news
            return None
        elif isinstance(news, Halted | Finished):
            break
    if stopped():
        yield Halted(order.job)
        return None
    return (yield from _stored(order, step))


def _stored(order: Generate, step: int) -> Recalled:
    found: Checkpoint | None = StepStore(order.store).checkpoint(step)
    if found is None:
        sentence = f"Step {step} of the parent cannot be branched from: nothing to go on from is kept there."
        yield Failed(order.job, Failure("bad-request", sentence))
    return found


def host_for(settings: Settings, folders: Folders) -> Host:
    """A host of workers as the settings want them: which interpreter, which plug-ins, where the log goes."""
    plugins = os.pathsep.join(str(folder) for folder in plugin_folders(settings))
    log = folders.logs / "worker.log"
    env = {"DARKROOM_PLUGINS": plugins, "DARKROOM_MODELS": str(folders.models), "HF_HUB_OFFLINE": "1"}
    env[IDLE] = str(settings.idle_minutes)
    return Host(python=settings.engine_python or sys.executable, log=log, env=env)


def plugin_folders(settings: Settings) -> list[Path]:
    """The plug-in folders of the settings and of $DARKROOM_PLUGINS, each once."""
    named = [*settings.plugins, *os.environ.get("DARKROOM_PLUGINS", "").split(os.pathsep)]
    return [Path(name).expanduser() for name in dict.fromkeys(named) if name]
