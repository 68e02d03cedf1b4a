"""The queue as a Qt model, and how a job is painted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.job import Cancelled, Done, Failed, Job, Paused
from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.queue.words import deeds, details, progress, state_words, title
from engines.contract import Media

JOB = Qt.ItemDataRole.UserRole
THUMB = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-darkroom-job"
SIDE = 128
ICONS = {"pause": "pause", "resume": "play", "show": "eye", "again": "refresh", "stop": "stop", "remove": "close"}
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class JobList(QAbstractListModel):
    """The studio's jobs, each with the last picture seen of it."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self.studio = studio
        self.jobs: list[Job] = list(studio.jobs)
        self._images: dict[str, QImage] = {}
        self._asked: set[str] = set()
        studio.jobs_changed.connect(self.reload)
        studio.job_changed.connect(self._changed)
        studio.preview.connect(self._preview)

    def reload(self) -> None:
        """Jobs came, went or moved."""
        new = list(self.studio.jobs)
        if [job.id for job in new] == [job.id for job in self.jobs]:
            self.jobs = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self.jobs = new
        self.endResetModel()
        runs = {job.run for job in new}
        self._images = {run: image for run, image in self._images.items() if run in runs}
        self._asked &= runs

    def row(self, job_id: int) -> int:
        """The row of a job; -1 when it is not there."""
        return next((row for row, job in enumerate(self.jobs) if job.id == job_id), -1)

    def _changed(self, job: Job) -> None:
        row = self.row(job.id)
        if row >= 0:
            self.jobs[row] = job
            self.dataChanged.emit(self.index(row), self.index(row))

    def _preview(self, run: str, media: Media) -> None:
        self._images[run] = thumbs.thumb(media, SIDE, theme.current())
        self._repaint(run)

    def _repaint(self, run: str) -> None:
        for row, job in enumerate(self.jobs):
            if job.run == run:
                self.dataChanged.emit(self.index(row), self.index(row), [THUMB])

    def _thumb(self, job: Job) -> QImage | None:
        if isinstance(job.state, Done) and job.run not in self._asked:
            self._asked.add(job.run)
            self.studio.thumbnail(job.run, lambda path: self._take(job.run, path))
        return self._images.get(job.run)

    def _take(self, run: str, path: Path | None) -> None:
        if path is not None:
            self._images[run] = thumbs.load(path, SIDE)
            self._repaint(run)

    # ---------------------------------------------------------------- Qt

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.jobs):
            return None
        job = self.jobs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title(job)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title(job)}, {state_words(job)}"
            case Qt.ItemDataRole.ToolTipRole:
                return details(job)
            case x if x == JOB:
                return job
            case x if x == THUMB:
                return self._thumb(job)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled)

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, ",".join(str(self.jobs[index.row()].id) for index in indexes).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction


def buttons(row: QRectF) -> tuple[QRectF, QRectF]:
    """Where the two buttons of a row lie."""
    top = row.center().y() - 13
    return QRectF(row.right() - 64, top, 26, 26), QRectF(row.right() - 35, top, 26, 26)


def two_lines(metrics: QFontMetrics, text: str, wide: int) -> list[str]:
    """`text` broken after the last word that fits; the rest is the second line."""
    words = text.split()
    fit = len(words)
    while fit > 1 and metrics.horizontalAdvance(" ".join(words[:fit])) > wide:
        fit -= 1
    return [" ".join(part) for part in (words[:fit], words[fit:]) if part]


class JobDelegate(QStyledItemDelegate):
    """A picture, the prompt, the state with its bar, and two buttons."""

    hot = (-1, -1)  # row and number of the button under the mouse

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 64)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        job: Job = index.data(JOB)
        tokens = theme.current(option.widget)  # type: ignore[attr-defined]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, box, tokens)
        picture = QRectF(box.left() + 8, box.top() + 8, 48, 48)
        self._picture(painter, picture, index.data(THUMB), tokens)
        left = picture.right() + 10
        room = QRectF(left, box.top() + 8, buttons(box)[0].left() - left - 6, box.height() - 16)
        self._text(painter, room, job, tokens)
        share = progress(job)
        if share is not None:
            colour = tokens.warn if isinstance(job.state, Paused) else tokens.accent
            self._bar(painter, QRectF(left, box.bottom() - 13, room.width(), 4), share, (tokens.line, colour))
        for number, (name, place) in enumerate(zip(deeds(job), buttons(box), strict=True)):
            self._button(painter, place, ICONS[name], tokens.pressed if self.hot == (index.row(), number) else "")
        painter.restore()

    def _ground(self, p: QPainter, option: Any, box: QRectF, tokens: theme.Tokens) -> None:
        inner = box.adjusted(2, 2, -2, -2)
        p.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            p.setBrush(QColor(tokens.accent_soft))
            p.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            p.setBrush(QColor(tokens.hover))
            p.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            p.setPen(QPen(QColor(tokens.focus), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)

    def _picture(self, p: QPainter, box: QRectF, image: QImage | None, tokens: theme.Tokens) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(tokens.raised))
        p.drawRoundedRect(box, 4, 4)
        if image is None or image.isNull():
            theme.icon("image", "faint").paint(p, box.toRect().adjusted(14, 14, -14, -14))
        else:
            thumbs.draw(p, box, image, tokens.raised)

    def _text(self, p: QPainter, room: QRectF, job: Job, tokens: theme.Tokens) -> None:
        ended = isinstance(job.state, Done | Cancelled)
        p.setPen(QColor(tokens.dim if ended else tokens.text))
        line = float(p.fontMetrics().height())
        wide = int(room.width())
        words = p.fontMetrics().elidedText(title(job), Qt.TextElideMode.ElideRight, wide)
        p.drawText(QRectF(room.left(), room.top(), wide, line), Qt.AlignmentFlag.AlignLeft, words)
        p.setFont(theme.small())
        failed = isinstance(job.state, Failed)
        p.setPen(QColor(tokens.bad if failed else tokens.good if isinstance(job.state, Done) else tokens.dim))
        below = QRectF(room.left(), room.top() + line + 1, wide, 2.0 * p.fontMetrics().height() if failed else line)
        text = state_words(job)
        lines = two_lines(p.fontMetrics(), text, wide) if failed else [text]
        for line_text in lines:
            line_text = p.fontMetrics().elidedText(line_text, Qt.TextElideMode.ElideRight, wide)
            p.drawText(below, Qt.AlignmentFlag.AlignLeft, line_text)
            below.translate(0, p.fontMetrics().height())

    def _bar(self, p: QPainter, box: QRectF, share: float, colours: tuple[str, str]) -> None:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(colours[0]))
        p.drawRoundedRect(box, 2, 2)
        if share > 0:
            p.setBrush(QColor(colours[1]))
            p.drawRoundedRect(QRectF(box.left(), box.top(), max(4.0, box.width() * share), box.height()), 2, 2)

    def _button(self, p: QPainter, box: QRectF, icon: str, ground: str) -> None:
        if ground:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(ground))
            p.drawRoundedRect(box, 5, 5)
        theme.icon(icon, "text" if ground else "dim").paint(p, box.toRect().adjusted(5, 5, -5, -5))
