"""The page of sources in `docs/`: how each comes in, from where, when, and how it is recognised.

Here: Markdown of what `bronnen.yml` says. Not here: columns (`woordenboek.py`), fetching itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from veerkracht_dagster.catalogus.markdown import GEMAAKT, koppen, rij
from veerkracht_dagster.catalogus.models import Bron, Catalogus, Kalender, Ophaalweg

BRONNEN = "bronnen.md"
_MAANDEN = {
    1: "januari", 2: "februari", 3: "maart", 4: "april", 5: "mei", 6: "juni", 7: "juli",
    8: "augustus", 9: "september", 10: "oktober", 11: "november", 12: "december",
}  # fmt: skip
_WEGEN = {
    "cbs_v4_bulk": "OData v4 van het CBS: de zip met de hele tabel",
    "cbs_v4": "OData v4 van het CBS: de verzamelingen in pagina's",
    "cbs_v3": "OData v3 van het CBS (Feed): de verzamelingen in pagina's",
    "feed": "het bestand waar een ATOM-feed naar wijst",
    "bestand": "een bestand op een vast adres",
}
_MERKEN = {
    "cbs_v4_bulk": "Version, Modified, ObservationsModified, ObservationCount of Status",
    "cbs_v4": "dezelfde",
    "cbs_v3": "Modified, MetaDataModified, Updated, ReasonDelivery of RecordCount",
    "feed": "`updated` en `length` in de feed",
    "bestand": "ETag, Last-Modified en lengte; zonder merk wordt het elke week opnieuw gehaald",
}


def bronnenpagina(cat: Catalogus) -> str:
    """Every source, as Markdown."""
    regels = [GEMAAKT, "# Bronnen", "", *_inleiding(cat), ""]
    for naam, bron in cat.bronnen.items():
        regels += [*_bron(naam, bron), ""]
    return "\n".join(regels)


def _inleiding(cat: Catalogus) -> Iterator[str]:
    yield (
        "Wat gekozen is gaat voor, dan wat in de bronnenmap ligt, dan wat is opgehaald. Ophalen "
        "gebeurt alleen als het aanstaat ([operations](operations.md#watching-publishers)). Elke "
        "versie blijft onaangeroerd bewaard; de kolommen staan in het "
        "[gegevenswoordenboek](gegevenswoordenboek.md)."
    )
    yield ""
    yield from koppen("bron", "titel", "uitgever", "licentie", "hoe het binnenkomt")
    for naam, bron in cat.bronnen.items():
        manifest = any(plaats.dialect == "levering" for plaats in bron.vindplaatsen)
        hoe = "geleverd, met een manifest" if manifest else "neergezet"
        hoe = "opgehaald of neergezet" if bron.ophalen else hoe
        yield rij(f"[`{naam}`](#{naam})", bron.titel, bron.uitgever, bron.licentie, hoe)


def _bron(naam: str, bron: Bron) -> Iterator[str]:
    yield f"## {naam}"
    yield ""
    yield f"{bron.omschrijving.strip()} Bron: <{bron.url}>"
    yield ""
    if bron.kalender is not None:
        yield f"Verwacht: {_wanneer(bron.kalender)} ({bron.kalender.bron})."
        yield ""
    if bron.tabellen:
        tabellen = ", ".join(f"{jaar} `{nummer}`" for jaar, nummer in bron.tabellen.items())
        yield f"Tabellen: {tabellen}."
        yield ""
    if bron.tabeltitel is not None:
        yield (
            f"Een nieuw jaar wordt in de lijst van de uitgever herkend aan de titel "
            f"`{bron.tabeltitel}` en voorgesteld; iemand zet het in `bronnen.yml`."
        )
        yield ""
    if bron.overgeslagen:
        yield f"Bekend en niet bewaard: {', '.join(bron.overgeslagen)}."
        yield ""
    if (o := bron.onbruikbaar) is not None:
        yield (
            f"Lege of dubbele rijen worden weggelaten en geteld, tot {o.deel * 100:g} % van het "
            f"bestand; is het meer, dan wordt het geweigerd. Waarom zoveel: {o.waarom}."
        )
        yield ""
    yield from _ophalen(bron.ophalen)
    yield "In de bronnenmap, in volgorde van voorkeur:"
    yield ""
    yield from koppen("vorm", "bestanden")
    for plaats in bron.vindplaatsen:
        ook = "; aanvullend" if plaats.aanvullend else ""
        yield rij(f"`{plaats.dialect}`{ook}", f"`{plaats.patroon}`")


def _ophalen(wegen: list[Ophaalweg]) -> Iterator[str]:
    if not wegen:
        return
    yield "Ophalen, de beste weg eerst; een jaar zonder bekend adres wordt niet geraden:"
    yield ""
    yield from koppen("weg", "jaren", "adres", "een nieuwe versie blijkt uit")
    for weg in wegen:
        yield from _weg(weg)
    yield ""


def _weg(weg: Ophaalweg) -> Iterator[str]:
    wat, merk = _WEGEN[weg.weg], _MERKEN[weg.weg]
    if weg.url is not None:
        yield rij(wat, f"vanaf {weg.vanaf}" if weg.vanaf else "alle", f"`{weg.url}`", merk)
    elif weg.adressen:
        for jaar, adressen in weg.adressen.items():
            yield rij(wat, str(jaar), ", anders ".join(f"`{a}`" for a in adressen), merk)
    else:
        yield rij(wat, "met een tabelnummer", "bij het tabelnummer", merk)


def _wanneer(kalender: Kalender) -> str:
    wanneer = {0: "van het peiljaar zelf", 1: "van het jaar erna"}.get(
        kalender.na, f"{kalender.na} jaar na het peiljaar"
    )
    elke = "" if kalender.elke == 1 else f", om de {kalender.elke} jaar"
    return f"uiterlijk in {_MAANDEN[kalender.maand]} {wanneer}{elke}"
