"""Sets of an OData service, page by page to disk, whichever version of OData it is.

Here: following next links, without ever leaving the publisher's own set.
Not here: which sets a table has (`cbs_v3.py`, `cbs_v4.py`), what their rows mean (`dialecten/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson

from veerkracht_dagster.bronnen.dialecten.odata import Variant, begin_in
from veerkracht_dagster.bronnen.ophalen.fouten import Voorbijgaand, ophaalfout
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald
from veerkracht_dagster.bronnen.ophalen.keuren import keur_json
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding

_MEESTE_PAGINAS = 10_000


class VeranderdOnderweg(Exception):
    """The publisher brought out another version while this one was being fetched."""


@dataclass(frozen=True)
class Odatapagina:
    """A page on disk: its file name in our store, what came, and its rows (or its own members)."""

    naam: str
    gehaald: Gehaald
    rijen: list[dict[str, Any]]


def verzameling(
    verbinding: Verbinding, basis: str, naam: str, variant: Variant, map_: Path, vraag: str = ""
) -> Iterator[Odatapagina]:
    """Every page of a set, in order. The file names are those that `dialecten/odata.py` reads.

    Args:
        basis: url of the table. vraag: the query of the first page.

    Raises:
        Afwezig, OphaalFout: as `Verbinding.haal`; or a next link that leads elsewhere or back.
    """
    url, begin = f"{basis}/{naam}{vraag}", 0
    gevraagd = {url}
    for _ in range(_MEESTE_PAGINAS):
        bestand = f"{naam}.skip{begin}.json"
        gehaald = verbinding.haal(url, map_ / bestand, _keur_pagina)
        assert gehaald is not None  # no condition was asked
        inhoud = orjson.loads(gehaald.pad.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        yield Odatapagina(bestand, gehaald, inhoud["value"])
        link = inhoud.get(variant.volgende)
        if link is None:
            return
        begin += len(inhoud["value"])
        vorige, url = url, _volgende(url, basis, naam, link, begin)
        if url in gevraagd:
            raise _verkeerd(vorige, f"opnieuw {link!r}", "een pagina die nog niet gevraagd is")
        gevraagd.add(url)
    raise _verkeerd(url, f"meer dan {_MEESTE_PAGINAS} pagina's", "een laatste pagina")


def enkel(verbinding: Verbinding, url: str, pad: Path) -> tuple[Gehaald, dict[str, Any]]:
    """One JSON object: a singleton, or a service document."""
    gehaald = verbinding.haal(url, pad, keur_json)
    assert gehaald is not None
    return gehaald, orjson.loads(gehaald.pad.read_bytes().removeprefix(b"\xef\xbb\xbf"))


def _keur_pagina(pad: Path) -> None:
    keur_json(pad)
    rijen = orjson.loads(pad.read_bytes().removeprefix(b"\xef\xbb\xbf")).get("value")
    if not isinstance(rijen, list) or not all(isinstance(rij, dict) for rij in rijen):
        raise Voorbijgaand("een antwoord zonder lijst 'value'")


def _volgende(url: str, basis: str, naam: str, link: object, begin: int) -> str:
    """The next url: of the same set, at our own address of the publisher, whatever its host.

    Raises:
        VeranderdOnderweg: it begins elsewhere than at `begin`: rows were lost, or come twice.
        OphaalFout: it is no address, or of another set.
    """
    try:
        delen = urlsplit(urljoin(url, link if isinstance(link, str) else ""))
    except ValueError:
        delen = urlsplit("")
    eigen = f"{urlsplit(basis).path}/{naam}".lower()
    if delen.path.rstrip("/").lower() != eigen or not delen.query:
        raise _verkeerd(url, f"een volgende pagina {link!r}", f"een pagina van {eigen}")
    sprong = begin_in(delen.query)
    if sprong not in (None, begin):
        raise VeranderdOnderweg(f"{url}: de volgende pagina begint bij {sprong}, niet {begin}")
    return f"{basis}/{naam}?{delen.query}"


def _verkeerd(url: str, gevonden: str, verwacht: str) -> Exception:
    return ophaalfout(
        url,
        gevonden=gevonden,
        verwacht=verwacht,
        remedie="kijk of de dienst van de uitgever veranderd is; meld het als het zo blijft",
    )
