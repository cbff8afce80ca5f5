"""The Pandera schema of every table, and the check that runs before a table is kept.

Here: schema from `Tabel`, and a result that names rule, rows, values found and the remedy.
Not here: which columns exist (`tabellen.py`) or when the check runs (`assets_defs/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen

_DTYPES = {"tekst": "str", "heel": "int64", "getal": "float64", "vlag": "bool", "geometrie": None}
MAXIMUM_VOORBEELDEN = 20


class TabelFout(ValueError):
    """A table breaks its schema; the message names table, column, rule, rows and the remedy."""


@dataclass(frozen=True)
class Uitslag:
    """Outcome of a schema check. `gevallen`: kolom, regel, rij, gevonden; one row per failure."""

    tabel: str
    gevallen: pd.DataFrame
    remedie: str = ""

    @property
    def goed(self) -> bool:
        return self.gevallen.empty

    @property
    def voorbeeld(self) -> pd.DataFrame:
        return self.gevallen.head(MAXIMUM_VOORBEELDEN)

    def melding(self, waar: str = "") -> str:
        """One readable paragraph: what broke, where, and what to do."""
        regels = self.gevallen.groupby(["kolom", "regel"], sort=False)
        delen = [
            f"{kolom}: {regel} ({len(groep)}x, zoals rij {groep['rij'].iloc[0]}: "
            f"{groep['gevonden'].iloc[0]!r})"
            for (kolom, regel), groep in regels
        ]
        return f"tabel {self.tabel}{waar} breekt zijn schema: {'; '.join(delen)}. {self.remedie}"


@cache
def pandera_schema(naam: str) -> pa.DataFrameSchema:
    """The Pandera schema of the table called `naam`."""
    return schema_van(tabellen()[naam])


def schema_van(tabel: Tabel) -> pa.DataFrameSchema:
    """The Pandera schema of any `Tabel`: all its columns, no others, and a unique key."""
    return pa.DataFrameSchema(
        {kolom.naam: _kolom(kolom) for kolom in tabel.kolommen},
        strict=True,
        unique=list(tabel.sleutel),
        name=tabel.naam,
        title=tabel.titel,
        description=tabel.omschrijving,
    )


def _kolom(kolom: Tabelkolom) -> pa.Column:
    checks: list[pa.Check] = []
    if kolom.waarden:
        checks.append(pa.Check.isin(kolom.waarden, error=f"een van {_kort(kolom.waarden)}"))
    if kolom.minimum is not None:
        checks.append(pa.Check.ge(kolom.minimum, error=f"ten minste {kolom.minimum:g}"))
    if kolom.maximum is not None:
        checks.append(pa.Check.le(kolom.maximum + 1e-9, error=f"ten hoogste {kolom.maximum:g}"))
    if kolom.patroon is not None:
        checks.append(pa.Check.str_matches(kolom.patroon, error=f"van de vorm {kolom.patroon}"))
    return pa.Column(
        _DTYPES[kolom.type],
        checks=checks,
        nullable=kolom.leeg_mag,
        title=kolom.titel,
        description=kolom.eenheid or None,
    )


def _kort(waarden: tuple[object, ...]) -> str:
    tekst = ", ".join(str(waarde) for waarde in waarden)
    return tekst if len(tekst) < 120 else tekst[:117] + "..."


def controleer(naam: str, tabel: pd.DataFrame) -> Uitslag:
    """Check a table against the schema of `naam`; all failures at once."""
    try:
        pandera_schema(naam).validate(tabel, lazy=True)
    except pandera.errors.SchemaErrors as fouten:
        return Uitslag(naam, _gevallen(fouten, tabel, tabellen()[naam]), _remedie(naam))
    return Uitslag(naam, pd.DataFrame(columns=["kolom", "regel", "rij", "gevonden"]))


def _gevallen(
    fouten: pandera.errors.SchemaErrors, tabel: pd.DataFrame, spec: Tabel
) -> pd.DataFrame:
    rijen = []
    for _, geval in fouten.failure_cases.iterrows():
        rij = geval["index"]
        bekend = pd.notna(rij) and rij in tabel.index
        code = tabel.loc[rij, spec.sleutel[-1]] if bekend else None
        rijen.append(
            {
                "kolom": str(geval["column"] if geval["column"] is not None else ""),
                "regel": str(geval["check"]),
                "rij": f"{rij} ({code})" if code is not None else str(rij),
                "gevonden": geval["failure_case"],
            }
        )
    return pd.DataFrame(rijen, columns=["kolom", "regel", "rij", "gevonden"])


def _remedie(naam: str) -> str:
    stap = tabellen()[naam].stap
    if stap == "bronnen":
        return (
            "Kijk of het bestand van de uitgever echt deze tabel is; is het dat, pas dan de kolom aan "
            "in catalogus/kolommen.yml."
        )
    return (
        f"De stap {stap} maakt iets dat de catalogus niet toestaat: herstel de berekening, "
        "of de catalogus als die niet klopt."
    )
