"""Pixels to a small PNG that keeps given colours exactly.

Here: choosing a palette of 256 colours and writing it. Not here: drawing (`afbeelding.py`).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

_Array = np.ndarray[Any, Any]


def naar_png(beeld: Image.Image, exact: list[str]) -> bytes:
    """An RGB picture as a palette PNG.

    The colours in `exact` ('#rrggbb') are kept to the bit; of the rest, mixtures on edges, the most
    frequent are kept and the others become the nearest of those.
    """
    # PIL's own conversion to a palette rounds colours in boxes of 4 x 4 x 4: not exact. Most pixels
    # are as the one before: only where the colour changes is it looked at.
    pixels = _nummers(beeld)
    begin = np.flatnonzero(np.append(True, pixels[1:] != pixels[:-1]))
    lengte = np.diff(begin, append=len(pixels))
    kleuren, van_loop = np.unique(pixels[begin], return_inverse=True)
    aantal = np.bincount(van_loop, weights=lengte)
    vast = np.unique(np.array([int(kleur[1:], 16) for kleur in exact], dtype=np.uint32))
    vaak_eerst = kleuren[np.argsort(-aantal, kind="stable")]
    palet = np.concatenate([vast, vaak_eerst[~np.isin(vaak_eerst, vast)][: 256 - len(vast)]])
    plaats = _dichtstbij(kleuren, palet).astype(np.uint8)
    nummers = np.repeat(plaats[van_loop], lengte).reshape(beeld.height, beeld.width)
    uit = Image.fromarray(nummers)
    uit.putpalette(_kanalen(palet).astype(np.uint8).tobytes())
    bestand = io.BytesIO()
    uit.save(bestand, format="PNG", compress_level=3)
    return bestand.getvalue()


def _nummers(beeld: Image.Image) -> _Array:
    """Every pixel as 0xrrggbb, row by row."""
    # As bytes r, g, b, 255: big-endian, the colour is the upper three.
    return np.frombuffer(beeld.convert("RGBA").tobytes(), dtype=">u4").astype(np.uint32) >> 8


def _kanalen(kleuren: _Array) -> _Array:
    return np.stack([kleuren >> 16 & 255, kleuren >> 8 & 255, kleuren & 255], axis=1)


def _dichtstbij(kleuren: _Array, palet: _Array) -> _Array:
    """Index in the palette nearest to each colour; a colour of the palette gets itself."""
    a, b = _kanalen(kleuren).astype(np.float32), _kanalen(palet).astype(np.float32)
    afstand = (b**2).sum(1)[None, :] - 2 * a @ b.T
    return afstand.argmin(axis=1)
