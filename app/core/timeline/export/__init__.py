"""A timeline as files: films, animations, pictures, sounds, stems, notes, words, a surface, edit lists."""

from app.core.timeline.export.made import exported
from app.core.timeline.export.pieces import clip_file, frame_file, notes_file, stem_file
from app.core.timeline.export.wish import CODECS, KINDS, Progress, Wish, available, kind_of

__all__ = [
    "CODECS",
    "KINDS",
    "Progress",
    "Wish",
    "available",
    "clip_file",
    "exported",
    "frame_file",
    "kind_of",
    "notes_file",
    "stem_file",
]
