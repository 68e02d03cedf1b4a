"""Two results laid side by side, the course of a run, the score of any input, and paths through a model's latents."""
