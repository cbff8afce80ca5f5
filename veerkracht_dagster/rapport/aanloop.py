"""How a report begins: which release it is, what K and V are, the map, and the areas it is about.

Here: those parts as Markdown. Not here: the figures (`bezit.py`, `scan.py`), drawing
(`kaartlagen/afbeelding.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.rapport.bladzijde import getal, tabel, veilig

KAART = "kaart.png"
SIGNAAL = "signaal_absoluut"
_HOOGSTENS = 250  # areas on the page; every layer has them all


@dataclass(frozen=True)
class Stempel:
    """Which release a page is of, when it was made, and of which sources: per source its years."""

    release_id: str
    gemaakt: date
    bronnen: Mapping[str, Iterable[int]]

    def regels(self, cat: Catalogus) -> list[str]:
        """The stamp."""
        bronnen = [
            f"{veilig(cat.bronnen[bron].titel)} ({', '.join(map(str, sorted(jaren)))})"
            for bron, jaren in sorted(self.bronnen.items())
        ]
        uit = f" Bronnen: {'; '.join(bronnen)}." if bronnen else ""
        dag = f"{self.gemaakt.day}-{self.gemaakt.month}-{self.gemaakt.year}"
        return [f"Uitgave {self.release_id}, gemaakt op {dag}.{uit}", ""]


def stempel_van(
    release_id: str, leveringen: Mapping[int, Mapping[str, Any]], gemaakt: date
) -> Stempel:
    """The stamp of what is made of these deliveries (per year and source)."""
    bronnen: dict[str, set[int]] = {}
    for jaar, van_jaar in leveringen.items():
        for bron, levering in van_jaar.items():
            if levering:
                bronnen.setdefault(bron, set()).add(int(jaar))
    return Stempel(release_id, gemaakt, bronnen)


def uitleg(editie: Editie, cat: Catalogus) -> list[str]:
    """What K and V are, in words."""
    namen = editie.parameters.kwetsbaar_groepen
    groepen = " of ".join(cat.groepen[naam].bewoners or naam for naam in namen)
    gebied = editie.niveau
    return [
        "## Waar het over gaat", "",
        f"- **K** is het deel van de bewoners van een {gebied} dat kwetsbaar is, in procenten: "
        f"bewoners {veilig(groepen)}. Wie in meer groepen valt telt een keer.",
        f"- **V** is de score van een {gebied} voor overlast en onveiligheid in de Leefbaarometer, "
        "als afwijking van het gemiddelde van Nederland: hoger is beter. **P** is het omgekeerde: "
        "een stijging van P is meer overlast.",
        "- **dK** en **dP** zijn de veranderingen daarvan, van het begin naar het eind van de "
        "periode. Stijgen ze allebei, dan heeft een gebied weinig veerkracht.", "",
    ]  # fmt: skip


def kaart_en_gebieden(laag: gpd.GeoDataFrame, editie: Editie, cat: Catalogus) -> list[str]:
    """The map, and by name the areas with little resilience.

    Args:
        laag: table of the layer `signaal_absoluut`.
    """
    klassen, zwak = cat.kaartlagen[SIGNAAL].klassen, set(cat.constanten.zwakke_klassen)
    woord = "wijken" if editie.niveau == "wijk" else "buurten"
    hier = laag.loc[laag["klasse"].isin(zwak)]
    gemeten = int((laag["klasse"] != cat.geen_meting.code).sum())
    telt = f"{getal(gemeten, 0)} van {getal(len(laag), 0)} {woord} gemeten"
    kop = [
        f"![{cat.kaartlagen[SIGNAAL].titel}]({KAART})", "",
        f"## {woord.capitalize()} met weinig veerkracht", "",
    ]  # fmt: skip
    if hier.empty:
        geen = "geen" if gemeten else cat.geen_meting.label
        return [*kop, f"{geen.capitalize()} ({telt}).", ""]
    op_volgorde = hier.sort_values(
        ["gemeentenaam", "klasse", "regionaam"], ascending=[True, False, True]
    )
    velden = ("gemeentenaam", "regionaam", "regiocode", "klasse")
    rijen = [
        [veilig(gemeente), veilig(naam), code, klassen[int(klasse)].label]
        for gemeente, naam, code, klasse in zip(
            *(op_volgorde[veld].head(_HOOGSTENS) for veld in velden), strict=True
        )
    ]
    meer = len(hier) - len(rijen)
    rest = [f"En nog {getal(meer, 0)}; de kaartlaag {SIGNAAL} heeft ze alle.", ""] if meer else []
    return [
        *kop, f"{getal(len(hier), 0)} {woord} ({telt}).", "",
        *tabel(["gemeente", editie.niveau, "code", "klasse"], rijen), *rest,
    ]  # fmt: skip
