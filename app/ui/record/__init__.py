"""Recording: a microphone or line as a sound, a MIDI keyboard (or the computer's) as notes."""

from app.ui.record.dialog import RecordDialog

__all__ = ["RecordDialog"]
