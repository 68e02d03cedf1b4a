"""project export: the timeline as a film, an animation, pictures, sounds, notes, words, a surface or an edit list."""

from argparse import Namespace
from pathlib import Path

from app.cli.progress import Progress
from app.cli.project_words import Sheet, clip_named, moment, opened
from app.core import job as jobs
from app.core.timeline import export as exports
from app.core.timeline.export import Wish
from app.core.timeline.values import ZERO, Time
from engines.contract import Refused


def export(args: Namespace) -> int:
    """Write FILE; an export that was stopped goes on where it was. Every file that is made is named on a line."""
    sheet, progress = opened(args.project), Progress(args.json)

    def tell(how: exports.Progress) -> None:
        progress.draw(jobs.Running(phase=how.stage, fraction=how.part, left=how.left))
        progress.event("exporting", part=round(how.part, 4), left=how.left, stage=how.stage)

    try:
        made: list[Path] = exports.exported(sheet.project, sheet.document, args.file, wish(args, sheet), tell)
    finally:
        progress.clear()
    for path in made:
        progress.event("written", path=str(path))
        progress.say(str(path))
    return 0


def wish(args: Namespace, sheet: Sheet) -> Wish:
    """What the flags say of the file. Refused('bad-request') for a span that ends before it begins."""
    return Wish(
        codec=args.codec,
        quality=args.quality,
        size=args.size,
        fps=args.fps,
        span=_span(args, sheet),
        sound=not args.silent,
        bits=args.bits,
        loudness=args.loudness,
        stems=args.stems,
        alpha=args.alpha,
        clip=clip_named(sheet.timeline, args.clip).id if args.clip else "",
        words=args.words,
    )


def _span(args: Namespace, sheet: Sheet) -> tuple[Time, Time] | None:
    if not args.since and not args.until:
        return None
    end = sheet.timeline.end
    since = moment(args.since, sheet.clock, end) if args.since else ZERO
    until = moment(args.until, sheet.clock, end) if args.until else end
    if not ZERO <= since < until:
        raise Refused(
            "bad-request", f"From {args.since or 0} to {args.until or 'end'} there is nothing: say --from, --to."
        )
    return since, until
