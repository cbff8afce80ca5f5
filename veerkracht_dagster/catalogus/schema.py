"""The Pandera schema of every table, and the check that runs before a table is kept.

Here: schema from `Tabel`, and a result that names rule, rows, values found and the remedy.
Not here: which columns exist (`tabellen/`) or when the check runs (`assets_defs/`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa

from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen
from veerkracht_dagster.catalogus.vorm import dtype_van
from veerkracht_dagster.tekst import TEKST

ONTBREEKT, ONBEKEND = "kolom ontbreekt", "kolom onbekend"
KOLOMMEN_GEVAL = ["partitie", "kolom", "regel", "rij", "gevonden"]


@dataclass(frozen=True)
class Uitslag:
    """Outcome of a schema check. `gevallen`: partitie, kolom, regel, rij, gevonden."""

    tabel: str
    gevallen: pd.DataFrame
    remedie: str = ""

    @property
    def goed(self) -> bool:
        return self.gevallen.empty

    def melding(self) -> str:
        """One readable paragraph: what broke, where, and what to do."""
        regels = self.gevallen.groupby(["partitie", "kolom", "regel"], sort=False)
        delen = [
            f"[{partitie}] {kolom}: {regel}{_zoals(str(regel), groep)}"
            for (partitie, kolom, regel), groep in regels
        ]
        return f"tabel {self.tabel} breekt zijn schema: {'; '.join(delen)}. {self.remedie}"


def _zoals(regel: str, gevallen: pd.DataFrame) -> str:
    """How often and where; nothing of a column that is not there or should not be."""
    if regel in (ONTBREEKT, ONBEKEND):
        return ""
    gevonden = gevallen["gevonden"].tolist()[0]
    return f" ({len(gevallen)}x, zoals rij {gevallen['rij'].iloc[0]}: {gevonden!r})"


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
        checks.append(_een_van(kolom.waarden))
    if kolom.minimum is not None:
        checks.append(pa.Check.ge(kolom.minimum, error=f"ten minste {kolom.minimum:g}"))
    if kolom.maximum is not None:
        checks.append(pa.Check.le(kolom.maximum + 1e-9, error=f"ten hoogste {kolom.maximum:g}"))
    if kolom.patroon is not None:
        checks.append(_patroon(kolom.patroon))
    return pa.Column(
        dtype_van(kolom),
        checks=checks,
        nullable=kolom.leeg_mag,
        title=kolom.titel,
        description=kolom.eenheid or None,
    )


def _patroon(patroon: str) -> pa.Check:
    """Every distinct text is looked at once: a column of codes or states has few."""
    vorm = re.compile(patroon)

    def past(kolom: pd.Series) -> pd.Series:
        goed = {tekst for tekst in set(kolom.tolist()) if vorm.match(tekst)}
        return pd.Series([tekst in goed for tekst in kolom.tolist()], index=kolom.index, dtype=bool)

    return pa.Check(past, error=f"van de vorm {patroon}")


def _een_van(waarden: tuple[object, ...]) -> pa.Check:
    toegestaan = set(waarden)

    def past(kolom: pd.Series) -> pd.Series:
        return pd.Series([w in toegestaan for w in kolom.tolist()], index=kolom.index, dtype=bool)

    return pa.Check(past, error=f"een van {_kort(waarden)}")


def _kort(waarden: tuple[object, ...]) -> str:
    tekst = ", ".join(str(waarde) for waarde in waarden)
    return tekst if len(tekst) < 120 else tekst[:117] + "..."


def controleer(naam: str, per_partitie: Mapping[str, pd.DataFrame]) -> Uitslag:
    """Check the partitions of a table against the schema of `naam`; all failures at once.

    All partitions go through Pandera together: it costs milliseconds per column and call, whatever
    the number of rows.
    """
    gevallen = [_vorm(naam, partitie, tabel) for partitie, tabel in per_partitie.items()]
    if all(deel.empty for deel in gevallen):
        gevallen = [_inhoud(naam, per_partitie)]
    alles = pd.concat(gevallen, ignore_index=True)
    return Uitslag(naam, alles, "" if alles.empty else remedie(naam, alles["regel"]))


def _vorm(naam: str, partitie: str, tabel: pd.DataFrame) -> pd.DataFrame:
    """Columns and types, per partition: putting partitions together could hide another type."""
    spec = {kolom.naam: dtype_van(kolom) for kolom in tabellen()[naam].kolommen}
    rijen: list[tuple[Any, ...]] = [
        (kolom, ONTBREEKT, "", "") for kolom in spec if kolom not in tabel
    ]
    rijen += [(kolom, ONBEKEND, "", "") for kolom in tabel if kolom not in spec]
    rijen += [
        (kolom, f"type {dtype}", "", str(tabel[kolom].dtype))
        for kolom, dtype in spec.items()
        if dtype is not None and kolom in tabel and tabel[kolom].dtype != str(dtype)
    ]
    uit = pd.DataFrame(rijen, columns=["kolom", "regel", "rij", "gevonden"])
    uit.insert(0, "partitie", partitie)
    return uit


def _inhoud(naam: str, per_partitie: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    spec, schema = tabellen()[naam], pandera_schema(naam)
    samen = pd.concat([pd.DataFrame(t) for t in per_partitie.values()], ignore_index=True)
    partitie = np.repeat(list(per_partitie), [len(tabel) for tabel in per_partitie.values()])
    samen = pd.concat([samen, pd.DataFrame({"partitie": partitie})], axis=1)  # no frame in pieces
    samen = samen.astype({k: TEKST for k in samen if isinstance(samen[k].dtype, pd.StringDtype)})
    met_partitie = schema.add_columns({"partitie": pa.Column(TEKST)})
    met_partitie.unique = ["partitie", *spec.sleutel]
    rijen = []
    try:
        met_partitie.validate(samen, lazy=True)
    except pandera.errors.SchemaErrors as fouten:
        rijen = [_geval(geval, samen, spec) for _, geval in fouten.failure_cases.iterrows()]
    return pd.DataFrame(rijen, columns=KOLOMMEN_GEVAL)


def _geval(geval: pd.Series, samen: pd.DataFrame, spec: Tabel) -> tuple[str, str, str, str, object]:
    """One failure: the row by its key, since row numbers mean nothing to a reader."""
    rij, gevonden = geval["index"], geval["failure_case"]
    bekend = pd.notna(rij) and rij in samen.index
    return (
        str(samen.loc[rij, "partitie"]) if bekend else "",
        str(geval["column"] if geval["column"] is not None else ""),
        str(geval["check"]),
        str(samen.loc[rij, spec.sleutel[-1]]) if bekend else str(rij),
        gevonden,
    )


# Where the columns of a table are described, by its stage: the buurttabel has those of the sources.
_BESCHREVEN_IN = {"indicatoren": "indicatoren.yml", "kaartlagen": "kaartlagen.yml"}


def remedie(naam: str, regels: Collection[str] = ()) -> str:
    """What to do when a table breaks its schema; regels: those that it breaks, as they are told."""
    stap = tabellen()[naam].stap
    if stap == "bronnen":
        return (
            "Kijk of het bestand echt deze tabel is en of het er zo in staat: is het een fout, "
            "vraag de uitgever of leverancier dan om een verbeterd bestand; klopt het, of is het "
            "een merk voor onbekend (`merken`), pas dan de kolom aan in catalogus/kolommen.yml."
        )
    van_bronnen = "kolommen.yml" if naam == stap else "tabellen/"
    code, rijen = (
        f"veerkracht_dagster/{stap}/",
        f"catalogus/{_BESCHREVEN_IN.get(stap, van_bronnen)}",
    )
    anders = {
        ONTBREEKT: f"Wat ontbreekt: bereken het waar {naam} gemaakt wordt, in {code}, of haal de "
        f"rij uit {rijen}.",
        ONBEKEND: f"Wat onbekend is: geef het een rij in {rijen}, of bereken het niet in {code}.",
    }
    return " ".join(tekst for regel, tekst in anders.items() if regel in set(regels)) or (
        f"De stap {stap} maakt iets dat de catalogus niet toestaat: herstel de berekening in "
        f"{code}, of de catalogus als die niet klopt."
    )
