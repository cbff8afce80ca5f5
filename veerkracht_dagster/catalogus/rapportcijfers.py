"""The report's part of the figure table: its groups, and what follows from a row for one of them.

Here: the rows written out (per class, per percentile), what a rule is given, formula and lineage.
Receipt and replay both count by it. Not here: the rows (`indicatoren.yml`), the counting
(`rekenwijze/tellen.py`), the stage, which writes the report by its own hand (`indicatoren/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus, Rapportmaat

Eis = tuple[str, str, Any]  # a condition as the rules have it: column, test, value
BEZIT = "corporatiebezit"  # the layer by whose classes the report goes
SPREIDINGEN = [(cijfer, kant) for cijfer in ("K", "V") for kant in ("begin", "eind")]
_KLEINSTE = "inwoners_eind"  # what areas are known by where a figure asks for no other
_TEKENS = {"boven": ">", "onder": "<"}


@dataclass(frozen=True)
class Telvraag:
    """What a rule of `tellen.py` is asked: `met`.

    telt, van: the areas that are measured for it, of which; what is known is x of y.
    """

    regel: str
    met: dict[str, Any]
    telt: list[Eis]
    van: list[Eis]

    def gebieden(self, van: bool) -> Telvraag:
        """How many areas are measured for it, or are in its group at all."""
        eisen = self.van if van else self.telt
        return Telvraag("gebieden", {"waar": eisen}, eisen, self.van)

    @property
    def kolommen(self) -> list[str]:
        """The figures of an area that it needs."""
        namen = [k for k in (self.met.get("kolom"), self.met.get("gewicht")) if k]
        eisen = [eis for k in ("waar", "waarvan", "gemeten") for eis in self.met.get(k, [])]
        namen += [naam for naam, *_ in eisen if naam != "code"]
        return list(dict.fromkeys(namen)) or [_KLEINSTE]


# --- rows -----------------------------------------------------------------------------------------
def rapportmaten(cat: Catalogus) -> dict[str, Rapportmaat]:
    """The rows by name, those with a place for a class or a percentile once for each."""
    uit: dict[str, Rapportmaat] = {}
    for naam, maat in cat.rapportmaten.items():
        for woorden in _plaatsen_van(cat, naam):
            uit[naam.format(**woorden)] = maat.model_copy(
                update={
                    "titel": maat.titel.format(zwak=cat.constanten.zwak_in_woorden, **woorden),
                    "nummer": maat.nummer and int(str(maat.nummer).format(**woorden)),
                    "waar": [
                        (kolom, toets, x.format(**woorden) if isinstance(x, str) else x)
                        for kolom, toets, x in maat.waar
                    ],
                }
            )
    return uit


def _plaatsen_van(cat: Catalogus, naam: str) -> Iterator[dict[str, Any]]:
    if "{klasse}" in naam:
        klassen = cat.kaartlagen["signaal_absoluut"].klassen.items()
        yield from ({"klasse": code, "label": klasse.label} for code, klasse in klassen)
    elif "{percentiel}" in naam:
        yield from ({"percentiel": nummer} for nummer in cat.constanten.percentielen)
    else:
        yield {}


# --- groups ---------------------------------------------------------------------------------------
def bezitsgroepen(cat: Catalogus) -> list[str]:
    """The classes of corporation share, what has none, and the country."""
    klassen = [klasse.label for klasse in cat.kaartlagen[BEZIT].klassen.values()]
    return [*klassen, cat.geen_meting.label, cat.constanten.land_naam]


def _groepseis(cat: Catalogus, onderdeel: str, groep: str, niveau: str) -> list[Eis]:
    """What an area of a group is known by."""
    if onderdeel == "gemeenten":
        return [("code", "begint", ("WK" if niveau == "wijk" else "BU") + groep[2:])]
    if onderdeel != "bezit" or groep == cat.constanten.land_naam:
        return []
    laag = cat.kaartlagen[BEZIT]
    nummers = {klasse.label: nummer for nummer, klasse in laag.klassen.items()}
    if groep not in nummers:
        return [(laag.waarde, "onbekend", None)]
    welke = {"grenzen": list(laag.grenzen), "op_de_grens": laag.op_de_grens or "hoger",
             "nummer": nummers[groep]}  # fmt: skip
    return [(laag.waarde, "klasse", welke)]


# --- questions ------------------------------------------------------------------------------------
def telvraag(cat: Catalogus, onderdeel: str, groep: str, naam: str, niveau: str) -> Telvraag:
    """What the rule of a row is asked for a group of a part of the report."""
    return telvraag_van(cat, rapportmaten(cat)[naam], onderdeel, groep, niveau)


def telvraag_van(
    cat: Catalogus, maat: Rapportmaat, onderdeel: str, groep: str, niveau: str | None
) -> Telvraag:
    """The same of a row; niveau: None where the areas are those of the group already."""
    hier = _groepseis(cat, onderdeel, groep, niveau) if niveau is not None else []
    cijfer, _, kant = groep.partition(" ")
    bekend: list[Eis] = [(k.format(cijfer=cijfer, kant=kant), "bekend", None) for k in maat.gemeten]
    waar = [*hier, *_eisen_van(cat, maat.waar)]
    van = [] if maat.van_alles else hier
    telt = [*van, *bekend]
    if maat.regel == "deel":
        van = waar
    if maat.regel in ("deel", "standaardafwijking", "percentiel_van"):
        waar = telt = [*waar, *bekend]
    if maat.regel == "standaardafwijking":
        telt = [*waar, (maat.gewicht or "", "boven", 0)]
    met: dict[str, Any] = {"waar": waar}
    if maat.regel in ("aantal", "gemeenten", "som"):
        met["gemeten"] = telt
    if maat.kolom is not None:
        met["kolom"] = maat.kolom.format(cijfer=cijfer, kant=kant)
    if maat.gewicht is not None:
        met["gewicht"] = maat.gewicht
    if maat.regel == "gemiddelde":
        telt = [*waar, (met["kolom"], "bekend", None), (maat.gewicht or "", "boven", 0)]
    if maat.waarvan:
        met["waarvan"] = _eisen_van(cat, maat.waarvan)
    if maat.nummer is not None:
        met["nummer"] = maat.nummer
    return Telvraag(maat.regel, met, telt, van)


def _eisen_van(cat: Catalogus, voorwaarden: Sequence[Sequence[Any]]) -> list[Eis]:
    return [(kolom, toets, _toetswaarde(cat, x)) for kolom, toets, x in voorwaarden]


def _toetswaarde(cat: Catalogus, x: int | str | None) -> Any:
    """What is tested against: a number, one class, or a constant by its name."""
    if not isinstance(x, str):
        return x
    return [int(x)] if x.isdecimal() else getattr(cat.constanten, x)


# --- words and lineage ----------------------------------------------------------------------------
def rapportformule(cat: Catalogus, maat: Rapportmaat) -> str:
    """How it is made, in words."""
    waar = [_eis_in_woorden(eis) for eis in _eisen_van(cat, maat.waar)]
    slot = f" waar {' en '.join(waar)}" if waar else ""
    if maat.regel == "deel":
        waarvan = [_eis_in_woorden(eis) for eis in _eisen_van(cat, maat.waarvan)]
        geheel = [*waar, *(f"een {naam}" for naam in maat.gemeten)]
        return f"gebieden met {' en '.join([*waar, *waarvan])} / gebieden met {' en '.join(geheel)}"
    return _FORMULES[maat.regel].format(kolom=maat.kolom, gewicht=maat.gewicht) + slot


_FORMULES = {
    "aantal": "aantal", "som": "Σ {kolom}", "gemeenten": "aantal gemeenten met een gebied",
    "gemiddelde": "gemiddelde, gewogen met {gewicht}",
    "standaardafwijking": "gewogen met {gewicht}, over gebieden met begin en eind",
    "percentiel_van": "over gebieden met begin en eind, ongewogen",
}  # fmt: skip


def _eis_in_woorden(eis: Eis) -> str:
    kolom, toets, x = eis
    if toets == "in":
        *eerste, laatste = map(str, x)
        return f"{kolom} {', '.join(eerste)} of {laatste} is" if eerste else f"{kolom} {laatste} is"
    return f"{kolom} bekend is" if toets == "bekend" else f"{kolom} {_TEKENS[toets]} {x}"


def rapportinvoer(cat: Catalogus, maat: Rapportmaat, tabel_van: Mapping[str, str]) -> list[str]:
    """What it is made of, as table.column."""
    return [f"{tabel_van[naam]}.{naam}" for naam in rapportkolommen(cat, maat)]


def rapportkolommen(cat: Catalogus, maat: Rapportmaat) -> list[str]:
    """The figures that it is made of: its own, or else what makes its groups."""
    namen = [kolom for kolom, *_ in maat.waar]
    groepen = [dict(zip(("cijfer", "kant"), paar, strict=True)) for paar in SPREIDINGEN]
    for naam in (*maat.gemeten, maat.kolom, *(kolom for kolom, *_ in maat.waarvan), maat.gewicht):
        if naam is not None:
            namen += [naam.format(**woorden) for woorden in groepen] if "{" in naam else [naam]
    if not namen:
        namen = [cat.kaartlagen[BEZIT].waarde]
    return list(dict.fromkeys(namen))


def groepkolommen(cat: Catalogus) -> list[str]:
    """What says which areas are in a group of the report, and of which a part is told."""
    delen = [k for maat in cat.rapportmaten.values() if maat.regel == "deel" for k, *_ in maat.waar]
    return list(dict.fromkeys([cat.kaartlagen[BEZIT].waarde, *delen, _KLEINSTE]))
