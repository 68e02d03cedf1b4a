"""The languages the window speaks, and speaking one."""

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

LANGUAGES = Path(__file__).resolve().parents[2] / "assets" / "languages"


def languages() -> dict[str, str]:
    """Language codes to their own names: English and every translation there is."""
    found = {"en": "English"}
    for path in sorted(LANGUAGES.glob("darkroom_*.qm")):
        code = path.stem.removeprefix("darkroom_")
        found[code] = QLocale(code).nativeLanguageName().capitalize() or code
    return found


def speak(app: QApplication, language: str) -> list[QTranslator]:
    """Load the translation of `language` ('' is the system's), and Qt's own; those that were found.

    Qt asks the one installed last first, so Qt's own strings are answered by Qt's own translation.
    """
    locale = QLocale(language) if language else QLocale.system()
    if language:
        QLocale.setDefault(locale)
    found = []
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder, translator in (("darkroom", str(LANGUAGES), Words(app)), ("qtbase", qt, QTranslator(app))):
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)
            found.append(translator)
    return found


class Words(QTranslator):
    """Our own translations: one context for all of them, so that a sentence is translated once wherever it is said."""

    def translate(self, context: str, source: str, note: str | None = None, n: int = -1) -> str:
        """The translation of `source`, or `source` itself: this translator is asked last."""
        return super().translate("Darkroom", source, "", n) or source
