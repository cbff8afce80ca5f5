"""Files that SQLite keeps beside a GeoPackage while someone is writing in it.

Here: refusing a map of which part stands in such a file. Not here: reading it
(`dialecten/kaartlagen.py`). A source file is never written to, so that what stands beside it is
neither taken up nor rolled back here.
"""

from __future__ import annotations

from pathlib import Path

from veerkracht_dagster.bronnen.fouten import BronFout, bronfout

_REMEDIE = (
    "sluit het programma waarin de kaart openstaat (zoals QGIS), en zet haar opnieuw neer zoals de "
    "uitgever haar gaf; blijft {naam} staan, open de kaart dan een keer in een kopie van de map, "
    "sluit haar weer, en neem de kaart uit die kopie"
)
# How SQLite's rollback journal begins while it counts (sqlite.org/fileformat.html, 3: one that is
# done with is empty, gone, or begins with zeros).
_JOURNAAL = bytes.fromhex("d9d505f920a163d7")


def weiger_metgezellen(naam: str, pad: Path) -> None:
    """Refuse a file of SQLite with committed rows, or rows to be rolled back, in a file beside it.

    Args:
        naam: what an error calls the file.

    Raises:
        BronFout: there is a `-wal` that is not empty, or a `-journal` that is to be rolled back.
    """
    wal, journaal = (pad.with_name(pad.name + einde) for einde in ("-wal", "-journal"))
    if wal.is_file() and wal.stat().st_size:
        raise rijen_ernaast(naam, wal.name)
    if journaal.is_file() and _begin(journaal) == _JOURNAAL:
        raise bronfout(
            naam,
            gevonden=f"ernaast {journaal.name}: iemand was erin aan het schrijven en is niet klaar "
            "gekomen",
            verwacht="een kaart waar niemand in schrijft",
            remedie=_REMEDIE.format(naam=journaal.name),
        )


def rijen_ernaast(naam: str, metgezel: str) -> BronFout:
    """The error for a map of which rows stand in a file beside it."""
    return bronfout(
        naam,
        gevonden=f"ernaast {metgezel}, met rijen die wel bewaard zijn en nog niet in de kaart zelf "
        "staan",
        verwacht="een kaart die heel in haar eigen bestand staat",
        remedie=_REMEDIE.format(naam=metgezel),
    )


def _begin(pad: Path) -> bytes:
    with pad.open("rb") as stroom:
        return stroom.read(len(_JOURNAAL))
