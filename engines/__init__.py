"""Darkroom's engines: the generative models and everything that runs them. Nothing below here imports Qt."""
