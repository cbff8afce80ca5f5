"""The title of a layer says of which groups K is, where these are not those of the edition."""

from __future__ import annotations

import pytest

from tests.unit.indicatoren.hulp import CAT, editie
from veerkracht_dagster.kaartlagen.titel import met_groepen, met_titels

DRIE = ["uitkering", "lvb", "ggz"]
TITELS = [
    # the edition's own groups, and what was counted: the title that everybody knows
    ("kwetsbaar_situatie", ["uitkering, lvb, ggz"], "Aandeel kwetsbare bewoners"),
    ("kwetsbaar_situatie", ["alle (microdata)"], "Aandeel kwetsbare bewoners"),
    ("kwetsbaar_situatie", [], "Aandeel kwetsbare bewoners"),
    ("kwetsbaar_situatie", [None, ""], "Aandeel kwetsbare bewoners"),
    # others: by name, also where some areas were counted
    ("kwetsbaar_situatie", ["uitkering"], "Aandeel bewoners met een uitkering"),
    ("kwetsbaar_situatie", ["alle (microdata)", "uitkering", "uitkering"],
     "Aandeel bewoners met een uitkering"),
    ("kwetsbaar_ontwikkeling_relatief", ["uitkering, ggz_zorg"],
     "Ontwikkeling bewoners met een uitkering of met ggz-zorg, t.o.v. de gemeente"),
    ("focus", ["uitkering"], "Focuskaart (kwetsbaar: bewoners met een uitkering)"),
    # a layer without K
    ("overlast_situatie", ["uitkering"], "Overlast en onveiligheid"),
]  # fmt: skip


@pytest.mark.parametrize(("naam", "groepen", "titel"), TITELS)
def test_the_title_says_of_which_groups(naam: str, groepen: list, titel: str) -> None:
    eigen = editie(kwetsbaar_groepen=DRIE)
    assert met_groepen(CAT.kaartlagen[naam], groepen, eigen, CAT).titel == titel
    assert met_titels(CAT, {naam: groepen}, eigen).kaartlagen[naam].titel == titel


def test_every_group_and_layer_of_K_can_say_it() -> None:
    assert all(groep.bewoners for groep in CAT.groepen.values())
    van_K = {naam for naam, laag in CAT.kaartlagen.items() if "groepen" in laag.extra}
    assert van_K == {naam for naam, laag in CAT.kaartlagen.items() if laag.titel_groepen}
