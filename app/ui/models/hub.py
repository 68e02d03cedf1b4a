"""Getting a model from the hub: its name, then its size and licence, then a yes; with a bar, a pause and the rest."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.hub import Offer
from app.studio import Studio
from app.ui import theme
from app.ui.widgets import say

STEPS = 1000


class HubDialog(QDialog):
    """Closing it pauses nothing: the download goes on, and the dialog shows it when it is opened again."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("Get from the hub"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit(placeholderText=self.tr("OWNER/NAME or OWNER/NAME:FILE"), clearButtonEnabled=True)
        self.name.setAccessibleName(self.tr("Name of the model on the hub"))
        self.name.setText(studio.download.wish or studio.unfinished())
        self.ask = QPushButton(self.tr("Ask"))
        self.told = say(self._first(), "dim", wrap=True)
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.bar.setAccessibleName(self.tr("How much of the model is there"))
        self.get = QPushButton()
        self.drop = QPushButton(self.tr("Throw away"))
        self._lay_out()
        self.ask.clicked.connect(self._ask)
        self.name.returnPressed.connect(self._ask)
        self.get.clicked.connect(self._act)
        self.drop.clicked.connect(studio.drop_download)
        studio.download_changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        top, low, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for row in (top, low):
            row.setSpacing(theme.S)
        top.addWidget(self.name, 1)
        top.addWidget(self.ask)
        low.addWidget(self.drop)
        low.addStretch(1)
        low.addWidget(self.get)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(top)
        column.addWidget(self.told)
        column.addWidget(self.bar)
        column.addLayout(low)
        self.resize(460, 190)

    def _first(self) -> str:
        return self.tr(
            "Nothing is asked before you press Ask, and nothing is taken before you agree to its size and licence. "
            "Programs are never taken."
        )

    def _ask(self) -> None:
        if wish := self.name.text().strip():
            self.studio.ask_hub(wish)

    def _act(self) -> None:
        if self.studio.download.state == "getting":
            self.studio.pause_getting()
        else:
            self.studio.get_offered()

    def refresh(self) -> None:
        """Show how far it is."""
        now = self.studio.download
        busy = now.state in ("asking", "getting")
        self.ask.setEnabled(not busy)
        self.name.setEnabled(not busy)
        words = {"getting": self.tr("Pause"), "paused": self.tr("Go on"), "failed": self.tr("Try again")}
        self.get.setText(words.get(now.state, self.tr("Get it")))
        self.get.setEnabled(now.offer is not None and now.state not in ("asking", "done"))
        self.drop.setVisible(now.state in ("paused", "failed") and now.offer is not None)
        self.bar.setVisible(now.offer is not None)
        if now.offer is not None:
            done = now.news.done if now.news is not None else now.offer.here
            share = 1.0 if now.state == "done" else done / max(now.offer.size, 1)
            self.bar.setValue(round(STEPS * share))
        self.told.setText(self._words())

    def _words(self) -> str:
        now = self.studio.download
        match now.state:
            case "none":
                return self._first()
            case "asking":
                return self.tr("Asking the hub …")
            case "done":
                return self.tr("It is there and whole; the list of models shows it.")
            case "failed":
                return now.sentence
        assert now.offer is not None
        if now.news is None:
            return self._offer_words(now.offer)
        text = self.tr("%1 of %2").replace("%1", size(now.news.done)).replace("%2", size(now.news.total))
        if now.state == "paused":
            return text + self.tr(", paused")
        left = now.news.left
        return text + (self.tr(", %1 s left").replace("%1", str(round(left))) if left is not None else "")

    def _offer_words(self, offer: Offer) -> str:
        text = self.tr("%1: %2 in %3 files, licence %4.")
        for mark, word in zip(
            "1234", (offer.name, size(offer.size), str(len(offer.files)), offer.licence), strict=True
        ):
            text = text.replace(f"%{mark}", word)
        there = self.tr(" %1 of it is there already.").replace("%1", size(offer.here)) if offer.here else ""
        return text + there + self.tr(" It goes to %1.").replace("%1", str(offer.folder))


def size(count: int) -> str:
    """'6.9 GB', as the language writes it."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
