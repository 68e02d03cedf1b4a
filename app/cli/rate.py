"""`darkroom rate`: blind ratings. `new` makes a set, `vote` asks here, `result` tells what was found; a set alone opens
in the window (see `app.__main__`), or without a screen is told of."""

import hashlib
import json
import re
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.cli import evaluate, make
from app.cli.make import Bench
from app.core import job as jobs
from app.core import settings as settings_file
from app.core.lab.rating import folder, going, result
from app.core.lab.rating import make as making
from app.core.lab.rating.folder import Ballot
from app.core.lab.rating.make import Group, Wish
from app.core.lab.rating.values import Key, Set
from engines import contract
from engines.contract import Curve, EngineCard, Refused, Request
from engines.files import atomic, media, recipe
from engines.files.recipe import Recipe
from engines.prompt.values import read_value

KEYS = {"1": "first", "2": "second", "t": "tie", "b": "both bad"}


def keys() -> Path:
    """Where this user's keys lie."""
    return settings_file.default_folders().ratings


def told(args: Namespace) -> int:
    """Without a screen: what a set is, and how far who has begun."""
    made = folder.opened(args.set)
    begun = folder.raters(args.set, made)
    stands = {one.rater: going.standing(made, one.said) for one in begun}
    if args.json:
        plain = {name: {"done": at.done, "left": at.left, "over": at.ask is None} for name, at in stands.items()}
        _event("set", question=made.question, medium=made.medium, mode=made.mode, media=len(made.names), raters=plain)
        return 0
    print(f"{made.question} ({len(made.names)} media: {made.medium}; {_MODES[made.mode]})")
    for name, at in stands.items():
        print(f"  {name}: {_progress(at)}")
    print(f"Rate it in the window, or here: darkroom rate vote {args.set} --rater NAME")
    return 0


_MODES = {"pairs": "pairs side by side", "knockout": "knock-out rounds", "stars": "one to five stars"}


def _progress(at: going.Standing) -> str:
    if at.ask is None:
        return f"over after {at.done}" + (", enough is known" if at.early else "")
    return f"{at.done} answered, at most {at.left} left"


# ---------------------------------------------------------------- a new set


def new(args: Namespace) -> int:
    """Write a set of the settings `--of` names; its key stays here."""
    groups = _named(_groups(args), args.names)
    wish = Wish(question=args.question, mode=args.mode, seed=args.seed, most=args.most)
    found = making.make(args.set, keys(), groups, wish, evaluate.Bar(args.json))
    made = found.key.set
    at = going.standing(made, ())
    names = [group.name for group in groups]
    if args.json:
        place = str(folder.key_path(keys(), made))
        _event(
            "made",
            path=str(args.set),
            key=place,
            settings=names,
            most=at.left,
            media=len(made.names),
            notes=found.notes,
        )
        return 0
    print(f"{len(names)} settings: {'; '.join(names)}. At most {at.left} questions.")
    for note in found.notes:
        print(note)
    print(f"{args.set} can be rated here or sent; nothing in it says which is which. The key stays on this machine.")
    return 0


def _groups(args: Namespace) -> list[Group]:
    """The settings: each folder or engine is one; a folder alone is taken apart by what differs in it."""
    if len(args.of) == 1 and Path(args.of[0]).is_dir():
        return list(making.grouped(making.sources(Path(args.of[0]))))
    wanted = [one for one in args.of if not Path(one).is_dir()]
    places = _made(args, wanted) if wanted else {}
    found = [Group(_name_of(one), making.sources(places.get(one, Path(one)))) for one in args.of]
    twice = {group.name for group in found if [other.name for other in found].count(group.name) > 1}
    return [
        msgspec.structs.replace(group, name=str(one)) if group.name in twice else group
        for group, one in zip(found, args.of, strict=True)
    ]


def _name_of(word: str) -> str:
    place = Path(word)
    return place.resolve().name if place.is_dir() else word.replace(":", ", ", 1).replace("=", " ")


def _named(groups: list[Group], names: Sequence[str]) -> list[Group]:
    if not names:
        return groups
    if len(names) != len(groups):
        raise Refused("bad-request", f"There are {len(groups)} settings and {len(names)} names; give one for each.")
    return [msgspec.structs.replace(group, name=name) for group, name in zip(groups, names, strict=True)]


def _made(args: Namespace, wanted: Sequence[str]) -> dict[str, Path]:
    """The folders of what engines make of the prompts, each with the same seeds; what is there already is kept."""
    tools = make.bench(args)
    found = {}
    with tools.host:
        for word in wanted:
            make.card_of(tools, word.partition(":")[0])  # or it is neither a folder nor an engine
        prompts = evaluate.prompts_of(args)
        requests = {word: _requests(tools, word, prompts, args.count or len(prompts)) for word in wanted}
        for word, each in requests.items():
            suffix = media.EXTENSIONS[make.card_of(tools, each[0].engine).info.medium]
            name = hashlib.sha256("".join(map(recipe.asks, each)).encode()).hexdigest()[:16]
            found[word] = tools.folders.data / "rated" / name
            _make(tools, args, {found[word] / f"{n:05d}{suffix}": request for n, request in enumerate(each)})
    return found


def _requests(tools: Bench, word: str, prompts: Sequence[str], count: int) -> list[Request]:
    """'image/sticker:steps=4,guidance=3' as requests, one a prompt, with seeds from 0."""
    name, _, rest = word.partition(":")
    card = make.card_of(tools, name)
    options, curves = _options(card, rest)
    return [
        contract.check(
            card,
            Request(
                engine=card.info.name, prompt=prompts[n % len(prompts)], seed=n, options=dict(options), curves=curves
            ),
        )
        for n in range(count)
    ]


def _options(card: EngineCard, text: str) -> tuple[dict[str, Any], dict[str, Curve]]:
    options: dict[str, Any] = {}
    curves: dict[str, Curve] = {}
    for part in filter(None, re.split(r",(?=\s*[a-z_]+=)", text)):
        name, sign, value = part.strip().partition("=")
        if not sign:
            raise Refused("bad-request", f"--of wants ENGINE:NAME=VALUE,NAME=VALUE, not {part!r}.")
        found = read_value(next((p for p in card.params if p.name == name), None), value)
        if isinstance(found, Curve):
            curves[name] = found
        else:
            options[name] = found
    return options, curves


def _make(tools: Bench, args: Namespace, wanted: dict[Path, Request]) -> None:
    left = [path for path, request in wanted.items() if not evaluate.holds(path, request)]
    for n, path in enumerate(left, 1):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        asked = Recipe(request=wanted[path], run=jobs.new_run())
        make.one(tools, Namespace(**{**vars(args), "previews": None}), asked, (n, len(left)), path)


# ---------------------------------------------------------------- voting


def vote(args: Namespace) -> int:
    """Ask one question after the other, a line of the standard input each; what was answered is kept at once."""
    ballot = Ballot(args.set, args.rater)
    stars = ballot.made.mode == "stars"
    known = "1 to 5 stars" if stars else "1 left, 2 right, t tie, b both bad"
    begun = time.monotonic()
    _tell(args, ballot, f"{ballot.made.question} ({known}; u takes back, q leaves)")
    while ballot.standing.ask is not None:
        line = sys.stdin.readline()
        if not line or line.strip() == "q":
            break
        word = line.strip().lower()
        said: Any = word if stars else KEYS.get(word, word)
        try:
            if word == "u":
                ballot.undo()
            else:
                ballot.say(said, time.monotonic() - begun)
        except Refused as refused:
            if refused.failure.kind != "bad-request":
                raise
            print(refused.failure.sentence, file=sys.stderr)
        begun = time.monotonic()
        _tell(args, ballot)
    if not args.json:
        at = ballot.standing
        print(f"{_progress(at)}. The answers are in {ballot.path}.")
    return 0


def _tell(args: Namespace, ballot: Ballot, first: str = "") -> None:
    """What is asked now."""
    at = ballot.standing
    if args.json:
        shown = [str(args.set / folder.MEDIA / name) for name in at.ask.media] if at.ask else []
        _event("asked", media=shown, done=at.done, left=at.left, over=at.ask is None, early=at.early)
        return
    if first:
        print(first)
    if at.ask is not None:
        print(f"[{at.done + 1}, at most {at.left - 1} more] " + "   ".join(f"media/{name}" for name in at.ask.media))


# ---------------------------------------------------------------- the result


def found(args: Namespace) -> int:
    """Tell what the set's votes, and those of `VOTES`, have found. Only where the key is."""
    key = _key(args)
    outcome = result.outcome(key, list(folder.voted([args.set, *args.votes])))
    if args.csv:
        atomic.write(args.csv, result.table(outcome).encode())
    if args.json:
        _event("result", **result.told(outcome))
        return 0
    print(outcome.question)
    print(outcome.sentence)
    for row in outcome.rows:
        counts = (
            f"  {row.won} won, {row.lost} lost, {row.tied} tied, {row.bad} both bad" if outcome.mode == "pairs" else ""
        )
        print(f"  {row.value:+7.2f}{_between(row)}  {row.name}{counts}")
    for one in outcome.against:
        share, low, high = (round(100 * x) for x in one.share)
        print(f"  {one.a} before {one.b}: {share} % ({low} to {high})")
    if outcome.alpha is not None:
        print(f"Agreement of the raters (Krippendorff's alpha): {outcome.alpha:.2f}")
    return 0


def _between(row: result.Row) -> str:
    return f" ({row.low:+.2f} to {row.high:+.2f})" if row.low is not None and row.high is not None else ""


def _key(args: Namespace) -> Key:
    """The key of the set, given or here. Refused where it is not: then nobody here can know the result."""
    made: Set = folder.opened(args.set)
    key = folder.read_key(args.key) if args.key else folder.key_of(keys(), made)
    if key is None:
        sentence = "The key of this rating is not on this machine: send the votes back to whoever sent the set"
        raise Refused("missing", f"{sentence}, or name the key with --key.")
    if key.set.id != made.id:
        raise Refused("bad-file", f"{args.key} is the key of another rating set.")
    return key


def _event(event: str, **fields: Any) -> None:
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)
