"""The switch of live typing below the prompt, and one quiet line that says how it stands."""

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Elided, relook


class LiveRow(QWidget):
    """Shown for engines that are quick enough to follow the words; the studio does the following."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.switch = QCheckBox(self.tr("Live"))
        self.switch.setAccessibleName(self.tr("Live typing"))
        self.switch.setToolTip(
            self.tr("The picture follows the words as you type; nothing is kept until you generate (Ctrl+Shift+L)")
        )
        self.note = Elided()
        relook(self.note, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.switch)
        row.addWidget(self.note, 1)
        self.switch.toggled.connect(studio.set_live)
        studio.live_changed.connect(self.refresh)
        studio.settings_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the switch where the draft's engine can follow, and what is to be said of it."""
        card, live = self.studio.card(), self.studio.live
        self.setVisible(card.info.live)
        self.switch.setEnabled(not card.missing)
        self.switch.blockSignals(True)
        self.switch.setChecked(self.studio.settings.live)
        self.switch.blockSignals(False)
        self.switch.setAccessibleDescription(live.sentence)
        self.note.setText(live.sentence)
        relook(self.note, "bad" if live.state == "trouble" else "small")
