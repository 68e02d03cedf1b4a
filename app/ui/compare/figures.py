"""What came out differently, as figures with their units, and where two runs part as a sentence."""

import math

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.lab.comparison import Comparison
from app.ui import theme
from app.ui.widgets import discard, say
from engines.contract import Audio


class Figures(QWidget):
    """A line for every figure: its name, its value, what is good as the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("How much they differ"))
        self.lines: list[tuple[str, str]] = []
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setVerticalSpacing(theme.S)
        self.grid.setColumnStretch(0, 1)

    def show_found(self, found: Comparison | None, busy: bool) -> None:
        """Show the figures of `found`; while there are none, whether they are on their way."""
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                discard(widget)
        self.lines = lines(found) if found else []
        for n, (name, value) in enumerate(self.lines):
            self.grid.addWidget(say(name, "dim", wrap=True), n, 0)
            told = say(value, "")
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.grid.addWidget(told, n, 1, Qt.AlignmentFlag.AlignRight)
        note = found.note if found else self.tr("Comparing …") if busy else ""
        if found is not None and found.same:
            note = self.tr("The bytes agree.")
        if note:
            self.grid.addWidget(say(note, "dim", wrap=True), len(self.lines), 0, 1, 2)


def lines(found: Comparison) -> list[tuple[str, str]]:
    """Names and values of the figures, as people read them."""
    heard = isinstance(found.a.media, Audio)
    known = {
        "changed": (_tr("Share of pixels that differ"), lambda v: f"{v:.1%}"),
        "most": (_tr("Largest difference"), (lambda v: f"{v:.3g}") if heard else (lambda v: f"{v:.3g} / 255")),
        "psnr": ("PSNR", lambda v: "∞ dB" if math.isinf(v) else f"{v:.2f} dB"),
        "ssim": ("SSIM", lambda v: f"{v:.4f}"),
        "convergence": (_tr("Spectral convergence"), lambda v: f"{v:.4g}"),
        "magnitude": (_tr("Log magnitude"), lambda v: f"{v:.4g}"),
        "chamfer": (_tr("Chamfer distance"), lambda v: f"{v:.4g}"),
        "f_score": (_tr("F-score at 1 % of the size"), lambda v: f"{v:.4f}"),
        "normals": (_tr("Normal consistency"), lambda v: f"{v:.4f}"),
    }
    plain = ("", lambda v: f"{v:.4g}")
    return [(known.get(name, plain)[0] or name, known.get(name, plain)[1](v)) for name, v in found.figures.items()]


def parting_words(found: Comparison) -> str:
    """Where the runs part, as a sentence."""
    parted = found.parted
    if parted is None:
        return _tr("The steps of the two runs are not both kept, so where they part is not known.")
    if parted.first is None:
        return _tr("In the %1 steps that both keep they never part.").replace("%1", str(len(parted.apart)))
    if parted.noise:
        words = _tr("They part at step %1, where already their noise levels differ.")
    else:
        words = _tr("They part at step %1.")
    words = words.replace("%1", str(parted.first))
    last, far = parted.apart[-1]
    if math.isinf(far):
        return words
    apart = _tr("At step %1 they are %2 deviations apart.")
    return f"{words} {apart.replace('%1', str(last)).replace('%2', f'{far:.2g}')}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Figures", text)
