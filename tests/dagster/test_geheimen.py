"""A password in the warehouse's url is nowhere to be read: not served, kept, told or handed on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.werk import herbouw_in
from veerkracht_dagster.bonnen.bewijs import schrijf_bewijs
from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.vraag import bon_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.opslag.warehouse import WarehouseFout, veilige_url, warehouse
from veerkracht_dagster.werkmap import WAREHOUSE, Werkmap

WORTEL = Path(__file__).parents[2]
EDITIE = "2014-2020"
MERK = "zeer-geheim-4711"
# Everything in which Dagster's API holds what resources, runs, assets and failures are made of.
VRAGEN = {
    "hulpbronnen": """{ repositoriesOrError { ... on RepositoryConnection { nodes {
        allTopLevelResourceDetails { name description resourceType
            configuredValues { key value type }
            configFields { name description isRequired defaultValueAsJson }
            nestedResources { name } } } } } }""",
    "plaats": """{ workspaceOrError { ... on Workspace { locationEntries { name
        displayMetadata { key value }
        locationOrLoadError { __typename ... on PythonError { message stack } } } } } }""",
    "instantie": "{ instance { info daemonHealth { allDaemonStatuses { daemonType } } } }",
    "runs": """{ runsOrError(limit: 50) { ... on Runs { results { runId status runConfigYaml
        tags { key value } eventConnection { events { __typename ... on MessageEvent { message }
        ... on ExecutionStepFailureEvent { error { message stack causes { message stack } }
        failureMetadata { metadataEntries { label } } } } } } } } }""",
    "assets": """{ assetNodes { assetKey { path } metadataEntries { label __typename
        ... on TextMetadataEntry { text } ... on PathMetadataEntry { path }
        ... on UrlMetadataEntry { url } ... on JsonMetadataEntry { jsonString } } } }""",
}


@pytest.fixture
def met_wachtwoord(kopie: Callable, monkeypatch: pytest.MonkeyPatch) -> Werkmap:
    """A built work folder, with a warehouse at a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as dicht:
        poort = dicht.getsockname()[1]
    url = f"postgresql+psycopg://veerkracht:{MERK}@127.0.0.1:{poort}/x"
    monkeypatch.setenv(WAREHOUSE, url)
    return replace(kopie()[0], warehouse=url)


@contextmanager
def _webserver(werkmap: Werkmap) -> Iterator[Callable[[str], Any]]:
    """Dagster's own webserver on a work folder; gives a function that asks its API."""
    with socket.create_server(("127.0.0.1", 0)) as vrij:
        poort = vrij.getsockname()[1]
    omgeving = {
        **os.environ,
        "VEERKRACHT_WERK": str(werkmap.pad),
        "DAGSTER_HOME": str(werkmap.pad / "dagster_home"),
    }
    proces = subprocess.Popen(
        [sys.executable, "-m", "dagster_webserver", "-w", "workspace.yaml", "-p", str(poort)],
        cwd=WORTEL, env=omgeving, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def vraag(query: str) -> Any:
        verzoek = urllib.request.Request(
            f"http://127.0.0.1:{poort}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json"},
        )
        for _ in range(240):
            try:
                with urllib.request.urlopen(verzoek, timeout=60) as antwoord:
                    return json.load(antwoord)
            except urllib.error.URLError:
                assert proces.poll() is None
                time.sleep(0.25)
        raise AssertionError("the webserver did not start")

    try:
        yield vraag
    finally:
        proces.terminate()
        proces.wait(timeout=30)


def test_a_password_is_nowhere_to_be_read(
    met_wachtwoord: Werkmap, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    resultaat = herbouw_in(met_wachtwoord, editie=EDITIE, assets=["release"], alles=True)
    assert "is niet te openen" in "".join(resultaat.regels())  # the url was used, and told
    with _webserver(met_wachtwoord) as vraag:
        for naam, query in VRAGEN.items():
            antwoord = vraag(query)
            assert "errors" not in antwoord, (naam, antwoord["errors"])
            tekst = json.dumps(antwoord)
            assert MERK not in tekst, naam
            if naam == "hulpbronnen":
                assert WAREHOUSE in tekst  # by its name
            if naam == "runs":
                assert "is niet te openen" in tekst
    map_release = met_wachtwoord.uitgaven / EDITIE / "actueel"
    bonnen = Bonnen(Gepubliceerd(map_release, met_wachtwoord.snapshots, catalogus()), diep=True)
    gebied = bonnen.uitgave.codes[0]
    kop = {"editie": EDITIE, "release": "r", "gebied": gebied}
    schrijf_bewijs(tmp_path / "bewijs", bon_van(bonnen, gebied, "dK"), kop, bonnen.uitgave)
    bewaard = [pad for pad in tmp_path.rglob("*") if pad.is_file() and not pad.is_symlink()]
    assert len(bewaard) > 100
    assert [pad for pad in bewaard if MERK.encode() in pad.read_bytes()] == []
    gezegd = capfd.readouterr()
    assert MERK not in "".join([*resultaat.regels(), gezegd.out, gezegd.err, repr(met_wachtwoord)])


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://veerkracht:{MERK}@127.0.0.1:1/x",
        f"postgresql+psycopg://127.0.0.1:1/x?user=veerkracht&password={MERK}",
        f"postgresql+psycopg://127.0.0.1:1/x?sslpassword={MERK}",
        f"onbekend+stuurprogramma://veerkracht:{MERK}@127.0.0.1:1/x",
        f"geen url {MERK}",
    ],
)
def test_no_way_to_write_a_password_shows_it(tmp_path: Path, url: str) -> None:
    assert MERK not in veilige_url(url)
    with pytest.raises(WarehouseFout) as fout, warehouse(url):
        pass
    assert MERK not in str(fout.value)
    werkmap = replace(Werkmap.in_map(tmp_path), warehouse=url)
    with pytest.raises(ValueError, match=f"hoort in de omgeving: zet haar in {WAREHOUSE}") as nee:
        Werkplaats.van(werkmap)
    assert MERK not in str(nee.value)


def test_a_url_without_a_password_is_shown_as_it_is(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path)
    assert Werkplaats.van(werkmap).warehouse == werkmap.warehouse
    assert Werkplaats.van(werkmap).werkmap == werkmap
