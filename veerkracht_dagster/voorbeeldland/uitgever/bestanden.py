"""Files at an address, as a plain web server gives them: marks, conditions and parts.

Here: ETag, Last-Modified, Range. Not here: what is served (`aanbod.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from veerkracht_dagster.voorbeeldland.uitgever.antwoord import (
    Antwoord,
    Webbestand,
    Webvraag,
    niet_gevonden,
)

_BEREIK = re.compile(r"^bytes=(\d+)-(\d*)$")


def bestand(vraag: Webvraag, bestanden: Mapping[str, Webbestand]) -> Antwoord:
    """The file at this address, what of it is asked, or that it did not change."""
    gevonden = bestanden.get(vraag.url)
    if gevonden is None:
        return niet_gevonden()
    if gevonden.zonder_merk:
        return Antwoord(200, gevonden.inhoud, "application/octet-stream")
    koppen = {"ETag": gevonden.etag, "Last-Modified": gevonden.moment, "Accept-Ranges": "bytes"}
    if _onveranderd(vraag, gevonden):
        return Antwoord(304, b"", koppen=koppen)
    bereik = _BEREIK.match(vraag.koppen.get("range", ""))
    if bereik and vraag.koppen.get("if-range") in (None, gevonden.etag, gevonden.moment):
        begin, grootte = int(bereik[1]), len(gevonden.inhoud)
        if begin >= grootte:
            return Antwoord(416, b"", koppen={"Content-Range": f"bytes */{grootte}"})
        einde = min(int(bereik[2] or grootte), grootte - 1)
        koppen["Content-Range"] = f"bytes {begin}-{einde}/{grootte}"
        deel = gevonden.inhoud[begin : einde + 1]
        return Antwoord(206, deel, "application/octet-stream", koppen)
    return Antwoord(200, gevonden.inhoud, "application/octet-stream", koppen)


def _onveranderd(vraag: Webvraag, gevonden: Webbestand) -> bool:
    if "if-none-match" in vraag.koppen:
        return vraag.koppen["if-none-match"] == gevonden.etag
    sinds = vraag.koppen.get("if-modified-since")
    if sinds is None:
        return False
    return parsedate_to_datetime(gevonden.moment) <= parsedate_to_datetime(sinds)
