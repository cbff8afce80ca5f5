"""The names that the catalogue gives the publishers' key columns stand in files of their forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veerkracht_dagster.bronnen.dialecten import kwb_excel, pc6hnr, vk100, wijkbuurtkaart
from veerkracht_dagster.catalogus import catalogus

CAT = catalogus()
# In words, or left out where a delivery has none: no header of a file.
_WOORDEN = re.compile(r" (in|van) (het|de) ")
# The GeoJSON of one meting has it; the sample's scores are CSV, which has not.
_NIET_HIER = {("leefbaarometer", "gemeentenaam")}


@pytest.mark.parametrize("bron", list(CAT.bronnen))
def test_a_key_column_has_a_name_that_is_in_the_files(bron: str, bronnen: Path) -> None:
    plaatsen = [plaats.patroon for plaats in CAT.bronnen[bron].vindplaatsen]
    mappen = {bronnen / re.split(r"/[^/]*[{*]", plaats)[0] for plaats in plaatsen}
    inhoud = b"".join(
        pad.read_bytes() for map_ in mappen for pad in sorted(map_.rglob("*")) if pad.is_file()
    ).lower()
    assert inhoud
    getoetst = set()
    for kolom, namen in CAT.bronnen[bron].kenkolommen.items():
        koppen = [naam.partition("{")[0] for naam in namen if not _WOORDEN.search(naam)]
        geleverd = plaatsen[0].startswith("levering/") and kolom.endswith("naam")
        if koppen and not geleverd and (bron, kolom) not in _NIET_HIER:
            assert any(kop.lower().encode() in inhoud for kop in koppen), (kolom, koppen)
            getoetst.add(kolom)
    assert getoetst & {"regiocode", "postcode", "vierkant"}


def test_the_dialects_look_for_the_names_of_the_catalogue() -> None:
    kaart = CAT.bronnen["cbs_buurtgrenzen"].kenkolommen
    for kolom in ("regiocode", "regionaam"):
        gezocht = {naam for per in wijkbuurtkaart._NAMEN.values() for naam in per[kolom]}
        assert gezocht == set(kaart[kolom])
    for kolom, namen in wijkbuurtkaart._OOK.items():
        assert list(namen) == kaart[kolom]
    cijfers = CAT.bronnen["cbs_kerncijfers"].kenkolommen
    assert set(kwb_excel._CODEKOPPEN) <= set(cijfers["regiocode"])
    adressen = CAT.bronnen["cbs_adressen"].kenkolommen
    assert list(adressen) == list(pc6hnr._KOPPEN)
    for kolom, beginnen in pc6hnr._KOPPEN.items():
        assert all(naam.lower().startswith(beginnen) for naam in adressen[kolom]), kolom
    vierkanten = CAT.bronnen["cbs_vierkanten"].kenkolommen
    assert all(list(namen) == vierkanten[kolom] for kolom, namen in vk100._NAMEN.items())
