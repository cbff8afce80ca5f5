"""The overviews a second time: report, comparison, and sensitivity to thresholds and groups.

Here: every row of those tables, from the figures of `naspel.py`, by the rules of the receipts.
Not here: the counting (`rekenwijze/tellen.py`), those figures; a corporation's scan, whose order is
no part of a release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.catalogus.cijfers import tabel_van
from veerkracht_dagster.catalogus.models import Rapportmaat
from veerkracht_dagster.catalogus.rapportcijfers import (
    BEZIT,
    SPREIDINGEN,
    bezitsgroepen,
    rapportformule,
    rapportinvoer,
    rapportkolommen,
    rapportmaten,
    telvraag_van,
)
from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.tellen import (
    TELLINGEN,
    Kvariant,
    Rijen,
    Vergeleken,
    gebieden,
    per_klasse,
)

if TYPE_CHECKING:
    from veerkracht_dagster.tweede.naspel import Naspel

Rij = Mapping[str, Any]
_TEGENOVER = ("rang", "van", "percentiel", "verschil")


def _rijen(naspel: Naspel, kolommen: Sequence[str]) -> list[tuple[Any, ...]]:
    """Of every area its code, and these figures or texts."""
    return list(zip(naspel.codes, *map(naspel.reeks, kolommen), strict=True))


def klassen(naspel: Naspel) -> Iterator[Rij]:
    """Table `gevoeligheid_klassen`: areas per class for each pair of thresholds."""
    regels, geen = naspel.editie.parameters, naspel.cat.geen_meting.code
    for vorm, slot in (("absoluut", ""), ("relatief", "_relatief")):
        rijen = _rijen(naspel, [f"dK{slot}", f"dP{slot}", "onv_klasse"])
        gemeten = sum(None not in rij for rij in rijen)
        for fK, fP in product(regels.stabiliteit_factoren, repeat=2):
            tK, tP = regels.tK_procentpunt * fK, regels.tP_punt * fP
            codes = [*naspel.cat.kaartlagen[f"signaal_{vorm}"].klassen, geen]
            telling = per_klasse(rijen, {
                "klassen": codes,
                "tK": tK, "tP": tP, "tK_gewoon": regels.tK_procentpunt,
                "tP_gewoon": regels.tP_punt, "geen_meting": geen,
                "problemen_vanaf": naspel.cat.constanten.problemen_vanaf,
            })  # fmt: skip
            for code, (er_zijn, anders) in telling.items():
                yield {
                    "vorm": vorm, "tK_procentpunt": tK, "tP_punt": tP, "klasse": code,
                    "gebieden": er_zijn, "anders": anders, "gemeten": gemeten, "van": len(rijen),
                }  # fmt: skip


# --- comparison -------------------------------------------------------------------------------
def vergelijking(naspel: Naspel) -> Iterator[Rij]:
    """Table `vergelijking`: how an area stands against its gemeente and the country."""
    for naam, maat in naspel.cat.vergelijkmaten.items():
        rijen = [
            (code, gemeente, maat.teken * x + 0.0, inwoners)
            for (code, x, inwoners), gemeente in zip(
                _rijen(naspel, [maat.kolom, "inwoners_eind"]), naspel.gemeenten, strict=True
            )
            if x is not None
        ]
        land = Vergeleken([(x, inwoners) for _, _, x, inwoners in rijen])
        per_gemeente: dict[str, list[tuple[float, r.Getal]]] = {}
        for _, gemeente, x, inwoners in rijen:
            per_gemeente.setdefault(gemeente, []).append((x, inwoners))
        gemeenten = {gemeente: Vergeleken(paren) for gemeente, paren in per_gemeente.items()}
        for code, gemeente, x, _ in rijen:
            rij: dict[str, Any] = {"regiocode": code, "maat": naam, "waarde": x}
            for waar, groep, alle in (
                ("land", land, len(naspel.codes)),
                ("gemeente", gemeenten[gemeente], len(naspel.per_gemeente[gemeente])),
            ):
                rij[f"gebieden_{waar}"] = alle
                gevonden = groep.tegenover(x)
                rij |= {f"{wat}_{waar}": gevonden[wat] for wat in _TEGENOVER}
            yield rij


# --- K made otherwise -------------------------------------------------------------------------
def varianten(naspel: Naspel) -> Iterator[Rij]:
    """Table `gevoeligheid_varianten`: a group left out, K at its bounds."""
    regels, groepen = naspel.editie.parameters, naspel.gebruikt
    kanten = ("", "_ondergrens", "_bovengrens")
    kolommen = [f"K_{kant}{grens}" for kant in ("begin", "eind") for grens in kanten]
    kolommen += [f"aandeel_{groep}_{kant}" for groep in groepen for kant in ("begin", "eind")]
    kolommen += ["methode", "inwoners_eind", "dP", "onv_klasse"]
    rijen = _rijen(naspel, kolommen)
    maaksels: list[tuple[str, dict[str, Any]]] = [
        ("alle groepen", {}),
        *((f"zonder {g}", {"zonder": g, "rest": [x for x in groepen if x != g]}) for g in groepen),
        *((f"K op de {grens[1:]}", {"grens": grens[1:]}) for grens in kanten[1:]),
    ]
    for naam, anders in maaksels:
        variant = Kvariant(rijen, {
            "kolommen": kolommen, "zonder": "", "rest": [], "grens": "", **anders,
            "tK": regels.tK_procentpunt, "tP": regels.tP_punt,
            "decimalen": naspel.cat.constanten.decimalen_verandering,
            "problemen_vanaf": naspel.cat.constanten.problemen_vanaf,
        })  # fmt: skip
        cijfers = naspel.cat.overzichten["gevoeligheid_varianten"].kolommen.keys() - {"variant"}
        yield {"variant": naam, **{wat: variant.cijfer(wat) for wat in cijfers}}


# --- the report -------------------------------------------------------------------------------
def rapport(naspel: Naspel) -> Iterator[Rij]:
    """Table `rapport`: 'Veerkracht in het corporatiebezit'."""
    cat = naspel.cat
    maten, waar = rapportmaten(cat), tabel_van(cat)
    meeste = list(cat.kaartlagen[BEZIT].klassen.values())[-1].label
    telling = _Rapport(naspel, maten)
    for onderdeel, groep, rijen in telling.groepen():
        naast = (onderdeel, groep) in {("land", cat.constanten.land_naam), ("bezit", meeste)}
        for naam, maat in maten.items():
            if onderdeel not in maat.onderdelen:
                continue
            waarde, gebieden, van = telling.tel(maat, onderdeel, groep, rijen)
            yield {
                "onderdeel": onderdeel, "groep": groep, "maat": naam, "waarde": waarde,
                "gebieden": gebieden, "van": van, "titel": maat.titel, "eenheid": maat.eenheid,
                "formule": rapportformule(cat, maat),
                "uit": ", ".join(rapportinvoer(cat, maat, waar)),
                "openbaar": maat.openbaar if naast else None,
                "anders": maat.anders if naast else None,
            }  # fmt: skip


class _Rapport:
    """The areas of every group of the report, and what is counted over them."""

    def __init__(self, naspel: Naspel, maten: Mapping[str, Rapportmaat]) -> None:
        self._naspel, self._cat = naspel, naspel.cat
        namen = [naam for maat in maten.values() for naam in rapportkolommen(self._cat, maat)]
        self._kolommen = list(dict.fromkeys([*namen, "inwoners_eind"]))
        self._alle = _rijen(naspel, self._kolommen)

    def tel(
        self, maat: Rapportmaat, onderdeel: str, groep: str, rijen: Rijen
    ) -> tuple[Any, int, int]:
        """A figure of a group, and for how many of how many areas it is measured."""
        niveau = self._naspel.editie.niveau if maat.van_alles else None
        rijen = self._alle if maat.van_alles else rijen
        vraag = telvraag_van(self._cat, maat, onderdeel, groep, niveau)
        hier = {"kolommen": self._kolommen}
        gemeten, van = (gebieden(rijen, {**hier, "waar": eis}) for eis in (vraag.telt, vraag.van))
        return TELLINGEN[vraag.regel](rijen, {**hier, **vraag.met}), gemeten, van

    def groepen(self) -> Iterator[tuple[str, str, Rijen]]:
        """Part, group, and the areas of the group."""
        land = self._cat.constanten.land_naam
        per_klasse = _verdeeld(self._bezit(), self._alle)
        for groep in bezitsgroepen(self._cat):
            yield "bezit", groep, self._alle if groep == land else per_klasse.get(groep, [])
        yield "land", land, self._alle
        for gemeente, rijen in _verdeeld(self._naspel.gemeenten, self._alle).items():
            if any(rij[self._plek("signaal_absoluut")] in self._zwak for rij in rijen):
                yield "gemeenten", gemeente, rijen
        for cijfer, kant in SPREIDINGEN:
            yield "spreiding", f"{cijfer} {kant}", self._alle

    def _bezit(self) -> list[str]:
        """The class of corporation share of every area, as the map has it."""
        laag, geen = self._cat.kaartlagen[BEZIT], self._cat.geen_meting.label
        klassen = self._naspel.lagen[BEZIT].klasse
        return [geen if k is None else laag.klassen[k].label for k in klassen]

    def _plek(self, kolom: str) -> int:
        return 1 + self._kolommen.index(kolom)

    @property
    def _zwak(self) -> Sequence[int]:
        return self._cat.constanten.zwakke_klassen


def _verdeeld(namen: Sequence[str], rijen: Rijen) -> dict[str, list[Any]]:
    uit: dict[str, list[Any]] = {}
    for naam, rij in zip(namen, rijen, strict=True):
        uit.setdefault(naam, []).append(rij)
    return uit


OVERZICHTEN: Mapping[str, Callable[[Naspel], Iterator[Rij]]] = {
    "gevoeligheid_klassen": klassen,
    "gevoeligheid_varianten": varianten,
    "vergelijking": vergelijking,
    "rapport": rapport,
}
