"""A recipe of which a part is forgotten or wrong: told with file and remedy, and before a run where
that can be. `pytest -s` shows the table: files and lines of every recipe, and what was told.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assets_defs.bronnen import weiger_onbekende_dialecten
from tests.recepten.recept import PROJECT, doe, recepten
from veerkracht_dagster.bronnen.ongelezen import merk_op
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.catalogus import Catalogus, CatalogusFout, catalogus, lees_catalogus
from veerkracht_dagster.catalogus.schema import controleer
from veerkracht_dagster.catalogus.tabellen import tabellen_van
from veerkracht_dagster.catalogus.vorm import lege_tabel
from veerkracht_dagster.rekenwijze.regeltabel import REGELS
from veerkracht_dagster.tweede.kolommen import weiger_halve_regels
from veerkracht_dagster.werkmap import Werkmap

CATALOGUS = Path("veerkracht_dagster", "catalogus")
KOLOM, BRON, LAAG, CIJFER, EDITIE, DREMPEL = (
    "A column of a publisher", "A source from a CSV", "A layer on a figure that is there",
    "A figure of an area", "An edition", "A threshold",
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
    (CIJFER, ", regel: verschil", "",
     "indicatoren.yml: indicatoren.kwetsbare_bewoners.kolommen.K_marge.regel: ontbreekt"),
    (CIJFER, "eenheid: procentpunt, minimum: 0, ", "",
     "indicatoren.yml: indicatoren.kwetsbare_bewoners.kolommen.K_marge.eenheid: ontbreekt"),
    (CIJFER, "regel: verschil", "regel: verschill",
     "indicatoren.yml: kwetsbare_bewoners.K_marge.regel noemt 'verschill'"),
    (CIJFER, "regel: verschil", "regel: verschil, kant: eind",
     "indicatoren.yml: kwetsbare_bewoners.K_marge: regel verschil heeft geen `kant`; haal die"),
    (CIJFER, ", K_eind_ondergrens", "",
     "indicatoren.yml: kwetsbare_bewoners.K_marge: regel verschil vraagt in `invoer` 2 namen, g"),
    (CIJFER, "K_eind_ondergrens", "K_eind_onder",
     "indicatoren.yml: kwetsbare_bewoners.K_marge.invoer noemt 'K_eind_onder'"),
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
        if nummer != zonder and CATALOGUS in Path(stap.bestand).parents:
            tekst = re.sub(anders, wordt, stap.tekst) if anders and nummer == 0 else stap.tekst
            doe(replace(stap, tekst=tekst), map_)
    cat = lees_catalogus(map_ / CATALOGUS)
    tabellen_van(cat)
    weiger_onbekende_dialecten(cat)
    return cat


@pytest.mark.parametrize("naam", [KOLOM, BRON, LAAG, CIJFER, EDITIE, DREMPEL])
def test_the_recipe_itself_is_right(tmp_path: Path, naam: str) -> None:
    assert _lees(tmp_path, naam) != catalogus()


Vertel = Callable[[str, str, str], None]  # recipe, what was forgotten, what was told


@pytest.fixture(scope="module")
def vertel() -> Iterator[Vertel]:
    """Takes down what was told, and shows it beside files and lines of every recipe."""
    verteld: dict[str, list[str]] = {}
    yield lambda naam, wat, zin: verteld.setdefault(naam, []).append(f"{wat}: {zin}")
    for naam, stappen in recepten().items():
        bestanden = sorted({stap.bestand for stap in stappen})
        print(f"\n{naam}: {len(bestanden)} file(s), {sum(stap.regels for stap in stappen)} lines")
        print("\n".join(f"  {tekst}" for tekst in [*bestanden, *verteld.get(naam, [])]))


@pytest.mark.parametrize(("naam", "wat", "wordt", "zegt"), VERGETEN)
def test_what_is_forgotten_is_told(
    tmp_path: Path, vertel: Vertel, naam: str, wat: str, wordt: str, zegt: str | None
) -> None:
    if zegt is None:
        _lees(tmp_path, naam, wat, wordt)
        return
    with pytest.raises(CatalogusFout) as fout:
        _lees(tmp_path, naam, wat, wordt)
    zin = str(fout.value).splitlines()[0]
    vertel(naam, f"{wat.strip()!r} -> {wordt!r}", zin)
    assert zin.startswith(zegt)
    assert "; " in zin or ": " in zin.removeprefix(zegt.partition(": ")[0])


def test_a_column_that_is_also_called_not_kept_is_told(tmp_path: Path, vertel: Vertel) -> None:
    with pytest.raises(
        CatalogusFout, match=r"overgeslagen.cbs_kerncijfers noemt 'Vrouwen'.*haal"
    ) as fout:
        _lees(tmp_path, KOLOM, zonder=1)
    vertel(KOLOM, "the second step", str(fout.value).splitlines()[0])


def test_a_source_whose_delivery_is_forgotten_is_told_with_its_place(
    tmp_path: Path, vertel: Vertel
) -> None:
    """Of a source of this kind that the catalogue has: who takes deliveries in knows no other."""
    innemer = Innemer(Werkmap.in_map(tmp_path / "werk"))
    (zin,) = merk_op(innemer, catalogus(), range(2014, 2023), date(2026, 1, 1)).regels()
    vertel(BRON, "the delivery", zin)
    assert zin.startswith("van geen enkel jaar, zodat de kolommen leeg zijn; zet er wat is: ")
    assert "; corporatie_bik: levering/corporatie_bik/{jaar}/*" in zin


TABEL = "kwetsbare_bewoners"
# what the stage makes otherwise than the catalogue says, and what is told
STAP = [
    ("the line of the stage", lambda tabel: tabel.drop(columns="dK"),
     "dK: kolom ontbreekt. Wat ontbreekt: bereken het waar kwetsbare_bewoners gemaakt wordt, in "
     "veerkracht_dagster/indicatoren/, of haal de rij uit catalogus/indicatoren.yml."),
    ("the row", lambda tabel: tabel.assign(dX=1.0),
     "dX: kolom onbekend. Wat onbekend is: geef het een rij in catalogus/indicatoren.yml, of "
     "bereken het niet in veerkracht_dagster/indicatoren/."),
]  # fmt: skip


@pytest.mark.parametrize(("wat", "anders", "zegt"), STAP)
def test_a_figure_without_its_row_or_its_line_is_told(
    vertel: Vertel, wat: str, anders: Callable[[pd.DataFrame], pd.DataFrame], zegt: str
) -> None:
    melding = controleer(TABEL, {"2014-2020": anders(lege_tabel(TABEL))}).melding()
    vertel(CIJFER, wat, melding)
    assert melding == f"tabel {TABEL} breekt zijn schema: [2014-2020] {zegt}"


# what of a new rule is forgotten (a change of a rule that is there), and how the sentence begins
REGEL = [
    ("the function", {"reken": "marge"}, "rekent met 'marge', en die functie is er niet: schrijf"),
    ("a constant", {"constanten": {}}, ": verschil in rekenwijze/regels.py vraagt ook decimalen:"),
    ("its inputs", {"aanvoer": "cijfer"}, "heeft een aanvoer 'cijfer' die niemand brengt; kies "),
]


@pytest.mark.parametrize(("wat", "anders", "zegt"), REGEL)
def test_a_new_rule_without_its_function_is_told(
    monkeypatch: pytest.MonkeyPatch, vertel: Vertel, wat: str, anders: dict, zegt: str
) -> None:
    monkeypatch.setitem(REGELS, "marge", replace(REGELS["verschil"], **anders))
    with pytest.raises(CatalogusFout) as fout:
        weiger_halve_regels()
    vertel(CIJFER, f"of a new rule {wat}", str(fout.value))
    assert str(fout.value).startswith("rekenwijze/regeltabel.py: regel 'marge'")
    assert zegt in str(fout.value)
