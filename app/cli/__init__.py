"""The command line: the same requests and events as text. No Qt, no torch.

Exit codes: 0 done, 1 failed, 2 a bad request or wrong words, 3 a file or disk, 4 missing weights, 5 the worker died,
130 interrupted.
"""

import json
import logging
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from app.cli.flags import RATE_WORDS, parser
from engines.contract import Failure

CODES = {"bad-request": 2, "bad-file": 3, "disk": 3, "missing": 4, "died": 5, "hung": 5}
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say; the exit status. Every error ends as one sentence on the standard error."""
    words, given = parser(), list(sys.argv[1:] if argv is None else argv)
    try:
        args = words.parse_args(given[:1] if given[:1] == ["bench"] else spelt(given))
        if given[:1] == ["bench"]:
            args.words = given[1:]  # all of them its own, the flags too
    except SystemExit as leaving:
        return int(leaving.code or 0)
    if not getattr(args, "act", None):
        words.print_help()
        return 2
    return guarded(args)


def spelt(given: Sequence[str]) -> list[str]:
    """The words with what may be left out: `rate DIR` is `rate open DIR`."""
    alone = given[:1] == ["rate"] and len(given) > 1 and given[1] not in (*RATE_WORDS, "-h", "--help")
    return ["rate", "open", *given[1:]] if alone else list(given)


def guarded(args: Namespace) -> int:
    """Run the chosen command at the boundary where errors become sentences."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(args.act(args))
    except KeyboardInterrupt:
        _say(args, {"event": "interrupted"}, "Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has gone; there is nobody to tell
        return 1
    except Exception as error:  # noqa: BLE001 - the boundary of the command line
        failure = failure_of(error)
        _say(args, {"event": "failed", "kind": failure.kind, "sentence": failure.sentence}, failure.sentence)
        return CODES.get(failure.kind, 1)
    finally:
        signal.signal(signal.SIGTERM, before)


def failure_of(error: Exception) -> Failure:
    """The one sentence for `error`."""
    known = getattr(error, "failure", None)
    if isinstance(known, Failure):
        return known
    if isinstance(error, OSError):
        from engines.files import atomic

        return atomic.sentence(error, error.filename or "the file")
    if isinstance(error, MemoryError):
        return Failure("memory", "There is not enough memory for this; close other programs or choose a smaller size.")
    logging.getLogger("darkroom.cli").debug("unforeseen", exc_info=error)
    words = " ".join(str(error).split())[:200] or type(error).__name__
    return Failure("internal", f"Something went wrong inside Darkroom: {words}.")


def _say(args: Namespace, event: dict[str, Any], sentence: str) -> None:
    if getattr(args, "json", False):
        print(json.dumps(event, ensure_ascii=False), flush=True)
    else:
        print(sentence, file=sys.stderr)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
