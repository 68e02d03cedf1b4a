"""Asking how the development is to be exported: the kind of file, frames a second, and where to."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QLabel, QSpinBox, QWidget

KINDS = (("GIF", ".gif"), ("WebP", ".webp"), ("MP4", ".mp4"))


class ExportDialog(QDialog):
    """Kind and frames a second; `suffix()` and `fps()` are what was chosen."""

    def __init__(self, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = steps
        self.setWindowTitle(self.tr("Export development"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of file"))
        for name, suffix in KINDS:
            self.kind.addItem(name, suffix)
        self.rate = QSpinBox()
        self.rate.setRange(1, 60)
        self.rate.setValue(12)
        self.rate.setSuffix(self.tr(" frames a second"))
        self.rate.setAccessibleName(self.tr("Frames a second"))
        self.length = QLabel()
        self.rate.valueChanged.connect(self._tell)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        form = QFormLayout(self)
        form.addRow(self.tr("File"), self.kind)
        form.addRow(self.tr("Speed"), self.rate)
        form.addRow(self.tr("Length"), self.length)
        form.addRow(box)
        self._tell()

    def _tell(self) -> None:
        text = self.tr("%1 steps in %2 s").replace("%1", str(self.steps))
        self.length.setText(text.replace("%2", f"{self.steps / self.rate.value():.1f}"))

    def suffix(self) -> str:
        """The ending of the file name, which decides the kind."""
        return str(self.kind.currentData())

    def fps(self) -> float:
        """Frames a second."""
        return float(self.rate.value())


def ask_path(parent: QWidget, run: str, suffix: str) -> Path | None:
    """Where the file is to lie; None when the user thought better of it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    proposal = str(Path(folder) / f"{run}-development{suffix}")
    title = QCoreApplication.translate("ExportDialog", "Export development")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposal, f"*{suffix}")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
