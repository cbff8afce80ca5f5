"""Checks of the address files that crosswalks are counted from: whole, and in order.

Here: a year beside another, and beside the areas of its own map. A file that was cut off at the end
of a row looks whole, and so does one in which addresses stand with another buurt.
Not here: the roads (`wegen.py`), the form of a file (`bronnen/dialecten/pc6hnr.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.adressen import Adressen, tel_paren
from veerkracht_dagster.buurttabel.indeling import Indelingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.controle import Controle

CONTROLES = {
    "adressen_compleet": "Geen jaar heeft veel minder adressen dan het jaar waar het naartoe gaat.",
    "adressen_op_hun_plaats": "Adressen liggen verspreid, en in elk jaar op dezelfde grond.",
}
_STEEKPROEF = 500_000  # addresses of a year that are looked up in another: enough for a share
_MINSTE = 100  # addresses found again, below which a share says nothing


def controleer_adressen(jaar: int, bases: Iterable[int], adressen: Mapping[int, Any]) -> Controle:
    """The check on the address files that one year's crosswalks are counted from.

    Args:
        adressen: table `cbs_adressen` per year (Arrow dataset); without rows where there is none.
    """
    aantallen = {j: bestand.count_rows() for j, bestand in adressen.items()}
    paren = [(basis, aantallen.get(jaar, 0), aantallen.get(basis, 0)) for basis in sorted(bases)]
    minste = catalogus().constanten.minste_adressen
    scheef = [paar for paar in paren if 0 < min(paar[1:]) < minste * max(paar[1:])]
    gevallen = pd.DataFrame(scheef, columns=["basis", "adressen", "adressen_basis"])
    return Controle(
        "adressen_compleet",
        gevallen.assign(jaar=jaar),
        {"getoetst": len(paren)},
        "Een van de twee adresbestanden is niet heel: haal het opnieuw op bij het CBS; levert u "
        "een deel van het land, lever dan van elk jaar hetzelfde deel.",
    )


def controleer_plaatsen(tabel: pd.DataFrame, jaar: int, indelingen: Indelingen) -> Controle:
    """The check on where the addresses of one year lie.

    Its own map has buurten of the gemeenten that the file names, and a file of more than half of
    the gemeenten is of all of them; and an address that two years know, in buurten that are the
    same ground in both, lies in the same one.

    Args:
        tabel: table `buurt_omzetting` from the areas of `jaar`.
    """
    eigen = indelingen.van(jaar, "buurt")
    boek = eigen.lees_adressen() if len(eigen.codes) else None
    gevallen: list[dict[str, object]] = []
    feiten: dict[str, float | int | str] = {}
    if boek is not None:
        gevallen += [{"jaar": jaar, **geval} for geval in _scheef(boek, eigen.codes)]
        grond = tabel.loc[(tabel["niveau"] == "buurt") & (tabel["methode"] == "identiek")]
        for basis in sorted(set(map(int, grond["basis"])) - {jaar}):
            rijen = grond.loc[grond["basis"].astype("int64") == basis]
            ander = indelingen.van(basis, "buurt").lees_adressen()
            if ander is None:
                continue
            gevonden, anders = _verhuisd(boek, ander, rijen)
            feiten[f"op dezelfde grond als {basis}"] = f"{gevonden - anders} van {gevonden}"
            if gevonden >= _MINSTE and anders > catalogus().constanten.meeste_verhuisd * gevonden:
                wat = f"{anders} van {gevonden} adressen liggen in {basis} op andere grond"
                gevallen.append({"jaar": jaar, "gevonden": wat, "verwacht": "dezelfde buurt"})
    return Controle(
        "adressen_op_hun_plaats",
        pd.DataFrame(gevallen),
        feiten,
        f"In het adresbestand van {jaar} (cbs_pc6huisnr/{jaar}/), of dat van het andere jaar, "
        "staan adressen bij een andere buurt dan waar ze liggen: haal het opnieuw op bij het CBS.",
    )


def _scheef(boek: Adressen, codes: pd.Index) -> Iterator[dict[str, object]]:
    """What is wrong with a file beside the buurten of the gemeenten that it names."""
    regels = catalogus().constanten
    gemeenten = set(boek.codes["buurtcode"].str[2:6])
    hier = codes[codes.str[2:6].isin(gemeenten)]
    op_kaart = set(codes.str[2:6])
    zonder_een = [f"GM{code}" for code in sorted(op_kaart - gemeenten)]
    if zonder_een and 2 * len(gemeenten) > len(op_kaart):
        yield {
            "gevonden": f"geen adres in {len(zonder_een)} gemeenten: {', '.join(zonder_een[:5])}",
            "verwacht": f"adressen in alle {len(op_kaart)} gemeenten van de kaart",
        }
    if len(hier) < regels.telling_gebieden:
        return
    per_buurt = boek.per_gebied("buurtcode", hier)
    zonder, meeste = int((per_buurt == 0).sum()), int(per_buurt.argmax())
    if zonder > regels.meeste_zonder_adres * len(hier):
        yield {
            "gevonden": f"{zonder} van {len(hier)} buurten zonder een adres",
            "verwacht": "adressen in de meeste buurten van de gemeenten van het bestand",
        }
    if per_buurt[meeste] > regels.meeste_in_een_buurt * len(boek):
        yield {
            "regiocode": hier[meeste],
            "gevonden": f"{per_buurt[meeste]:.0f} van {len(boek)} adressen in een buurt",
            "verwacht": f"ten hoogste {regels.meeste_in_een_buurt:.0%}",
        }


def _verhuisd(van: Adressen, naar: Adressen, grond: pd.DataFrame) -> tuple[int, int]:
    """Addresses of areas that are the same ground in two years, found again on such ground; and
    how many of them on other ground."""
    stap = max(1, len(van) // _STEEKPROEF)
    deel = Adressen(van.sleutel[::stap], {k: r[::stap] for k, r in van.regio.items()}, van.codes)
    zelfde = dict(zip(grond["van_regio"], grond["naar_regio"], strict=True))
    paren = tel_paren(deel, naar, "buurtcode", pd.Index(list(zelfde), dtype=object))
    paren = paren.loc[paren["naar_regio"].isin(set(zelfde.values()))]
    anders = paren["naar_regio"].to_numpy() != paren["van_regio"].map(zelfde).to_numpy()
    aantal = paren["aantal"].to_numpy()
    return int(aantal.sum()), int(aantal[np.asarray(anders, dtype=bool)].sum())
