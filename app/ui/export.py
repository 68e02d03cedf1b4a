"""Asking in which format a result is to leave, and writing it there away from the GUI thread."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QSpinBox, QWidget

from app.ui import theme
from app.ui.widgets import say
from engines.contract import Media, Refused
from engines.files import atomic
from engines.files import export as exports
from engines.files import media as files
from engines.files.export import How

Load = Callable[[], tuple[list[Media], str | None]]  # for another thread: what is exported, and its recipe


class Format(Struct, frozen=True):
    """One way out: what it is called, the ending, how `engines.files.export` calls the form, and a remark."""

    name: str
    ending: str
    form: str = "file"
    note: str = ""


def formats(medium: str, several: bool) -> list[Format]:
    """What results of `medium` can be exported as; `several` of them only together, as pictures."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("ExportDialog", text)

    inside, beside = tr("The recipe is inside the file."), tr("The recipe lies beside it, as .darkroom.json.")
    sheet = Format(
        tr("Sprite sheet"), ".png", "sheet", tr("Every frame on one exact grid; the grid lies beside as JSON.")
    )
    series = Format(tr("PNG sequence"), ".png", "sequence", tr("A picture for each frame, without loss. ") + beside)
    clips = [
        Format("MP4", ".mp4", "file", tr("Plays everywhere. ") + inside),
        Format("WebM", ".webm", "file", tr("For web pages. ") + inside),
        Format("GIF", ".gif", "file", tr("256 colours, repeats for ever. ") + inside),
        Format("WebP", ".webp", "file", tr("Animated, with transparency. ") + inside),
    ]
    if several:
        return [sheet, series, *(Format(tr("Clip: %1").replace("%1", f.name), f.ending, "clip", f.note) for f in clips)]
    table = {
        "image": [
            Format("PNG", ".png", "file", tr("Without loss, with transparency. ") + inside),
            Format("WebP", ".webp", "file", tr("Without loss, smaller. ") + inside),
            Format("JPEG", ".jpg", "file", tr("On white, quality 95. ") + inside),
        ],
        "audio": [
            Format("WAV", ".wav", "file", tr("32-bit floats, nothing is lost. ") + inside),
            Format("FLAC", ".flac", "file", tr("24 bits, half as large, exact to the sample. ") + inside),
            Format("OGG", ".ogg", "file", tr("Vorbis, small; as many samples as it has. ") + inside),
            Format("MIDI", ".mid", "file", tr("Only the notes, for sounds that have them. ") + inside),
        ],
        "video": [*clips, sheet, series],
        "mesh": [
            Format("GLB", ".glb", "file", tr("glTF with colours, for games and the web. ") + inside),
            Format("OBJ", ".obj", "file", tr("With colours at the vertices. ") + inside),
            Format("PLY", ".ply", "file", tr("With colours at the vertices. ") + inside),
            Format("STL", ".stl", "file", tr("For printing, without colours. ") + beside),
        ],
    }
    return table[medium]


class ExportDialog(QDialog):
    """The format and what it needs to know; `format()` and `how()` are what was chosen."""

    def __init__(self, medium: str, count: int = 1, fps: float | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._formats = formats(medium, count > 1)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Format"))
        for one in self._formats:
            self.kind.addItem(f"{one.name} ({one.ending})")
        self.note = say("", "dim", wrap=True)
        self.note.setMinimumWidth(300)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing() + 4)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.columns = self._spin(self.tr("Columns"), (0, 999), 0)
        self.columns.setSpecialValueText(self.tr("as square as can be"))
        self.gap = self._spin(self.tr("Gap"), (0, 256), 0)
        self.gap.setSuffix(self.tr(" pixels"))
        self.rate = self._spin(self.tr("Speed"), (1, 240), round(fps or 8))
        self.rate.setSuffix(self.tr(" frames a second"))
        self._fps = fps
        self.form = QFormLayout(self)
        self.form.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        self.form.setVerticalSpacing(theme.M)
        self.form.addRow(self.tr("Format"), self.kind)
        self.form.addRow("", self.note)
        for field in (self.columns, self.gap, self.rate):
            self.form.addRow(field.accessibleName(), field)
        self.form.addRow(self._buttons())
        self.kind.currentIndexChanged.connect(lambda _n: self._show())
        self._show()

    def _spin(self, name: str, span: tuple[int, int], value: int) -> QSpinBox:
        field = QSpinBox()
        field.setRange(*span)
        field.setValue(value)
        field.lineEdit().setTextMargins(theme.S, 0, 0, 0)  # as far in as the words of the lists above
        field.setAccessibleName(name)
        return field

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        box.button(QDialogButtonBox.StandardButton.Save).setText(self.tr("Export …"))
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        return box

    def _show(self) -> None:
        one = self.format()
        self.note.setText(one.note)
        self.kind.setAccessibleDescription(one.note)
        grid = one.form == "sheet"
        for field, on in ((self.columns, grid), (self.gap, grid), (self.rate, self._paced())):
            self.form.setRowVisible(field, on)
        self.adjustSize()

    def _paced(self) -> bool:
        """Whether the speed is to be asked: of pictures that become a clip, and of a clip whose speed is known."""
        one = self.format()
        return one.form == "clip" or (self._fps is not None and one.form == "file")

    def format(self) -> Format:
        """The format that was chosen."""
        return self._formats[self.kind.currentIndex()]

    def how(self) -> How:
        """What else was chosen. A clip's own speed is kept to the last digit unless another was set."""
        rate = float(self.rate.value())
        kept = not self._paced() or (self._fps is not None and rate == round(self._fps))
        return How(self.format().form, self.columns.value(), self.gap.value(), None if kept else rate)


def ask(parent: QWidget, studio: Any, dialog: ExportDialog, name: str, load: Load) -> None:
    """Show `dialog`; then ask where, and export there what `load` gives."""

    def accepted() -> None:
        ending = dialog.format().ending
        title = QCoreApplication.translate("ExportDialog", "Export")
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / f"{name}{ending}"), f"*{ending}")
        if chosen:
            path = Path(chosen)
            path = path if path.suffix.lower() == ending else path.with_name(path.name + ending)
            run(studio, path, dialog.how(), load)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(accepted)
    dialog.open()


def run(studio: Any, path: Path, how: How, load: Load) -> None:
    """Export away from the GUI thread; how it went is told by notice."""

    def work() -> list[Path]:
        found, recipe = load()
        try:
            return exports.export(found, path, recipe, how)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, path).sentence) from error

    def done(written: list[Path]) -> None:
        words = QCoreApplication.translate("ExportDialog", "Exported as %1.").replace("%1", str(written[0]))
        if len(written) > 1:
            more = QCoreApplication.translate("ExportDialog", "Exported as %1 and %2 more files beside it.")
            words = more.replace("%1", str(written[0])).replace("%2", str(len(written) - 1))
        studio.notice.emit("info", words)

    studio.bridge.aside(work, done)


def of_files(paths: Sequence[Path]) -> Load:
    """What lies in these files, with the first recipe among them."""

    def load() -> tuple[list[Media], str | None]:
        recipe = next((text for text in map(files.recipe_of, paths) if text), None)
        return [files.read(path) for path in paths], recipe

    return load
