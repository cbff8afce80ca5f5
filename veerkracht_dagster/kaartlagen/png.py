"""Pixels to a small PNG that keeps given colours exactly.

Here: choosing a palette of 256 colours and writing it. Not here: drawing (`afbeelding.py`).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

_Array = np.ndarray[Any, Any]
_ALLE_KLEUREN = 1 << 24


def naar_png(beeld: Image.Image, exact: list[str]) -> bytes:
    """An RGB picture as a palette PNG.

    The colours in `exact` ('#rrggbb') are kept to the bit; of the rest, mixtures on edges, the most
    frequent are kept and the others become the nearest of those.
    """
    # PIL's own conversion to a palette rounds colours in boxes of 4 x 4 x 4: not exact. A table of
    # all colours, of which only those in use are ever touched, finds each pixel's place.
    pixels = _nummers(np.asarray(beeld, dtype=np.uint32))
    kleuren = np.unique(pixels)
    plaats = np.empty(_ALLE_KLEUREN, dtype=np.uint16)
    plaats[kleuren] = np.arange(len(kleuren))
    volgnummers = plaats[pixels]
    aantal = np.bincount(volgnummers.ravel(), minlength=len(kleuren))
    vast = np.unique(np.array([int(kleur[1:], 16) for kleur in exact], dtype=np.uint32))
    vaak_eerst = kleuren[np.argsort(-aantal, kind="stable")]
    palet = np.concatenate([vast, vaak_eerst[~np.isin(vaak_eerst, vast)][: 256 - len(vast)]])
    nummers = _dichtstbij(kleuren, palet).astype(np.uint8)[volgnummers]
    uit = Image.fromarray(nummers)
    uit.putpalette(_kanalen(palet).astype(np.uint8).tobytes())
    bestand = io.BytesIO()
    uit.save(bestand, format="PNG", compress_level=3)
    return bestand.getvalue()


def _nummers(rgb: _Array) -> _Array:
    return rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]


def _kanalen(kleuren: _Array) -> _Array:
    return np.stack([kleuren >> 16 & 255, kleuren >> 8 & 255, kleuren & 255], axis=1)


def _dichtstbij(kleuren: _Array, palet: _Array) -> _Array:
    """Index in the palette nearest to each colour; a colour of the palette gets itself."""
    a, b = _kanalen(kleuren).astype(np.float32), _kanalen(palet).astype(np.float32)
    afstand = (b**2).sum(1)[None, :] - 2 * a @ b.T
    return afstand.argmin(axis=1)
