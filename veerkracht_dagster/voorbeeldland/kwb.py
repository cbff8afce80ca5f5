"""'Kerncijfers wijken en buurten' of a year as the publisher would know it: rounded, suppressed.

Here: rows in the publisher's order (Land, Gemeente, its Wijken, their Buurten) and, per topic the
truth knows, the figure after the publisher's rules:
- persons and households of wijken and buurten in multiples of 5, of gemeenten exact;
- benefits in tens, none below 50 inhabitants; low education in tens;
- tenure in whole percents with at least 20 dwellings and at most 50 % unknown;
- Wmo clients and youth care in fives, no Wmo of up to 7 clients or of a gemeente without consent;
- WOZ with at least 20 dwellings and 50 addresses; income with at least 100 households.
Not here: the three forms in which a table is published (`odata_v3`, `odata_v4`, `statline`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from veerkracht_dagster.voorbeeldland.adressen import postcode4_per_gebied
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.onderwerpen import onderwerpen
from veerkracht_dagster.voorbeeldland.raster import FloatArray, IntArray

AFGEROND_5 = (
    "inwoners",
    "mannen",
    "vrouwen",
    "inwoners_65_plus",
    "huishoudens",
    "eenpersoonshuishoudens",
    "huishoudens_zonder_kinderen",
    "huishoudens_met_kinderen",
)
AFGEROND_10 = ("personen_bijstand", "personen_ao", "personen_ww", "personen_aow")
EIGENDOM = (
    "percentage_koopwoningen",
    "percentage_huurwoningen",
    "percentage_corporatiewoningen",
    "percentage_overige_verhuurders",
    "percentage_eigendom_onbekend",
)
INKOMEN = {"percentage_personen_laagste_inkomen": 1, "percentage_huishoudens_laag_inkomen": 1}
NOG_NIET_UITGEBRACHT = {
    2024: (*EIGENDOM, "gemiddelde_woz_waarde", *INKOMEN, "mediaan_vermogen"),
    # sources.md 3: empty in mid-2026; and of a first release what came later in the years before.
    2025: (*AFGEROND_10, *INKOMEN, "mediaan_vermogen"),
    2026: (*AFGEROND_10, *EIGENDOM, "gemiddelde_woz_waarde", *INKOMEN, "mediaan_vermogen"),
}
JONG = 0.26  # of the residents, up to 22 years
NIVEAUS = ("Land", "Gemeente", "Wijk", "Buurt")


def kwb_regios(land: Land, jaar: int) -> tuple[pd.DataFrame, list[IntArray]]:
    """Return the rows of a year's table and, per level of `NIVEAUS`, the region row of each atom.

    Columns: code, titel, gemeentenaam, soort, gemeentecode, wijkcode, indelingswijziging.
    """
    indeling = land.indeling(jaar)
    b = indeling.buurten.copy()
    b["soort"], b["code"], b["titel"] = "Buurt", b["buurtcode"], b["buurtnaam"]
    wijken = b.drop_duplicates("wijkcode").copy()
    wijken["soort"], wijken["code"], wijken["titel"] = (
        "Wijk",
        wijken["wijkcode"],
        wijken["wijknaam"],
    )
    wijken["indelingswijziging"] = _hoogste(b, "wijkcode").reindex(wijken["code"]).to_numpy()
    gemeenten = b.drop_duplicates("gemeentecode").copy()
    gemeenten["soort"], gemeenten["code"] = "Gemeente", gemeenten["gemeentecode"]
    gemeenten["titel"], gemeenten["wijkcode"] = gemeenten["gemeentenaam"], ""
    gemeenten["indelingswijziging"] = "."
    alle = pd.concat([gemeenten, wijken, b])
    alle["indelingswijziging"] = alle["indelingswijziging"].astype(str)
    rang = alle["soort"].map({"Gemeente": 0, "Wijk": 1, "Buurt": 2})
    sleutels = [rang.to_numpy()]
    for kolom in ("wijkcode", "gemeentecode", "gemeentenaam"):
        sleutels.append(alle[kolom].to_numpy(object))
    volgorde = np.lexsort([alle["code"].to_numpy(object), *sleutels])
    kolommen = ["code", "titel", "gemeentenaam", "soort", "gemeentecode", "wijkcode"]
    rijen = alle[[*kolommen, "indelingswijziging"]].iloc[volgorde]
    eerste = pd.DataFrame([["NL00", "Nederland", "Nederland", "Land", "", "", "."]])
    eerste.columns = rijen.columns
    rijen = pd.concat([eerste, rijen], ignore_index=True)
    plaats = pd.Series(np.arange(len(rijen)), index=rijen["code"])
    atoom = [np.zeros(len(indeling.buurt_van_atoom), dtype=np.int64)]
    for kolom in ("gemeentecode", "wijkcode", "buurtcode"):
        atoom.append(plaats.loc[b[kolom]].to_numpy()[indeling.buurt_van_atoom])
    return rijen, atoom


def _hoogste(buurten: pd.DataFrame, kolom: str) -> pd.Series:
    """A wijk changed as its least changed buurt did: 1 only if all are 1, 3 if any is 3."""
    return buurten.groupby(kolom)["indelingswijziging"].max()


def kwb_tabel(land: Land, jaar: int, leeg: Collection[str] | None = None) -> pd.DataFrame:
    """Return the published figures of a year: `kwb_regios` and a column per known topic.

    Figures are floats with NaN for what is not published; `postcode` is text ('.' if unknown).
    Topics not yet released (`leeg`, else those of `NOG_NIET_UITGEBRACHT`) are all NaN.
    """
    leeg = NOG_NIET_UITGEBRACHT.get(jaar, ()) if leeg is None else leeg
    rijen, atoom = kwb_regios(land, jaar)

    def exact(kolom: str) -> FloatArray:
        uit = np.zeros(len(rijen))
        for gebied in atoom:
            eigen = np.unique(gebied)
            uit[eigen] = land.som(kolom, jaar, gebied, len(rijen))[eigen]
        return uit

    fijn = rijen["soort"].isin(["Wijk", "Buurt"]).to_numpy()
    nodig = {o.bron for o in onderwerpen(jaar)}
    inwoners, huishoudens = exact("inwoners"), exact("huishoudens")
    woningen, adressen = exact("woningen"), exact("adressen")
    f: dict[str, FloatArray] = {}
    for kolom in AFGEROND_5:
        waarde = exact(kolom)
        f[kolom] = np.where(fijn, np.rint(waarde / 5) * 5, waarde)
    for kolom in AFGEROND_10:
        f[kolom] = _verberg(np.rint(exact(kolom) / 10) * 10, fijn & (inwoners < 50))
    f["woningen"] = woningen
    weinig = woningen < 20
    onbekend = exact("percentage_eigendom_onbekend") > 50
    for kolom in EIGENDOM:
        f[kolom] = _verberg(np.rint(exact(kolom)), weinig | onbekend)
    f["gemiddelde_woz_waarde"] = _verberg(
        np.rint(exact("gemiddelde_woz_waarde")), weinig | (adressen < 50)
    )
    for kolom, decimalen in INKOMEN.items():
        f[kolom] = _verberg(np.round(exact(kolom), decimalen), huishoudens < 100)
    f["mediaan_vermogen"] = _verberg(np.rint(exact("mediaan_vermogen")), huishoudens < 100)
    f["opleidingsniveau_laag"] = _verberg(
        np.rint(exact("opleidingsniveau_laag") / 10) * 10, fijn & (inwoners < 50)
    )
    f |= _zorg(exact, rijen, inwoners)
    f |= _ruimte(exact("oppervlakte_land"), exact("oppervlakte_water"), inwoners, adressen)
    with np.errstate(divide="ignore", invalid="ignore"):
        f["huishoudensgrootte"] = np.where(
            huishoudens > 0, np.round(inwoners / huishoudens, 1), np.nan
        )
    for kolom in leeg:
        f[kolom] = np.full(len(rijen), np.nan)
    uit = rijen.copy()
    for kolom, waarden in f.items():
        if kolom in nodig:
            uit[kolom] = waarden + 0.0
    postcode, dekking = postcode4_per_gebied(land, jaar, atoom[3], len(rijen))
    uit["postcode"], uit["dekkingspercentage"] = postcode, dekking
    return uit


def _zorg(
    exact: Callable[[str], FloatArray], rijen: pd.DataFrame, inwoners: FloatArray
) -> dict[str, FloatArray]:
    """Wmo clients and youth care, in fives: none of up to 7 clients, and the Wmo only of gemeenten
    that consented (sources.md, section 3)."""
    wmo, jeugd = exact("wmo_clienten"), exact("jongeren_jeugdzorg")
    doet_niet_mee = (rijen["gemeentecode"] == rijen["gemeentecode"].max()).to_numpy()
    geheim = doet_niet_mee | ((wmo <= 7) & (inwoners > 0))
    bewoond = np.where(inwoners > 0, inwoners, np.nan)
    return {
        "wmo_clienten": _verberg(np.rint(wmo / 5) * 5, geheim),
        "wmo_clienten_per_1000": _verberg(np.rint(1000 * wmo / bewoond), geheim),
        "jongeren_jeugdzorg": np.rint(jeugd / 5) * 5,
        "percentage_jongeren_jeugdzorg": np.round(100 * jeugd / (JONG * bewoond), 1),
    }


def _verberg(waarden: FloatArray, waar: np.ndarray) -> FloatArray:
    return np.where(waar, np.nan, waarden)


def _ruimte(
    land_ha: FloatArray, water_ha: FloatArray, inwoners: FloatArray, adressen: FloatArray
) -> dict[str, FloatArray]:
    """Return areas (ha), density, and the address-based urbanity (1 very urban - 5 not)."""
    km2 = land_ha / 100
    dichtheid = np.rint(adressen / km2)
    klasse = 1.0 + (dichtheid[:, None] < np.array([2500, 1500, 1000, 500])).sum(axis=1)
    leeg = inwoners <= 0
    return {
        "oppervlakte_totaal": np.rint(land_ha + water_ha),
        "oppervlakte_land": np.rint(land_ha),
        "oppervlakte_water": np.rint(water_ha),
        "bevolkingsdichtheid": _verberg(np.rint(inwoners / km2), leeg),
        "omgevingsadressendichtheid": _verberg(dichtheid, leeg),
        "stedelijkheid": _verberg(klasse, leeg),
    }
