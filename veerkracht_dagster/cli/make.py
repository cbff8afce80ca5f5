"""What to give `make` to come back in the work folder that a command is in.

Here: `make TARGET` with the settings of now, for hints. Not here: the settings (`werkmap.py`).
"""

from __future__ import annotations

import os
import shlex

from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.werkmap import Werkmap

_GEGEVEN = "VEERKRACHT_MAKE"  # of the Makefile: NAME=value, as they were given to it
_HTTP = "http"


def make(doel: str, werkmap: Werkmap) -> str:
    """`make doel`, in this work folder."""
    return f"make {doel}{bij_make(werkmap)}"


def bij_make(werkmap: Werkmap) -> str:
    """What is to follow the target, with a blank before it; nothing for the sample."""
    gegeven = os.environ.get(_GEGEVEN)
    if gegeven is None:  # not started by make
        gegeven = " ".join(_uit_omgeving(werkmap))
    return f" {gegeven}" if gegeven else ""


def _uit_omgeving(werkmap: Werkmap) -> list[str]:
    """What the Makefile makes these settings of."""
    eigen = [("OPHALEN", "ja")] if Instellingen.uit_omgeving().aan else []
    if not werkmap.bronnen.is_relative_to(werkmap.pad):
        eigen = [("BRONNEN", str(werkmap.bronnen)), *eigen]
    if werkmap.pad.name == _HTTP and werkmap.is_voorbeeld:
        eigen = [("BRON", _HTTP)]
    gewoon = "http" if ("BRON", _HTTP) in eigen else "eigen" if eigen else "voorbeeld"
    if werkmap.pad.parts[-3:] != (".veerkracht", "werk", gewoon):
        eigen.append(("WERK", str(werkmap.pad)))
    return [f"{naam}={shlex.quote(waarde)}" for naam, waarde in eigen]
