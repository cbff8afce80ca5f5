"""Hands the tables of an asset to Dagster: checked before they are kept, with what people look at.

Belongs here: running schema and method checks, metadata per partition, and the data version.
Not here: making the tables; what a check tests.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa

from assets_defs.controles import SCHEMA
from assets_defs.weigeren import weigering
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.schema import Uitslag, controleer
from veerkracht_dagster.catalogus.schema_groot import controleer_groot
from veerkracht_dagster.celstatus import STATUSSEN
from veerkracht_dagster.controle import Controle, samen
from veerkracht_dagster.instantie.intern import DATA_VERSION_TAG
from veerkracht_dagster.instantie.versies import laatste_records
from veerkracht_dagster.opslag.tabellen import vingerafdruk
from veerkracht_dagster.sporen.afkomst import Tabellen

AFDRUK = "vingerafdruk"
PER_PARTITIE = "per partitie"  # of a check: what was counted, a row per partition of the run
Uitvoer = TypeVar("Uitvoer", bound=dg.Output[Any] | dg.MaterializeResult)


def lever_af(
    context: dg.AssetExecutionContext,
    naam: str,
    tabellen: Mapping[str, Any],
    feiten: Mapping[str, Mapping[str, Any]],
    controles: Mapping[str, list[Controle]] | None = None,
    geweigerd: Mapping[str, str] | None = None,
) -> Iterator[dg.AssetCheckResult | dg.Output[Any]]:
    """Check, describe and yield the tables of the partitions in this run.

    Args:
        tabellen: table per partition (DataFrame, or Arrow table where it is big); where they are
            from goes along.
        feiten: metadata per partition.
        controles: outcomes of the method's checks per partition, per name any number.
        geweigerd: why there is no table of a partition, of those that were refused before.

    Raises:
        dg.Failure: a partition was refused or a check of it failed; the failure says which. Nothing
            is kept: what stood before stays, also of partitions that are right.
    """
    if geweigerd and not tabellen:
        raise weigering(geweigerd)
    per_partitie = controles or {}
    groot = any(isinstance(tabel, pa.Table) for tabel in tabellen.values())
    uitslag = controleer_groot(naam, tabellen) if groot else controleer(naam, tabellen)
    gevallen, schemafouten = _wat_er_mis_is(uitslag, tabellen)
    yield _schemaresultaat(uitslag, gevallen, tabellen)
    yield from _methoderesultaten(per_partitie)
    fouten = {partitie: [melding] for partitie, melding in (geweigerd or {}).items()}
    for partitie in tabellen:
        fouten.setdefault(partitie, []).extend(schemafouten.get(partitie, []))
        fouten[partitie] += [c.melding() for c in per_partitie.get(partitie, []) if not c.goed]
    if any(fouten.values()):
        van_welke = len(tabellen) == 1 or "" not in set(uitslag.gevallen["partitie"])
        samen_per = {p: "\n".join(van_een) for p, van_een in fouten.items() if van_een}
        raise weigering(samen_per, van_welke=van_welke)
    nieuw = {partitie: vingerafdruk(tabel) for partitie, tabel in tabellen.items()}
    for partitie, tabel in tabellen.items():
        context.add_asset_metadata(
            {**_algemeen(tabel), **feiten.get(partitie, {}), AFDRUK: nieuw[partitie]},
            partition_key=partitie,
        )
    yield from met_versies(context, nieuw, lambda versie: dg.Output(tabellen, data_version=versie))


def met_versies(
    context: dg.AssetExecutionContext,
    nieuw: Mapping[str, str],
    uitvoer: Callable[[dg.DataVersion], Uitvoer],
) -> Iterator[Uitvoer]:
    """Yield what a step made, each partition with the version that it had if its content is the
    same: that is what stops a rebuild from going further than it needs to.

    Dagster gives all partitions of a step one data version. Of a partition that keeps another one,
    that is said in one event more, which is the one that counts from then on.

    Args:
        nieuw: fingerprint of the content per partition.
        uitvoer: what the step yields, of a data version.
    """
    versie, eigen = dataversies(context, nieuw)
    yield uitvoer(dg.DataVersion(versie))
    records = laatste_records(context.instance, context.asset_key) if eigen else {}
    for partitie, behouden in eigen.items():
        zojuist = records[partitie].asset_materialization
        assert zojuist is not None  # the step made it, a line above
        context.log_event(
            zojuist._replace(
                description="De inhoud bleef gelijk, dus ook de dataversie.",
                tags={**(zojuist.tags or {}), DATA_VERSION_TAG: behouden},
            )
        )


def dataversies(
    context: dg.AssetExecutionContext, nieuw: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """The data version of a step, and per partition the one it keeps where that is another one."""
    behouden = {}
    records = laatste_records(context.instance, context.asset_key)
    for partitie, afdruk in nieuw.items():
        record = records.get(partitie)
        materialisatie = record.asset_materialization if record else None
        if materialisatie is not None and _afdruk_van(materialisatie) == afdruk:
            behouden[partitie] = (materialisatie.tags or {}).get(DATA_VERSION_TAG, "")
    if behouden.keys() == nieuw.keys():
        versie = Counter(behouden.values()).most_common(1)[0][0]
    else:
        versie = next(iter(nieuw.values())) if len(nieuw) == 1 else _samen(nieuw)
    return versie, {partitie: oud for partitie, oud in behouden.items() if oud != versie}


def _samen(afdrukken: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(afdrukken.items())).encode()).hexdigest()


def _afdruk_van(materialisatie: dg.AssetMaterialization) -> object:
    waarde = materialisatie.metadata.get(AFDRUK)
    return waarde.value if waarde is not None else None


def _wat_er_mis_is(
    uitslag: Uitslag, tabellen: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """The cases as a table, and in words per partition; of a source in the publisher's files.

    A case of which no row is to blame may be of any partition: it is said of every one.
    """
    if uitslag.goed:
        return uitslag.gevallen, {}
    van = uitslag.gevallen["partitie"]
    delen = {
        partitie: replace(uitslag, gevallen=uitslag.gevallen[van.isin([partitie, ""])])
        for partitie in tabellen
    }
    if uitslag.tabel not in catalogus().bronnen:
        return uitslag.gevallen, {p: [d.melding()] for p, d in delen.items() if not d.goed}
    from veerkracht_dagster.bronnen.fouten import BronFout
    from veerkracht_dagster.bronnen.schemafouten import schemafouten

    afkomst = Tabellen.van(tabellen).afkomst
    problemen = {p: schemafouten(d, tabellen, afkomst) for p, d in delen.items() if not d.goed}
    alle = list(dict.fromkeys(probleem for van_een in problemen.values() for probleem in van_een))
    meldingen = {p: [str(BronFout(*van_een))] for p, van_een in problemen.items()}
    return pd.DataFrame([vars(probleem) for probleem in alle]), meldingen


def _schemaresultaat(
    uitslag: Uitslag, gevallen: pd.DataFrame, tabellen: Mapping[str, Any]
) -> dg.AssetCheckResult:
    rijen = pd.DataFrame({"partitie": list(tabellen), "rijen": list(map(len, tabellen.values()))})
    metadata: dict[str, Any] = {"gevallen": len(gevallen), PER_PARTITIE: als_tabel(rijen, 100)}
    if not uitslag.goed:
        metadata |= {"voorbeelden": als_tabel(gevallen), "remedie": uitslag.remedie}
    return dg.AssetCheckResult(passed=uitslag.goed, check_name=SCHEMA, metadata=metadata)


def _methoderesultaten(
    per_partitie: Mapping[str, list[Controle]],
) -> Iterator[dg.AssetCheckResult]:
    """Every check over the partitions of this run: what it counted of each, never added up."""
    for naam in dict.fromkeys(c.naam for van_een in per_partitie.values() for c in van_een):
        van = {
            partitie: samen(eigen)
            for partitie, alle in per_partitie.items()
            if (eigen := [c for c in alle if c.naam == naam])
        }
        gevallen = pd.concat(
            [c.gevallen.assign(partitie=p) for p, c in van.items()], ignore_index=True
        )
        metadata: dict[str, Any] = {
            "gevallen": len(gevallen),
            PER_PARTITIE: als_tabel(_geteld(van), 100),
        }
        goed = gevallen.empty
        if not goed:
            remedie = next(c.remedie for c in van.values() if not c.goed)
            metadata |= {"voorbeelden": als_tabel(gevallen), "remedie": remedie}
        yield dg.AssetCheckResult(passed=goed, check_name=naam, metadata=metadata)


def _geteld(van: Mapping[str, Controle]) -> pd.DataFrame:
    """A row per partition; facts that not all of them have stand together as text."""
    eerste = next(iter(van.values())).feiten
    gelijk = all(controle.feiten.keys() == eerste.keys() for controle in van.values())
    rijen = [
        {
            "partitie": partitie,
            "gevallen": len(controle.gevallen),
            **(controle.feiten if gelijk else {"geteld": _in_woorden(controle.feiten)}),
        }
        for partitie, controle in van.items()
    ]
    return pd.DataFrame(rijen).astype(object)


def _in_woorden(feiten: Mapping[str, object]) -> str:
    return "; ".join(f"{naam}: {waarde}" for naam, waarde in feiten.items())


def als_tabel(tabel: pd.DataFrame, hoogstens: int = 20) -> dg.TableMetadataValue:
    """A small table for the UI: its first rows, and a row that says how many more there are."""
    namen = [str(kolom) for kolom in tabel.columns]
    rijen = [
        {naam: _cel(waarde) for naam, waarde in zip(namen, rij, strict=True)}
        for rij in tabel.head(hoogstens).itertuples(index=False)
    ]
    kolommen = [dg.TableColumn(naam, _soort([rij[naam] for rij in rijen])) for naam in namen]
    if len(tabel) > hoogstens:
        rest = f"en nog {len(tabel) - hoogstens}"
        rijen.append(dict.fromkeys(namen) | {namen[0]: rest})
        kolommen[0] = dg.TableColumn(namen[0], "string")
    return dg.MetadataValue.table(
        [dg.TableRecord(rij) for rij in rijen], dg.TableSchema(columns=kolommen)
    )


def _cel(waarde: Any) -> str | int | float | None:
    """A value as the UI can show it; a float to six digits, as many as anyone reads."""
    if isinstance(waarde, np.generic):
        waarde = waarde.item()
    if waarde is None or waarde is pd.NA or waarde != waarde:
        return None
    if isinstance(waarde, float):
        return float(f"{waarde:.6g}")
    return waarde if isinstance(waarde, int | str) else str(waarde)


def _soort(waarden: Iterable[object]) -> str:
    """The type of a column by what stands in it, in the words of Dagster."""
    soorten = {type(waarde) for waarde in waarden if waarde is not None}
    for soort, naam in ((bool, "bool"), (int, "int"), (float, "float")):
        if soorten == {soort}:
            return naam
    return "string"


def _algemeen(tabel: Any) -> dict[str, Any]:
    namen = list(tabel.columns) if isinstance(tabel, pd.DataFrame) else tabel.column_names
    metadata: dict[str, Any] = {"dagster/row_count": len(tabel)}
    kolommen = [kolom for kolom in namen if kolom.endswith("__status")]
    if kolommen and len(tabel):
        standen = {k.removesuffix("__status"): _telling(tabel[k]) for k in kolommen}
        regels = [[k, *(telling.get(s) for s in STATUSSEN)] for k, telling in standen.items()]
        overzicht = pd.DataFrame(regels, columns=["kolom", *STATUSSEN])
        metadata["standen"] = als_tabel(overzicht, 100)
    return metadata


def _telling(standen: Any) -> Counter[str]:
    if isinstance(standen, pd.Series):
        return Counter(standen.tolist())
    return Counter({t["values"]: t["counts"] for t in standen.value_counts().to_pylist()})
