"""The events are what the specification asks, read by classes that are made from it."""

from __future__ import annotations

import json
import types
import typing
from datetime import UTC, datetime
from typing import Any

import attr
import pytest
from openlineage.client.event_v2 import JobEvent
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    datasource_dataset,
    documentation_dataset,
    job_type_job,
    schema_dataset,
)

from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.openlineage import NAAMRUIMTE, gebeurtenissen, schrijf_openlineage

CAT = catalogus()
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FACETTEN = {
    "schema": schema_dataset.SchemaDatasetFacet,
    "columnLineage": column_lineage_dataset.ColumnLineageDatasetFacet,
    "documentation": documentation_dataset.DocumentationDatasetFacet,
    "dataSource": datasource_dataset.DatasourceDatasetFacet,
    "jobType": job_type_job.JobTypeJobFacet,
}


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """As a reader of the file finds them, by name of the table."""
    pad = tmp_path_factory.mktemp("ol") / "lineage.ndjson"
    assert schrijf_openlineage(pad, CAT, MOMENT) == len(tabellen())
    gelezen = [json.loads(regel) for regel in pad.read_text(encoding="utf-8").splitlines()]
    return {event["job"]["name"]: event for event in gelezen}


def _controleer(soort: Any, waarde: Any, waar: str) -> None:
    """The value is of a type of the specification: no other keys, none missing, right types."""
    if attr.has(soort):
        velden = {veld.name: veld for veld in attr.fields(soort)}
        soorten = typing.get_type_hints(soort)
        assert set(waarde) <= set(velden), waar
        # `_schemaURL` is set by the class itself, and `schemaURL` by the client.
        verplicht = {n for n, v in velden.items() if v.default is attr.NOTHING or "chema" in n}
        assert verplicht & set(soorten) <= set(waarde), waar
        for naam, deel in waarde.items():
            if naam == "facets" and soort is not schema_dataset.SchemaDatasetFacetFields:
                for facet, inhoud in deel.items():
                    _controleer(FACETTEN[facet], inhoud, f"{waar}.{facet}")
                    assert inhoud["_schemaURL"] == FACETTEN[facet]._get_schema(), waar
            else:
                _controleer(soorten[naam], deel, f"{waar}.{naam}")
    elif isinstance(soort, types.UnionType):
        (eigen,) = (deel for deel in soort.__args__ if deel is not type(None))
        _controleer(eigen, waarde, waar)
    elif typing.get_origin(soort) is list:
        assert isinstance(waarde, list), waar
        for plaats, deel in enumerate(waarde):
            _controleer(soort.__args__[0], deel, f"{waar}[{plaats}]")
    elif typing.get_origin(soort) is dict:
        for sleutel, deel in waarde.items():
            _controleer(soort.__args__[1], deel, f"{waar}[{sleutel}]")
    else:
        assert isinstance(waarde, soort), (waar, waarde)


@pytest.mark.parametrize("naam", list(tabellen()))
def test_an_event_obeys_the_specification(naam: str, events: dict[str, dict[str, Any]]) -> None:
    event = events[naam]
    _controleer(JobEvent, event, naam)
    assert event["schemaURL"] == JobEvent._get_schema()
    assert event["eventTime"] == "2026-01-02T03:04:05+00:00"
    # The classes themselves check that the producer is a URI and the time has a zone.
    JobEvent(**{k: v for k, v in event.items() if k != "schemaURL"})


@pytest.mark.parametrize(
    ("kapot", "waar"),
    [
        (lambda e: e["outputs"][0]["facets"]["schema"].pop("_schemaURL"), "schema"),
        (lambda e: e["outputs"][0].update(kolommen=[]), "outputs"),
        (lambda e: e.pop("job"), "signaal"),
        (lambda e: e["inputs"][0].update(name=3), "inputs"),
    ],
)
def test_the_check_sees_what_is_wrong(kapot: Any, waar: str) -> None:
    event = next(e for e in gebeurtenissen(CAT) if e["job"]["name"] == "signaal")
    kapot(event)
    with pytest.raises(AssertionError, match=waar):
        _controleer(JobEvent, event, "signaal")


@pytest.mark.parametrize("naam", list(tabellen()))
def test_every_column_is_in_schema_and_lineage_with_inputs_that_are_named(
    naam: str, events: dict[str, dict[str, Any]]
) -> None:
    (uitvoer,) = events[naam]["outputs"]
    assert uitvoer["name"] == naam
    facetten = uitvoer["facets"]
    assert [veld["name"] for veld in facetten["schema"]["fields"]] == tabellen()[naam].kolomnamen
    assert list(facetten["columnLineage"]["fields"]) == tabellen()[naam].kolomnamen
    invoer = {(i["namespace"], i["name"]) for i in events[naam]["inputs"]} | {(NAAMRUIMTE, naam)}
    for kolom, veld in facetten["columnLineage"]["fields"].items():
        assert veld["inputFields"], kolom
        assert {(v["namespace"], v["name"]) for v in veld["inputFields"]} <= invoer, kolom


def test_a_delivery_bears_the_address_of_its_publisher_and_a_column_the_publishers_name(
    events: dict[str, dict[str, Any]],
) -> None:
    (levering,) = events["leefbaarometer"]["inputs"]
    assert levering["name"] == "levering/leefbaarometer"
    assert levering["facets"]["dataSource"]["uri"] == CAT.bronnen["leefbaarometer"].url
    herkomst = events["cbs_kerncijfers"]["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert [v["field"] for v in herkomst["gemiddelde_woz_waarde"]["inputFields"]] == [
        "Gemiddelde woningwaarde",
        "Gemiddelde WOZ-waarde van woningen",
    ]
