"""`darkroom eval`: how good what was made is, by one of the metrics; and how far the metrics are to be trusted."""

import importlib
import json
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec

from app.cli import make
from app.cli.progress import spoken
from app.core import job as jobs
from app.core import settings as settings_file
from engines.contract import EngineCard, Refused, Request
from engines.files import media, recipe
from engines.files.recipe import Recipe


def evaluate(args: Namespace) -> int:
    """Measure `--fake` by a metric, or show the table of agreement."""
    if args.metric == "agreement":
        return _agreement(args)
    work: Any = importlib.import_module("engines.metrics.evaluation")
    if args.metric not in work.METRICS:
        known = ", ".join([*work.METRICS, "agreement"])
        raise Refused("bad-request", f"There is no metric {args.metric!r}; there are: {known}.")
    if args.fake is None:
        raise Refused("bad-request", "Say what is to be measured with --fake: a folder, or an engine.")
    home = settings_file.default_folders()
    models = tuple(map(Path, settings_file.load(home.settings).settings.model_folders))
    task = work.Task(args.metric, _made(args), args.real, args.features, home.data / "features", folders=models)
    answer = work.evaluated(task, Bar(args.json))
    if args.json:
        print(json.dumps({"event": "answer", **msgspec.to_builtins(answer)}, ensure_ascii=False))
        return 0
    print(
        f"{work.METRICS[args.metric].title} of {answer.count} files" + (f" ({answer.features})" * bool(answer.features))
    )
    for name, value in answer.values.items():
        print(f"  {name:14} {value:.6g}")
    print(answer.biases)
    return 0


def _agreement(args: Namespace) -> int:
    """Every metric beside an independent implementation; 1 when one is farther off than is allowed."""
    rows = importlib.import_module("engines.metrics.agreement").table()
    if args.json:
        print(json.dumps([{**msgspec.to_builtins(row), "holds": row.holds} for row in rows]))
    else:
        for row in rows:
            mark = "" if row.holds else "  NOT HELD"
            print(f"{row.metric:38} {row.error:9.1e}  (at most {row.allowed:.0e})  {row.against}{mark}")
    return 0 if all(row.holds for row in rows) else 1


def _made(args: Namespace) -> Path:
    """The folder of what is measured; what an engine is to make is made first, and what is there already is kept."""
    if Path(args.fake).is_dir():
        return Path(args.fake)
    tools = make.bench(args)
    with tools.host:
        card = make.card_of(tools, args.fake)
        words = prompts_of(args)
        out: Path = args.out or tools.folders.data / "eval" / card.info.name.replace("/", "-")
        suffix = media.EXTENSIONS[card.info.medium]
        out.mkdir(parents=True, exist_ok=True)
        wanted = [out / f"{seed:05d}{suffix}" for seed in range(args.count)]
        asked = {path: _request(card, words[seed % len(words)], seed) for seed, path in enumerate(wanted)}
        left = [path for path in wanted if not holds(path, asked[path])]
        for n, path in enumerate(left):
            made = Recipe(request=asked[path], run=jobs.new_run())
            path.unlink(missing_ok=True)
            make.one(tools, Namespace(**{**vars(args), "previews": None}), made, (n + 1, len(left)), path)
    return out


def _request(card: EngineCard, prompt: str, seed: int) -> Request:
    from engines import contract

    return contract.check(card, Request(engine=card.info.name, prompt=prompt, seed=seed))


def holds(path: Path, request: Request) -> bool:
    """Whether a file is whole and what would be made now."""
    try:
        text = media.recipe_of(path) if path.is_file() else None
    except Refused:
        return False
    return text is not None and recipe.is_of(text, request)


def prompts_of(args: Namespace) -> list[str]:
    """The prompts of a file, one a line. Refused when there are none."""
    if args.prompts is None:
        raise Refused("bad-request", "An engine needs prompts to be measured: give a file with one a line (--prompts).")
    try:
        found = [line.strip() for line in args.prompts.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad-file", f"The prompts {args.prompts} cannot be read as text: {error}.") from error
    if not found:
        raise Refused("bad-file", f"{args.prompts} has no prompts in it: write one a line.")
    return found


class Bar:
    """How far it is and how long it will take, on a terminal; or a line of JSON."""

    def __init__(self, as_json: bool) -> None:
        self.as_json, self.begun = as_json, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        left = (time.monotonic() - self.begun) / done * (total - done)
        if self.as_json:
            print(json.dumps({"event": "measured", "done": done, "total": total, "left": left}), flush=True)
        elif sys.stderr.isatty():
            ending = "\n" if done == total else "\r"
            print(f"{done} of {total}, {spoken(left)} left ", end=ending, file=sys.stderr, flush=True)
