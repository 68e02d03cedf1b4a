"""What is done with a project as a whole: new, open, save, pack, export."""

from app.ui.project.deeds import Projects

__all__ = ["Projects"]
