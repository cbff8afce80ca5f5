"""The publishers' formats, one small module per family: bytes in, the source's table out.

Here: what a format looks like and what is refused in it. Not here: where files lie
(`vindplaatsen.py`) or how sources are put together (`lezen.py`, with the table of dialects).
"""
