"""Checks on source tables: the Leefbaarometer's own identities and classes, parts and wholes.

Here: method.md section 8, checks 1 and 2; whether the figures of a row can stand together, and
those of a column are counts and percentages where it says so.
Not here: schema checks, the reading itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.klassegrenzen import onv_klasse
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.sporen.vindplek import met_vindplek
from veerkracht_dagster.telling import GEEN_TELLING, geen_percentage, geen_telling

_CONSTANTEN = catalogus().constanten
# The scores file has 15 digits; the map file, with scores of the end year only, about six.
TOLERANTIE = 1e-5
_MEESTE = 20_000_000.0  # persons, dwellings or hectares: more than the country has


def controleer_bron(bron: str, tabel: pd.DataFrame, afkomst: Afkomst) -> list[Controle]:
    """The checks on the table of `bron`: every source of figures per area has them.

    Columns without a rule in the catalogue (`heel`, `deel_van`, `som_van`) have nothing to check;
    a source with a shape of its own (boundaries, addresses, squares) has no checks here.
    """
    if bron not in CONTROLES:
        return []
    eigen = [maak(tabel) for _, maak in _EIGEN.get(bron, {}).values()]
    kolommen = catalogus().kolommen_van(bron)
    controles = [_samenhang(tabel, kolommen), _tellingen(tabel, kolommen), *eigen]
    return [replace(een, gevallen=met_vindplek(een.gevallen, tabel, afkomst)) for een in controles]


def _identiteiten(tabel: pd.DataFrame) -> Controle:
    som = tabel[_CONSTANTEN.lbm_dimensies].sum(axis=1, skipna=False) - tabel["afw"]
    verschil = tabel["lbm"] - tabel["afw"] - _CONSTANTEN.lbm_afstand
    fout = (som.abs() > TOLERANTIE) | (verschil.abs() > TOLERANTIE)
    alles = tabel[["regiocode"]].assign(som_min_afw=som, lbm_min_afw_rest=verschil)
    getoetst = int(som.notna().sum() + verschil.notna().sum())
    return Controle(
        "identiteiten",
        alles.loc[fout],
        {"getoetst": getoetst},
        "Dit is geen Leefbaarometer 3.0 of het bestand is beschadigd: haal het opnieuw op.",
    )


def _klassen_gelijk(tabel: pd.DataFrame) -> Controle:
    beide = tabel.dropna(subset=["onv", "onv_klasse_gepubliceerd"])
    score = beide["onv"].to_numpy()
    anders = onv_klasse(score) != beide["onv_klasse_gepubliceerd"].to_numpy()
    afstand = np.abs(score[:, None] - _CONSTANTEN.onv_grenzen).min(axis=1) if len(score) else score
    op_grens = anders & (afstand <= 1e-4)
    gevallen = beide.loc[anders & ~op_grens, ["regiocode", "onv", "onv_klasse_gepubliceerd"]]
    return Controle(
        "klassen_gelijk",
        gevallen,
        {"getoetst": len(beide), "anders_op_een_grens": int(op_grens.sum())},
        "Een score of klasse is veranderd: haal het bestand opnieuw op. Is het heel, en deelt de "
        "uitgever anders in dan voorheen, pas dan onv_eenheid of onv_maten aan in "
        "catalogus/constanten.yml.",
    )


def _samenhang(tabel: pd.DataFrame, kolommen: Mapping[str, Kolom]) -> Controle:
    """Figures of one row beside each other; what is rounded has the room of its rounding."""
    cijfers = {naam: tabel[naam].to_numpy() for naam in kolommen}
    gevallen, getoetst = [pd.DataFrame()], 0
    for naam, met, afwijking, mag, regel in _regels(cijfers, kolommen):
        getoetst += int(np.count_nonzero(~np.isnan(afwijking)))
        if (fout := afwijking > mag + 1e-9).any():
            rijen = tabel.loc[fout, ["regiocode"]].assign(kolom=naam, gevonden=cijfers[naam][fout])
            naast = tabel.loc[fout, met].astype(object).to_dict("records")
            gevallen.append(
                rijen.assign(verwacht=regel, naast=[str(rij) if met else "" for rij in naast])
            )
    return Controle(
        "samenhang",
        pd.concat(gevallen, ignore_index=True),
        {"getoetst": getoetst},
        "Kijk of het er zo staat, en vraag de uitgever of leverancier dan om een verbeterd "
        "bestand. Staat er een cijfer `naast` en telt die het op een andere dag, haal dan "
        "`deel_van` of `som_van` weg bij de kolom in catalogus/kolommen.yml.",
    )


def _regels(
    cijfers: Mapping[str, np.ndarray], kolommen: Mapping[str, Kolom]
) -> Iterator[tuple[str, list[str], np.ndarray, float, str]]:
    """Per rule: column, those beside it, how far it is off per row, how far it may be, in words."""
    for naam, kolom in kolommen.items():
        x = cijfers[naam]
        if kolom.heel:
            yield naam, [], np.abs(x - np.round(x)), 0.0, "een heel getal"
        if kolom.soort == "aantal":
            yield naam, [], x - _MEESTE, 0.0, f"ten hoogste {_MEESTE:.0f}"
        if (geheel := kolom.deel_van) is not None:
            mag = kolom.afrondingsruimte + kolommen[geheel].afrondingsruimte
            yield naam, [geheel], x - cijfers[geheel], mag, f"niet meer dan {geheel}"
        if delen := kolom.som_van:
            mag = kolom.afrondingsruimte + sum(kolommen[deel].afrondingsruimte for deel in delen)
            af = np.abs(x - sum(cijfers[deel] for deel in delen))
            yield naam, delen, af, mag, " + ".join(delen)


def _tellingen(tabel: pd.DataFrame, kolommen: Mapping[str, Kolom]) -> Controle:
    """Columns of which no figure is wrong by itself, and all of them are: shares for counts.

    A case names the largest area, where it shows best.
    """
    gevallen, getoetst = [], 0
    for naam, kolom in kolommen.items():
        geheel = kolom.noemer or kolom.deel_van
        telling = kolom.soort == "aantal" and kolom.eenheid in _CONSTANTEN.telling_naast
        if kolom.zeldzaam or not ((telling and geheel) or kolom.eenheid == "%"):
            continue
        for _, rijen in tabel.groupby("niveau", observed=True):
            x, naast = rijen[naam].to_numpy(), rijen[geheel or naam].to_numpy()
            getoetst += int(np.count_nonzero(~np.isnan(x)))
            if telling:
                gevonden = geen_telling(x, naast, rijen["regiocode"], _CONSTANTEN)
            else:
                gevonden = geen_percentage(x, _CONSTANTEN)
            if gevonden:
                grootste = rijen.iloc[[int(np.argmax(np.where(np.isnan(x), -1.0, naast)))]]
                verwacht = kolom.eenheid if telling else "percentages"
                geval = {"kolom": naam, "gevonden": gevonden, "verwacht": verwacht}
                gevallen.append(grootste[["regiocode"]].assign(**geval))
                break
    return Controle(
        "tellingen",
        pd.concat(gevallen, ignore_index=True) if gevallen else pd.DataFrame(),
        {"getoetst": getoetst},
        GEEN_TELLING,
    )


def _compleet(tabel: pd.DataFrame) -> Controle:
    """Rows or figures that dropped out: of an area everything, or a gemeente as a whole.

    A choice of regions, of less than half of the country, is no country.
    """
    kolommen = list(catalogus().kolommen_van("cbs_kerncijfers"))
    niets = np.isnan(tabel[kolommen].to_numpy()).all(axis=1)
    gevallen = [tabel.loc[niets, ["regiocode"]].assign(gevonden="geen enkel cijfer")]
    land = tabel.loc[tabel["niveau"] == "land"]
    gemeenten = tabel.loc[tabel["niveau"] == "gemeente", "inwoners"]
    if len(land) and len(gemeenten):
        verschil = land["inwoners"].iloc[0] - gemeenten.sum()
        ruimte = catalogus().kolommen["inwoners"].afrondingsruimte * (len(gemeenten) + 1)
        if ruimte < abs(verschil) < land["inwoners"].iloc[0] / 2:
            telling = f"{gemeenten.sum():.0f} inwoners in {len(gemeenten)} gemeenten"
            gezegd = f"{land['inwoners'].iloc[0]:.0f} in het land"
            gevallen.append(
                land[["regiocode"]].assign(kolom="inwoners", gevonden=telling, verwacht=gezegd)
            )
    return Controle(
        "compleet",
        pd.concat(gevallen, ignore_index=True),
        {"getoetst": len(tabel)},
        "Er ontbreken rijen of cijfers: haal het bestand opnieuw op bij het CBS.",
    )


# What one source has beside `samenhang`: name -> what it says, and the check.
_EIGEN: dict[str, dict[str, tuple[str, Callable[[pd.DataFrame], Controle]]]] = {
    "leefbaarometer": {
        "identiteiten": (
            f"afw = {' + '.join(_CONSTANTEN.lbm_dimensies)}, en lbm - afw = "
            f"{_CONSTANTEN.lbm_afstand:.9f}.".replace(".", ",", 1),
            _identiteiten,
        ),
        "klassen_gelijk": (
            "Herrekende klassen van onv zijn gelijk aan de gepubliceerde.",
            _klassen_gelijk,
        ),
    },
    "cbs_kerncijfers": {
        "compleet": (
            "Elk gebied heeft een cijfer, en de gemeenten hebben samen de inwoners van het land.",
            _compleet,
        ),
    },
}
CONTROLES: dict[str, dict[str, str]] = {
    bron: {
        "samenhang": "Tellingen zijn heel, delen niet meer dan hun geheel, sommen kloppen.",
        "tellingen": "Waar een kolom personen telt staan geen aandelen, en andersom.",
        **{naam: zegt for naam, (zegt, _) in _EIGEN.get(bron, {}).items()},
    }
    for bron in catalogus().gebiedsbronnen
}
