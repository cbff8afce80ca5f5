"""CBS tables over OData v4: the bulk zip, or the sets one by one.

Here: what belongs to a table, and seeing that the table stayed the same while it came.
Not here: paging (`odata.py`), the rows (`dialecten/odata_v4.py`, `odata_v4_csv.py`).
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.dialecten.odata import V4
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.bronnen.ophalen.kenmerken import Gehaald
from veerkracht_dagster.bronnen.ophalen.keuren import keur_bestand
from veerkracht_dagster.bronnen.ophalen.odata import VeranderdOnderweg, enkel, verzameling
from veerkracht_dagster.bronnen.ophalen.verbinding import Verbinding
from veerkracht_dagster.bronnen.zips import leden_van

BASIS = "https://datasets.cbs.nl/odata/v1/CBS"
BULK = "https://datasets.cbs.nl/csv/CBS/nl"
# What of Properties, and of a row of the catalogue, says that a table is another than before.
MERKEN = ("Version", "Modified", "ObservationsModified", "ObservationCount", "Status")
_BROK = 1 << 20


@dataclass(frozen=True)
class Eigenschappen:
    """The singleton Properties of a table."""

    gehaald: Gehaald
    inhoud: dict[str, Any]

    @property
    def merk(self) -> dict[str, Any]:
        """The marks of a table."""
        return {naam: self.inhoud.get(naam) for naam in MERKEN}


def eigenschappen(verbinding: Verbinding, tabel: str, map_: Path) -> Eigenschappen:
    """What the publisher says of a table.

    Raises:
        Afwezig: there is no such table.
        OphaalFout: as `Verbinding.haal`.
    """
    map_.mkdir(parents=True, exist_ok=True)
    return Eigenschappen(
        *enkel(verbinding, f"{BASIS}/{tabel}/Properties", map_ / "Properties.json")
    )


def bulk(
    verbinding: Verbinding, nummer: str, eigen: Eigenschappen, map_: Path
) -> list[tuple[str, Gehaald]]:
    """The bulk zip of a table: (file name, what came).

    Raises:
        VeranderdOnderweg: another version came out, or observations are missing.
        Afwezig: this table has no bulk download.
        OphaalFout: as `Verbinding.haal`.
    """
    url = f"{BULK}/{nummer}"
    gehaald = verbinding.haal(url, map_ / f"{nummer}.zip", keur_bestand, hervatten=True)
    assert gehaald is not None
    (lid,) = leden_van(Bestand(f"{nummer}.zip", gehaald.pad), "observations.csv")
    _weiger_veranderd(verbinding, nummer, eigen, map_, _regels(gehaald.pad, str(lid.lid)) - 1)
    return [("Properties.json", eigen.gehaald), (f"{nummer}.zip", gehaald)]


def tabel(
    verbinding: Verbinding, nummer: str, eigen: Eigenschappen, map_: Path
) -> list[tuple[str, Gehaald]]:
    """Every set of a table, as JSON pages: (file name, what came).

    Raises:
        VeranderdOnderweg: another version came out, or observations are missing.
        Afwezig: this table has metadata but no observations in v4.
        OphaalFout: as `Verbinding.haal`.
    """
    basis = f"{BASIS}/{nummer}"
    gehaald, document = enkel(verbinding, basis, map_ / "dienst.json")
    aanwezig = {str(rij.get("name")) for rij in document.get("value", [])}
    uit = [("Properties.json", eigen.gehaald)]
    aantal = 0
    # Observations first: where they are not, the rest need not be asked.
    for naam in ["Observations", *sorted(aanwezig - {"Observations", "Properties"})]:
        for pagina in verzameling(verbinding, basis, naam, V4, map_):
            uit.append((pagina.naam, pagina.gehaald))
            aantal += len(pagina.rijen) if naam == "Observations" else 0
    gehaald.pad.unlink()
    _weiger_veranderd(verbinding, nummer, eigen, map_, aantal)
    return uit


def _weiger_veranderd(
    verbinding: Verbinding, nummer: str, eigen: Eigenschappen, map_: Path, aantal: int
) -> None:
    na = eigenschappen(verbinding, nummer, map_ / "na").merk
    if na != eigen.merk:
        raise VeranderdOnderweg(f"{BASIS}/{nummer}: van {eigen.merk} naar {na}")
    if na["ObservationCount"] not in (None, aantal):
        raise VeranderdOnderweg(
            f"{BASIS}/{nummer}: {aantal} waarnemingen, aangekondigd {na['ObservationCount']}"
        )


def _regels(pad: Path, lid: str) -> int:
    """Lines of a member, the header included; the last one may lack its line end."""
    aantal, laatste = 0, b"\n"
    with zipfile.ZipFile(pad) as zip_, zip_.open(lid) as stroom:
        while brok := stroom.read(_BROK):
            aantal += brok.count(b"\n")
            laatste = brok[-1:]
    return aantal + (laatste != b"\n")
