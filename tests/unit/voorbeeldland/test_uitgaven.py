"""Next versions of a table: each kind, and a publisher that is started again."""

from __future__ import annotations

import json

import pytest
import requests

from tests.uitgever import land
from veerkracht_dagster.voorbeeldland.kwb import EIGENDOM, kwb_tabel
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever, aanbod_van_land
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import NIEUW_ONDERWERP, Wat

TABEL, LEEG = "84799NED", "85984NED"  # 2020, and 2024 with measures that are not out yet


@pytest.fixture(scope="module")
def map_(tmp_path_factory):
    return tmp_path_factory.mktemp("uitgever") / "naief"


@pytest.fixture
def aanbod(map_, tmp_path):
    return aanbod_van_land(land(), map_, (2020, 2024), naief=True,
                           geheugen=tmp_path / "uitgaven.json")  # fmt: skip


def _titels(tabel):
    v3 = {json.loads(rij)["Title"] for rij in tabel.v3["DataProperties"]}
    return v3, {json.loads(rij)["Title"] for rij in tabel.v4["MeasureCodes"]}


def _rijen(tabel):
    return [json.loads(rij) for rij in tabel.v3["TypedDataSet"]]


def test_een_ander_cijfer_en_verder_niets(aanbod):
    voor = aanbod.tabellen[TABEL]
    aanbod.verander_tabel(TABEL)
    na = aanbod.tabellen[TABEL]
    anders = [(v, n) for v, n in zip(_rijen(voor), _rijen(na), strict=True) if v != n]
    assert len(anders) == 1
    assert anders[0][1]["AantalInwoners_5"] == anders[0][0]["AantalInwoners_5"] + 5
    assert na.eigenschappen["Version"] > voor.eigenschappen["Version"]


def test_wat_leeg_was_is_gevuld(aanbod):
    assert kwb_tabel(land(), 2024)[list(EIGENDOM)].isna().all(axis=None)
    leeg = len(aanbod.tabellen[LEEG].v4["Observations"])
    aanbod.verander_tabel(LEEG, Wat.GEVULD)
    assert len(aanbod.tabellen[LEEG].v4["Observations"]) > leeg
    assert any(rij["Koopwoningen_47"] is not None for rij in _rijen(aanbod.tabellen[LEEG]))


def test_een_onderwerp_dat_niemand_kent_in_beide_diensten(aanbod):
    aanbod.verander_tabel(TABEL, Wat.KOLOM)
    tabel = aanbod.tabellen[TABEL]
    assert all(NIEUW_ONDERWERP in titels for titels in _titels(tabel))
    assert all(rij["TinyHouses_117"] == 3 for rij in _rijen(tabel))
    assert tabel.eigenschappen["ObservationCount"] == len(tabel.v4["Observations"])


def test_gestopt_staat_in_de_lijst_en_ingetrokken_niet(aanbod):
    aanbod.verander_tabel(TABEL, Wat.GESTOPT)
    assert aanbod.tabellen[TABEL].eigenschappen["Status"] == "Gediscontinueerd"
    assert aanbod.tabellen[TABEL].eigenschappen["VersionReason"] == "Stopgezet"
    assert aanbod.verander_tabel(TABEL, Wat.INGETROKKEN) is None
    assert TABEL not in aanbod.tabellen
    assert aanbod.verander_tabel(TABEL) is not None  # and it may come back


def test_na_een_herstart_gaat_de_uitgever_verder_waar_hij_was(aanbod, map_):
    """Else a version would come out a second time, and nobody would see it."""
    versies = [aanbod.verander_tabel(TABEL, wat) for wat in (Wat.CIJFER, Wat.KOLOM)]
    weer = aanbod_van_land(land(), map_, (2020, 2024), naief=True, geheugen=aanbod.geheugen)
    assert weer.tabellen[TABEL] == aanbod.tabellen[TABEL]
    assert weer.tabellen[LEEG] == aanbod.tabellen[LEEG]
    versies.append(weer.verander_tabel(TABEL))
    assert versies == sorted(set(versies))


@pytest.mark.parametrize(
    ("vraag", "status", "melding"),
    [
        (f"{TABEL}?wat=gevuld", 409, "geen lege maten; kies een jaar uit 2024, 2025, 2026"),
        (f"{TABEL}?wat=brand", 400, "kies uit cijfer, gevuld, kolom, gestopt, ingetrokken"),
        ("00000NED", 404, "kies uit"),
    ],
)
def test_wat_niet_kan_zegt_wat_wel(aanbod, vraag, status, melding):
    voor = dict(aanbod.tabellen)
    with Uitgever(aanbod) as uitgever:
        antwoord = requests.post(f"{uitgever.url}/_uitgave/{vraag}", timeout=5)
    assert (antwoord.status_code, melding in antwoord.json()["fout"]) == (status, True)
    assert aanbod.tabellen == voor
    assert not aanbod.geheugen.exists()
