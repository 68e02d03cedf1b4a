"""Ratings: what people prefer, asked blind. A set is a folder that can be sent; its key stays; votes come back.

`make` builds a set and its key, `plan` says what is asked, `going` where a rating stands, `folder` reads and writes,
and `result` tells what was found.
"""
