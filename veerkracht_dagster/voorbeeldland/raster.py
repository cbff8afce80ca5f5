"""The ground: a jittered grid of cells, of which some are land, and smooth fields over it.

Here: cells ("atoms", the smallest pieces of ground, about 0.5 km²), their polygons, the coast,
neighbours, and `glad_veld`, noise that changes slowly over the map.
Not here: which cells form a buurt (`indeling`), or who lives there (`bevolking`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from veerkracht_dagster.voorbeeldland.grootte import stroom

CEL_METER = 700.0
MIDDEN_RD = (155_000.0, 463_000.0)
LANDDEEL = 0.56
HOEK_SPELING, MIDDEN_SPELING = 0.22, 0.11

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Raster:
    """Cells of a square grid of `zijde` by `zijde`; cell numbers run row by row.

    `land`: numbers of the land cells, ascending; an atom is a position in this array.
    `water`: sea cells along the coast; `oever`: for each the atom it lies against.
    `x`, `y`: centre of each atom (m, EPSG:28992).
    """

    zijde: int
    land: IntArray
    water: IntArray
    oever: IntArray
    x: FloatArray
    y: FloatArray
    vlakken: NDArray[np.object_]
    watervlakken: NDArray[np.object_]
    buren: IntArray

    @property
    def oppervlakte_ha(self) -> FloatArray:
        """Area of each atom (ha)."""
        return np.asarray(shapely.area(self.vlakken)) / 1e4

    @property
    def wateroppervlakte_ha(self) -> FloatArray:
        """Area of the water against each atom (ha)."""
        ha = np.asarray(shapely.area(self.watervlakken)) / 1e4
        return som_per(self.oever, ha, len(self.land))

    def veld(self, rng: np.random.Generator, lengte: float) -> FloatArray:
        """Return a smooth field on the atoms: mean 0, sd 1, changing over `lengte` cells."""
        waarden = glad_veld(rng, self.zijde, lengte).ravel()[self.land]
        return (waarden - waarden.mean()) / max(float(waarden.std()), 1e-9)


def som_per(groep: IntArray, waarden: FloatArray | IntArray, aantal: int) -> FloatArray:
    """Return the sum of the values of each group 0 .. aantal - 1."""
    return np.bincount(groep, weights=waarden, minlength=aantal).astype(np.float64)


def glad_veld(rng: np.random.Generator, zijde: int, lengte: float) -> FloatArray:
    """Return white noise on a square grid, smoothed by a Gaussian of `lengte` cells."""
    ruim = zijde + int(4 * lengte)
    ruis = rng.standard_normal((ruim, ruim))
    kx, ky = np.fft.fftfreq(ruim), np.fft.rfftfreq(ruim)
    demping = np.exp(-2 * (np.pi * lengte) ** 2 * (kx[:, None] ** 2 + ky[None, :] ** 2))
    glad = np.fft.irfft2(np.fft.rfft2(ruis) * demping, s=ruis.shape)[:zijde, :zijde]
    return (glad - glad.mean()) / glad.std()


def maak_raster(zaad: int, aantal_atomen: int) -> Raster:
    """Return a grid with exactly `aantal_atomen` land cells, an organic coast and some islands."""
    rng = stroom(zaad, "raster")
    zijde = int(np.ceil(np.sqrt(aantal_atomen / LANDDEEL))) + 4
    land = _kies_land(rng, zijde, aantal_atomen)
    hoeken = _hoekpunten(rng, zijde)
    nummers = np.full(zijde * zijde, -1, dtype=np.int64)
    nummers[land] = np.arange(len(land))
    water, oever = _kust(nummers.reshape(zijde, zijde))
    vlakken = _veelhoeken(hoeken, land, zijde)
    zwaartepunt = shapely.centroid(vlakken)
    return Raster(
        zijde=zijde,
        land=land,
        water=water,
        oever=oever,
        x=np.asarray(shapely.get_x(zwaartepunt)),
        y=np.asarray(shapely.get_y(zwaartepunt)),
        vlakken=vlakken,
        watervlakken=_veelhoeken(hoeken, water, zijde),
        buren=_buurparen(nummers.reshape(zijde, zijde)),
    )


def _kies_land(rng: np.random.Generator, zijde: int, aantal: int) -> IntArray:
    as_ = np.linspace(-1, 1, zijde)
    afstand = np.hypot(as_[:, None], as_[None, :] * 1.1)
    hoogte = glad_veld(rng, zijde, zijde / 7) * 0.28 + glad_veld(rng, zijde, 1.6) * 0.05
    hoogte = hoogte - afstand**2
    hoogte[[0, 1, -2, -1], :] = hoogte[:, [0, 1, -2, -1]] = -np.inf
    return np.sort(np.argsort(-hoogte, axis=None, kind="stable")[:aantal]).astype(np.int64)


def _hoekpunten(rng: np.random.Generator, zijde: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return node points and the midpoints of horizontal and vertical edges, in metres."""
    n = zijde + 1
    basis = np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).astype(np.float64)
    punten = basis + rng.uniform(-HOEK_SPELING, HOEK_SPELING, basis.shape)
    horizontaal = (punten[:, 1:] + punten[:, :-1]) / 2
    verticaal = (punten[1:] + punten[:-1]) / 2
    horizontaal = horizontaal + rng.uniform(-MIDDEN_SPELING, MIDDEN_SPELING, horizontaal.shape)
    verticaal = verticaal + rng.uniform(-MIDDEN_SPELING, MIDDEN_SPELING, verticaal.shape)
    schuif = np.array(MIDDEN_RD) - CEL_METER * zijde / 2
    punten, horizontaal, verticaal = (
        np.round(p * CEL_METER + schuif, 3) for p in (punten, horizontaal, verticaal)
    )
    return punten, horizontaal, verticaal


def _veelhoeken(
    hoeken: tuple[FloatArray, FloatArray, FloatArray], cellen: IntArray, zijde: int
) -> NDArray[np.object_]:
    punten, horizontaal, verticaal = hoeken
    r, k = np.divmod(cellen, zijde)
    ring = np.stack(
        [
            punten[r, k],
            horizontaal[r, k],
            punten[r, k + 1],
            verticaal[r, k + 1],
            punten[r + 1, k + 1],
            horizontaal[r + 1, k],
            punten[r + 1, k],
            verticaal[r, k],
            punten[r, k],
        ],
        axis=1,
    )
    return np.asarray(shapely.polygons(ring), dtype=object)


def _buurparen(nummers: IntArray) -> IntArray:
    """Return pairs of atoms that share an edge, as an array of shape (n, 2)."""
    paren = [
        np.stack([nummers[:, :-1].ravel(), nummers[:, 1:].ravel()], axis=1),
        np.stack([nummers[:-1].ravel(), nummers[1:].ravel()], axis=1),
    ]
    alle = np.concatenate(paren)
    return alle[(alle >= 0).all(axis=1)]


def _kust(nummers: IntArray) -> tuple[IntArray, IntArray]:
    """Return sea cells that share an edge with land, and one atom each lies against."""
    rand = np.pad(nummers, 1, constant_values=-1)
    buren = np.stack([rand[1:-1, :-2], rand[1:-1, 2:], rand[:-2, 1:-1], rand[2:, 1:-1]])
    oever = buren.max(axis=0)
    water = np.flatnonzero((nummers.ravel() < 0) & (oever.ravel() >= 0)).astype(np.int64)
    return water, oever.ravel()[water]
