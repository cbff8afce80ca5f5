"""A recipe of which a part is forgotten or wrong: told with file and remedy, before a run."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assets_defs.bronnen import weiger_onbekende_dialecten
from tests.recepten.recept import PROJECT, doe, recepten
from veerkracht_dagster.catalogus import Catalogus, CatalogusFout, catalogus, lees_catalogus
from veerkracht_dagster.catalogus.tabellen import tabellen_van

CATALOGUS = Path("veerkracht_dagster", "catalogus")
KOLOM, BRON, LAAG, EDITIE, DREMPEL = (
    "A column of a publisher", "A source from a CSV", "A layer on a figure that is there",
    "An edition", "A threshold",
)  # fmt: skip
# recipe, what is taken from it (a regular expression), what stands there, how the sentence begins
VERGETEN = [
    (KOLOM, "    bron: cbs_kerncijfers\n", "",
     "kolommen.yml: kolommen.vrouwen.bron: ontbreekt; voeg"),
    (KOLOM, "bron: cbs_k", "bron: k", "kolommen.yml: vrouwen.bron noemt 'kerncijfers', dat niet"),
    (KOLOM, "titels: .Vrouwen., ", "",
     "kolommen.yml: kolommen.vrouwen.uitgever.titels: ontbreekt"),
    (BRON, "    kenkolommen: .manifest\n", "", "bronnen.yml: schuldhulp.kenkolommen: niveau, "),
    (BRON, "    kolommen:\n(.*\n){6}", "",
     "bronnen.yml: schuldhulp heeft geen kolommen: beschrijf"),
    (BRON, "dialect: levering", "dialect: leverng",
     "bronnen.yml: schuldhulp.vindplaatsen: dialect 'leverng' heeft geen lezer; kies uit odata"),
    (BRON, "dialect: levering", "dialect: vk100",
     "bronnen.yml: schuldhulp.vindplaatsen: dialect 'vk100' heeft geen tweede lezer"),
    (BRON, ".jaar.", "2020",
     "bronnen.yml: bronnen.schuldhulp.vindplaatsen.0: een levering is van een"),
    (LAAG, "waarde: K_eind", "waarde: K_einde",
     "kaartlagen.yml: kwetsbaar_vast.waarde noemt 'K_einde'"),
    (LAAG, "indicatoren: .kwetsbare_bewoners.", "indicatoren: [signaal]",
     "kaartlagen.yml: kwetsbaar_vast.waarde: 'K_eind' staat in kwetsbare_bewoners: zet die tab"),
    (LAAG, "    uitleg: .*\n", "", "kaartlagen.yml: kwetsbaar_vast.uitleg ontbreekt: zeg waar"),
    (LAAG, "nummer: 11", "nummer: 10", "kaartlagen.yml: kwetsbaar_vast.nummer 10 heeft focus ook"),
    (LAAG, "10, 20, 30", "10, 30, 20",
     "kaartlagen.yml: kaartlagen.kwetsbaar_vast: `grenzen` loopt op"),
    (LAAG, "10, 20, 30", "10, 20",
     "kaartlagen.yml: kaartlagen.kwetsbaar_vast: 2 grenzen maken 3 kl"),
    (LAAG, "    op_de_grens: hoger\n", "",
     "kaartlagen.yml: kaartlagen.kwetsbaar_vast: zeg met `op_de"),
    (LAAG, "      4: ", "      5: ",
     "kaartlagen.yml: kaartlagen.kwetsbaar_vast: bij grenzen heten"),
    (LAAG, "    grenzen: .*\n", "    klasse_uit: kwetsbaar_klasse\n", None),
    (LAAG, "    grenzen: .*\n", "    klasse_uit: onv_klasse\n",
     "kaartlagen.yml: kwetsbaar_vast.klasse_uit: 'onv_klasse' staat in overlast_onveiligheid: "),
    (EDITIE, "    eind: 2022\n", "",
     "edities.yml: edities.2018-2022.eind: ontbreekt; voeg de sleutel"),
    (EDITIE, "eind: 2022", "eind: 2016",
     "edities.yml: 2018-2022.eind 2016 ligt niet na begin 2018"),
    (EDITIE, "begin: 2018", "begin: 2012",
     "edities.yml: 2018-2022.begin 2012 ligt voor eerste_peil"),
    (EDITIE, "eind: 2022", "eind: 2060", "edities.yml: 2018-2022.eind 2060 is nog niet geweest"),
    (EDITIE, "2018-2022:", "2018/2022:", "edities.yml: 2018/2022: de naam wordt een map"),
    (DREMPEL, "0.02", "0,02",
     "edities.yml: parameters.tP_punt: verwacht een getal (gevonden: '0,02')"),
    (DREMPEL, "0.02", "-1",
     "edities.yml: parameters.tP_punt: verwacht meer dan 0.0 (gevonden: '-1')"),
    (DREMPEL, "tP_punt", "tP_punten",
     "edities.yml: parameters.tP_punten: onbekende sleutel (gevonden: "),
]  # fmt: skip


def _lees(map_: Path, naam: str, anders: str = "", wordt: str = "", zonder: int = -1) -> Catalogus:
    """The catalogue with a recipe done to it, one thing in it otherwise, or without a step."""
    shutil.copytree(PROJECT / CATALOGUS, map_ / CATALOGUS)
    for nummer, stap in enumerate(recepten()[naam]):
        if nummer != zonder:
            tekst = re.sub(anders, wordt, stap.tekst) if anders and nummer == 0 else stap.tekst
            doe(replace(stap, tekst=tekst), map_)
    cat = lees_catalogus(map_ / CATALOGUS)
    tabellen_van(cat)
    weiger_onbekende_dialecten(cat)
    return cat


@pytest.mark.parametrize("naam", [KOLOM, BRON, LAAG, EDITIE, DREMPEL])
def test_the_recipe_itself_is_right(tmp_path: Path, naam: str) -> None:
    assert _lees(tmp_path, naam) != catalogus()


@pytest.mark.parametrize(("naam", "wat", "wordt", "zegt"), VERGETEN)
def test_what_is_forgotten_is_told(
    tmp_path: Path, naam: str, wat: str, wordt: str, zegt: str | None
) -> None:
    if zegt is None:
        _lees(tmp_path, naam, wat, wordt)
        return
    with pytest.raises(CatalogusFout) as fout:
        _lees(tmp_path, naam, wat, wordt)
    zin = str(fout.value).splitlines()[0]
    assert zin.startswith(zegt)
    assert "; " in zin or ": " in zin.removeprefix(zegt.partition(": ")[0])


def test_a_column_that_is_also_called_not_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogusFout, match=r"overgeslagen.cbs_kerncijfers noemt 'Vrouwen'.*haal"):
        _lees(tmp_path, KOLOM, zonder=1)
