"""What every address of every way answers now: marks and first bytes, no files.

Here: asking, per step of `diensten.stappen`, and what a rebuild would do with a source and year.
Not here: showing it (`cli/keur.py`), remembering when an address answered (`bevestigd.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.ophalen import bestanden, cbs_v3, cbs_v4
from veerkracht_dagster.bronnen.ophalen.begin import EERSTE, LAATSTE, soort_van
from veerkracht_dagster.bronnen.ophalen.diensten import Dienststap, hosts_van, stappen
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout
from veerkracht_dagster.bronnen.ophalen.mislukt import Mislukkingen
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.catalogus.models import Bron, Catalogus

HAALT, RESERVE, WEIGERT, LEEG = "haalt het hier", "reserve", "weigert het jaar", "laat het leeg"


@dataclass(frozen=True)
class Bevinding:
    """What one address answered. grootte: bytes, or rows at a service, where it says so.

    kolommen: where our columns are found in a table whose topics nobody recorded.
    """

    bron: str
    jaar: int
    weg: str
    adres: str
    gezien: bool
    getuige: str
    werkt: bool
    antwoord: str
    grootte: int | None = None
    gewijzigd: str | None = None
    dialect: str | None = None
    kolommen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Jaaroordeel:
    """A source and year: what was found at its addresses, and what a rebuild would do with it."""

    bron: str
    jaar: int
    bevindingen: tuple[Bevinding, ...]
    besluit: str
    waarom: str = ""

    @property
    def werkend(self) -> Bevinding | None:
        """The first address that works: there a rebuild fetches."""
        return next((b for b in self.bevindingen if b.werkt), None)

    def doet(self, bevinding: Bevinding) -> str:
        """What a rebuild does with one address."""
        if not bevinding.werkt:
            return "probeert de volgende" if self.werkend else self.besluit
        return HAALT if bevinding is self.werkend else RESERVE


@dataclass
class Adreskeur:
    """Asks addresses. What several years share is asked once."""

    verbinding: Verbinding
    cat: Catalogus
    vandaag: Callable[[], date] = date.today
    _gevraagd: dict[str, Bevinding | Afwezig | BronFout] = field(default_factory=dict)

    def keur(self, bronnen: Iterable[str], jaren: Iterable[int]) -> Iterator[Jaaroordeel]:
        """Every source and year, in the order of the catalogue; one at a time, as they come."""
        jaren = list(jaren)
        for bron in bronnen:
            beschrijving = self.cat.bronnen[bron]
            with self.verbinding.alleen(hosts_van(beschrijving)):
                for jaar in jaren:
                    yield self._jaar(bron, beschrijving, jaar)

    def _jaar(self, bron: str, beschrijving: Bron, jaar: int) -> Jaaroordeel:
        mislukt, bevindingen = Mislukkingen(), []
        for stap in stappen(beschrijving, jaar):
            try:
                uit = self._vraag(bron, jaar, stap)
            except (Afwezig, BronFout) as fout:
                mislukt.erbij(stap, fout)
                uit = _bevinding(bron, jaar, stap, werkt=False, antwoord=_in_een_regel(fout))
            bevindingen.append(uit)
        if any(b.werkt for b in bevindingen):
            return Jaaroordeel(bron, jaar, tuple(bevindingen), HAALT)
        waarom = mislukt.waarom_afwezig(
            beschrijving, jaar, self.vandaag(), self.cat.eerste_peiljaar
        )
        if waarom is not None:
            return Jaaroordeel(bron, jaar, tuple(bevindingen), LEEG, waarom)
        reden = str(mislukt.fout(bron, beschrijving, jaar))
        return Jaaroordeel(bron, jaar, tuple(bevindingen), WEIGERT, reden)

    def _vraag(self, bron: str, jaar: int, stap: Dienststap) -> Bevinding:
        """What an address answers; of one with all years, what it answered before."""
        sleutel = f"{stap.weg.sleutel} {stap.adres.url}"
        if sleutel not in self._gevraagd:
            try:
                gevonden = _VRAGEN[stap.weg.weg](self.verbinding, stap)
                if _zoekt_onderwerpen(self.cat.bronnen[bron]):
                    gevonden["kolommen"] = self._kolommen(bron, jaar, stap)
                self._gevraagd[sleutel] = _bevinding(bron, jaar, stap, werkt=True, **gevonden)
            except (Afwezig, BronFout) as fout:
                self._gevraagd[sleutel] = fout
        uit = self._gevraagd[sleutel]
        if isinstance(uit, Bevinding):
            return Bevinding(**{**vars(uit), "jaar": jaar})
        raise uit

    def _kolommen(self, bron: str, jaar: int, stap: Dienststap) -> dict[str, str]:
        """Per column of ours the topic and kinds of figures that fit, by metadata alone.

        Raises:
            BronFout: a column that is not there once.
        """
        from veerkracht_dagster.bronnen.dialecten.odata_v3_perioden import opzet_van
        from veerkracht_dagster.bronnen.vorm import Vraag

        with tempfile.TemporaryDirectory() as los:
            sets = cbs_v3.beschrijving(self.verbinding, stap.basis, str(stap.tabel), Path(los))
            bestanden = [Bestand(p.naam, p.gehaald.pad) for p in sets]
            opzet = opzet_van(bestanden, Vraag(bron, jaar, self.cat))
        return {plek.naam: plek.voluit for plek in opzet.plekken}


def _zoekt_onderwerpen(beschrijving: Bron) -> bool:
    """Whether topics are looked for by words, since nobody recorded what they are called."""
    return any(plaats.dialect == "odata_v3_perioden" for plaats in beschrijving.vindplaatsen)


def _bevinding(bron: str, jaar: int, stap: Dienststap, **gevonden: Any) -> Bevinding:
    adres = stap.adres
    return Bevinding(
        bron, jaar, stap.weg.sleutel, adres.url, adres.gezien, adres.getuige, **gevonden
    )


def _in_een_regel(fout: Afwezig | BronFout) -> str:
    return " ".join(fout.gevonden.split())


def _v4(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    eigen = _v4_eigenschappen(verbinding, stap)
    basis = f"{cbs_v4.BASIS}/{stap.tabel}/Observations"
    begin, _ = verbinding.stukken(f"{basis}?$top=1", EERSTE, EERSTE)
    _weiger_zonder_gegevens(basis, begin, b"")
    return {**eigen, "dialect": "OData v4 (JSON)"}


def _v4_bulk(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    eigen = _v4_eigenschappen(verbinding, stap)
    begin, einde = verbinding.stukken(stap.adres.url, EERSTE, LAATSTE)
    return {**eigen, "dialect": _weiger_zonder_gegevens(stap.adres.url, begin, einde)}


def _v4_eigenschappen(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as los:
        inhoud = cbs_v4.eigenschappen(verbinding, str(stap.tabel), Path(los)).inhoud
    status = inhoud.get("Status")
    return {
        "antwoord": "HTTP 200" + (f", status {status}" if status else ""),
        "grootte": inhoud.get("ObservationCount"),
        "gewijzigd": inhoud.get("Modified"),
    }


def _v3(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as los:
        info = cbs_v3.eigenschappen(verbinding, stap.basis, str(stap.tabel), Path(los))
    merk = cbs_v3.merk_van(info)
    return {
        "antwoord": "HTTP 200",
        "grootte": merk["RecordCount"],
        "gewijzigd": merk["Modified"],
        "dialect": "OData v3 (JSON)",
    }


def _bestand(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    return _van_bestand(verbinding, stap.adres.url)


def _feed(verbinding: Verbinding, stap: Dienststap) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as los:
        wat = bestanden.feed(verbinding, stap.adres.url, str(stap.weg.einde), Path(los))
    uit = _van_bestand(verbinding, wat.url)
    return {
        **uit,
        "antwoord": f"{uit['antwoord']}: {wat.url}",
        "grootte": wat.lengte if uit["grootte"] is None else uit["grootte"],
        "gewijzigd": wat.bijgewerkt or uit["gewijzigd"],
    }


def _van_bestand(verbinding: Verbinding, url: str) -> dict[str, Any]:
    kenmerk = verbinding.kenmerk(url)
    begin, einde = verbinding.stukken(url, EERSTE, LAATSTE)
    return {
        "antwoord": "HTTP 200",
        "grootte": kenmerk.lengte,
        "gewijzigd": kenmerk.gewijzigd,
        "dialect": _weiger_zonder_gegevens(url, begin, einde),
    }


def _weiger_zonder_gegevens(url: str, begin: bytes, einde: bytes) -> str:
    soort, kan = soort_van(begin, einde)
    if not kan:
        raise OphaalFout.van(url, f"{soort} in plaats van gegevens", "gegevens")
    return soort


_VRAGEN: dict[str, Callable[[Verbinding, Dienststap], dict[str, Any]]] = {
    "cbs_v4_bulk": _v4_bulk,
    "cbs_v4": _v4,
    "cbs_v3": _v3,
    "bestand": _bestand,
    "feed": _feed,
}
