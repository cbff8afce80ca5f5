"""The page of sources in `docs/`: how each comes in, from where, when, and how it is recognised.

Here: Markdown of what `bronnen.yml` says. Not here: columns (`woordenboek.py`), fetching itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from veerkracht_dagster.catalogus.markdown import GEMAAKT, koppen, rij
from veerkracht_dagster.catalogus.models import Adres, Bron, Catalogus, Kalender, Ophaalweg

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
    regels += [*_bijbestanden(cat), ""]
    return "\n".join(regels)


def _bijbestanden(cat: Catalogus) -> Iterator[str]:
    yield "## Overgeslagen bestanden"
    yield ""
    yield (
        "Wat programma's naast bestanden neerzetten is nooit van een uitgever: het stopt niets, "
        "ook niet in een levering of een zip. Een rebuild en `veerkracht status` zeggen wat er in "
        "de bronnenmap overgeslagen is; bij een slotbestand heeft iemand het bestand nog open."
    )
    yield ""
    yield from koppen("naam van bestand of map", "van", "gezien door")
    for een in cat.bijbestanden:
        yield rij(f"`{een.vorm.strip()}`", een.van, een.getuige)


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
    yield from _ophalen(bron)
    yield "In de bronnenmap, in volgorde van voorkeur:"
    yield ""
    yield from koppen("vorm", "bestanden")
    for plaats in bron.vindplaatsen:
        ook = "; aanvullend" if plaats.aanvullend else ""
        yield rij(f"`{plaats.dialect}`{ook}", f"`{plaats.patroon}`")


def _ophalen(bron: Bron) -> Iterator[str]:
    if not bron.ophalen:
        return
    yield (
        "Ophalen, de beste weg eerst; lukt een weg niet, dan de volgende. Een versie en een jaar "
        "boven wat iemand zag worden nog geprobeerd, verder wordt er niet geraden. Wanneer een "
        "adres hier voor het laatst antwoordde, zegt `veerkracht bronnen keur`:"
    )
    yield ""
    yield from koppen("weg", "wat", "jaren", "adres", "getuige")
    for weg in bron.ophalen:
        yield from _weg(weg, bron)
    yield ""
    yield from koppen("weg", "geeft", "een nieuwe versie blijkt uit")
    for weg in bron.ophalen:
        dialecten = ", ".join(dict.fromkeys(_dialecten(weg, bron)))
        yield rij(f"`{weg.sleutel}`", dialecten, _MERKEN[weg.weg])
    yield ""


def _weg(weg: Ophaalweg, bron: Bron) -> Iterator[str]:
    naam, wat = f"`{weg.sleutel}`", _WEGEN[weg.weg]
    if not weg.adressen:
        waar = f"`{weg.basis}`" if weg.basis else "bij het tabelnummer"
        yield rij(naam, wat, _reeks(bron.tabellen), waar, str(weg.getuige))
    for adres in weg.adressen:
        yield rij(naam, wat, _jaren(adres), f"`{adres.url}`", _getuige(adres))


def _jaren(adres: Adres) -> str:
    if adres.versies:
        return ", ".join(f"{jaar} v{versie}" for jaar, versie in sorted(adres.versies.items()))
    if adres.vanaf is not None:
        return f"{adres.vanaf}-{adres.tot or ''}" if adres.tot != adres.vanaf else str(adres.vanaf)
    return str(adres.jaar or "alle")


def _reeks(jaren: Iterable[int]) -> str:
    return f"{min(jaren, default='')}-{max(jaren, default='')}"


def _getuige(adres: Adres) -> str:
    return f"afgeleid: {adres.getuige}" if adres.afgeleid else adres.getuige


def _dialecten(weg: Ophaalweg, bron: Bron) -> Iterator[str]:
    """The dialects that a file of this way may be in: those of the places where it is named."""
    map_ = weg.map or {"cbs_v3": "cbs_odata_v3"}.get(weg.weg, "cbs_odata_v4")
    for plaats in bron.vindplaatsen:
        zip_ = plaats.patroon.endswith(".zip")
        if plaats.patroon.startswith(f"{map_}/") and (zip_ or weg.weg != "cbs_v4_bulk"):
            yield f"`{plaats.dialect}`"


def _wanneer(kalender: Kalender) -> str:
    wanneer = {0: "van het peiljaar zelf", 1: "van het jaar erna"}.get(
        kalender.na, f"{kalender.na} jaar na het peiljaar"
    )
    elke = "" if kalender.elke == 1 else f", om de {kalender.elke} jaar"
    return f"uiterlijk in {_MAANDEN[kalender.maand]} {wanneer}{elke}"
