"""Column lineage as OpenLineage events, for catalogues that read them (Marquez, DataHub, Atlan).

Here: an event per table, as the specification describes a job that need not have run (`JobEvent`):
what goes in, what comes out, and per column what it is made of. It is all derived from what is
declared, so it holds for every run. Not here: the graph (`catalogus/kolomgraaf.py`), runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.catalogus.tabellen import Tabel, Tabelkolom, tabellen_van

NAAMRUIMTE = "veerkracht"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/JobEvent"
_FACETTEN = {
    "schema": "1-2-0/SchemaDatasetFacet",
    "columnLineage": "1-2-0/ColumnLineageDatasetFacet",
    "documentation": "1-1-0/DocumentationDatasetFacet",
    "dataSource": "1-0-1/DatasourceDatasetFacet",
    "jobType": "2-0-4/JobTypeJobFacet",
}


def schrijf_openlineage(pad: Path, cat: Catalogus, moment: datetime | None = None) -> int:
    """Write the events, one JSON object per line; returns how many."""
    regels = [json.dumps(event, ensure_ascii=False) for event in gebeurtenissen(cat, moment)]
    pad.write_text("\n".join(regels) + "\n", encoding="utf-8", newline="\n")
    return len(regels)


def gebeurtenissen(cat: Catalogus, moment: datetime | None = None) -> Iterator[dict[str, Any]]:
    """An event per table of the catalogue, in pipeline order.

    Args:
        moment: the time the events bear, with its zone (default: now).
    """
    tijd = (moment or datetime.now(UTC)).isoformat(timespec="seconds")
    for tabel in tabellen_van(cat).values():
        bronnen = dict.fromkeys(van for kolom in tabel.kolommen for van, _ in kolom.uit)
        yield {
            "eventTime": tijd,
            "producer": _producer(),
            "schemaURL": _EVENT,
            "job": {
                "namespace": NAAMRUIMTE,
                "name": tabel.naam,
                "facets": {
                    "jobType": _facet(
                        "jobType", processingType="BATCH", integration="DAGSTER", jobType="ASSET"
                    )
                },
            },
            "inputs": [_invoer(naam, cat) for naam in bronnen if naam != tabel.naam],
            "outputs": [_dataset(tabel.naam, _uitvoerfacetten(tabel))],
        }


def _producer() -> str:
    return f"urn:veerkracht-dagster:{version('veerkracht-dagster')}"


def _facet(naam: str, **inhoud: Any) -> dict[str, Any]:
    soort = _FACETTEN[naam]
    return {
        "_producer": _producer(),
        "_schemaURL": f"{_SPEC}/facets/{soort}.json#/$defs/{soort.partition('/')[2]}",
        **inhoud,
    }


def _dataset(naam: str, facetten: dict[str, Any]) -> dict[str, Any]:
    return {"namespace": NAAMRUIMTE, "name": naam, "facets": facetten}


def _invoer(naam: str, cat: Catalogus) -> dict[str, Any]:
    """A table, or what a publisher delivers: then with the publisher's address."""
    soort, _, kort = naam.partition("/")
    if soort == "levering" and kort in cat.bronnen:
        bron = cat.bronnen[kort]
        titel = f"{bron.titel}, {bron.uitgever} ({bron.licentie})"
        return _dataset(
            naam,
            {
                "dataSource": _facet("dataSource", name=bron.uitgever, uri=bron.url),
                "documentation": _facet("documentation", description=titel),
            },
        )
    return _dataset(naam, {})


def _uitvoerfacetten(tabel: Tabel) -> dict[str, Any]:
    velden = [
        {
            "name": kolom.naam,
            "type": kolom.type,
            "description": " · ".join(filter(None, (kolom.titel, kolom.eenheid))),
            "ordinal_position": plaats,
        }
        for plaats, kolom in enumerate(tabel.kolommen, 1)
    ]
    return {
        "documentation": _facet(
            "documentation", description=f"{tabel.titel}. {tabel.omschrijving}"
        ),
        "schema": _facet("schema", fields=velden),
        "columnLineage": _facet(
            "columnLineage",
            fields={kolom.naam: {"inputFields": _velden(kolom)} for kolom in tabel.kolommen},
        ),
    }


def _velden(kolom: Tabelkolom) -> list[dict[str, Any]]:
    hoe = {"type": "DIRECT", "subtype": "TRANSFORMATION", "description": kolom.formule}
    return [
        {
            "namespace": NAAMRUIMTE,
            "name": tabel,
            "field": veld,
            **({"transformations": [hoe]} if kolom.formule else {}),
        }
        for tabel, veld in dict.fromkeys(kolom.uit)
    ]
