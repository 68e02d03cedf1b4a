"""The evaluation lab's values: what raters choose, and what follows from it."""
