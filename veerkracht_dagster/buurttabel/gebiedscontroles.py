"""Checks of the areas of a year: the map and the key figures of one year know the same areas.

Here: areas that only one of the two has. Not here: choosing areas (`gebieden.py`); the ground they
lie on (`wegcontroles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from veerkracht_dagster.controle import Controle
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.sporen.vindplek import met_vindplek

CONTROLES = {
    "op_de_kaart": "Kaart en Kerncijfers van een jaar kennen dezelfde buurten en wijken.",
}
# The publisher's own map. That of the Leefbaarometer leaves out where nobody lives.
_MAP = "cbs_wijkbuurtkaart/"
Brontabel = tuple[pd.DataFrame, Afkomst]


def controleer_gebieden(
    kaart: pd.DataFrame, kerncijfers: pd.DataFrame, jaar: int, afkomst: Mapping[str, Afkomst]
) -> Controle:
    """The check on the areas of a year. afkomst: where the two are from, by source.

    A map may be of a part of the country, and so may a choice of regions: what one has is looked up
    in the other for the gemeenten that both have; for all where that is more than half of them.
    What that leaves out is no case, and is told at any share: gemeenten of the one that the other
    does not have at all.
    """
    van_kaart, van_cijfers = afkomst["cbs_buurtgrenzen"], afkomst["cbs_kerncijfers"]
    eigen = _van_cbs(kaart, van_kaart)
    cijfers = kerncijfers.loc[kerncijfers["gebiedsjaar"] == jaar]
    gevallen, getoetst = [pd.DataFrame()], 0
    land = eigen.loc[eigen["water"] == "NEE"]
    zonder_kaart = _gemeenten(cijfers) - _gemeenten(land)
    zonder_cijfers = _gemeenten(land) - _gemeenten(cijfers)
    for niveau in ("buurt", "wijk"):
        op_kaart = eigen.loc[eigen["niveau"] == niveau]
        in_cijfers = cijfers.loc[cijfers["niveau"] == niveau]
        getoetst += len(op_kaart)
        gevallen += _verschillen(
            op_kaart, in_cijfers, (kaart, van_kaart), (kerncijfers, van_cijfers)
        )
    return Controle(
        "op_de_kaart",
        pd.concat(gevallen, ignore_index=True),
        {
            "getoetst": getoetst,
            "gemeenten_zonder_kaart": len(zonder_kaart),
            "gemeenten_zonder_kerncijfers": len(zonder_cijfers),
        },
        "Een van beide is van een ander jaar of niet heel: haal de kaart, en dan de Kerncijfers, "
        "van dit jaar opnieuw op.",
    )


def _gemeenten(gebieden: pd.DataFrame) -> set[str]:
    """The gemeenten of areas, by the four digits of their code."""
    return set(gebieden.loc[gebieden["niveau"] != "land", "regiocode"].str[2:6])


def _van_cbs(kaart: pd.DataFrame, afkomst: Afkomst) -> pd.DataFrame:
    bestanden = [bestand for deel in afkomst.levering for bestand in deel["bestanden"]]
    hashes = {sha256 for naam, sha256 in bestanden if naam.startswith(_MAP)}
    return kaart.loc[kaart["bron_bestand"].isin(hashes)]


def _verschillen(
    op_kaart: pd.DataFrame, in_cijfers: pd.DataFrame, kaart: Brontabel, kerncijfers: Brontabel
) -> Iterator[pd.DataFrame]:
    """Areas of common gemeenten that one of the two does not have, with the file that has them."""
    land = op_kaart.loc[op_kaart["water"] == "NEE"]
    for deel, ander, bron, reden in (
        (in_cijfers, op_kaart, kerncijfers, "staat niet op de kaart"),
        (land, in_cijfers, kaart, "staat niet in de Kerncijfers"),
    ):
        gemeenten, andere = _gemeenten(deel), _gemeenten(ander)
        samen = gemeenten & andere
        welke = gemeenten if 2 * len(samen) > len(gemeenten) else samen
        mist = ~deel["regiocode"].isin(ander["regiocode"]) & deel["regiocode"].str[2:6].isin(welke)
        if mist.any():
            rijen = pd.DataFrame(deel.loc[mist, ["niveau", "regiocode"]])
            yield met_vindplek(rijen, *bron).assign(reden=reden)
