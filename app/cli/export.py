"""export: results in the formats of other programs, without an engine."""

import json
from argparse import Namespace

from engines.contract import Refused
from engines.files import export as files
from engines.files import media
from engines.files.export import How


def export(args: Namespace) -> int:
    """Write the files given as one file, a sprite sheet or a sequence; every file written is named on a line."""
    if args.fps is not None and not 0.1 <= args.fps <= 1000:
        raise Refused("bad-request", f"--fps {args.fps:g} is out of range; use 0.1 to 1000 frames a second.")
    found = [media.read(path) for path in args.files]
    recipe = next((text for text in map(media.recipe_of, args.files) if text), None)
    how = How(args.form or "", args.columns, args.gap, args.fps)
    for path in files.export(found, args.out, recipe, how):
        print(json.dumps({"event": "written", "path": str(path)}) if args.json else path)
    return 0
