"""The style sheet: what the palette cannot say (rounding, padding, quiet borders)."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from app.ui.theme import Tokens


def sheet(colours: Tokens, images: Path) -> str:
    """The Qt style sheet in these colours; `images` is the folder of the small marks it shows."""
    words = {name: str(value) for name, value in msgspec.structs.asdict(colours).items()}
    words["images"] = images.as_posix()
    words["tone"] = "dark" if colours.dark else "light"
    return Template(_SHEET).substitute(words)


_SHEET = """
QMainWindow, QDialog { background: $window; }
QDialog { border: 1px solid $line; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QDialogButtonBox QPushButton { min-width: 56px; }
QMainWindow::separator { background: $window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $accent_soft; }
QToolTip { background: $pressed; color: $text; border: 1px solid $line; padding: 5px 7px; }

QDockWidget { color: $dim; font-weight: 600; }
QDockWidget::title { background: $panel; padding: 7px 10px 5px 12px; text-align: left; }
QDockWidget > QWidget { background: $panel; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { background: transparent; color: $dim; padding: 6px 12px; margin: 0 1px;
    border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; }

QMenuBar { background: $window; color: $text; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 5px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $accent; color: $accent_text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QStatusBar { background: $window; color: $dim; }
QStatusBar::item { border: none; }

QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 0 12px; min-height: 26px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border: 1px solid $focus; }
QPushButton:disabled { color: $faint; background: $panel; }
QPushButton:checked { background: $accent_soft; border-color: $accent; }
QPushButton[look="primary"] { background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_hover; }
QPushButton[look="primary"]:pressed { background: $accent; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QDialogButtonBox QPushButton:default { background: $accent; color: $accent_text; border-color: $accent; }
QPushButton[look="choice"] { min-height: 42px; font-size: 15px; font-weight: 600; }
QPushButton[look="choice"]:hover { border-color: $accent; background: $accent_soft; }
QPushButton[look="choice"]:focus { border: 2px solid $focus; }
QPushButton[look="chip"] { border-radius: 12px; min-height: 22px; padding: 0 10px; color: $dim; text-align: left; }
QPushButton[look="chip"]:hover { color: $text; }
QPushButton[look="link"] { background: transparent; border: 1px solid transparent; color: $dim; padding: 0;
    text-align: left; min-height: 22px; }
QPushButton[look="link"]:hover { color: $text; }
QPushButton[look="link"]:focus { border: 1px solid $focus; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: $text; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $accent_soft; }
QToolButton:focus { border: 1px solid $focus; }
QToolButton::menu-indicator { image: none; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-button { border: none; width: 18px; }
QToolButton[look="slim"] { padding: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $raised; color: $text;
    border: 1px solid $line; border-radius: 6px; selection-background-color: $accent;
    selection-color: $accent_text; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 26px; padding: 0 8px; }
QPlainTextEdit, QTextEdit { padding: 4px 5px; }
QLineEdit:hover, QPlainTextEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $pressed; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border: 1px solid $focus; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint;
    background: $panel; }
QAbstractSpinBox { padding: 0 6px; min-height: 23px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: none;
    subcontrol-origin: border; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; min-height: 0; padding: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($images/chevron.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $line; padding: 4px; outline: 0;
    selection-background-color: $accent; selection-color: $accent_text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }

QCheckBox, QRadioButton { spacing: 8px; color: $text; min-height: 24px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $faint; border-radius: 4px; background: $raised; }
QCheckBox::indicator:hover { border-color: $dim; }
QCheckBox::indicator:focus { border: 2px solid $focus; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($images/check-$tone.svg); }

QListView::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 4px; background: $raised; }
QListView::indicator:checked { background: $accent; border-color: $accent; image: url($images/check-$tone.svg); }

QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $pressed; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: $text;
    border: 1px solid $panel; }
QSlider::handle:horizontal:hover { background: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $focus; }
QSlider::sub-page:horizontal:disabled { background: $faint; }
QSlider::handle:horizontal:disabled { background: $faint; }

QProgressBar { background: $pressed; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QAbstractItemView { background: $panel; color: $text; border: none; outline: 0; }
QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QHeaderView::section { background: $panel; color: $dim; border: none; padding: 4px 8px; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $pressed; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none;
    width: 0; height: 0; }

QLabel { background: transparent; }
QLabel[look="dim"] { color: $dim; }
QLabel[look="small"] { color: $dim; font-size: 11px; }
QLabel[look="bad"] { color: $bad; font-size: 11px; }
QLabel[look="accent"] { color: $accent; font-weight: 600; }
QLabel[look="title"] { font-size: 16px; font-weight: 600; }
QLabel[look="section"] { color: $dim; font-size: 11px; font-weight: 600; }
QFrame[look="card"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[look="drop"] { background: transparent; border: 1px dashed $faint; border-radius: 8px; }
QFrame[look="drop"][over="true"] { border: 1px solid $accent; background: $accent_soft; }
QFrame[look="drop"]:focus { border: 1px solid $focus; }
"""
