"""How far harmonised figures lie from the truth, per road, on the whole invented country.

The sample publisher knows every figure of a year on the boundaries of any other, to the person.
Here its figures of one year, exact and as published (rounded), go along each road alone to the
buurten of 2020. Printed per road: buurten made of parts, and there the error of a count (% of the
true number) and of a share (percentage points), median and 95th percentile; how much of the country
the road reaches; and in how many figures of buurten made of whole ones the truth lies within the
bounds: all, or it is a fault. The squares are the smallest pieces of the invented country, which
real ones of 100 m are not.
"""

from __future__ import annotations

import argparse
from time import monotonic
from typing import Any

from meten import druk, hoofd, meet_taak

BASIS = 2020
TELLINGEN = ("inwoners", "huishoudens", "woningen", "personen_bijstand")
AANDELEN = ("percentage_huishoudens_laag_inkomen", "percentage_koopwoningen")
# (what is printed, year, roads)
WEGEN: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("adressen", 2016, ("adressen",)),
    ("vierkanten", 2016, ("vierkanten",)),
    ("oppervlak", 2016, ("oppervlak",)),
    ("oppervlak", 2014, ("oppervlak",)),
    ("as the catalogue says", 2016, ()),
    ("as the catalogue says", 2014, ()),
)


def toets(gemeenten: str, buurten: str) -> dict[str, Any]:
    """A line of figures per road."""
    import numpy as np
    import pandas as pd
    import shapely

    from veerkracht_dagster.buurttabel import Indeling, draag_over, maak_omzetting
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.celstatus import bovengrens_van, ondergrens_van, status_van
    from veerkracht_dagster.voorbeeldland import Grootte, maak_land
    from veerkracht_dagster.voorbeeldland.adressen import adressen

    cat = catalogus()
    kolommen = {naam: cat.kolommen[naam] for naam in (*TELLINGEN, *AANDELEN)}
    land = maak_land(Grootte(int(gemeenten), int(buurten)), jaren=(2014, 2016, 2018, BASIS))
    midden = shapely.centroid(land.raster.vlakken)

    def indeling(jaar: int) -> Indeling:
        gebieden = land.buurten(jaar).rename(columns={"buurtcode": "regiocode"})
        gebieden["regionaam"] = gebieden["buurtnaam"]
        boek = None
        if jaar >= 2016:
            boek = adressen(land, jaar).rename(
                columns={"PC6": "postcode", "Huisnummer": "huisnummer"}
            )
        punten = pd.DataFrame(
            {
                "x": shapely.get_x(midden), "y": shapely.get_y(midden),
                "inwoners": land.per_atoom("inwoners", jaar),
            }
        )  # fmt: skip
        return Indeling(jaar, gebieden, boek, vierkanten=punten)

    def cijfers(jaar: int, *, afgerond: bool) -> pd.DataFrame:
        uit: dict[str, Any] = {}
        for naam, kolom in kolommen.items():
            x = land.waarheid(naam, jaar)
            eenheid = (kolom.afronding or 0.0) if afgerond else 0.0
            uit[naam] = eenheid * np.floor(x / eenheid + 0.5) if eenheid else x
            uit[status_van(naam)] = np.where(x.isna(), "n.v.t.", "waargenomen")
        return pd.DataFrame(uit).rename_axis("regiocode").reset_index()

    naar = indeling(BASIS)
    echt = {jaar: {k: land.waarheid(k, jaar, BASIS) for k in kolommen} for jaar in (2014, 2016)}
    regels = []
    for naam, jaar, wegen in WEGEN:
        van = indeling(jaar)
        eigen = cat.omzetting.model_copy(update={"wegen": list(wegen)}) if wegen else cat.omzetting
        omzetting = maak_omzetting(van, naar, eigen)
        delen = omzetting.dropna(subset="gewicht")
        herkomst = delen.groupby("naar_regio")["gewicht"].agg(["size", "min"])
        gebroken = herkomst.index[herkomst["min"] < 1 - 1e-9]
        heel = herkomst.index[herkomst["min"] >= 1 - 1e-9]
        exact, _ = draag_over(cijfers(jaar, afgerond=False), omzetting, naar.codes, kolommen, 0.8)
        rond, _ = draag_over(cijfers(jaar, afgerond=True), omzetting, naar.codes, kolommen, 0.8)
        procent = np.concatenate(
            [
                (100 * (exact[k] - echt[jaar][k]).abs() / echt[jaar][k])[gebroken].to_numpy()
                for k in TELLINGEN
            ]
        )
        punt = np.concatenate(
            [(exact[k] - echt[jaar][k]).abs()[gebroken].to_numpy() for k in AANDELEN]
        )
        binnen = totaal = 0
        for k in kolommen:
            onder, boven = (rond.loc[heel, f(k)] for f in (ondergrens_van, bovengrens_van))
            x = echt[jaar][k][heel]
            binnen += int(((x >= onder - 1e-6) & (x <= boven + 1e-6)).sum())
            totaal += int((x.notna() & onder.notna()).sum())
        procent, punt = procent[np.isfinite(procent)], punt[np.isfinite(punt)]
        regels.append(
            {
                "naam": f"{naam} {jaar}-{BASIS}", "gebroken": len(gebroken),
                "bereik": 100 * delen["van_regio"].nunique() / len(van.codes),
                "procent": [float(x) for x in np.quantile(procent, [0.5, 0.95])],
                "punt": [float(x) for x in np.quantile(punt, [0.5, 0.95])],
                "binnen": [binnen, totaal],
            }
        )  # fmt: skip
    zonder = _op_code(land, 2014, kolommen, echt[2014], naar.codes)
    return {"regels": regels, "op_code": zonder}


def _op_code(land: Any, jaar: int, kolommen: Any, echt: Any, codes: Any) -> dict[str, Any]:
    """What a merge on code gives: the error where the code is there, and what is not there."""
    import numpy as np

    procent = []
    for naam in TELLINGEN:
        x = land.waarheid(naam, jaar).reindex(codes)
        procent.append((100 * (x - echt[naam]).abs() / echt[naam]).to_numpy())
    alle = np.concatenate(procent)
    fout = alle[np.isfinite(alle) & (alle > 1e-9)]
    eerste = land.waarheid(TELLINGEN[0], jaar)
    kwijt = eerste.loc[~eerste.index.isin(codes)].sum() / eerste.sum()
    return {
        "gebroken": len(fout) // len(TELLINGEN),
        "procent": [float(x) for x in np.quantile(fout, [0.5, 0.95])],
        "kwijt": 100 * float(kwijt),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buurten", type=int, default=14_574, help="default: %(default)s")
    parser.add_argument("--gemeenten", type=int, default=345, help="default: %(default)s")
    opties, _ = parser.parse_known_args()
    print(f"{opties.buurten} buurten on those of {BASIS} ({druk()})", flush=True)
    begin = monotonic()
    uit = meet_taak(toets, str(opties.gemeenten), str(opties.buurten)).uitkomst
    kop = ("road", "changed", "reached", "count: median", "95 %", "share: median", "95 %", "bounds")
    print("{:<34}{:>8}{:>9}{:>15}{:>9}{:>15}{:>9}  {}".format(*kop))
    fout = 0
    for r in uit["regels"]:
        binnen, totaal = r["binnen"]
        fout += totaal - binnen
        print(
            f"{r['naam']:<34}{r['gebroken']:>8}{r['bereik']:>8.1f}%{r['procent'][0]:>14.2f}%"
            f"{r['procent'][1]:>8.2f}%{r['punt'][0]:>12.2f} pp{r['punt'][1]:>6.2f} pp"
            f"  {binnen} of {totaal}"
        )
    z = uit["op_code"]
    print(
        f"{'a merge on code 2014-2020':<34}{z['gebroken']:>8}{'':>9}{z['procent'][0]:>14.2f}%"
        f"{z['procent'][1]:>8.2f}%   and {z['kwijt']:.1f} % of residents lost"
    )
    print(f"{monotonic() - begin:.0f} s")
    if fout:
        raise SystemExit(f"{fout} true figures lie outside their bounds")


if __name__ == "__main__":
    hoofd(main, toets)
