"""Asks publishers for the marks of what they have: no data, few and small requests.

Here: which marks there are per way of fetching. Not here: what changed marks mean (`gezien.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.ophalen import bestanden
from veerkracht_dagster.bronnen.ophalen.diensten import hosts_van
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.bronnen.ophalen.kenmerken import Webkenmerk
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.bronnen.ophalen.wegen import verbinding_van
from veerkracht_dagster.bronnen.uitkijk.catalogi import Catalogusstand, catalogusstand
from veerkracht_dagster.bronnen.uitkijk.gezien import GEHEUGEN, Geheugen, Gezien, gezien_bij
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Bron, Ophaalweg
from veerkracht_dagster.werkmap import Werkmap

TABELWEGEN = ("cbs_v4_bulk", "cbs_v4", "cbs_v3")


@dataclass
class Blik:
    """What publishers have now per source and year, the list of tables that a source is in where
    that was asked, and of which sources and years one could not be asked: silence is not 'no news'.
    """

    gezien: dict[tuple[str, int], Gezien] = field(default_factory=dict)
    standen: dict[str, Catalogusstand] = field(default_factory=dict)
    onbereikt: dict[tuple[str, int], OphaalFout] = field(default_factory=dict)


def kijk(werkmap: Werkmap, gevraagd: Collection[tuple[str, int]]) -> Blik:
    """What publishers have now of these sources and years.

    One publisher that does not answer does not stop the look at others.
    """
    cat = catalogus()
    geheugen = Geheugen(werkmap.pad / GEHEUGEN)
    blik = Blik()
    if not gevraagd:
        return blik
    with verbinding_van(Instellingen.uit_omgeving().ongeduldig(), cat) as verbinding:
        kenmerken: dict[str, Webkenmerk | OphaalFout | None] = {}
        lijsten: dict[str | None, Catalogusstand | OphaalFout] = {}
        for bron, jaar in gevraagd:
            beschrijving = cat.bronnen[bron]
            stand = _stand(verbinding, beschrijving, jaar, lijsten)
            if isinstance(stand, Catalogusstand):
                blik.standen[bron] = stand
            vorige = geheugen.van(bron, jaar)
            try:
                with verbinding.alleen(hosts_van(beschrijving)):
                    gezien = _gezien(verbinding, beschrijving, jaar, stand, vorige, kenmerken)
            except OphaalFout as fout:
                blik.onbereikt[bron, jaar] = fout
                continue
            geheugen.onthoud(bron, jaar, gezien)
            blik.gezien[bron, jaar] = gezien
    geheugen.schrijf()
    return blik


def _stand(
    verbinding: Verbinding,
    beschrijving: Bron,
    jaar: int,
    lijsten: dict[str | None, Catalogusstand | OphaalFout],
) -> Catalogusstand | OphaalFout | None:
    """The list of tables that a source is in, or why there is none: a list is asked once for all.

    None: the source has no tables, or none of this year: then no list needs to be asked.
    """
    if jaar not in beschrijving.tabellen or not met_tabellen(beschrijving):
        return None
    eigen = {weg.basis for weg in beschrijving.ophalen if weg.weg in TABELWEGEN}
    basis = next(iter(eigen)) if len(eigen) == 1 else None
    if basis not in lijsten:
        try:
            lijsten[basis] = catalogusstand(verbinding, basis)
        except OphaalFout as fout:
            lijsten[basis] = fout
    return lijsten[basis]


def met_tabellen(beschrijving: Bron) -> bool:
    """Whether the source is in the publisher's list of tables."""
    return any(weg.weg in TABELWEGEN for weg in beschrijving.ophalen)


def _gezien(
    verbinding: Verbinding,
    beschrijving: Bron,
    jaar: int,
    stand: Catalogusstand | OphaalFout | None,
    vorige: Gezien | None,
    kenmerken: dict[str, Webkenmerk | OphaalFout | None],
) -> Gezien:
    if isinstance(stand, OphaalFout):
        raise stand
    if stand is not None:
        nummer = beschrijving.tabellen[jaar]
        rij = stand.rijen.get(nummer.upper())
        if rij is None:
            return gezien_bij(stand.dienst, None, vorige, tabel=nummer)
        return gezien_bij(
            stand.dienst, rij.merk, vorige, tabel=nummer, reden=rij.reden, gestopt=rij.gestopt
        )
    weg, merk = _merk(verbinding, beschrijving.ophalen, jaar, kenmerken)
    return gezien_bij(weg, merk, vorige)


def _merk(
    verbinding: Verbinding,
    wegen: Iterable[Ophaalweg],
    jaar: int,
    kenmerken: dict[str, Webkenmerk | OphaalFout | None],
) -> tuple[str, Mapping[str, Any] | None]:
    """The first way along which a file is there, and its marks; none where it is nowhere.

    Raises:
        OphaalFout: nowhere, and an address could not be asked: it may be there.
    """
    fouten: list[OphaalFout] = []
    laatste = ""
    for weg in wegen:
        laatste = weg.sleutel
        for url, _, _ in weg.kandidaten(jaar):
            try:
                merk = _merk_van(verbinding, weg, url, kenmerken)
            except OphaalFout as fout:
                fouten.append(fout)
                continue
            if merk is not None:
                return weg.sleutel, merk
    if fouten:
        raise OphaalFout(*(probleem for fout in fouten for probleem in fout.problemen))
    return laatste, None


def _merk_van(
    verbinding: Verbinding,
    weg: Ophaalweg,
    url: str,
    kenmerken: dict[str, Webkenmerk | OphaalFout | None],
) -> dict[str, Any] | None:
    """The marks at one address, None where nothing is there."""
    if weg.weg == "feed":
        return _merk_uit_feed(verbinding, url, str(weg.einde))
    if url not in kenmerken:
        kenmerken[url] = _kenmerk(verbinding, url)
    kenmerk = kenmerken[url]
    if isinstance(kenmerk, OphaalFout):
        raise kenmerk
    return None if kenmerk is None else {"url": url, **bestanden.merk_van(kenmerk)}


def _kenmerk(verbinding: Verbinding, url: str) -> Webkenmerk | OphaalFout | None:
    """The marks, None where it is not there, or why not: a file of all years is asked once."""
    try:
        return verbinding.kenmerk(url)
    except Afwezig:
        return None
    except OphaalFout as fout:
        return fout


def _merk_uit_feed(verbinding: Verbinding, url: str, einde: str) -> dict[str, Any] | None:
    with tempfile.TemporaryDirectory() as los:
        try:
            return bestanden.feed(verbinding, url, einde, Path(los)).merk
        except Afwezig:
            return None
