"""The people, dwellings and scores of each atom in each year: the exact truth.

Here: counts (whole numbers, so that any sum over atoms is exact), and scores per atom.
Levels and trends follow smooth fields, so that maps show areas and not noise. They are set so
that a period shows every signal class: K 5-35 %, changes up to about 6 percentage points,
corporation share 0-90 %, `onv` mean 0 and sd 0.12, rising 0.009 (sd 0.03) from 2014 to 2020.
Not here: rounding and suppression (`kwb`), sums per buurt (`land`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veerkracht_dagster.voorbeeldland.grootte import JAREN, stroom
from veerkracht_dagster.voorbeeldland.indeling import Landindeling
from veerkracht_dagster.voorbeeldland.raster import FloatArray, IntArray, Raster

DIMENSIES = ("fys", "onv", "soc", "vrz", "won")
LBM_MIN_AFW = 4.102264851
GROEP_GEMIDDELD = {"personen_bijstand": 0.022, "personen_ao": 0.036, "personen_ww": 0.014}
ZORGGEBRUIK = {"rivm_ggz_patienten": 0.062, "wmo_clienten": 0.065, "jongeren_jeugdzorg": 0.022}
ZORG_GEMIDDELD = {"wzw_lvb_personen": 0.045, "wzw_ggz_personen": 0.050}


@dataclass(frozen=True)
class Bevolking:
    """Figures per atom: arrays of shape (atoms, years).

    `tellingen`: whole numbers by column name. `scores`: real numbers by column name;
    `gemiddelde_woz_waarde` in 1 000 euro, Leefbaarometer scores as deviations.
    """

    jaren: tuple[int, ...]
    tellingen: dict[str, IntArray]
    scores: dict[str, FloatArray]


def maak_bevolking(
    zaad: int, raster: Raster, eerste: Landindeling, jaren: tuple[int, ...]
) -> Bevolking:
    """Return the figures of all atoms; `eerste` says which atoms form a buurt in 2014."""
    stad = _stad(zaad, raster)
    inwoners = _inwoners(zaad, raster, eerste, jaren, stad)
    t: dict[str, IntArray] = {"inwoners": inwoners}
    _huishoudens(zaad, raster, t, stad)
    niveau = raster.veld(stroom(zaad, "kwetsbaarheid"), 4)
    corporatie = _woningen(zaad, raster, eerste, t, stad, niveau)
    hoogte = 0.75 * niveau + 0.9 * (corporatie - corporatie.mean())
    hoogte = 1.7 * np.tanh(hoogte / 1.7)
    verloop = raster.veld(stroom(zaad, "verloop"), 2.5)
    _kwetsbaren(zaad, raster, t, jaren, hoogte, verloop)
    scores = _scores(zaad, raster, jaren, stad, hoogte, verloop)
    prijs = 265 * np.exp(0.28 * stad - 0.30 * hoogte + 0.1 * raster.veld(stroom(zaad, "woz"), 3))
    scores["gemiddelde_woz_waarde"] = prijs[:, None] * 1.055 ** _tijd(jaren)[None, :]
    _inkomens(t, hoogte, jaren)
    _zorg(zaad, raster, t, jaren, hoogte)
    scores["mediaan_vermogen"] = np.clip(prijs * 0.35, 1, None)[:, None] * np.ones(len(jaren))
    return Bevolking(jaren, t, scores)


def _tijd(jaren: tuple[int, ...]) -> FloatArray:
    return np.asarray(jaren, dtype=np.float64) - 2014


def _ruis(
    rng: np.random.Generator, zaad: int, deel: str, aantal: int, jaren: tuple[int, ...]
) -> FloatArray:
    """Return noise per atom and year; years outside `JAREN` have a stream each: none shifts."""
    vast = rng.standard_normal((aantal, len(JAREN)))
    return np.stack(
        [
            vast[:, JAREN.index(jaar)]
            if jaar in JAREN
            else stroom(zaad, f"{deel} {jaar}").standard_normal(aantal)
            for jaar in jaren
        ],
        axis=1,
    )


def _deel(geheel: IntArray, kans: FloatArray) -> IntArray:
    """Return a whole number of each count: the nearest to that share of it."""
    return np.minimum(np.rint(geheel * kans), geheel).astype(np.int64)


def _stad(zaad: int, raster: Raster) -> FloatArray:
    rng = stroom(zaad, "stad")
    veld = 0.75 * raster.veld(rng, 6) + 0.55 * raster.veld(rng, 2) + 0.3 * raster.veld(rng, 0.8)
    return np.asarray(veld / veld.std())


def _inwoners(
    zaad: int, raster: Raster, eerste: Landindeling, jaren: tuple[int, ...], stad: FloatArray
) -> IntArray:
    rng = stroom(zaad, "inwoners")
    per_buurt = np.zeros(len(eerste.buurten))
    volgorde = rng.permutation(len(per_buurt))
    leeg = max(2, round(0.03 * len(per_buurt)))
    klein = max(4, round(0.08 * len(per_buurt)))
    factor = np.ones(len(per_buurt))
    factor[volgorde[:leeg]] = 0.0
    factor[volgorde[leeg : leeg + klein]] = rng.uniform(0.02, 0.15, klein)
    atoom = np.exp(0.85 * stad + rng.normal(0, 0.25, len(stad))) * factor[eerste.buurt_van_atoom]
    groei = 0.005 + 0.006 * raster.veld(rng, 3)
    basis = atoom * (1190 * len(per_buurt) / atoom.sum())
    ruis = 0.006 * _ruis(rng, zaad, "inwoners", len(stad), jaren)
    return np.rint(basis[:, None] * np.exp(groei[:, None] * _tijd(jaren) + ruis)).astype(np.int64)


def _huishoudens(zaad: int, raster: Raster, t: dict[str, IntArray], stad: FloatArray) -> None:
    rng = stroom(zaad, "huishoudens")
    inwoners = t["inwoners"]
    t["mannen"] = _deel(inwoners, np.full(inwoners.shape, 0.495))
    t["vrouwen"] = inwoners - t["mannen"]
    oud = np.clip(0.19 + 0.04 * raster.veld(rng, 3), 0.05, 0.45)
    t["inwoners_65_plus"] = _deel(inwoners, oud[:, None])
    t["personen_aow"] = _deel(t["inwoners_65_plus"], np.full((len(stad), 1), 0.93))
    grootte = np.clip(2.2 - 0.18 * stad + 0.08 * raster.veld(rng, 2), 1.5, 2.9)
    t["huishoudens"] = _deel(inwoners, 1 / grootte[:, None])
    t["eenpersoonshuishoudens"] = _deel(
        t["huishoudens"], np.clip(0.37 + 0.1 * stad, 0.15, 0.75)[:, None]
    )
    rest = t["huishoudens"] - t["eenpersoonshuishoudens"]
    t["huishoudens_met_kinderen"] = _deel(rest, np.full((len(stad), 1), 0.53))
    t["huishoudens_zonder_kinderen"] = rest - t["huishoudens_met_kinderen"]


def _onbekend_eigendom(
    rng: np.random.Generator, t: dict[str, IntArray], eerste: Landindeling
) -> IntArray:
    """Return some sizeable buurten where the owner of most dwellings is unknown."""
    groot = np.flatnonzero(eerste.som(t["woningen"][:, 0]) >= 100)
    return rng.choice(groot, size=max(1, len(groot) // 400), replace=False)


def _woningen(
    zaad: int,
    raster: Raster,
    eerste: Landindeling,
    t: dict[str, IntArray],
    stad: FloatArray,
    niveau: FloatArray,
) -> FloatArray:
    """Fill dwellings by owner, and addresses; return the corporation share per atom (0-1)."""
    rng = stroom(zaad, "woningen")
    t["woningen"] = np.rint(t["huishoudens"] * 1.03).astype(np.int64)
    eigen = 0.9 * niveau + 0.5 * stad + 0.7 * raster.veld(rng, 1.5)
    corporatie = np.asarray(0.92 / (1 + np.exp(1.35 - 1.25 * eigen)))
    onbekend = np.clip(rng.normal(0.005, 0.01, len(stad)), 0, 0.05)
    onbekend[np.isin(eerste.buurt_van_atoom, _onbekend_eigendom(rng, t, eerste))] = 0.8
    t["woningen_eigendom_onbekend"] = _deel(t["woningen"], onbekend[:, None])
    bekend = t["woningen"] - t["woningen_eigendom_onbekend"]
    t["corporatiewoningen"] = _deel(bekend, corporatie[:, None])
    over = bekend - t["corporatiewoningen"]
    particulier = np.clip(0.13 + 0.06 * stad, 0.02, 0.5)
    t["overige_huurwoningen"] = _deel(over, particulier[:, None])
    t["koopwoningen"] = over - t["overige_huurwoningen"]
    t["huurwoningen"] = t["corporatiewoningen"] + t["overige_huurwoningen"]
    bedrijven = rng.poisson(np.clip(np.exp(1.2 + 0.7 * stad), 1, 60))
    t["adressen"] = t["woningen"] + bedrijven[:, None]
    return corporatie


def _kwetsbaren(
    zaad: int,
    raster: Raster,
    t: dict[str, IntArray],
    jaren: tuple[int, ...],
    hoogte: FloatArray,
    verloop: FloatArray,
) -> None:
    """Fill the groups, and the persons in at least one of them (each counted once)."""
    rng = stroom(zaad, "kwetsbaren")
    tijd = _tijd(jaren) / 6
    inwoners = t["inwoners"]
    vrij = np.ones(inwoners.shape)
    grootste = np.zeros(inwoners.shape, dtype=np.int64)
    som = np.zeros(inwoners.shape, dtype=np.int64)
    groepen: dict[str, IntArray] = {}
    for naam, gemiddeld in (GROEP_GEMIDDELD | ZORG_GEMIDDELD).items():
        eigen = 0.12 * raster.veld(rng, 2.5)
        trend = 0.06 + 0.17 * verloop + 0.07 * raster.veld(rng, 3)
        schok = 0.015 * _ruis(rng, zaad, naam, len(hoogte), jaren)
        kans = gemiddeld * np.exp(0.5 * hoogte + eigen)[:, None]
        kans = np.clip(kans * (1 + trend[:, None] * tijd + schok), 0, 0.3)
        groepen[naam] = _deel(inwoners, kans)
    uitkering = sum((groepen[g] for g in GROEP_GEMIDDELD), np.zeros_like(inwoners))
    for aantal in (uitkering, *(groepen[g] for g in ZORG_GEMIDDELD)):
        vrij *= 1 - np.minimum(aantal / np.maximum(inwoners, 1), 1)
        grootste, som = np.maximum(grootste, aantal), som + aantal
    geraamd = np.rint(inwoners * (1 - vrij) * 0.96).astype(np.int64)
    t |= groepen
    t["personen_uitkering"] = uitkering
    t["md_personen"] = inwoners
    t["md_kwetsbaar"] = np.clip(geraamd, grootste, np.minimum(som, inwoners))


def _zorg(
    zaad: int, raster: Raster, t: dict[str, IntArray], jaren: tuple[int, ...], hoogte: FloatArray
) -> None:
    """Fill who receives care of a kind in a year: other persons than those of the groups."""
    rng = stroom(zaad, "zorg")
    tijd = _tijd(jaren) / 6
    for naam, gemiddeld in ZORGGEBRUIK.items():
        eigen = 0.15 * raster.veld(rng, 2.5)
        trend = 0.05 + 0.08 * raster.veld(rng, 3)
        kans = gemiddeld * np.exp(0.4 * hoogte + eigen)[:, None] * (1 + trend[:, None] * tijd)
        t[naam] = _deel(t["inwoners"], np.clip(kans, 0, 0.3))


def _scores(
    zaad: int,
    raster: Raster,
    jaren: tuple[int, ...],
    stad: FloatArray,
    hoogte: FloatArray,
    verloop: FloatArray,
) -> dict[str, FloatArray]:
    """Return Leefbaarometer dimensions per atom and year, and `afw`, `lbm`."""
    rng = stroom(zaad, "leefbaarheid")
    hoogte = (hoogte - hoogte.mean()) / hoogte.std()
    onv = -0.05 * stad - 0.06 * hoogte + 0.085 * raster.veld(rng, 1.5) - 0.06 * verloop
    onv = (onv - onv.mean()) / onv.std()
    onv = onv - 0.11 * (onv**2 - 1)  # the worst areas lie further from the mean than the best
    onv = 0.125 * (onv - onv.mean()) / onv.std()
    stijging = 0.009 + 0.031 * (0.92 * raster.veld(rng, 1.5) - 0.35 * verloop)
    niveau = {
        "fys": (-0.05 * stad + 0.04 * raster.veld(rng, 3), 0.002 * raster.veld(rng, 4)),
        "onv": (onv, stijging),
        "soc": (-0.06 * stad - 0.02 * hoogte + 0.03 * raster.veld(rng, 3), -0.004 + 0.0 * stad),
        "vrz": (0.07 * stad + 0.03 * raster.veld(rng, 3), 0.008 + 0.004 * raster.veld(rng, 4)),
        "won": (-0.04 * hoogte + 0.03 * raster.veld(rng, 3), 0.004 * raster.veld(rng, 4)),
    }
    tijd = _tijd(jaren) / 6
    uit = {}
    for naam in DIMENSIES:
        basis, groei = niveau[naam]
        tik = 0.004 * raster.veld(rng, 2)[:, None] * np.sin(3.1 * tijd)
        uit[naam] = basis[:, None] + groei[:, None] * tijd + tik
    uit["afw"] = sum((uit[d] for d in DIMENSIES), np.zeros((len(stad), len(jaren))))
    uit["lbm"] = uit["afw"] + LBM_MIN_AFW
    return uit


def _inkomens(t: dict[str, IntArray], hoogte: FloatArray, jaren: tuple[int, ...]) -> None:
    vorm = np.ones(len(jaren))
    laag = np.clip(0.40 + 0.09 * hoogte, 0.1, 0.8)[:, None] * vorm
    t["personen_laagste_inkomen"] = _deel(t["inwoners"], laag)
    t["huishoudens_laag_inkomen"] = _deel(t["huishoudens"], np.clip(laag - 0.32, 0.01, 0.5))
    volwassen = _deel(t["inwoners"], np.full_like(laag, 0.72))
    t["opleidingsniveau_laag"] = _deel(volwassen, np.clip(laag - 0.10, 0.05, 0.7))
