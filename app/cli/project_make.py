"""project render, vary, retake, region, extend, bridge: making the clips of a project without a window.

Every take is in the project, on the disk, as soon as it is made: Ctrl+C leaves those that are finished.
"""

from argparse import Namespace
from collections.abc import Callable
from fractions import Fraction

import msgspec
from msgspec import Struct

from app.cli import make, words
from app.cli.make import Bench
from app.cli.progress import spoken
from app.cli.project import say
from app.cli.project_add import asked
from app.cli.project_words import Sheet, clip_named, feed, length, moment, opened, track_named
from app.core import forecast
from app.core import job as jobs
from app.core.timeline import edit, errands, making, ways
from app.core.timeline.inputs import Scene
from app.core.timeline.making import Order
from app.core.timeline.reader import Reader
from app.core.timeline.values import Clip
from app.develop import plugin_folders
from engines import registry
from engines.contract import EngineCard, Refused
from engines.files import recipe
from engines.files.recipe import Recipe

replace = msgspec.structs.replace

Doing = Callable[[Scene, Clip, EngineCard], Order]


class Studio(Struct):
    """What makes clips: the bench, the project as it is now, and the cards of its engines by name."""

    tools: Bench
    sheet: Sheet
    source: Reader
    cards: dict[str, EngineCard] = {}

    @classmethod
    def of(cls, tools: Bench, sheet: Sheet) -> "Studio":
        return cls(tools, sheet, Reader(sheet.document))

    @property
    def scene(self) -> Scene:
        return Scene(self.sheet.project, self.sheet.timeline, self.sheet.document.read, self.source)

    def clip(self, id: str) -> Clip:
        return edit.clip_of(self.sheet.timeline, id)

    def card(self, name: str) -> EngineCard:
        """The card of an engine; opened once, where it is a file."""
        if name not in self.cards:
            self.cards[name] = make.card_of(self.tools, name)
        return self.cards[name]

    def make(self, id: str, place: tuple[int, int], do: Doing, engine: str = "") -> None:
        """Make a clip, put its take into the project and save that."""
        clip = self.clip(id)
        card = self.card(engine or making.asked(clip).engine)
        order = do(self.scene, clip, card)
        made = Recipe(request=order.request, run=jobs.new_run())
        result = make.run(self.tools, made, None, place)
        media = making.finished(order.errand, result.media, self.sheet.document.read)
        text = recipe.dumps(made, self.tools.blobs.keep)
        name, facts = self.sheet.document.keep(media, text, clip.name)
        take = making.take_of(order.errand, name, facts, made.run)
        now = self.sheet.document.load()  # a window may have gone on with it meanwhile
        self.sheet = self.sheet.save_project(errands.taken(now, order.errand, take, {name: facts}))
        self.tell(clip, order.errand.way, name, place)

    def reuse(self, id: str, draft: bool, place: tuple[int, int]) -> bool:
        """Show the take of another clip that was made of the very same, where there is one."""
        found = making.twin(self.sheet.project, self.sheet.timeline, self.clip(id), draft=draft)
        if found is None:
            return False
        now = self.sheet._replace(project=self.sheet.document.load())
        self.sheet = now.save(edit.add_take(now.timeline, id, found))
        self.tools.progress.event("same", clip=id, name=self.clip(id).name, number=place[0], of=place[1])
        return True

    def tell(self, clip: Clip, way: str, media: str, place: tuple[int, int]) -> None:
        path = self.sheet.document.path(media)
        facts = {"clip": clip.id, "name": clip.name, "way": way, "path": str(path), "number": place[0], "of": place[1]}
        self.tools.progress.event("take", **facts)
        self.tools.progress.say(f"{place[0]}/{place[1]} {clip.name or id}: {path}")


def render(args: Namespace) -> int:
    """Make what is empty, stale or a draft; with --draft, drafts of what is empty or stale."""
    tools = make.bench(args)
    with tools.host:
        studio = Studio.of(tools, opened(args.project))
        wanted = _wanted(args, studio)
        if not wanted:
            say(args, {"event": "nothing"}, "Everything is made already.")
            return 0
        ahead = _foreseen(studio, wanted, args.draft)
        _say_ahead(args, len(wanted), ahead)
        if args.estimate:
            return 0
        failed = 0
        for number, id in enumerate(wanted, 1):
            if _one(args, studio, id, (number, len(wanted))):
                failed += 1
            elif number < len(wanted):
                _say_left(args, ahead, wanted[number:])
    return 1 if failed else 0


def _wanted(args: Namespace, studio: Studio) -> list[str]:
    sheet = studio.sheet
    names = [clip_named(sheet.timeline, word).id for word in args.clip]
    every = [clip.id for track in sheet.timeline.tracks for clip in track.clips if clip.ask is not None]
    chosen = names or (every if args.all else None)
    return making.order(sheet.project, sheet.timeline, chosen, draft=args.draft)


def _one(args: Namespace, studio: Studio, id: str, place: tuple[int, int]) -> bool:
    """Make one of the clips; True where it could not be made, which is said and costs the others nothing."""
    try:
        if args.all or not studio.reuse(id, args.draft, place):
            studio.make(id, place, lambda scene, clip, card: making.made(scene, clip, card, draft=args.draft))
    except Refused as refused:
        failure = refused.failure
        if failure.kind == "disk":
            raise
        clip = studio.clip(id)
        facts = {"clip": id, "name": clip.name, "kind": failure.kind, "sentence": failure.sentence}
        studio.tools.progress.event("clip failed", **facts)
        studio.tools.progress.say(f"{place[0]}/{place[1]} {clip.name or id}: {failure.sentence}")
        return True
    return False


def _foreseen(studio: Studio, wanted: list[str], draft: bool) -> dict[str, float | None]:
    """Seconds for each clip, as earlier runs took; None where nobody knows."""
    runs, found = forecast.load(studio.tools.folders.paces), {}
    listed = registry.listing(plugin_folders(studio.tools.settings), studio.tools.folders.models).cards
    project, timeline = studio.sheet.project, studio.sheet.timeline
    for id in wanted:
        clip = studio.clip(id)
        card = listed.get(making.asked(clip).engine)
        told = making.forecast_of(project, timeline, clip, card, runs, draft=draft) if card else None
        found[id] = told.seconds if told else None
    return found


def _say_ahead(args: Namespace, count: int, ahead: dict[str, float | None]) -> None:
    known = [seconds for seconds in ahead.values() if seconds is not None]
    told = f", about {spoken(sum(known))}" if known else ""
    more = f" and {count - len(known)} of unknown length" if known and len(known) < count else ""
    clips = f"{count} clip{'s' if count > 1 else ''} to make"
    say(args, {"event": "forecast", "clips": count, "seconds": sum(known) if known else None}, f"{clips}{told}{more}.")


def _say_left(args: Namespace, ahead: dict[str, float | None], rest: list[str]) -> None:
    known = [seconds for id in rest if (seconds := ahead[id]) is not None]
    if known and len(known) == len(rest):
        say(args, {"event": "left", "clips": len(rest), "seconds": sum(known)}, f"about {spoken(sum(known))} left")


# ---------------------------------------------------------------- one clip


def _each(args: Namespace, clip: str, do: Doing, change: Callable[[Sheet], Sheet] = lambda sheet: sheet) -> int:
    """Do something to one clip; `change` comes before it."""
    tools = make.bench(args)
    with tools.host:
        sheet = change(opened(args.project))
        studio = Studio.of(tools, sheet)
        studio.make(clip_named(sheet.timeline, clip).id, (1, 1), do, getattr(args, "engine", None) or "")
    return 0


def vary(args: Namespace) -> int:
    """Another take that begins from the one there is."""
    draft, seed = args.draft_take, words.seed_of(args)

    def do(scene: Scene, clip: Clip, card: EngineCard) -> Order:
        return ways.varied(scene, clip, card, args.strength, seed=seed, draft=draft)

    return _each(args, args.clip, do)


def retake(args: Namespace) -> int:
    """Another take by another seed."""
    seed = words.seed_of(args)

    def change(sheet: Sheet) -> Sheet:
        after = ways.retaken(sheet.timeline, clip_named(sheet.timeline, args.clip).id, seed)
        return sheet._replace(project=edit.with_timeline(sheet.project, after))

    def do(scene: Scene, clip: Clip, card: EngineCard) -> Order:
        return making.made(scene, clip, card, draft=args.draft_take)

    return _each(args, args.clip, do, change)


def region(args: Namespace) -> int:
    """A part of a clip anew."""

    def change(sheet: Sheet) -> Sheet:
        clip = clip_named(sheet.timeline, args.clip)
        ask = making.asked(clip)
        if args.mask:
            sheet, mask = feed(sheet, args.mask)
            ask = replace(ask, mask=mask)
        if args.since or args.until:
            since = length(args.since or "0", sheet.clock, clip.start)
            until = length(args.until, sheet.clock, clip.start) if args.until else clip.length
            ask = replace(ask, region=(since, until))
        after = edit.change_clip(sheet.timeline, clip.id, ask=ask)
        return sheet._replace(project=edit.with_timeline(sheet.project, after))

    return _each(
        args, args.clip, lambda scene, clip, card: ways.region(scene, clip, card, draft=args.draft_take), change
    )


def extend(args: Namespace) -> int:
    """A clip made longer on one side, or on both, one after the other."""
    sides: list[tuple[ways.Side, str]] = [("left", args.left), ("right", args.right)]
    wanted = [(side, text) for side, text in sides if text]
    if not wanted:
        raise Refused("bad-request", "Say by how much: --right 2bars, --left 1.5.")
    for side, text in wanted:
        clip = clip_named(opened(args.project).timeline, args.clip)
        sheet = opened(args.project)
        since = clip.end if side == "right" else clip.start
        amount = length(text, sheet.clock, since)
        _each(args, args.clip, _longer(side, amount, args.draft_take))
    return 0


def _longer(side: ways.Side, amount: Fraction, draft: bool) -> Doing:
    return lambda scene, clip, card: ways.extended(scene, clip, card, side, amount, draft=draft)


def bridge(args: Namespace) -> int:
    """Fill a gap of a track from what is before it to what is after it."""
    tools = make.bench(args)
    sheet, ask = asked(_with_engine(args), opened(args.project))
    row = track_named(sheet.timeline, args.track)
    after, id = ways.bridge(sheet.timeline, row.id, moment(args.at, sheet.clock), ask)
    with tools.host:
        studio = Studio.of(tools, sheet._replace(project=edit.with_timeline(sheet.project, after)))
        studio.make(id, (1, 1), lambda scene, clip, card: making.made(scene, clip, card, draft=args.draft_take))
    return 0


def _with_engine(args: Namespace) -> Namespace:
    if not args.engine:
        raise Refused("bad-request", "Say what fills the gap: --engine NAME, as `darkroom engines` lists them.")
    return args
