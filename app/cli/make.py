"""generate, branch, replay: running engines and writing what they make."""

import contextlib
import os
import shutil
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from app.cli import opening, words
from app.cli.progress import Progress
from app.core import forecast, library
from app.core import job as jobs
from app.core import settings as settings_file
from app.core.job import Job
from app.core.lab.difference import bytes_apart as compare
from app.core.lab.difference import changed_facts
from app.core.settings import Folders, Settings
from app.develop import Task, develop, host_for, plugin_folders
from app.host import Host
from engines import registry
from engines.contract import EngineCard, Failure, Media, Refused, Request, Result, medium_of
from engines.files import atomic, media, recipe
from engines.files.recipe import Blobs, Recipe
from engines.files.steps import StepStore
from engines.wire import Decode, Failed, Finished, Halted, Render, Rendered, Stepped


class Bench(Struct):
    """What a command works with: the folders, the settings, a host, and the progress it tells."""

    folders: Folders
    settings: Settings
    host: Host
    progress: Progress

    @property
    def blobs(self) -> Blobs:
        return Blobs(self.folders.blobs)


def bench(args: Namespace) -> Bench:
    """Everything ready, the worker not yet started. Refused('disk') when the folders cannot be made."""
    usual = settings_file.default_folders()
    settings = settings_file.load(usual.settings).settings
    folders = settings.folders(usual)
    for folder in (folders.data, folders.steps, folders.blobs, folders.logs):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, folder).sentence) from error
    return Bench(folders, settings, host_for(settings, folders), Progress(args.json))


def card_of(tools: Bench, name: str) -> EngineCard:
    """The card of an engine that can run. Refused('bad-request') when there is none, 'missing' without its weights.

    A `name` that is a file or folder is a model of the user's: it is opened.
    """
    found = registry.listing(plugin_folders(tools.settings), tools.folders.models)
    if name not in found.cards and Path(name).exists():
        return opening.card_at(tools.host, Path(name))
    if name not in found.cards:
        raise Refused("bad-request", f"There is no engine {name!r}; there are: {', '.join(sorted(found.cards))}.")
    card = found.cards[name]
    if card.missing:
        raise Refused("missing", f"{name} cannot run without {', '.join(card.missing)}; `darkroom doctor` says more.")
    return card


# ---------------------------------------------------------------- the commands


def generate(args: Namespace) -> int:
    """Make `--count` results of every variant of the prompt, with seeds one apart; or the cells of a grid."""
    from app.cli import ahead, grid  # they make theirs with what is here

    tools = bench(args)
    with tools.host:
        parts = opening.put_on_shelf(tools.host, args)
        card = card_of(tools, args.engine)
        opening.refuse_misfits(tools.folders.models, card, parts)
        first = words.request_of(card, args)
        if args.estimate:
            return ahead.say(tools, card, first)
        if args.grid:
            return grid.generate(tools, args, card, first)
        prompts = [p for p in words.prompts(args, first.seed, tools.folders.wildcards) for _ in range(args.count)]
        outs = _outs(args.out, len(prompts), first.seed, card)
        for n, prompt in enumerate(prompts):
            request = msgspec.structs.replace(first, prompt=prompt, seed=(first.seed + n) % 2**63)
            made = Recipe(request=request, run=jobs.new_run())
            one(tools, args, made, (n + 1, len(prompts)), outs[n])
    return 0


def branch(args: Namespace) -> int:
    """Go on from step `--step` of an earlier result with what the flags change."""
    tools = bench(args)
    parent = _parent(tools, args.result)
    card = card_of(tools, parent.request.engine)
    request = parent.request
    if args.prompt is not None:
        request = msgspec.structs.replace(request, prompt=args.prompt)
    if args.seed is not None:
        request = msgspec.structs.replace(request, seed=args.seed)
    if args.step < 1:
        raise Refused("bad-request", f"--step {args.step} is no step; steps are counted from 1.")
    request = words.changed(card, request, args)
    made = Recipe(request=request, run=jobs.new_run(), parent=parent, step=args.step)
    with tools.host:
        one(tools, args, made, (1, 1), _outs(args.out, 1, request.seed, card)[0])
    return 0


def decode(args: Namespace) -> int:
    """Write step STEP of an earlier result as it truly is; the store keeps it, so that the next time is quick."""
    tools = bench(args)
    made = _parent(tools, args.result)
    store = StepStore(tools.folders.steps / made.run)
    card = card_of(tools, made.request.engine)
    if not card.info.decodes:
        raise Refused("bad-request", f"{card.info.name} shows its steps as they are; see them with --previews.")
    named = Path(args.result)
    stem = named.stem if named.exists() else made.run
    out = args.out or named.with_name(f"{stem}-step-{args.step:03d}{media.EXTENSIONS[card.info.medium]}")
    writable(out, media.WRITES[card.info.medium], card.info.medium)
    if (kept := store.decoded(args.step)) is not None:
        shown = media.read(kept)
    else:
        with tools.host:
            order = Decode(1, card.info.name, str(store.folder), args.step, made.request.length)
            shown = answered(tools.host.ask(order, 24 * 3600.0))
    path = write(out, shown)
    tools.progress.event("decoded", path=str(path), step=args.step, medium=medium_of(shown))
    tools.progress.say(str(path))
    return 0


def answered(answer: object) -> Media:
    """The media in the worker's answer; Refused with its sentence."""
    if isinstance(answer, Rendered) and answer.media is not None:
        return answer.media
    failure = answer.failure if isinstance(answer, Rendered | Failed) else None
    raise opening.refused(failure or Failure("died", "The engine ended without an answer; try again."))


def replay(args: Namespace) -> int:
    """Make a file again from the recipe in it; 0 when the decoded bytes agree, 1 when they do not."""
    tools = bench(args)
    before = media.read(args.file)
    old = _recipe_in(args.file, tools.blobs.load)
    card_of(tools, old.request.engine)
    made = msgspec.structs.replace(old, created=time.time())
    with tools.host:
        result = run(tools, made, None, (1, 1))
    made = msgspec.structs.replace(made, facts=library.facts_of(result))
    with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
        out = args.out or Path(folder, f"replay{args.file.suffix}")
        write(out, result.media, made, tools)
        difference = compare(before, media.read(out))
    told = [] if difference is None else changed_facts(old, made)
    sentence = verdict(difference, told)
    tools.progress.event("replayed", same=difference is None, difference=difference, changed=told, sentence=sentence)
    tools.progress.say(sentence)
    return 0 if difference is None else 1


# ---------------------------------------------------------------- one run


def one(tools: Bench, args: Namespace, made: Recipe, place: tuple[int, int], out: Path | None) -> Result:
    """Run `made` and write its result to `out`, or into the gallery; an unfinished run leaves nothing behind.

    Refused with the sentence of what went wrong.
    """
    store = tools.folders.steps / made.run
    previews = _previews(tools, args.previews, made, store, place[1]) if args.previews else None
    try:
        result = run(tools, made, store, place, previews)
        made = msgspec.structs.replace(made, facts=library.facts_of(result), created=time.time())
        if out is not None:
            path = write(out, result.media, made, tools)
        else:
            path = library.save_result(result, made, tools.folders.gallery, tools.blobs.keep)
    except BaseException:
        shutil.rmtree(store, ignore_errors=True)
        raise
    library.show_worn(made, result.media, tools.folders.models)
    library.thin_steps(tools.folders, tools.settings.step_budget_mb, made.run)
    facts = {"path": str(path), "seed": made.request.seed, "medium": medium_of(result.media), "facts": made.facts}
    tools.progress.event("result", **facts)
    tools.progress.say(str(path))
    return result


def run(
    tools: Bench,
    made: Recipe,
    store: Path | None,
    place: tuple[int, int],
    heed: Callable[[Stepped], None] | None = None,
) -> Result:
    """The result of `made`. Refused with the sentence of whatever went wrong; KeyboardInterrupt when it was stopped."""
    task = Task(place[0], made.request, store, made.parent, made.step)
    tools.progress.begin(Job(task.job, made.run, made.request, created=time.time()), *place)
    try:
        for news in develop(tools.host, task, tools.folders.steps):
            tools.progress.hear(news)
            if isinstance(news, Finished):
                learn(tools, made.request, news.result)
                return news.result
            if isinstance(news, Failed):
                raise opening.refused(news.failure)
            if isinstance(news, Halted):
                raise KeyboardInterrupt
            if isinstance(news, Stepped) and heed is not None:
                heed(news)
    finally:
        tools.progress.clear()
    raise Refused("died", "The engine ended without a result; try again.")


def learn(tools: Bench, request: Request, result: Result) -> None:
    """Remember what the run that has just ended took; a disk that fails costs the forecast only."""
    job, path = tools.progress.job, tools.folders.paces
    run = forecast.run_of(request, job.steps, result.facts) if job is not None else None
    if run is not None:
        with contextlib.suppress(OSError):
            forecast.save(path, forecast.learnt(forecast.load(path), run))


def _previews(tools: Bench, folder: Path, made: Recipe, store: Path, count: int) -> Callable[[Stepped], None]:
    """What writes every step as a file into `folder`: step-001.png, with the seed before it when there are several."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, folder).sentence) from error
    steps, prefix = StepStore(store), f"{made.request.seed}-" if count > 1 else ""

    def heed(news: Stepped) -> None:
        estimate = steps.estimate(news.index) if news.kept else None
        if estimate is None:
            return
        answer = tools.host.ask(Render(news.index, made.request.engine, estimate), 600.0)
        if isinstance(answer, Rendered) and answer.media is not None:
            suffix = media.EXTENSIONS[medium_of(answer.media)]
            write(folder / f"{prefix}step-{news.index:03d}{suffix}", answer.media)

    return heed


def write(path: Path, shown: Media, made: Recipe | None = None, tools: Bench | None = None) -> Path:
    """Write media, with its recipe when there is one. Refused('disk') with nothing left behind."""
    if not path.suffix:
        path = path.with_name(path.name + media.EXTENSIONS[medium_of(shown)])
    try:
        if made is None or tools is None:
            return media.write(path, shown)
        return media.write(path, shown, recipe.dumps(made, tools.blobs.keep), recipe.a1111(made))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error


def _outs(out: Path | None, count: int, seed: int, card: EngineCard) -> list[Path | None]:
    """Where each of `count` results goes: OUT; OUT-1, OUT-2 ...; or OUT with {n} and {seed} filled in.

    Refused before any work when the folder is not there or the ending cannot hold this medium.
    """
    if out is None:
        return [None] * count
    writable(out, media.WRITES[card.info.medium], card.info.medium)
    if "{n}" in out.name or "{seed}" in out.name:
        filled = [out.name.replace("{n}", str(n + 1)).replace("{seed}", str(seed + n)) for n in range(count)]
        return [out.with_name(name) for name in filled]
    return [out if count == 1 else out.with_name(f"{out.stem}-{n + 1}{out.suffix}") for n in range(count)]


def writable(out: Path, allowed: Sequence[str], what: str) -> None:
    """Refused when `out` is a folder, lies in none, or its ending is not one `what` is saved as."""
    if out.is_dir():
        named = out / f"result{allowed[0]}"
        raise Refused("bad-request", f"{out} is a folder: name a file in it, such as {named}.")
    if out.suffix and out.suffix.lower() not in allowed:
        raise Refused("bad-request", f"{out.name}: {what} is saved as {', '.join(allowed)}.")
    if not out.parent.is_dir():
        raise Refused("disk", f"The folder {out.parent} is not there; create it or choose another for -o.")
    if not os.access(out.parent, os.W_OK):
        raise Refused("disk", f"The folder {out.parent} may not be written to; choose another for -o.")


# ---------------------------------------------------------------- recipes


def _recipe_in(path: Path, load: Callable[[str], np.ndarray]) -> Recipe:
    text = media.recipe_of(path)
    if text is None:
        raise Refused("bad-file", f"{path.name} carries no recipe, so it cannot be made again.")
    return recipe.loads(text, load)


def _parent(tools: Bench, result: str) -> Recipe:
    """The recipe of the file `result`, or of the result in the gallery whose run it names."""
    path = Path(result)
    if path.exists() or path.suffix:
        return _recipe_in(path, tools.blobs.load)
    for found in sorted(tools.folders.gallery.rglob("*.*")):
        text = _carried(found)
        if text is not None and result in text and recipe.loads(text, tools.blobs.load).run == result:
            return recipe.loads(text, tools.blobs.load)
    raise Refused("bad-file", f"There is no file and no run {result!r} in {tools.folders.gallery}.")


def _carried(path: Path) -> str | None:
    try:
        return media.recipe_of(path)
    except (Refused, OSError):
        return None


def verdict(difference: float | None, told: list[str]) -> str:
    """One sentence on a replay."""
    if difference is None:
        return "The bytes agree."
    amount = "it has another shape" if difference == float("inf") else f"the largest difference is {difference:g}"
    why = f" What has changed: {'; '.join(told)}." if told else ""
    return f"The bytes differ: {amount}.{why}"
