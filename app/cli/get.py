"""models get: a model from the hub, after a word on its size and licence and a yes."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from app.cli.models import plain, size
from app.cli.progress import spoken
from app.core import hub
from app.core import settings as settings_file
from engines.contract import Refused

OFTEN = 0.2  # seconds between two words on how far it is


def get(args: Namespace, answer: Callable[[str], str] = input) -> int:
    """Get 'OWNER/NAME' or 'OWNER/NAME:file'. Begun again it goes on where it ended."""
    offered = hub.offer(args.name, args.to or usual_place())
    told = f"{offered.name}: {size(offered.size)} in {len(offered.files)} files, licence {offered.licence}"
    there = f", {size(offered.here)} of it there already" if offered.here else ""
    if not args.json:
        print(plain(f"{told}{there}; to {offered.folder}"))
    if offered.here < offered.size and not _agreed(args, answer):
        raise Refused("bad-request", "Nothing was taken; say yes, or use --yes.")
    _got(offered, args.json)
    if args.json:
        print(json.dumps({"event": "got", "path": str(offered.path), "bytes": offered.size}), flush=True)
    else:
        print(plain(f"It is there and whole. To open it: darkroom models add {offered.path}"))
    return 0


def usual_place() -> Path:
    """Where models from the hub go: the first of the user's folders of models, or one of Darkroom's own."""
    usual = settings_file.default_folders()
    settings = settings_file.load(usual.settings).settings
    return settings_file.downloads(settings.folders(usual), settings)


def _agreed(args: Namespace, answer: Callable[[str], str]) -> bool:
    if args.yes:
        return True
    if args.json or not sys.stdin.isatty():
        return False
    return answer("Get it? [y/N] ").strip().lower() in ("y", "yes")


def _got(offered: hub.Offer, as_json: bool) -> None:
    last = 0.0
    for news in hub.get(offered):
        now = time.monotonic()
        if now - last < OFTEN and news.done < news.total:
            continue
        last = now
        if as_json:
            row = {"event": "getting", "file": news.file, "done": news.done, "total": news.total, "left": news.left}
            print(json.dumps(row, ensure_ascii=False), flush=True)
        elif sys.stderr.isatty():
            left = f"  {spoken(news.left)} left" if news.left is not None else ""
            print(plain(f"{size(news.done)} of {size(news.total)}{left}"), end="\x1b[K\r", file=sys.stderr, flush=True)
