"""About: the version, the licence, and the notices of what it stands on."""

from importlib import metadata
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.widgets import say

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "PySide6-Essentials": "LGPL-3.0, the window",
    "shiboken6": "LGPL-3.0, the window",
    "torch": "BSD-3-Clause, the networks",
    "transformers": "Apache-2.0, text encoders",
    "tokenizers": "Apache-2.0, text encoders",
    "safetensors": "Apache-2.0, weights",
    "numpy": "BSD-3-Clause, arrays",
    "msgspec": "BSD-3-Clause, values and frames",
    "pillow": "MIT-CMU, pictures",
    "av": "BSD-3-Clause; its FFmpeg is LGPL/GPL, clips",
    "miniaudio": "MIT, sound",
    "python-rtmidi": "MIT, MIDI keyboards",
    "moderngl": "MIT, 3D view",
    "trimesh": "MIT, mesh files",
    "ncnn": "BSD-3-Clause, upscaling",
    "platformdirs": "MIT, folders",
}


def version() -> str:
    """The installed version, or 'development'."""
    try:
        return metadata.version("darkroom")
    except metadata.PackageNotFoundError:
        return "development"


def notices(engines: list[tuple[str, str]]) -> str:
    """The licence, the engines' licences and the notices of the parts, as plain text."""
    lines = [_licence(), "", QCoreApplication.translate("About", "Engines"), ""]
    lines += [f"  {title}: {licence or 'as Darkroom'}" for title, licence in engines]
    lines += ["", QCoreApplication.translate("About", "Parts"), ""]
    for name, words in PARTS.items():
        try:
            lines.append(f"  {name} {metadata.version(name)}: {words}")
        except metadata.PackageNotFoundError:
            continue
    lines += ["", "Qt and PySide6 are used as separate, replaceable libraries under the LGPL version 3."]
    return "\n".join(lines)


def _licence() -> str:
    path = ROOT / "LICENSE"
    if path.is_file():
        return path.read_text(encoding="utf-8").strip()
    return "Darkroom is free software under the MIT licence."


class About(QDialog):
    """What this is and what it stands on."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Darkroom"))
        mark = QLabel(alignment=Qt.AlignmentFlag.AlignLeft)
        mark.setPixmap(theme.icon("darkroom", "accent").pixmap(56, 56))
        heading = say(self.tr("Darkroom"), "title")
        lead = say(
            self.tr("A studio for generative media: watch it develop, keep every step, branch from any of them."),
            "dim",
            wrap=True,
        )
        text = QPlainTextEdit(readOnly=True)
        text.setAccessibleName(self.tr("Licences"))
        text.setPlainText(notices([(c.info.title, c.info.licence) for c in studio.cards().values()]))
        text.setTabChangesFocus(True)
        text.setFont(theme.font(12))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.M)
        for widget in (mark, heading, say(self.tr("Version %1").replace("%1", version()), "small"), lead):
            column.addWidget(widget)
        column.addSpacing(theme.M)
        column.addWidget(text, 1)
        column.addWidget(buttons)
        self.resize(680, 600)
