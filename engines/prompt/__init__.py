"""Prompts as text: weights, schedules over steps, variants, grids, and what other programs write of them.

Standard library, msgspec and the contract only, so that the window, the command line and the engines all read them.
"""
