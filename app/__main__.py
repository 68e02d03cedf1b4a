"""`darkroom` opens the window; `darkroom generate ...` and its kin work without one."""

import os
import sys
from collections.abc import Sequence

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")  # one of them says where a window can be shown


def main(argv: Sequence[str] | None = None) -> int:
    """Words go to the command line, none (or files to open) to the window; the exit status."""
    from app.core.settings import default_folders

    os.environ.setdefault("DARKROOM_OWN_ASSETS", str(default_folders().own_assets))
    words = list(sys.argv[1:] if argv is None else argv)
    if _rates(words) and any(map(os.environ.get, SCREENS)):
        words = words[-1:]
    elif words and (words[0].startswith("-") or not _is_file(words[0]) or _is_command(words[0])):
        from app.cli import main as speak

        return speak(words)
    if sys.platform.startswith("linux") and not any(map(os.environ.get, SCREENS)):
        print(
            "There is no screen here (DISPLAY is not set). Without one use words: `darkroom generate --help`.",
            file=sys.stderr,
        )
        return 1
    try:
        from app.ui.run import open_window
    except ImportError as error:
        print(f"The window cannot be opened ({error}); `darkroom doctor` says what is missing.", file=sys.stderr)
        return 1
    return open_window(words)


def _rates(words: Sequence[str]) -> bool:
    """Whether the words are `rate DIR`, which is done in the window where there is a screen."""
    from app.cli.flags import RATE_WORDS

    place = words[-1] if len(words) == 2 or words[1:2] == ["open"] else ""
    asked = words[:1] == ["rate"] and len(words) in (2, 3) and not place.startswith("-")
    return asked and place not in RATE_WORDS and os.path.isfile(os.path.join(place, "rating.json"))


def _is_command(word: str) -> bool:
    """A command is one wherever it is given, beside a file of that name too."""
    from app.cli.flags import COMMANDS

    return word in COMMANDS


def _is_file(word: str) -> bool:
    return os.path.isfile(word)


if __name__ == "__main__":
    sys.exit(main())
