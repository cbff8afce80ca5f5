"""Two corporations on the sample country, and what they ask of their scan.

Here: their YAML files, with the codes of this country. The first is the one whose own scores are
delivered; the second has none, works in two gemeenten, and has other roles, cuts and years.
Not here: what a scan does with them.
"""

from __future__ import annotations

from pathlib import Path

from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.leveringen import microdata_gemeente
from veerkracht_dagster.voorbeeldland.tekst import schrijf_tekst

EIGEN, ANDERE = "woonstichting-de-linde", "wonen-aan-de-plas"
_EERSTE = """\
# De scan van een corporatie met eigen scores (BIK), in de gemeente waar zij werkt.
naam: Woonstichting De Linde
editie: 2014-2020
werkgebied: [{gemeente}]
streefjaar: 2040
veel_bezit: 1/3          # vanaf dit deel van de woningen heeft zij er veel
"""
_TWEEDE = """\
# Een corporatie zonder eigen scores, in meer gemeenten, met eigen rollen en grenzen.
naam: Wonen aan de Plas
editie: 2018-2024
werkgebied: [{gemeenten}]
streefjaar: 2035
veel_bezit: 0.25
bezit: alle_corporaties  # het bezit van alle corporaties samen, bij gebrek aan een eigen levering
rollen:
  Onderwijs: aanjagend
  Participatie: signalerend
grenzen:
  uitkering: {{groen: 0.8, rood: 1.2}}    # maal het landelijk gemiddelde
  fys: {{groen: 0, rood: -0.1}}
zonder: [bik_woning, bik_omgeving, bik_bewoners, laag_opgeleid]
"""


def schrijf_scans(land: Land, map: Path) -> list[Path]:
    """Write the files of the corporations whose edition's areas this country has."""
    teksten = {}
    if 2020 in land.jaren:
        teksten[EIGEN] = _EERSTE.format(gemeente=microdata_gemeente(land, 2020))
    if 2024 in land.jaren:
        per_gemeente = land.indeling(2024).buurten["gemeentecode"].value_counts(sort=False)
        kleinste = sorted(per_gemeente.sort_values(kind="stable").index[:2])
        teksten[ANDERE] = _TWEEDE.format(gemeenten=", ".join(kleinste))
    doel = map / "levering" / "scan"
    return [schrijf_tekst(doel / f"{naam}.yml", tekst) for naam, tekst in teksten.items()]
