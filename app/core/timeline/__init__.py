"""The timeline along time: a project of timelines, tracks, clips and takes, over pictures, sounds, clips and surfaces.

Values only: an edit makes a new project that shares with the old one all that has not changed.
"""
