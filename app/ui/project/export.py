"""The dialog of exports: what as, how, which part; and the one that runs, with the time it will take."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.timeline.export import Wish, available
from app.studio import Studio
from app.ui import theme
from app.ui.project.exports import Exports
from app.ui.project.presets import Preset, absent, presets, surfaces
from app.ui.widgets import Choice, relook, say

PRESET = Qt.ItemDataRole.UserRole
LOUD = (None, -14.0, -16.0, -23.0)
SHARES = (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
RATES = tuple(map(Fraction, (8, 12, 15, 24, 25, 30, 50, 60)))


class TimelineExport(QDialog):
    """The window can be used meanwhile; an export goes on when the dialog is closed."""

    def __init__(self, studio: Studio, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio, self.exports = studio, exports
        self.setWindowTitle(self.tr("Export the timeline"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.note = say("", "dim", wrap=True)
        self.form = QFormLayout()
        self.fields: dict[str, QWidget] = {}
        self.bar = QProgressBar()
        self.told = say("", "dim", wrap=True)
        self.stop = QPushButton(theme.icon("stop"), self.tr("Stop"))
        self.folder = QPushButton(theme.icon("folder"), self.tr("Show in the folder"))
        self.shut = QPushButton(self.tr("Close"))
        self.go = QPushButton(theme.icon("export", "accent_text"), self.tr("Export …"))
        self._fill()
        self._build()
        self._connect()
        self.offer()
        self._show()

    # ------------------------------------------------------------ building

    def _fill(self) -> None:
        tr = self.tr
        quality = ((tr("Good"), "good"), (tr("Best"), "best"), (tr("Draft"), "draft"))
        loudness = (
            tr("As it is mixed"),
            tr("−14 LUFS, streaming"),
            tr("−16 LUFS, podcasts"),
            tr("−23 LUFS, broadcast"),
        )
        bits = ((tr("24 bits"), 24), (tr("16 bits"), 16), (tr("32-bit floats"), 32))
        words = ((tr("Titles"), "titles"), (tr("Prompts"), "prompts"), (tr("Markers"), "markers"))
        self._choice("quality", tr("Quality"), quality)
        self._choice("size", tr("Size"), ())
        self._choice("fps", tr("Frames a second"), ())
        self._choice("span", tr("Part"), ())
        self._choice("bits", tr("Depth"), bits)
        self._choice("loudness", tr("Loudness"), tuple(zip(loudness, LOUD, strict=True)))
        self._choice("words", tr("Words from"), words)
        self._choice("clip", tr("Clip"), ())
        self.fields["sound"] = QCheckBox(tr("With sound"))
        self.fields["alpha"] = QCheckBox(tr("Clear where nothing is"))
        self.fields["sound"].setChecked(True)  # type: ignore[attr-defined]
        for name in ("sound", "alpha"):
            self.form.addRow("", self.fields[name])

    def _choice(self, name: str, title: str, options: tuple[tuple[str, Any], ...]) -> None:
        field = Choice()
        field.setAccessibleName(title)
        for text, value in options:
            field.addItem(text, value)
        self.fields[name] = field
        self.form.addRow(title, field)

    def _build(self) -> None:
        self.list.setAccessibleName(self.tr("Format"))
        self.list.setFixedWidth(218)
        self.list.setStyleSheet("QListWidget::item { min-height: 26px; padding-left: 8px; border-radius: 4px; }")
        self.form.setHorizontalSpacing(theme.XL)
        self.form.setVerticalSpacing(theme.M)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(theme.L)
        right.addWidget(self.note)
        right.addLayout(self.form)
        right.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(theme.XL)
        upper.addWidget(self.list)
        upper.addLayout(right, 1)
        line = QFrame()
        line.setFixedHeight(1)
        line.setStyleSheet(f"background: {theme.current(self).line};")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.L)
        column.addLayout(upper, 1)
        column.addWidget(line)
        column.addWidget(self.bar)
        column.addLayout(self._foot())
        self.resize(660, 540)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(theme.M)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("How far the export is"))
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        self.go.setProperty("look", "primary")
        foot.addWidget(self.told, 1)
        for one in (self.stop, self.folder, self.shut, self.go):
            one.setAutoDefault(False)
            one.setAccessibleName(one.text())
            foot.addWidget(one)
        return foot

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda _item, _old: self._chosen())
        self.exports.changed.connect(self._show)
        self.studio.project_changed.connect(self.offer)
        self.stop.clicked.connect(lambda _checked=False: self.exports.stop())
        self.shut.clicked.connect(lambda _checked=False: self.close())
        self.folder.clicked.connect(lambda _checked=False: self._open_folder())
        self.go.clicked.connect(lambda _checked=False: self.ask())

    # ------------------------------------------------------------ what is offered

    def offer(self) -> None:
        """List what the project can be exported as, and the parts and sizes it has."""
        project, before = self.studio.project, self.preset
        codecs = set(available())
        self.list.blockSignals(True)
        self.list.clear()
        group = ""
        for preset in presets():
            if preset.group != group:
                group = preset.group
                self._heading(group)
            why = absent(preset, project, codecs)
            item = QListWidgetItem(preset.name)
            item.setData(PRESET, preset)
            if why:
                item.setForeground(QColor(theme.current(self).faint))
            item.setToolTip(why or preset.note)
            item.setFlags(Qt.ItemFlag.NoItemFlags if why else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.list.addItem(item)
            if not why and (before is None or before.name == preset.name) and self.preset is None:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._parts()
        self._chosen()

    def _heading(self, text: str) -> None:
        item = QListWidgetItem(text.upper())
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(theme.font(11, 600))
        item.setForeground(QColor(theme.current(self).dim))
        self.list.addItem(item)

    def _parts(self) -> None:
        project, timeline, clock = self.studio.project, self.studio.timeline, self.studio.clock
        parts: list[tuple[str, object]] = [(f"{self.tr('All of it')} · {clock.timecode(timeline.end)}", "")]
        if timeline.span is not None:
            first, last = (clock.timecode(end) for end in timeline.span)
            parts.append((self.tr("From %1 to %2").replace("%1", first).replace("%2", last), "span"))
        self._refill("span", parts)
        sizes = [(round(project.width * share / 2) * 2, round(project.height * share / 2) * 2) for share in SHARES]
        shown = [(f"{wide} × {high}", f"{wide}x{high}") for wide, high in sizes if max(wide, high) <= 8192]
        self._refill("size", [(f"{project.width} × {project.height}", ""), *shown[1:]])
        rates = [(f"{float(rate):.5g}", str(rate)) for rate in RATES if rate != project.fps]
        self._refill("fps", [(f"{float(project.fps):.5g}", ""), *rates])
        self._refill("clip", [(name, id) for id, name in surfaces(project).items()])

    def _refill(self, name: str, options: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, Choice)
        before = field.currentData()
        field.clear()
        for text, value in options:
            field.addItem(text, value)
        field.setCurrentIndex(max(0, field.findData(before)))

    @property
    def preset(self) -> Preset | None:
        """What it is to be exported as."""
        item = self.list.currentItem()
        return item.data(PRESET) if item is not None else None

    def _chosen(self) -> None:
        preset = self.preset
        self.note.setText(preset.note if preset else self.tr("There is nothing on the timeline yet."))
        for name, field in self.fields.items():
            self.form.setRowVisible(field, preset is not None and name in preset.rows)
        self._show()

    def wish(self) -> Wish:
        """What was chosen, as far as it is asked for the format."""
        preset = self.preset
        assert preset is not None
        told: dict[str, Any] = {name: self._value(name) for name in preset.rows}
        return msgspec.structs.replace(preset.wish, **told)

    def _value(self, name: str) -> Any:
        field = self.fields[name]
        if isinstance(field, QCheckBox):
            return field.isChecked()
        assert isinstance(field, Choice)
        value = field.currentData()
        read: dict[str, Callable[[Any], Any]] = {
            "size": lambda text: tuple(map(int, text.split("x"))) if text else None,
            "fps": lambda text: Fraction(text) if text else None,
            "span": lambda text: self.studio.timeline.span if text else None,
            "clip": lambda id: id or "",
        }
        return read[name](value) if name in read else value

    # ------------------------------------------------------------ going

    def ask(self) -> None:
        """Ask where to, and begin."""
        preset = self.preset
        if preset is None or self.exports.running:
            return
        start = str(Path.home() / f"{self.studio.project.name}{preset.ending}")
        path, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), start, f"{preset.name} (*{preset.ending})")
        if path:
            place = Path(path)
            place = place if place.suffix.lower() == preset.ending else place.with_name(place.name + preset.ending)
            self.exports.start(place, self.wish())

    def _open_folder(self) -> None:
        if self.exports.made:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.exports.made[0].parent)))

    def _show(self) -> None:
        exports, progress = self.exports, self.exports.progress
        self.bar.setVisible(progress is not None)
        self.stop.setVisible(progress is not None)
        self.folder.setVisible(progress is None and bool(exports.made))
        self.go.setEnabled(progress is None and self.preset is not None)
        self.bar.setValue(round(1000 * progress.part) if progress else 0)
        self.told.setText(self._words() if progress else exports.sentence)
        relook(self.told, "bad" if exports.bad and progress is None else "dim")

    def _words(self) -> str:
        """'Picture · 42 % · about 12 s left'."""
        progress = self.exports.progress
        assert progress is not None
        stages = {"picture": self.tr("Picture"), "sound": self.tr("Sound"), "joining": self.tr("Joining")}
        parts = [stages.get(progress.stage, self.tr("Exporting")), f"{100 * progress.part:.0f} %"]
        if progress.left is not None:
            parts.append(self.tr("about %1 left").replace("%1", lasting(progress.left)))
        return " · ".join(parts)


def lasting(seconds: float) -> str:
    """A length of time in its two largest units: '40 s', '3 min', '2 h 5 min'."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
