"""`darkroom bench [NAME ...]`: what the program costs on this machine, in one table."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from tests.benchmarks.row import Row, table

MEASURES: dict[str, tuple[str, str, str]] = {  # name -> module, its function, what is told
    "loop": ("loop", "rows", "the denoise loop between two network calls"),
    "engines": ("engines", "rows", "the default job of every engine, and its first preview; minutes on a CPU"),
    "starter": ("starter", "rows", "what of a job of image/sticker is not its network"),
    "preview": ("preview", "rows", "what live previews cost image/sticker"),
    "live": ("live", "rows", "how soon the picture follows the words as they are typed"),
    "launch": ("window", "launch_rows", "command to usable window"),
    "stall": ("window", "stall_rows", "gaps of the window's event loop while a job runs"),
    "cancel": ("cancel", "rows", "how soon a job stops"),
    "memory": ("window", "memory_rows", "memory of the app process"),
    "sequence": ("sequence", "rows", "scrolling and zooming a timeline of 2,000 clips and 200 curves"),
    "models": ("models", "rows", "listing 5,000 models by their headers, and again"),
    "metrics": ("metrics", "rows", "features and distances beside torchmetrics and torch-fidelity; many minutes"),
    "lines": ("lines", "rows", "lines per package"),
    "avatar": ("avatar", "rows", "how long a face of image/avatar takes"),
    "driven": ("driven", "rows", "what driving a diffusers pipeline adds to it"),
    "driven-full": ("driven", "full_rows", "the same with a network of full size; many minutes on a CPU"),
    "full": ("full", "rows", "previews and loop around a network of full size; minutes on a CPU"),
}
FULL = ("full", "driven-full", "metrics")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is named (all but those of full size when nothing is) and print it; 1 when something failed."""
    words = parser().parse_args(argv)
    names = words.names or [name for name in MEASURES if name not in FULL]
    names += [name for name in FULL if words.full and name not in names]
    found, broken = [], 0
    for name in names:
        print(f"measuring {MEASURES[name][2]} ...", file=sys.stderr, flush=True)
        try:
            found += measure(name)
        except Exception as error:  # noqa: BLE001  (one broken measurement must not cost the others)
            broken += 1
            found.append(Row(name, None, None, "", None, note=f"{type(error).__name__}: {error}"))
    print("\n".join(json.dumps(row.facts()) for row in found) if words.json else table(found))
    return 1 if broken else 0


def parser() -> argparse.ArgumentParser:
    """The words `darkroom bench` takes."""
    told = "\n".join(f"  {name:11} {what}" for name, (_, _, what) in MEASURES.items())
    made = argparse.ArgumentParser(
        "darkroom bench", description=__doc__, epilog=told, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("names", nargs="*", choices=[*MEASURES, []], metavar="NAME", help="what to measure")
    made.add_argument("--full", action="store_true", help="measure the network of full size too")
    made.add_argument("--json", action="store_true", help="one JSON object a line")
    return made


def measure(name: str) -> list[Row]:
    """The rows of one measurement; what it needs is imported only now."""
    module, function, _ = MEASURES[name]
    rows: Callable[[], list[Row]] = getattr(import_module(f"tests.benchmarks.{module}"), function)
    return rows()


if __name__ == "__main__":
    sys.exit(main())
