"""From versions seen to runs asked for, without a publisher and without Dagster."""

from __future__ import annotations

import pytest

from veerkracht_dagster.automatisering.beslissen import Stand, aanvragen, om_gegevens
from veerkracht_dagster.bronnen.uitkijk.gezien import Gezien
from veerkracht_dagster.herbouw.verouderd import Verouderd
from veerkracht_dagster.instantie.tags import ONTBREEKT
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG

KWB = ("cbs_kerncijfers", 2020)


DATA = "has a new dependency data version"
GEZIEN_IN = {KWB: 7}  # the event that tells of the version that is there now


@pytest.mark.parametrize(
    ("gezien", "eerder", "verouderd", "gevraagd"),
    [
        (Gezien("b"), "a/5", DATA, True),
        (Gezien("b"), None, ONTBREEKT, True),  # never made
        (Gezien("b"), "b/7", DATA, False),  # asked for before
        (Gezien("b"), "b/5", DATA, True),  # and another one in between: b, a, b
        (Gezien("b"), "a/5", None, False),  # somebody rebuilt in the meantime
        (Gezien(AFWEZIG), None, ONTBREEKT, False),  # the publisher does not have it yet
    ],
)
def test_gevraagd_wordt_wat_verouderd_is_en_nog_niet_gevraagd(gezien, eerder, verouderd, gevraagd):
    begin = {"cbs_kerncijfers/2020": eerder} if eerder else {}
    stand = Stand(dict(begin))
    redenen = {KWB: verouderd} if verouderd else {}
    uit = aanvragen({KWB: gezien}, stand, redenen, GEZIEN_IN)
    assert [(a.bron, a.jaar) for a in uit] == ([KWB] if gevraagd else [])
    onderweg = {"cbs_kerncijfers/2020": "b/7"} if gevraagd else begin
    assert stand.versies == (onderweg if verouderd else {})  # what was dealt with is not kept


def test_wat_een_lopende_run_nog_veroudert_wordt_daarna_gevraagd():
    """It came back while the run of the other one was at work: fresh now, and stale after it."""
    stand = Stand({"cbs_kerncijfers/2020": "a/5"})
    assert aanvragen({KWB: Gezien("b")}, stand, {}, GEZIEN_IN) == []
    assert len(aanvragen({KWB: Gezien("b")}, stand, {KWB: DATA}, GEZIEN_IN)) == 1


def test_de_reden_van_de_uitgever_gaat_voor():
    gezien = {KWB: Gezien("b", tabel="84799NED", reden="Correctie")}
    (aanvraag,) = aanvragen(gezien, Stand(), {KWB: DATA}, GEZIEN_IN)
    assert (aanvraag.reden, aanvraag.tabel) == ("Correctie", "84799NED")
    (aanvraag,) = aanvragen({KWB: Gezien("c")}, Stand(), {KWB: DATA}, GEZIEN_IN)
    assert aanvraag.reden == DATA


@pytest.mark.parametrize(
    ("versies", "sleutels"),
    [
        # The events in which a version was seen to be another one, and the runs that come of it.
        ([("c", 1), ("a", 2), ("c", 3)], 3),
        ([("c", 1), ("a", 2), ("c", 3), ("a", 4), ("c", 5)], 5),
        ([("c", 1), ("c", 1), ("c", 1)], 1),  # a lost cursor: the same key, which Dagster knows
    ],
)
def test_wat_terugkomt_heeft_een_eigen_sleutel(versies, sleutels):
    keys = set()
    for versie, nummer in versies:
        (aanvraag,) = aanvragen({KWB: Gezien(versie)}, Stand(), {KWB: DATA}, {KWB: nummer})
        keys.add(aanvraag.run_key)
    assert len(keys) == sleutels


def test_de_cursor_overleeft_een_herstart():
    stand = Stand({"cbs_kerncijfers/2020": "a"})
    assert stand.nieuws("voorstel/cbs_kerncijfers/2026", "86400NED")
    weer = Stand.van(stand.cursor())
    assert weer == stand
    assert not weer.nieuws("voorstel/cbs_kerncijfers/2026", "86400NED")  # told once
    assert weer.nieuws("voorstel/cbs_kerncijfers/2026", "86401NED")
    assert Stand.van(None) == Stand()


@pytest.mark.parametrize(
    ("oordeel", "telt"),
    [
        (Verouderd(*map(str, KWB), ONTBREEKT), True),
        (Verouderd(*map(str, KWB), "data", door_gegevens=True, nieuwe_gegevens=True), True),
        (Verouderd(*map(str, KWB), "code; data", nieuwe_gegevens=True), True),
        (Verouderd(*map(str, KWB), "code"), False),  # no news of a publisher
    ],
)
def test_nieuwe_code_verbergt_geen_nieuwe_versie(oordeel, telt):
    assert om_gegevens([oordeel]) == ({KWB: oordeel.reden} if telt else {})
