"""From versions seen to runs asked for, without a publisher and without Dagster."""

from __future__ import annotations

import pytest

from veerkracht_dagster.automatisering.beslissen import Stand, aanvragen, om_gegevens
from veerkracht_dagster.bronnen.uitkijk.gezien import Gezien
from veerkracht_dagster.bronnen.vingerafdrukken import AFWEZIG
from veerkracht_dagster.herbouw.verouderd import Verouderd

KWB = ("cbs_kerncijfers", 2020)


@pytest.mark.parametrize(
    ("gezien", "eerder", "verouderd", "gevraagd"),
    [
        (Gezien("b"), "a", "has a new dependency data version", True),
        (Gezien("b"), None, "missing", True),  # never made
        (Gezien("b"), "b", "has a new dependency data version", False),  # asked for before
        (Gezien("b"), "a", None, False),  # somebody rebuilt in the meantime
        (Gezien(AFWEZIG), None, "missing", False),  # the publisher does not have it yet
    ],
)
def test_gevraagd_wordt_wat_verouderd_is_en_nog_niet_gevraagd(gezien, eerder, verouderd, gevraagd):
    stand = Stand({"cbs_kerncijfers/2020": eerder} if eerder else {})
    redenen = {KWB: verouderd} if verouderd else {}
    uit = aanvragen({KWB: gezien}, stand, redenen)
    assert [(a.bron, a.jaar) for a in uit] == ([KWB] if gevraagd else [])
    assert stand.versies == {"cbs_kerncijfers/2020": gezien.versie}


def test_de_reden_van_de_uitgever_gaat_voor():
    redenen = {KWB: "has a new dependency data version"}
    (aanvraag,) = aanvragen(
        {KWB: Gezien("b", tabel="84799NED", reden="Correctie")}, Stand(), redenen
    )
    assert (aanvraag.reden, aanvraag.tabel) == ("Correctie", "84799NED")
    assert aanvraag.run_key == "cbs_kerncijfers/2020/b"
    (aanvraag,) = aanvragen({KWB: Gezien("c")}, Stand(), redenen)
    assert aanvraag.reden == "has a new dependency data version"


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
        (Verouderd(*map(str, KWB), "missing"), True),
        (Verouderd(*map(str, KWB), "data", door_gegevens=True, nieuwe_gegevens=True), True),
        (Verouderd(*map(str, KWB), "code; data", nieuwe_gegevens=True), True),
        (Verouderd(*map(str, KWB), "code"), False),  # no news of a publisher
    ],
)
def test_nieuwe_code_verbergt_geen_nieuwe_versie(oordeel, telt):
    assert om_gegevens([oordeel]) == ({KWB: oordeel.reden} if telt else {})
