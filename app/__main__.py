"""`darkroom` opens the window; `darkroom generate ...` and its kin work without one."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Words go to the command line, none (or files to open) to the window; the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and (words[0].startswith("-") or not _is_file(words[0]) or _is_command(words[0])):
        from app.cli import main as speak

        return speak(words)
    try:
        from app.ui.run import open_window
    except ImportError as error:
        print(f"The window cannot be opened ({error}); `darkroom doctor` says what is missing.", file=sys.stderr)
        return 1
    return open_window(words)


def _is_command(word: str) -> bool:
    """A command is one wherever it is given, beside a file of that name too."""
    from app.cli.words import COMMANDS

    return word in COMMANDS


def _is_file(word: str) -> bool:
    import os

    return os.path.isfile(word)


if __name__ == "__main__":
    sys.exit(main())
