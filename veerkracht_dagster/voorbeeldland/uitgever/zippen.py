"""A zip that is the same bytes every time.

Here: writing one. Not here: what goes in (`kaarten.py`, `adresbestanden.py`, `aanbod.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_MOMENT = (2024, 1, 1, 0, 0, 0)


def in_zip(leden: Mapping[str, bytes]) -> bytes:
    """A zip of members by name, in this order."""
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        for naam, ruw in leden.items():
            lid = zipfile.ZipInfo(naam, _MOMENT)
            lid.compress_type = zipfile.ZIP_DEFLATED
            zip_.writestr(lid, ruw, compresslevel=1)
    return inhoud.getvalue()
