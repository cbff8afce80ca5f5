"""Checks of the method on the harmonised table: conservation, and no zero from missing.

Here: method.md section 8, checks 7 and 8; whether wijken and gemeenten are their buurten together.
Not here: schema checks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.cijfers import Cijfers, heeft_waarde
from veerkracht_dagster.buurttabel.optelling import vergelijk_optelling
from veerkracht_dagster.buurttabel.tabel import Verslag
from veerkracht_dagster.catalogus import Catalogus
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.sporen.vindplek import met_vindplek

CONTROLES = {
    "behoud": "Een telling blijft behouden bij omzetting (1e-9), een aandeel blijft in [0, 100].",
    "geen_nul_uit_niets": "Een onderdrukte of ontbrekende cel heeft geen waarde, ook geen 0.",
    "dekking": "Een cijfer is gedekt, tot het minimum, en ligt binnen zijn eigen grenzen.",
    "wijk_en_gemeente": "Wijken en gemeenten zijn hun buurten, op afronding en onderdrukking na.",
    "codes_gevonden": "Elke code van een bron staat in een lijst van gebieden van zijn jaar.",
}


def controleer_buurttabel(
    tabel: pd.DataFrame,
    verslagen: list[Verslag],
    bronnen: Mapping[str, pd.DataFrame],
    cat: Catalogus,
    afkomst: Mapping[str, Afkomst],
) -> list[Controle]:
    """The checks on the buurttabel of one peiljaar, made of the source tables `bronnen`.

    Args:
        afkomst: where each source table is from.
    """
    cijfers = Cijfers.van(tabel, cat.kolommen)
    codes = tabel["regiocode"].to_numpy(dtype=object)
    return [
        _behoud(tabel, verslagen, cat),
        _geen_nul(cijfers, codes),
        _dekking(cijfers, codes, cat.omzetting.minimum_dekking),
        _wijk_en_gemeente(bronnen, cat, afkomst),
        _codes(verslagen, bronnen, cat, afkomst),
    ]


def _behoud(tabel: pd.DataFrame, verslagen: list[Verslag], cat: Catalogus) -> Controle:
    rijen = [
        {
            "bron": verslag.bron, "niveau": verslag.niveau, "basisjaar": verslag.basisjaar,
            "kolom": b.kolom, "verschil": b.bron - b.zonder_weg - b.omgezet, "totaal": b.bron,
        }
        for verslag in verslagen
        for b in verslag.behoud
    ]  # fmt: skip
    telling = pd.DataFrame(
        rijen, columns=["bron", "niveau", "basisjaar", "kolom", "verschil", "totaal"]
    )
    fout = telling["verschil"].abs() > 1e-9 * telling["totaal"].abs().clip(lower=1.0)
    aandelen = [naam for naam, kolom in cat.kolommen.items() if kolom.soort == "aandeel"]
    x = tabel[aandelen].to_numpy(dtype="float64")
    rij, k = np.nonzero((x < 0) | (x > 100 + 1e-9))
    buiten = {
        "kolom": [aandelen[plek] for plek in k],
        "regiocode": tabel["regiocode"].to_numpy(dtype=object)[rij],
        "waarde": x[rij, k],
    }
    return Controle(
        "behoud",
        pd.concat([telling.loc[fout], pd.DataFrame(buiten)], ignore_index=True),
        {"tellingen": len(telling)},
        "Gewichten per oud gebied tellen niet op tot 1: zie buurt_omzetting van dit peiljaar.",
    )


def _gevallen(fout: np.ndarray, cijfers: Cijfers, codes: np.ndarray) -> pd.DataFrame:
    """The cells that are wrong, by column."""
    k, rij = np.nonzero(fout.T)
    return pd.DataFrame(
        {
            "kolom": [cijfers.namen[plek] for plek in k],
            "regiocode": codes[rij],
            "waarde": cijfers.waarde[rij, k],
            "dekking": cijfers.dekking[rij, k],
            "ondergrens": cijfers.onder[rij, k],
            "bovengrens": cijfers.boven[rij, k],
        }
    )


def _dekking(cijfers: Cijfers, codes: np.ndarray, minimum: float) -> Controle:
    """A figure stands on enough, and its bounds hold it; what is empty bounds nothing."""
    x, speling = cijfers.waarde, 1e-9 * np.maximum(1.0, np.abs(np.nan_to_num(cijfers.waarde)))
    fout = ~np.isnan(x) & (cijfers.dekking < minimum)
    fout |= (cijfers.dekking < 0) | (cijfers.dekking > 1)
    fout |= (x < cijfers.onder - speling) | (x > cijfers.boven + speling)
    fout |= cijfers.onder > cijfers.boven + speling
    return Controle(
        "dekking",
        _gevallen(fout, cijfers, codes),
        {"cellen": x.size, "met minder dan de helft gedekt": int((cijfers.dekking < 0.5).sum())},
        "Een cijfer staat op te weinig, of buiten zijn grenzen: zie buurttabel/overdracht.py en "
        "buurttabel/grenzen.py.",
    )


def _geen_nul(cijfers: Cijfers, codes: np.ndarray) -> Controle:
    fout = heeft_waarde(cijfers.staat) == np.isnan(cijfers.waarde)
    return Controle(
        "geen_nul_uit_niets",
        _gevallen(fout, cijfers, codes),
        {"cellen": cijfers.waarde.size},
        "Een cel heeft een waarde zonder waarneming of andersom: zie buurttabel/overdracht.py.",
    )


def _wijk_en_gemeente(
    bronnen: Mapping[str, pd.DataFrame], cat: Catalogus, afkomst: Mapping[str, Afkomst]
) -> Controle:
    """The publisher's own rows of higher areas, against its buurten added up."""
    fout, feiten = [], {"vergeleken wijk": 0, "vergeleken gemeente": 0}
    for bron, tabel in bronnen.items():
        gevallen, geteld = vergelijk_optelling(tabel, cat)
        fout.append(met_vindplek(gevallen, tabel, afkomst[bron]).assign(bron=bron))
        for niveau, aantal in geteld.items():
            feiten[f"vergeleken {niveau}"] += aantal
    return Controle(
        "wijk_en_gemeente",
        pd.concat(fout, ignore_index=True) if fout else pd.DataFrame(),
        dict(feiten),
        "Wat de uitgever van een wijk of gemeente zegt volgt niet uit haar buurten: een rij staat "
        "bij het verkeerde gebied, of de kolom telt niet op (zeg dan waarom, met telt_niet_op in "
        "catalogus/kolommen.yml).",
    )


def _codes(
    verslagen: list[Verslag],
    bronnen: Mapping[str, pd.DataFrame],
    cat: Catalogus,
    afkomst: Mapping[str, Afkomst],
) -> Controle:
    """A code in no list of areas of its year is an error, unless the catalogue says why it is not.

    An area without a road is no error: what is lost with it is counted and shown.
    """
    verklaard = {(u.bron, u.gebiedsjaar, u.code) for u in cat.omzetting.codes_zonder_gebied}
    gevallen = {(v.bron, v.gebiedsjaar, code): v.niveau for v in verslagen for code in v.onbekend}
    feiten: dict[str, float | int | str] = {
        f"{v.bron} {v.niveau} naar {v.basisjaar}: zonder weg": len(v.zonder_weg)
        for v in verslagen
        if v.zonder_weg
    }
    if bekend := gevallen.keys() & verklaard:
        feiten["codes zonder gebied, verklaard in de catalogus"] = len(bekend)
    rijen = [(*geval, niveau) for geval, niveau in gevallen.items() if geval not in verklaard]
    onverklaard = pd.DataFrame(rijen, columns=["bron", "gebiedsjaar", "regiocode", "niveau"])
    per_bron = onverklaard.groupby("bron", sort=False)
    delen = [met_vindplek(deel, bronnen[str(bron)], afkomst[str(bron)]) for bron, deel in per_bron]
    return Controle(
        "codes_gevonden",
        pd.concat(delen) if delen else onverklaard,
        feiten,
        "De code staat niet op de kaart en niet in de Kerncijfers van dat jaar: lever op de "
        "indeling van dat jaar (een levering zegt haar jaar in manifest.yml, gebiedsjaar), of "
        "verklaar de code met een reden onder "
        "omzetting.codes_zonder_gebied in catalogus/edities.yml.",
    )
