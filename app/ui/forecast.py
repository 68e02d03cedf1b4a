"""What the draft will take, in words."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from app.core.forecast import Forecast
from app.studio import Studio
from app.ui.queue.words import seconds


def _tr(text: str) -> str:
    return QCoreApplication.translate("Forecast", text)


class ForecastLine(QLabel):
    """One line above the button that generates, kept up with the draft; the plan is its tool tip."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setProperty("look", "small")
        self.setWordWrap(True)
        self.setAccessibleName(_tr("Forecast"))
        studio.forecast_changed.connect(lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Say what is foreseen now."""
        found = self.studio.foreseen
        self.setText(words(found, self.studio.count))
        self.setToolTip(found.plan)


def words(found: Forecast, count: int = 1) -> str:
    """'About 12 s and 5 s to load, 3.1 GB', for `count` jobs one after the other."""
    memory = _memory(found.memory) if found.memory else ""
    if found.seconds is None:
        text = _tr("No earlier run yet: the first will tell the time")
        return f"{text}; {memory}" if memory else text
    time = found.seconds * count
    text = _tr("About %1").replace("%1", seconds(time)) if time >= 0.5 else _tr("Under a second")
    if found.loading >= 0.5:
        text += _tr(" and %1 to load").replace("%1", seconds(found.loading))
    return f"{text}, {memory}" if memory else text


def _memory(count: int) -> str:
    """Bytes as people say them: '3.1 GB', '240 MB'."""
    large = count >= 1e9
    text = _tr("%1 GB") if large else _tr("%1 MB")
    return text.replace("%1", f"{count / 1e9:.1f}" if large else str(max(1, round(count / 1e6))))
