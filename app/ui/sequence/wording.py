"""A clip's words, edited where it lies."""

import msgspec
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.timeline import edit
from app.core.timeline.values import Clip, Timeline
from app.studio import Studio
from app.ui.sequence.view import View


class Wording(QLineEdit):
    """A line over a clip: the prompt of one that is made, the text of a title or prompt clip, the name of another."""

    def __init__(self, studio: Studio, view: View, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.studio, self.view, self.canvas = studio, view, canvas
        self.clip: Clip | None = None
        self.setAccessibleName(self.tr("Words of the clip"))
        self.hide()
        self.returnPressed.connect(self.keep)
        self.installEventFilter(self)
        view.changed.connect(self._lay)

    def begin(self, id: str) -> None:
        """Edit the words of the clip `id`."""
        try:
            self.clip = edit.clip_of(self.studio.timeline, id)
        except KeyError:
            return
        self.setText(words_of(self.clip))
        self._lay()
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def _lay(self) -> None:
        if self.clip is None:
            return
        row = self.view.row_of(edit.track_of(self.view.shown, self.clip.id).id) if self._there() else None
        if row is None:
            self.give_up()
            return
        left = max(0.0, self.view.x(self.clip.start))
        right = min(float(self.view.width), max(left + 180, self.view.x(self.clip.end)))
        self.setGeometry(QRect(int(left), self.view.top(row) + 1, int(right - left), 28))

    def _there(self) -> bool:
        assert self.clip is not None
        return any(clip.id == self.clip.id for track in self.view.shown.tracks for clip in track.clips)

    def keep(self) -> None:
        """Put the words into the clip."""
        clip, words = self.clip, self.text().strip()
        self.give_up()
        if clip is not None and words != words_of(clip):
            self.studio.arrange(self.tr("Edit the words"), lambda one: worded(one, clip.id, words))

    def give_up(self) -> None:
        """Leave the clip as it was."""
        focused, self.clip = self.hasFocus(), None
        self.hide()
        if focused:
            self.canvas.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.clip is not None:
            self.keep()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.give_up()
                return True
        return False


def words_of(clip: Clip) -> str:
    """The words of a clip."""
    if clip.title is not None:
        return clip.title.text
    if clip.ask is not None:
        return clip.ask.prompt
    return clip.text or clip.name


def worded(timeline: Timeline, id: str, words: str) -> Timeline:
    """With other words for a clip."""
    clip = edit.clip_of(timeline, id)
    if clip.title is not None:
        return edit.change_clip(timeline, id, title=msgspec.structs.replace(clip.title, text=words))
    if clip.ask is not None:
        return edit.change_clip(timeline, id, ask=msgspec.structs.replace(clip.ask, prompt=words))
    prompt = edit.track_of(timeline, id).kind == "prompt"
    return edit.change_clip(timeline, id, **{"text" if prompt or clip.text else "name": words})
