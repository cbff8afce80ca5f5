"""What the oracle takes from the catalogue of a release: periods, thresholds, groups, limits.

Here: `catalogus.json` beside a release, read as plain JSON; what the oracle has no rule for is
refused: another road between boundaries, a column, a figure, a class.
Not here: any rule of the method (`rekenen.py`, `omzetten.py`). No code of the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEGEN = ["identiek", "adressen", "vierkanten", "oppervlak"]
# the catalogue's name of a column -> the oracle's own, for what groups are made of
KOLOMMEN = {
    "inwoners": "inwoners", "personen_bijstand": "bijstand", "personen_ao": "ao",
    "personen_ww": "ww", "wzw_inwoners": "wzw_inwoners", "wzw_lvb_personen": "lvb",
    "wzw_ggz_personen": "ggz", "rivm_ggz_patienten": "ggz_patienten",
}  # fmt: skip


class OnbekendVoorOrakel(ValueError):
    """The catalogue has something that the oracle has no rule for; it must be taught first."""


@dataclass(frozen=True)
class Omzetregels:
    """Thresholds of the crosswalk."""

    identiek: float
    adressen: float
    geheim: int
    oppervlak: float
    deel: float
    dekking: float


@dataclass(frozen=True)
class Laag:
    """A map layer: the figure it shows, and its class: a figure of codes, or limits on the figure.

    structureel: which flag goes along, if one does.
    """

    waarde: str
    klasse_uit: str | None
    grenzen: list[float]
    milder: bool
    structureel: str | None


class Regels:
    """The rules of one edition, as its release says them."""

    def __init__(self, cat: dict[str, Any], editie: str) -> None:
        e = cat["edities"][editie]
        p, c = e["parameters"], cat["constanten"]
        self.begin, self.eind, self.basis, self.niveau = (
            e[naam] for naam in ("begin", "eind", "basisjaar", "niveau")
        )
        self.gemeenten: list[str] = e.get("gemeenten", [])
        self.eerste_jaar: int = cat["eerste_peiljaar"]
        self.tK, self.tP = p["tK_procentpunt"], p["tP_punt"]
        self.terugval_jaren, self.terugval_bereik = p["terugval_jaren"], p["terugval_bereik"]
        self.stap, self.minimum_stappen = p["stap_jaren"], p["minimum_stappen"]
        self.decimalen: int = c["decimalen_verandering"]
        self.decimalen_relatief: int = c["decimalen_relatief"]
        self.minimum_toename, self.zwak = c["minimum_toename"], set(c["zwakke_klassen"])
        self.onv_grenzen = [c["onv_eenheid"] * maat for maat in c["onv_maten"]]
        self.vrij_veel, self.beperkt = c["problemen_vanaf"]
        self.geen: int = cat["geen_meting"]["code"]
        self.land: str = c["land_naam"]
        self.percentielen: list[int] = c["percentielen"]
        # Of the report: its groups by their class on the map.
        self.signalen = sorted(int(k) for k in cat["kaartlagen"]["signaal_absoluut"]["klassen"])
        klassen = cat["kaartlagen"]["corporatiebezit"]["klassen"].items()
        self.bezitsklassen: dict[int | None, str] = {int(k): v["label"] for k, v in klassen}
        self.bezitsklassen[self.geen] = cat["geen_meting"]["label"]
        self.gewenst: list[str] = p["kwetsbaar_groepen"]
        self.vervangers: dict[str, str] = p["kwetsbaar_vervangers"]
        self.groepen = {
            naam: self._groep(naam, cat["groepen"][naam])
            for naam in [*self.gewenst, *self.vervangers.values()]
        }
        self.omzetting = self._omzetting(cat["omzetting"])
        self.lagen = {naam: self._laag(laag, p) for naam, laag in cat["kaartlagen"].items()}

    def gekozen(self, aanwezig: set[str]) -> list[str]:
        """The wanted groups that are there, or what stands in for them, each once."""
        uit = []
        for naam in self.gewenst:
            naam = naam if naam in aanwezig else self.vervangers.get(naam, naam)
            if naam in aanwezig and naam not in uit:
                uit.append(naam)
        return uit

    def jaren(self, anker: int) -> list[int]:
        """That year and those that may stand in for it, latest first."""
        alle = range(anker, anker - self.terugval_jaren - 1, -1)
        return [jaar for jaar in alle if jaar >= self.eerste_jaar]

    def stappen(self) -> list[int]:
        """The years at the ends of the period's steps."""
        return list(range(self.begin, self.eind + 1, self.stap))

    @staticmethod
    def _groep(naam: str, groep: dict[str, Any]) -> tuple[list[str], str]:
        """Numerators and denominator, by the oracle's own names."""
        if groep["aandeel"] is not None:
            raise OnbekendVoorOrakel(f"groep {naam}: een aandeel zoals gepubliceerd")
        _bekend([*groep["teller"], groep["noemer"]], KOLOMMEN, f"groep {naam}")
        return [KOLOMMEN[kolom] for kolom in groep["teller"]], KOLOMMEN[groep["noemer"]]

    @staticmethod
    def _omzetting(o: dict[str, Any]) -> Omzetregels:
        if o["wegen"][: len(WEGEN)] != WEGEN:
            raise OnbekendVoorOrakel(f"wegen {o['wegen']}: het orakel kent de volgorde {WEGEN}")
        return Omzetregels(
            o["grens_identiek"], o["minimum_adressen"], o["vierkant_geheim"],
            o["minimum_oppervlak"], o["minimum_deel"], o["minimum_dekking"],
        )  # fmt: skip

    @staticmethod
    def _laag(laag: dict[str, Any], parameters: dict[str, Any]) -> Laag:
        maal = parameters[laag["eenheid_grenzen"]] if laag["eenheid_grenzen"] else 1
        return Laag(
            laag["waarde"],
            laag["klasse_uit"],
            [grens * maal for grens in laag["grenzen"]],
            laag["op_de_grens"] == "milder",
            laag["extra"].get("structureel"),
        )

    def ken_lagen(
        self, figuren: Iterable[str], codes: Iterable[str], vlaggen: Iterable[str]
    ) -> None:
        """Refuse a layer of a figure, a class or a flag that the oracle does not compute."""
        for naam, laag in self.lagen.items():
            _bekend([laag.waarde], figuren, f"kaartlaag {naam}: waarde")
            if laag.klasse_uit is not None:
                _bekend([laag.klasse_uit], codes, f"kaartlaag {naam}: klasse_uit")
            if laag.structureel is not None:
                _bekend([laag.structureel], vlaggen, f"kaartlaag {naam}: structureel")


def _bekend(namen: Iterable[str], welke: Iterable[str], waar: str) -> None:
    for naam in namen:
        if naam not in (bekend := list(welke)):
            raise OnbekendVoorOrakel(
                f"{waar} {naam!r} kent het orakel niet; het kent {', '.join(bekend)}: "
                "leer het in tests/orakel/rekenen.py"
            )


def lees_regels(uitgave: Path, editie: str) -> Regels:
    """The rules of an edition from the folder of its release.

    Raises:
        OnbekendVoorOrakel: something in the catalogue that the oracle has no rule for.
    """
    return Regels(json.loads((uitgave / "catalogus.json").read_text(encoding="utf-8")), editie)
