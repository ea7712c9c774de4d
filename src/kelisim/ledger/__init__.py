"""Feeds, seals and what they are made of: signed records, judged by bytes, keys, place and limits only.

No clock, no randomness, no input or output: times, secrets and bytes are handed in. docs/format.md is the truth.
"""
