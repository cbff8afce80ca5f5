"""'Kerncijfers wijken en buurten' as the workbook that CBS gives beside StatLine.

Here: Excel names, identifying columns, and what is awkward in the published files: `'.'` with
blanks before it, a lone comma, headers that end with a blank, and numbers as text with a comma in
one column and with a point in another.
Not here: the figures (`kwb`), the topics (`onderwerpen`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from veerkracht_dagster.voorbeeldland.onderwerpen import onderwerpen

# Our column -> its name in the workbook (sources.md, section 3.1); others are left out.
EXCEL = {
    "inwoners": "a_inw",
    "mannen": "a_man",
    "vrouwen": "a_vrouw",
    "inwoners_65_plus": "a_65_oo",
    "huishoudens": "a_hh",
    "eenpersoonshuishoudens": "a_1p_hh",
    "huishoudens_zonder_kinderen": "a_hh_z_k",
    "huishoudens_met_kinderen": "a_hh_m_k",
    "bevolkingsdichtheid": "bev_dich",
    "woningen": "a_woning",
    "gemiddelde_woz_waarde": "g_wozbag",
    "percentage_koopwoningen": "p_koopw",
    "percentage_huurwoningen": "p_huurw",
    "percentage_corporatiewoningen": "p_wcorpw",
    "percentage_overige_verhuurders": "p_ov_hw",
    "opleidingsniveau_laag": "a_opl_lg",
    "percentage_personen_laagste_inkomen": "p_ink_li",
    "percentage_huishoudens_laag_inkomen": "p_hh_lkk",
    "mediaan_vermogen": "m_hh_ver",
    "personen_bijstand": "a_soz_wb",
    "personen_ao": "a_soz_ao",
    "personen_ww": "a_soz_ww",
    "personen_aow": "a_soz_ow",
    "wmo_clienten": "a_wmo_t",
    "wmo_clienten_per_1000": "p_wmo_t",
    "jongeren_jeugdzorg": "a_jz_tn",
    "percentage_jongeren_jeugdzorg": "p_jz_tn",
    "oppervlakte_land": "a_lan_ha",
    "stedelijkheid": "ste_mvs",
    "omgevingsadressendichtheid": "ste_oad",
}
_MET_PUNT = {"percentage_huishoudens_laag_inkomen"}  # the other columns of text have a comma
_BLANK_ERACHTER = {"p_ov_hw"}
_LOSSE_KOMMA = {"mediaan_vermogen"}
_GEEN = "       ."


def schrijf_kwb_excel(tabel: pd.DataFrame, jaar: int, map: Path) -> list[Path]:
    """Write a year's table (see `kwb_tabel`) as `cbs_kwb_excel/kwb-{jaar}.xlsx`."""
    pad = map / "cbs_kwb_excel" / f"kwb-{jaar}.xlsx"
    pad.parent.mkdir(parents=True, exist_ok=True)
    kolommen = _kolommen(tabel, jaar)
    boek = xlsxwriter.Workbook(str(pad), {"in_memory": True, "strings_to_numbers": False})
    boek.set_properties({"created": datetime(2024, 1, 1)})  # the same bytes every time
    blad = boek.add_worksheet(f"KWB{jaar}")
    for plaats, (kop, cellen) in enumerate(kolommen.items()):
        blad.write_string(0, plaats, kop + (" " if kop in _BLANK_ERACHTER else ""))
        for rij, cel in enumerate(cellen, start=1):
            if isinstance(cel, str):
                blad.write_string(rij, plaats, cel)
            elif cel is not None:
                blad.write_number(rij, plaats, cel)
    boek.close()
    return [pad]


def _kolommen(tabel: pd.DataFrame, jaar: int) -> dict[str, list[Any]]:
    uit: dict[str, list[Any]] = {
        "gwb_code_10": tabel["code"].tolist(),
        "gwb_code_8": tabel["code"].str[2:].tolist(),
        "regio": tabel["titel"].tolist(),
        "gm_naam": tabel["gemeentenaam"].tolist(),
        "recs": tabel["soort"].tolist(),
        "gwb_code": tabel["code"].tolist(),
        "ind_wbi": tabel["indelingswijziging"].tolist(),
    }
    for o in onderwerpen(jaar):
        if o.bron in EXCEL and o.bron in tabel and EXCEL[o.bron] not in uit:
            uit[EXCEL[o.bron]] = [_cel(o.bron, waarde) for waarde in tabel[o.bron].tolist()]
    return uit


def _cel(kolom: str, waarde: float) -> str | float | None:
    if waarde != waarde:
        return "," if kolom in _LOSSE_KOMMA else _GEEN
    if waarde.is_integer():
        return waarde
    return str(waarde) if kolom in _MET_PUNT else str(waarde).replace(".", ",")
