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
    # PIL's own conversion to a palette rounds colours in boxes of 4 x 4 x 4: not exact.
    geteld: list[Any] = beeld.getcolors(beeld.width * beeld.height) or []
    vaak_eerst = [kleur for _, kleur in sorted(geteld, reverse=True)]
    kleuren = _nummers(np.array(vaak_eerst, dtype=np.uint32))
    vast = np.unique(np.array([int(kleur[1:], 16) for kleur in exact], dtype=np.uint32))
    palet = np.concatenate([vast, kleuren[~np.isin(kleuren, vast)][: 256 - len(vast)]])
    plaats = np.empty(_ALLE_KLEUREN, dtype=np.uint8)  # only the colours in use are ever touched
    plaats[kleuren] = _dichtstbij(kleuren, palet)
    nummers = plaats[_nummers(np.asarray(beeld, dtype=np.uint32))]
    uit = Image.fromarray(nummers)
    uit.putpalette(_kanalen(palet).astype(np.uint8).tobytes())
    bestand = io.BytesIO()
    uit.save(bestand, format="PNG", compress_level=6)
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
