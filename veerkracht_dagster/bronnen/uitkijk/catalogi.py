"""A service's list of all its tables: of CBS over v4, or over v3 where v4 does not answer; of a
host that has v3 alone, over that.

Here: one cheap call, its marks per table, and new years that nobody has entered yet.
Not here: which of our years a table is (`merken.py`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from veerkracht_dagster.bronnen.ophalen import cbs_v3, cbs_v4
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout
from veerkracht_dagster.bronnen.ophalen.keuren import keur_json
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.catalogus.models import Bron

V4 = "https://datasets.cbs.nl/odata/v1/CBS/Datasets"
_LIJST_V3 = "/ODataCatalog/Tables"
V3 = f"https://{urlsplit(cbs_v3.FEED).netloc}{_LIJST_V3}"
_VELDEN_V4 = ("Identifier", "Title", "VersionReason", *cbs_v4.MERKEN)
# Both mean that the publisher goes on no more with a table (first_contact.md A9).
_GESTOPT = {"gediscontinueerd", "vervallen"}
_VELDEN_V3 = ("Identifier", "Title", "OutputStatus", *cbs_v3.MERKEN)


@dataclass(frozen=True)
class Catalogusrij:
    """A table as the list has it: its marks, and the publisher's reason for this version."""

    nummer: str
    titel: str
    merk: dict[str, Any]
    reden: str
    gestopt: bool


@dataclass(frozen=True)
class Catalogusstand:
    """The whole list, by number in capitals, and of which service."""

    dienst: str
    rijen: Mapping[str, Catalogusrij]
    opmerking: str | None = None


def catalogusstand(verbinding: Verbinding, basis: str | None = None) -> Catalogusstand:
    """The list of now.

    Args:
        basis: of a service with v3 alone, where it keeps its tables; None: CBS's own services.
            dataderden.cbs.nl has v3 and a list of its own, and is in no list of CBS
            (sources.md 1 and 10).
    Raises:
        OphaalFout: no service answers.
    """
    if basis is not None:
        delen = urlsplit(basis)
        return _stand_v3(verbinding, f"{delen.scheme}://{delen.netloc}{_LIJST_V3}")
    try:
        rijen = _vraag(verbinding, f"{V4}?$select={','.join(_VELDEN_V4)}")
        return Catalogusstand("v4", _per_nummer(rijen, cbs_v4.MERKEN, "VersionReason", "Status"))
    except (OphaalFout, Afwezig) as fout:
        return _stand_v3(verbinding, V3, f"v4 antwoordde niet, v3 is gevraagd: {fout}")


def _stand_v3(verbinding: Verbinding, lijst: str, opmerking: str | None = None) -> Catalogusstand:
    url = f"{lijst}?$format=json&$select={','.join(_VELDEN_V3)}"
    try:
        rijen = _vraag(verbinding, url)
    except Afwezig as fout:
        raise OphaalFout.van(url, "HTTP 404", "de lijst van tabellen") from fout
    return Catalogusstand(
        "v3", _per_nummer(rijen, cbs_v3.MERKEN, "ReasonDelivery", "OutputStatus"), opmerking
    )


def nieuwe_jaren(stand: Catalogusstand, beschrijving: Bron) -> dict[int, str]:
    """Years that the publisher has a table of and our catalogue not: a proposal, nothing more."""
    if beschrijving.tabeltitel is None:
        return {}
    vorm = re.compile(beschrijving.tabeltitel)
    gevonden = {
        int(titel[1]): rij.nummer
        for rij in stand.rijen.values()
        if (titel := vorm.fullmatch(rij.titel.strip()))
    }
    laatste = max(beschrijving.tabellen, default=0)
    return {
        j: n for j, n in sorted(gevonden.items()) if j not in beschrijving.tabellen and j > laatste
    }


def _vraag(verbinding: Verbinding, url: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as los:
        gehaald = verbinding.haal(url, Path(los) / "tabellen.json", keur_json)
        assert gehaald is not None
        inhoud = orjson.loads(gehaald.pad.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    rijen = inhoud.get("value")
    if not isinstance(rijen, list) or not rijen or not all(isinstance(r, dict) for r in rijen):
        raise OphaalFout.van(url, "een lijst zonder tabellen", "een lijst van alle tabellen")
    return rijen


def _per_nummer(
    rijen: list[dict[str, Any]], merken: tuple[str, ...], reden: str, status: str
) -> dict[str, Catalogusrij]:
    return {
        str(rij.get("Identifier")).upper(): Catalogusrij(
            str(rij.get("Identifier")),
            str(rij.get("Title") or ""),
            {naam: rij.get(naam) for naam in merken},
            str(rij.get(reden) or "").strip(),
            str(rij.get(status) or "").strip().casefold() in _GESTOPT,
        )
        for rij in rijen
    }
