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
    if words and (words[0].startswith("-") or not _is_file(words[0]) or _is_command(words[0])):
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


def _is_command(word: str) -> bool:
    """A command is one wherever it is given, beside a file of that name too."""
    from app.cli.flags import COMMANDS

    return word in COMMANDS


def _is_file(word: str) -> bool:
    return os.path.isfile(word)


if __name__ == "__main__":
    sys.exit(main())
