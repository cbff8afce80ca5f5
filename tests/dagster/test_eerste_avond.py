"""A first evening: everything is fetched over HTTP as publishers really serve it, and nothing else.

The slow fixture is one rebuild of every year there is without a single delivery: that is
what stands or falls with the forms in which files are served.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.werk import GROOTTE, herbouw_in
from veerkracht_dagster.audit.controleren import controleer
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.wegen import wegen_van
from veerkracht_dagster.herbouw.resultaat import NIEUW, Resultaat
from veerkracht_dagster.voorbeeldland import ALLE_JAREN, maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever, aanbod_van_land
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
# first_contact.md, "What comes by fetching alone": per source the years, and along which way here.
WEGEN = {
    "cbs_kerncijfers": {
        **dict.fromkeys(ALLE_JAREN, "cbs_v4_bulk"),
        **dict.fromkeys((2014, 2015), "cbs_v3"),
        **dict.fromkeys((2016, 2017), "cbs_v4"),
    },
    "cbs_buurtgrenzen": {
        **dict.fromkeys(range(2014, 2021), "cbs_kaart"),
        **dict.fromkeys(range(2021, 2026), "pdok_feed"),
        2026: "pdok_bestand",
    },
    "cbs_adressen": dict.fromkeys(range(2016, 2026), "cbs_adresbestand"),
}


@dataclass
class Avond:
    """A work folder after a rebuild over HTTP, and the publisher that it was fetched from."""

    uitgever: Uitgever
    werkmap: Werkmap
    resultaat: Resultaat


@pytest.fixture(scope="module")
def avond(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("avond")
    werkmap = Werkmap.in_map(map_ / "werk")
    aanbod = aanbod_van_land(maak_land(GROOTTE, jaren=ALLE_JAREN), map_ / "werkelijk")
    with Uitgever(aanbod) as uitgever, pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERKRACHT_OPHALEN", "ja")
        patch.setenv("VEERKRACHT_ADRESSEN", f"*={uitgever.url}")
        yield Avond(uitgever, werkmap, herbouw_in(werkmap))


def test_elke_editie_is_uitgegeven_en_niets_is_geweigerd(avond):
    assert avond.resultaat.regels() == []
    assert avond.resultaat.edities == dict.fromkeys(CAT.edities, NIEUW)


def test_elk_jaar_kwam_langs_een_weg_die_er_is(avond):
    gebruikt = wegen_van(Ontvangsten(avond.werkmap.snapshots))
    for bron, per_jaar in WEGEN.items():
        gekomen = {jaar: o.weg for (van, jaar), o in gebruikt.items() if van == bron}
        assert gekomen == per_jaar
    assert {o.weg for (bron, _), o in gebruikt.items() if bron == "leefbaarometer"} == {
        "lbm_scores"
    }


@pytest.mark.parametrize("editie", list(CAT.edities))
def test_elk_cijfer_volgt_uit_wat_werd_opgehaald(avond, editie):
    uitslag = controleer(avond.werkmap, editie, CAT)
    assert uitslag.telling.cellen > 1_000
    assert (uitslag.verschillen, uitslag.afwijkingen) == ([], [])


def test_de_tweede_keer_wordt_niets_opgehaald_en_niets_berekend(avond):
    avond.uitgever.verzoeken.clear()
    weer = herbouw_in(avond.werkmap)
    assert weer.berekend == {}
    gevraagd = [v for v in avond.uitgever.verzoeken if not v.startswith("HEAD ")]
    klein = ("/Datasets", "/Tables", "/index.xml")
    assert [v for v in gevraagd if not any(k in v for k in klein) and ".xml" not in v] == []
