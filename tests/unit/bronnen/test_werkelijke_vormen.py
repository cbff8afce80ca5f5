"""Real forms and assumed ones say the same: fetched and read, they are one table."""

from __future__ import annotations

import pytest

from tests.uitgever import ophaler
from tests.werk import GROOTTE
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken
from veerkracht_dagster.voorbeeldland import maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever, aanbod_van_land

# Source, year, and the key of a row. One year for every form in which the real one differs.
GEVALLEN = [
    ("cbs_kerncijfers", 2014, ["regiocode"]),  # stopped: v3
    ("cbs_kerncijfers", 2017, ["regiocode"]),  # v4 in pages, with a token
    ("cbs_kerncijfers", 2024, ["regiocode"]),  # the bulk zip, in both
    ("cbs_buurtgrenzen", 2014, ["regiocode", "water"]),  # a shapefile in a nested folder
    ("cbs_buurtgrenzen", 2020, ["regiocode", "water"]),  # three formats
    ("cbs_buurtgrenzen", 2024, ["regiocode", "water"]),  # two levels of feeds
    ("cbs_adressen", 2017, ["postcode", "huisnummer"]),
    ("cbs_adressen", 2024, ["postcode", "huisnummer"]),  # commas
    ("leefbaarometer", 2020, ["niveau", "regiocode"]),
]
JAREN = (2014, 2017, 2020, 2024)
# Which file, which row of it, and what only v3 has: a text.
ANDERS = ["bron_bestand", "bron_rij", "indelingswijziging", "geometry"]


@pytest.fixture(scope="module")
def tabellen(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("vormen")
    land = maak_land(GROOTTE, jaren=JAREN)
    uit = {}
    for naief in (False, True):
        eigen = map_ / ("naief" if naief else "werkelijk")
        with (
            Uitgever(aanbod_van_land(land, eigen / "bestanden", naief=naief)) as uitgever,
            ophaler(uitgever, eigen) as haler,
        ):
            for bron, jaar, _ in GEVALLEN:
                ontvangst = haler.haal_op(bron, jaar)
                bestanden = Ontvangsten(haler.snapshots).bestanden(ontvangst)
                levering = vind(bestanden, bron, jaar)
                vast = ter_plaatse(levering, Vingerafdrukken(eigen / "vingers"))
                uit[bron, jaar, naief] = lees(vast, catalogus())[0]
    return uit


@pytest.mark.parametrize(("bron", "jaar", "sleutel"), GEVALLEN)
def test_een_tabel_in_welke_vorm_hij_ook_kwam(tabellen, bron, jaar, sleutel):
    werkelijk, naief = (
        tabellen[bron, jaar, n].sort_values(sleutel, ignore_index=True) for n in (False, True)
    )
    assert len(werkelijk) > 48
    weg = [kolom for kolom in ANDERS if kolom in werkelijk]
    assert werkelijk.drop(columns=weg).equals(naief.drop(columns=weg))
    if "geometry" in werkelijk:
        paren = zip(werkelijk["geometry"], naief["geometry"], strict=True)
        assert all(a.symmetric_difference(b).area < 1 for a, b in paren)  # of a square metre
