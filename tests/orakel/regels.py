"""What the oracle takes from the catalogue beside a release, and what it refuses there.

Here: thresholds, groups and layers of one edition, as plain values. A rule that the oracle was not
written for is refused, never passed over: with another rule it would agree with nobody.
Not here: what the rules do with figures (`wegen.py`, `cellen.py`, `rekenen.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A column of the catalogue -> the publisher's figure as `lezen.py` calls it, and whose it is.
FIGUREN = {
    "inwoners": ("kerncijfers", "inwoners"),
    "personen_bijstand": ("kerncijfers", "bijstand"),
    "personen_ao": ("kerncijfers", "ao"),
    "personen_ww": ("kerncijfers", "ww"),
    "woningen": ("kerncijfers", "woningen"),
    "percentage_corporatiewoningen": ("kerncijfers", "corporatie"),
    "wzw_inwoners": ("woonzorgwijzer", "wzw_inwoners"),
    "wzw_lvb_personen": ("woonzorgwijzer", "lvb"),
    "wzw_ggz_personen": ("woonzorgwijzer", "ggz"),
    "rivm_ggz_patienten": ("regiobeeld", "ggz_patienten"),
    "md_personen": ("microdata", "personen"),
    "md_kwetsbaar": ("microdata", "kwetsbaar"),
    "onv": ("leefbaarometer", "onv"),
}
WEGEN = ["identiek", "adressen", "vierkanten", "oppervlak", "keten", "code_en_naam", "keten"]
K_CIJFERS = {
    f"K_{kant}{deel}"
    for kant in ("begin", "eind")
    for deel in ("", "_ondergrens", "_bovengrens", "_afronding")
}
CIJFERS = K_CIJFERS | {
    "dK", "dK_ondergrens", "dK_bovengrens", "dK_relatief", "V_begin", "V_eind", "dP",
    "dP_relatief", "corporatie_eind", "stabiliteit_absoluut", "stabiliteit_relatief",
}  # fmt: skip
KLASSEN = {"signaal_absoluut", "signaal_relatief", "kwetsbaar_klasse", "onv_klasse", "focus"}
KENMERKEN = {"structureel_absoluut", "structureel_relatief", "methode", "groepen"}
WOORDEN = {"niet_gebruikt"}  # what to do with a delivery: told to a reader, and not recomputed
OP_DE_GRENS = {"milder", "hoger"}


class OnbekendVoorOrakel(ValueError):
    """The catalogue asks something that the oracle was not written for."""


@dataclass(frozen=True)
class Groep:
    """A group of K: counts over a denominator."""

    teller: tuple[str, ...]
    noemer: str

    @property
    def kolommen(self) -> tuple[str, ...]:
        return (*self.teller, self.noemer)


@dataclass(frozen=True)
class Kolom:
    """How far a publisher's figure may be off, and what it is a part of."""

    noemer: str | None
    afronding: float
    aselect: bool
    onderdrukt_tot: float | None

    @property
    def begrensd(self) -> bool:
        """Whether the harmonised table has bounds for it."""
        return bool(self.afronding or self.onderdrukt_tot is not None or self.noemer)

    @property
    def ernaast(self) -> float:
        return self.afronding if self.aselect else self.afronding / 2


@dataclass(frozen=True)
class Laag:
    """A layer: which figure, which class, and what else stands in it."""

    waarde: str
    klasse_uit: str | None
    grenzen: tuple[float, ...]
    milder: bool
    extra: dict[str, str]


@dataclass(frozen=True)
class Regels:
    """All that one edition is made by."""

    begin: int
    eind: int
    basis: int
    niveau: str
    gemeenten: list[str]
    eerste_jaar: int
    p: dict[str, Any]
    omzetting: dict[str, Any]
    constanten: dict[str, Any]
    groepen: dict[str, Groep]
    microdata: Groep
    kolommen: dict[str, Kolom]
    lagen: dict[str, Laag]
    bezitsklassen: dict[int | None, str]
    signalen: list[int]
    geen: int


def lees_regels(uitgave: Path, naam: str) -> Regels:
    """The rules of edition `naam` from `catalogus.json` in the folder of a release.

    Raises:
        OnbekendVoorOrakel: a rule that the oracle does not know.
    """
    cat = json.loads((uitgave / "catalogus.json").read_text(encoding="utf-8"))
    editie = cat["edities"][naam]
    p = editie["parameters"]
    if cat["omzetting"]["wegen"] != WEGEN:
        raise OnbekendVoorOrakel(f"wegen {cat['omzetting']['wegen']}: het orakel kent {WEGEN}")
    namen = [*p["kwetsbaar_groepen"], *p["kwetsbaar_vervangers"].values()]
    return Regels(
        editie["begin"], editie["eind"], editie["basisjaar"], editie["niveau"],
        editie.get("gemeenten", []), cat["eerste_peiljaar"], p, cat["omzetting"], cat["constanten"],
        {sleutel: _groep(f"groep {sleutel}", cat["groepen"][sleutel]) for sleutel in namen},
        _groep("microdata", {**cat["microdata"], "teller": [cat["microdata"]["teller"]]}),
        {kolom: _kolom(cat["kolommen"][kolom]) for kolom in FIGUREN},
        {sleutel: _laag(sleutel, laag, p) for sleutel, laag in cat["kaartlagen"].items()},
        _bezitsklassen(cat),
        sorted(int(klasse) for klasse in cat["kaartlagen"]["signaal_absoluut"]["klassen"]),
        cat["geen_meting"]["code"],
    )  # fmt: skip


def _bezitsklassen(cat: dict[str, Any]) -> dict[int | None, str]:
    """The groups of the report, by their class on the map."""
    klassen = cat["kaartlagen"]["corporatiebezit"]["klassen"]
    uit: dict[int | None, str] = {
        int(nummer): klasse["label"] for nummer, klasse in klassen.items()
    }
    return {**uit, cat["geen_meting"]["code"]: cat["geen_meting"]["label"]}


def _bekend(waar: str, waarde: str, lijst: Any) -> str:
    if waarde not in lijst:
        raise OnbekendVoorOrakel(f"{waar} {waarde!r}: het orakel kent {sorted(lijst)}")
    return waarde


def _groep(waar: str, groep: dict[str, Any]) -> Groep:
    if not groep["teller"]:
        raise OnbekendVoorOrakel(f"{waar}: het orakel kent alleen tellingen met een noemer")
    teller, noemer = groep["teller"], groep["noemer"]
    for kolom in (*teller, noemer):
        _bekend(waar, kolom, FIGUREN)
    return Groep(tuple(teller), noemer)


def _kolom(kolom: dict[str, Any]) -> Kolom:
    tot = kolom["onderdrukt_tot"]
    return Kolom(kolom["noemer"], float(kolom["afronding"] or 0), kolom["aselect"], tot)


def _laag(sleutel: str, laag: dict[str, Any], p: dict[str, Any]) -> Laag:
    waar = f"kaartlaag {sleutel}:"
    waarde = _bekend(f"{waar} waarde", laag["waarde"], CIJFERS)
    extra = {kolom: uit for kolom, uit in laag["extra"].items() if uit not in WOORDEN}
    for kolom, uit in extra.items():
        _bekend(f"{waar} {kolom}", uit, CIJFERS | KENMERKEN)
    if laag["klasse_uit"]:
        _bekend(f"{waar} klasse_uit", laag["klasse_uit"], KLASSEN)
    else:
        _bekend(f"{waar} op_de_grens", laag["op_de_grens"], OP_DE_GRENS)
    maal = float(p[laag["eenheid_grenzen"]]) if laag["eenheid_grenzen"] else 1.0
    grenzen = tuple(grens * maal for grens in laag["grenzen"])
    milder = laag["op_de_grens"] == "milder"
    return Laag(waarde, laag["klasse_uit"], grenzen, milder, extra)
