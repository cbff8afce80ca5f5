"""A small picture of where some areas lie.

Here: the outline of every area, and the ground of the chosen ones in red. Not here: which are
chosen (`overzicht.py`), or map layers (`kaartlagen/`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from PIL import Image, ImageDraw

_WIT, _GRIJS, _ROOD = range(3)
_PALET = bytes.fromhex("ffffff9aa0a6b2182b")
_RAND = 6  # pixels
_VEEL = 2_000  # more areas are dots: their outlines would be one grey patch


def teken_kaartje(
    gebieden: gpd.GeoDataFrame, gekozen: Iterable[str], pixels: int = 300
) -> bytes | None:
    """A PNG of `gebieden` (regiocode, geometry) with the codes `gekozen` in red.

    None where no ground is known.
    """
    vlakken = gebieden.geometry.to_numpy()
    grond = ~(shapely.is_missing(vlakken) | shapely.is_empty(vlakken))
    vlakken, rood = vlakken[grond], gebieden["regiocode"].isin(set(gekozen)).to_numpy()[grond]
    if not len(vlakken):
        return None
    x0, y0, x1, y1 = shapely.total_bounds(vlakken)
    schaal = (pixels - 2 * _RAND) / max(x1 - x0, y1 - y0, 1e-9)
    omvang = [int(np.ceil(lengte * schaal)) + 2 * _RAND for lengte in (x1 - x0, y1 - y0)]

    def naar_pixels(xy: np.ndarray) -> list[tuple[float, float]]:
        punten = np.stack([(xy[:, 0] - x0) * schaal, (y1 - xy[:, 1]) * schaal], axis=1) + _RAND
        return [(float(x), float(y)) for x, y in punten]

    beeld = Image.new("P", (omvang[0], omvang[1]), _WIT)
    beeld.putpalette(_PALET)
    pen = ImageDraw.Draw(beeld)
    if len(vlakken) > _VEEL:
        dozen = shapely.bounds(vlakken)
        pen.point(naar_pixels((dozen[:, :2] + dozen[:, 2:]) / 2), fill=_GRIJS)
    for kleur, welke in ((_GRIJS, ~rood & (len(vlakken) <= _VEEL)), (_ROOD, rood)):
        for deel in shapely.get_parts(vlakken[welke]):
            ring = naar_pixels(shapely.get_coordinates(shapely.get_exterior_ring(deel)))
            pen.polygon(ring, fill=kleur if kleur == _ROOD else None, outline=kleur)
    bestand = io.BytesIO()
    beeld.save(bestand, format="PNG")
    return bestand.getvalue()
