"""The nine map layers and focus: class, label and colour per area, and the picture.

Here: from an indicator to what is drawn. Not here: arithmetic on figures (`indicatoren/`), writing
release files (`publicatie/`).
"""
