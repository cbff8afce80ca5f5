"""Asks publishers for the marks of what they have: no data, few and small requests.

Here: which marks there are per way of fetching. Not here: what changed marks mean (`gezien.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.ophalen import bestanden
from veerkracht_dagster.bronnen.ophalen.innemen import GEHEUGEN, Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.verbinding import Afwezig, Kenmerk, Verbinding
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.bronnen.uitkijk.catalogi import Catalogusstand, catalogusstand
from veerkracht_dagster.bronnen.uitkijk.gezien import Geheugen, Gezien, gezien_bij
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Bron, Ophaalweg
from veerkracht_dagster.werkmap import Werkmap

TABELWEGEN = ("cbs_v4_bulk", "cbs_v4", "cbs_v3")


def kijk(
    werkmap: Werkmap, bronnen: Iterable[str], jaren: Iterable[int]
) -> tuple[dict[tuple[str, int], Gezien], Catalogusstand | None]:
    """What publishers have now of the sources and years that are fetched, and their list of tables.

    A year that somebody chose by hand, or that lies in the source folder, is not asked.

    Raises:
        OphaalFout: a publisher could not be asked.
    """
    cat, innemer = catalogus(), Innemer(werkmap)
    geheugen = Geheugen(werkmap.pad / GEHEUGEN)
    gevraagd = [(b, j) for b in bronnen for j in jaren if innemer.haalt_op(b, j)]
    uit: dict[tuple[str, int], Gezien] = {}
    stand: Catalogusstand | None = None
    if not gevraagd:
        return uit, None
    with verbinding_van(Instellingen.uit_omgeving().ongeduldig(), cat) as verbinding:
        kenmerken: dict[str, Kenmerk | None] = {}
        for bron, jaar in gevraagd:
            beschrijving = cat.bronnen[bron]
            if met_tabellen(beschrijving):
                stand = stand or catalogusstand(verbinding)
            gezien = _gezien(
                verbinding, beschrijving, jaar, stand, geheugen.van(bron, jaar), kenmerken
            )
            geheugen.onthoud(bron, jaar, gezien)
            uit[bron, jaar] = gezien
    geheugen.schrijf()
    return uit, stand


def met_tabellen(beschrijving: Bron) -> bool:
    """Whether the source is in the publisher's list of tables."""
    return any(weg.weg in TABELWEGEN for weg in beschrijving.ophalen)


def _gezien(
    verbinding: Verbinding,
    beschrijving: Bron,
    jaar: int,
    stand: Catalogusstand | None,
    vorige: Gezien | None,
    kenmerken: dict[str, Kenmerk | None],
) -> Gezien:
    if met_tabellen(beschrijving):
        assert stand is not None
        nummer = beschrijving.tabellen.get(jaar, "")
        rij = stand.rijen.get(nummer.upper())
        if rij is None:
            return gezien_bij(stand.dienst, None, vorige, tabel=nummer or None)
        return gezien_bij(
            stand.dienst, rij.merk, vorige, tabel=nummer, reden=rij.reden, gestopt=rij.gestopt
        )
    merk = _merk(verbinding, beschrijving.ophalen, jaar, kenmerken)
    return gezien_bij("bestand", merk, vorige)


def _merk(
    verbinding: Verbinding,
    wegen: Iterable[Ophaalweg],
    jaar: int,
    kenmerken: dict[str, Kenmerk | None],
) -> Mapping[str, Any] | None:
    """Marks of the first file that is there; None when none is."""
    for weg in wegen:
        for url, _, _ in weg.kandidaten(jaar):
            if weg.weg == "feed":
                merk = _merk_uit_feed(verbinding, url, str(weg.einde))
                if merk is not None:
                    return merk
                continue
            if url not in kenmerken:
                kenmerken[url] = _kenmerk(verbinding, url)
            kenmerk = kenmerken[url]
            if kenmerk is not None:
                return {"url": url, **bestanden.merk_van(kenmerk)}
    return None


def _kenmerk(verbinding: Verbinding, url: str) -> Kenmerk | None:
    try:
        return verbinding.kenmerk(url)
    except Afwezig:
        return None


def _merk_uit_feed(verbinding: Verbinding, url: str, einde: str) -> dict[str, Any] | None:
    with tempfile.TemporaryDirectory() as los:
        try:
            return bestanden.feed(verbinding, url, einde, Path(los)).merk
        except Afwezig:
            return None
