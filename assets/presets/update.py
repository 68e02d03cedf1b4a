"""Draw the presets' pictures: `python assets/presets/update.py [ENGINE ...]` (without a name: of all engines).

Each preset is made by its engine with the seed of its place in the list; <medium>-<name>/<n>.webp is its thumbnail, for
a sound its spectrogram and wave, for a mesh a view of it.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image as Pillow
from PySide6.QtGui import QGuiApplication, QImage

from app.cli import main as darkroom
from app.ui import theme, thumbs
from engines.contract import EngineCard
from engines.files import media
from engines.registry import listing

HERE = Path(__file__).resolve().parent
SIDE = 192


def draw(card: EngineCard) -> None:
    """Every preset of one engine. Raises SystemExit when one cannot be made."""
    folder = HERE / card.info.name.replace("/", "-")
    folder.mkdir(exist_ok=True)
    for n, prompt in enumerate(card.info.presets):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / f"made{media.EXTENSIONS[card.info.medium]}"
            if darkroom(["generate", card.info.name, prompt, "--seed", str(n), "-o", str(out)]):
                raise SystemExit(f"{card.info.name} could not make {prompt!r}")
            seen = thumbs.thumb(media.read(out), SIDE, theme.DARK).convertToFormat(QImage.Format.Format_RGBA8888)
            pixels = bytes(seen.constBits())[: seen.bytesPerLine() * seen.height()]
            Pillow.frombuffer(
                "RGBA", (seen.width(), seen.height()), pixels, "raw", "RGBA", seen.bytesPerLine(), 1
            ).save(folder / f"{n}.webp", quality=86, method=6)


def main() -> None:
    """Draw those named, or all."""
    app = QGuiApplication([])
    cards = listing().cards
    for name in sys.argv[1:] or [name for name, card in cards.items() if card.info.presets and not card.missing]:
        draw(cards[name])
    app.quit()


if __name__ == "__main__":
    main()
