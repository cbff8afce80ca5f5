"""Readable pages: plots, the report on corporations' stock and a corporation's scan.

Here: how figures are shown to a person, in Markdown, HTML, SVG and spreadsheets.
Not here: the figures (`indicatoren/`), when they become public (`publicatie/`).
"""
