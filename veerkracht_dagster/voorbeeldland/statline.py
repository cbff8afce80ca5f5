"""'Kerncijfers wijken en buurten' as StatLine exports it: one CSV with all regions and topics.

Here: UTF-8 with BOM, `;`, CRLF, text in quotes and padded, numbers bare with a decimal comma,
headers "Group/Subgroup/Title (unit)". An empty field is what the export without symbols writes for
any missing figure; `ontbrekend="."` gives the export with symbols.
Not here: the figures (`kwb`), the topics (`onderwerpen`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from veerkracht_dagster.voorbeeldland.onderwerpen import Tabelonderwerp, onderwerpen
from veerkracht_dagster.voorbeeldland.tekst import Regels, getallen, schrijf_tekst


def schrijf_statline(tabel: pd.DataFrame, jaar: int, map: Path, ontbrekend: str = "") -> list[Path]:
    """Write a year's table (see `kwb_tabel`) as a StatLine CSV under `cbs_kwb_statline`."""
    koppen, kolommen = ["Wijken en buurten"], [_tekst(tabel["titel"])]
    leeg = f'"{ontbrekend}"' if ontbrekend else ""
    for o in onderwerpen(jaar):
        koppen.append(f"{'/'.join(o.groep)}/{o.titel} ({o.eenheid})")
        kolommen.append(_kolom(tabel, o, leeg))
    regels = [";".join(_tekst(koppen)), *(";".join(rij) for rij in zip(*kolommen, strict=True))]
    pad = map / "cbs_kwb_statline" / f"Kerncijfers_wijken_en_buurten_{jaar}.csv"
    return [schrijf_tekst(pad, "\ufeff" + "\r\n".join(regels) + "\r\n")]


def _tekst(waarden: pd.Series | list[str]) -> Regels:
    return ['"' + w.replace('"', '""') + '"' for w in waarden]


def _kolom(tabel: pd.DataFrame, o: Tabelonderwerp, leeg: str) -> Regels:
    breedte = {"gemeentenaam": 40, "soort_regio": 10, "codering": 10}
    eigen = {"soort_regio": "soort", "codering": "code"}.get(o.bron, o.bron)
    if o.bron in breedte:
        return _tekst(tabel[eigen].str.ljust(breedte[o.bron]))
    if o.bron == "indelingswijziging":
        return _tekst(tabel[eigen])
    if o.bron == "postcode":
        return _tekst(tabel[eigen].str.rjust(10))
    if o.bron not in tabel:
        return [leeg] * len(tabel)
    getal = getallen(tabel[eigen].to_numpy(), o.decimalen, leeg)
    return [g if g == leeg else g.removesuffix(".0").replace(".", ",") for g in getal]
