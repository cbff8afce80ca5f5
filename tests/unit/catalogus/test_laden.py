"""Reading the catalogue: what is refused, and that the message names file, key and remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from veerkracht_dagster.catalogus import CatalogusFout, catalogus, lees_catalogus
from veerkracht_dagster.catalogus.laden import MAP
from veerkracht_dagster.catalogus.models import GEBIEDSKOLOMMEN, Catalogus

BESTANDEN = (
    "bronnen.yml",
    "kolommen.yml",
    "indicatoren.yml",
    "kaartlagen.yml",
    "edities.yml",
    "methode.yml",
    "constanten.yml",
)


@pytest.fixture
def map_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the five files, to break; read by libyaml, eight times as fast."""
    for naam in BESTANDEN:
        shutil.copy(MAP / naam, tmp_path)
    monkeypatch.setattr(yaml, "safe_load", lambda tekst: yaml.load(tekst, yaml.CSafeLoader))
    return tmp_path


def _wijzig(map_: Path, bestand: str, pad: str, waarde: object) -> None:
    """Set one key of a file; `...` takes it away."""
    inhoud = yaml.safe_load((map_ / bestand).read_text())
    plek = inhoud
    *boven, laatste = [int(deel) if deel.isdigit() else deel for deel in pad.split("/")]
    for deel in boven:
        plek = plek[deel]
    if waarde is ...:
        del plek[laatste]
    else:
        plek[laatste] = waarde
    tekst = yaml.dump(inhoud, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (map_ / bestand).write_text(tekst)


def _geweigerd(map_: Path) -> str:
    with pytest.raises(CatalogusFout) as fout:
        lees_catalogus(map_)
    return str(fout.value)


def test_the_projects_own_catalogue_is_right(map_: Path) -> None:
    assert lees_catalogus(map_) == catalogus()


ONBEKENDE_SLEUTELS = [  # at every level
    ("kolommen.yml", "kolommen/inwoners/kleur"),
    ("kolommen.yml", "kolommen/inwoners/uitgever/v5"),
    ("bronnen.yml", "bronnen/leefbaarometer/vindplaatsen/0/map"),
    ("indicatoren.yml", "groepen/lvb/gewicht"),
    ("indicatoren.yml", "indicatoren/signaal/kolommen/focus/soort2"),
    ("kaartlagen.yml", "kaartlagen/focus/legenda"),
    ("kaartlagen.yml", "kaartlagen/focus/klassen/1/naam"),
    ("edities.yml", "edities/2014-2020/jaar"),
    ("edities.yml", "kolomen"),  # a block that no file has
]


@pytest.mark.parametrize(("bestand", "pad"), ONBEKENDE_SLEUTELS)
def test_an_unknown_key_is_refused(map_: Path, bestand: str, pad: str) -> None:
    _wijzig(map_, bestand, pad, "iets")
    melding = _geweigerd(map_)
    assert f"{bestand}: {pad.replace('/', '.')}: " in melding
    assert "(gevonden: 'iets')" in melding
    assert "haal de sleutel weg of voeg hem toe aan catalogus/models" in melding


ONTBREKENDE_SLEUTELS = [
    ("kolommen.yml", "kolommen/inwoners/eenheid"),
    ("bronnen.yml", "bronnen/leefbaarometer/licentie"),
    ("kaartlagen.yml", "kaartlagen/focus/klassen/3/kleur"),
    ("kaartlagen.yml", "bijsluiter"),
    ("edities.yml", "edities/2014-2020/titel"),
    ("edities.yml", "edities/2014-2020/eind"),
    ("edities.yml", "parameters"),
]


@pytest.mark.parametrize(("bestand", "pad"), ONTBREKENDE_SLEUTELS)
def test_a_missing_key_is_refused(map_: Path, bestand: str, pad: str) -> None:
    _wijzig(map_, bestand, pad, ...)
    melding = _geweigerd(map_)
    assert f"{bestand}: {pad.replace('/', '.')}: " in melding
    assert "voeg de sleutel toe" in melding


PARAMETERS = "edities/2014-2020/parameters"
FOUTE_WAARDEN = [
    ("kolommen.yml", "kolommen/inwoners/soort", "telling"),
    ("kaartlagen.yml", "kaartlagen/focus/klassen/3/kleur", "#C7FFC7"),  # colours in small letters
    ("kaartlagen.yml", "kaartlagen/corporatiebezit/grenzen/1", "een derde"),
    ("edities.yml", "edities/2014-2020/niveau", "gemeente"),
    ("edities.yml", PARAMETERS, {"tK_procentpunt": 0}),  # a threshold of nothing
    ("edities.yml", "omzetting/minimum_dekking", 1.1),
    ("edities.yml", "omzetting/grens_identiek", 0.4),
    ("edities.yml", "omzetting/wegen/0", "vliegtuig"),
    ("constanten.yml", "constanten/onv_eenheid", 0),
    ("constanten.yml", "constanten/minimum_toename", "twee"),
]


@pytest.mark.parametrize(("bestand", "pad", "waarde"), FOUTE_WAARDEN)
def test_a_wrong_value_is_refused(map_: Path, bestand: str, pad: str, waarde: object) -> None:
    _wijzig(map_, bestand, pad, waarde)
    melding = _geweigerd(map_)
    if isinstance(waarde, dict):
        (naam, waarde) = next(iter(waarde.items()))
        pad = f"{pad}/{naam}"
    assert f"{bestand}: {pad.replace('/', '.')}: " in melding
    assert f"(gevonden: '{waarde}'); pas de waarde aan" in melding


ONTEKENBAAR = [  # layers whose classes do not fit
    ("focus/grenzen", [1], "`klasse_uit` of `grenzen`"),
    ("focus/klasse_uit", ..., "`klasse_uit` of `grenzen`"),
    ("corporatiebezit/grenzen/2", ..., "2 grenzen maken 3 klassen, er staan er 4"),
    ("corporatiebezit/op_de_grens", ..., "`op_de_grens`"),
]


@pytest.mark.parametrize(("pad", "waarde", "zegt"), ONTEKENBAAR)
def test_a_layer_that_cannot_be_drawn_is_refused(
    map_: Path, pad: str, waarde: object, zegt: str
) -> None:
    _wijzig(map_, "kaartlagen.yml", f"kaartlagen/{pad}", waarde)
    melding = _geweigerd(map_)
    assert f"kaartlagen.yml: kaartlagen.{pad.partition('/')[0]}: " in melding
    assert zegt in melding


VERWIJZINGEN = [  # a name that refers to nothing, and how the message begins
    ("kolommen.yml", "kolommen/inwoners/bron", "x", "inwoners.bron"),
    ("kolommen.yml", "kolommen/personen_ao/noemer", "x", "personen_ao.noemer"),
    ("kolommen.yml", "kolommen/mediaan_vermogen/gewicht", "x", "mediaan_vermogen.gewicht"),
    ("indicatoren.yml", "groepen/lvb/teller", ["x"], "groepen.lvb"),
    ("indicatoren.yml", "groepen/lvb/noemer", "x", "groepen.lvb"),
    ("indicatoren.yml", "microdata/teller", "x", "microdata"),
    ("indicatoren.yml", "indicatoren/corporatiewoningen/kolommen/woningen_eind/invoer", ["x"],
     "corporatiewoningen.woningen_eind.invoer"),
    ("indicatoren.yml", "indicatoren/signaal/kolommen/focus/regel", "x", "signaal.focus.regel"),
    ("indicatoren.yml", "indicatoren/domeinmaten/kolommen/aandeel_lvb_eind/groep", "x",
     "domeinmaten.aandeel_lvb_eind.groep"),
    ("indicatoren.yml", "overzichten/gevoeligheid_klassen/kolommen/gebieden/invoer", ["x"],
     "overzichten.gevoeligheid_klassen.gebieden.invoer"),
    ("indicatoren.yml", "indicatoren/signaal/kolommen/focus/invoer", ["x"],
     "signaal.focus.invoer"),
    ("kaartlagen.yml", "kaartlagen/focus/indicatoren", ["x"], "focus.indicatoren"),
    ("kaartlagen.yml", "kaartlagen/focus/waarde", "x", "focus.waarde"),
    ("kaartlagen.yml", "kaartlagen/focus/klasse_uit", "x", "focus.klasse_uit"),
    ("kaartlagen.yml", "kaartlagen/overlast_ontwikkeling/eenheid_grenzen", "x",
     "overlast_ontwikkeling.eenheid_grenzen"),
    ("kaartlagen.yml", "kaartlagen/signaal_absoluut/extra", {"structureel": "x"},
     "signaal_absoluut.extra"),
    ("constanten.yml", "constanten/lbm_dimensies", ["fys", "x"], "lbm_dimensies"),
    ("edities.yml", PARAMETERS, {"kwetsbaar_groepen": ["x"]}, "2014-2020.kwetsbaar_groepen"),
]  # fmt: skip


@pytest.mark.parametrize(("bestand", "pad", "waarde", "waar"), VERWIJZINGEN)
def test_a_name_that_refers_to_nothing_is_refused(
    map_: Path, bestand: str, pad: str, waarde: object, waar: str
) -> None:
    _wijzig(map_, bestand, pad, waarde)
    melding = _geweigerd(map_)
    assert f"{bestand}: {waar}" in melding
    assert "noemt 'x', dat niet in de catalogus staat" in melding


NIEUW = {"titel": "x", "uitgever": "x", "licentie": "x", "url": "x", "kind": "csv",
         "omschrijving": "x", "vindplaatsen": []}  # fmt: skip
HALVE_BRONNEN = [
    ("bronnen/proef", NIEUW, "proef heeft geen kolommen: beschrijf bij de bron onder `kolommen`"),
    ("bronnen/woonzorgwijzer/kenkolommen", {"niveau": []},
     "woonzorgwijzer.kenkolommen: regiocode, regionaam, gemeentenaam"),
    ("bronnen/cbs_adressen", ..., "cbs_adressen ontbreekt"),
]  # fmt: skip


@pytest.mark.parametrize(("pad", "waarde", "zegt"), HALVE_BRONNEN)
def test_half_a_source_is_refused(map_: Path, pad: str, waarde: object, zegt: str) -> None:
    _wijzig(map_, "bronnen.yml", pad, waarde)
    assert f"bronnen.yml: {zegt}" in _geweigerd(map_)


@pytest.mark.parametrize(
    ("kolom", "sleutel"),
    [("gemiddelde_woz_waarde", "minimum"), ("mediaan_vermogen", "maximum"), ("onv", "merken"),
     ("bik_score_woning", "minimum")],
)  # fmt: skip
def test_a_mean_without_bounds_or_marks_is_refused(map_: Path, kolom: str, sleutel: str) -> None:
    _wijzig(map_, "kolommen.yml", f"kolommen/{kolom}/{sleutel}", ...)
    melding = _geweigerd(map_)
    assert f"kolommen.yml: {kolom} (" in melding
    assert f"heeft geen {sleutel}: zeg tussen welke getallen" in melding


def test_a_topic_that_is_kept_and_skipped_is_refused(map_: Path) -> None:
    _wijzig(map_, "kolommen.yml", "overgeslagen/cbs_kerncijfers", ["Mannen", "aantal  INWONERS"])
    zegt = "kolommen.yml: overgeslagen.cbs_kerncijfers noemt 'aantal  INWONERS', en kolommen.yml"
    assert zegt in (melding := _geweigerd(map_))
    assert re.search(r"\[regel \d+\]$", melding)


# --- what stands where someone looks for it -------------------------------------------------------
KOLOM = {"titel": "x", "eenheid": "personen", "soort": "aantal", "uitgever": {"titels": ["x"]}}
ELDERS = [  # what a source has with it, and what is refused of that
    ({"proef_x": KOLOM | {"noemer": "niets"}},
     "bronnen.yml: bronnen.proef.kolommen.proef_x.noemer noemt 'niets', dat niet in"),
    ({"proef_x": KOLOM | {"soort": "telling"}},
     "bronnen.yml: bronnen.proef.kolommen.proef_x.soort: "),
    ({"inwoners": KOLOM}, "bronnen.yml: proef.kolommen.inwoners staat al in kolommen.yml"),
    (["proef_x"], "bronnen.yml: proef.kolommen: verwacht kolommen"),
]  # fmt: skip


def _proefbron(map_: Path, kolommen: object) -> None:
    kenkolommen = {naam: [] for naam in GEBIEDSKOLOMMEN}
    bron = NIEUW | {"kenkolommen": kenkolommen, "kolommen": kolommen}
    _wijzig(map_, "bronnen.yml", "bronnen/proef", bron)


def test_a_source_may_have_its_columns_with_it(map_: Path) -> None:
    _proefbron(map_, {"proef_x": KOLOM})
    cat = lees_catalogus(map_)
    assert cat.gebiedsbronnen == [*catalogus().gebiedsbronnen, "proef"]
    assert cat.kolommen["proef_x"].bron == "proef"


@pytest.mark.parametrize(("kolommen", "zegt"), ELDERS)
def test_columns_with_a_source_are_refused_where_they_stand(
    map_: Path, kolommen: object, zegt: str
) -> None:
    _proefbron(map_, kolommen)
    assert zegt in _geweigerd(map_)


def test_a_layer_without_words_is_refused(map_: Path) -> None:
    _wijzig(map_, "kaartlagen.yml", "kaartlagen/focus/uitleg", ...)
    assert "kaartlagen.yml: focus.uitleg ontbreekt" in (melding := _geweigerd(map_))
    assert re.search(r"\[regel \d+\]$", melding)


TIKFOUTEN = [  # file, what it says, what someone made of it, and the one sentence
    ("edities.yml", "  tK_procentpunt: 1.0", "  tK_procentpnt: 1.0",
     "edities.yml: parameters.tK_procentpnt: onbekende sleutel (gevonden: '1.0'); bedoeld is "
     "tK_procentpunt: herstel de sleutel"),
    ("edities.yml", "  tP_punt: 0.01 ", "  tP_punt: 0,01 ", "edities.yml: parameters.tP_punt: "),
    ("edities.yml", "    eind: 2022", "    eind: 202o", "edities.yml: edities.2014-2022.eind: "),
    ("edities.yml", "    titel: Veerkracht 2014-2022", "    titel: Veerkracht: 2014-2022",
     "edities.yml: geen geldige YAML: mapping values are not allowed"),
    ("edities.yml", "    eind: 2022", "    begin: 2022",
     "edities.yml: geen geldige YAML: de sleutel 'begin' staat er voor de tweede keer"),
    ("kaartlagen.yml", "    waarde: K_eind", "    waarde: K_einde",
     "kaartlagen.yml: kwetsbaar_situatie.waarde noemt 'K_einde'"),
    ("indicatoren.yml", "    teller: [wzw_lvb_personen]", "    teler: [wzw_lvb_personen]",
     "indicatoren.yml: groepen.lvb.teler: onbekende sleutel"),
    ("constanten.yml", "  onv_eenheid: 0.15678", "  onv_eenheid: 0.15678x",
     "constanten.yml: constanten.onv_eenheid: "),
]  # fmt: skip


@pytest.mark.parametrize(("bestand", "was", "werd", "zegt"), TIKFOUTEN)
def test_a_slip_of_the_pen_is_one_sentence(
    map_: Path, bestand: str, was: str, werd: str, zegt: str
) -> None:
    """With file, key and line, however many editions have the default."""
    tekst = (map_ / bestand).read_text()
    regel = next(n for n, r in enumerate(tekst.splitlines(), 1) if r.startswith(was.rstrip()))
    (map_ / bestand).write_text(tekst.replace(was, werd, 1))
    melding = _geweigerd(map_)
    assert melding.startswith(zegt)
    assert melding.endswith(f"[regel {regel}]")
    assert "\n" not in melding


@pytest.mark.parametrize("inhoud", ["edities: [2014]", "edities: {2014-2020: }", "parameters: 1"])
def test_a_block_of_another_kind_is_refused(map_: Path, inhoud: str) -> None:
    naam = inhoud.partition(":")[0]
    _wijzig(map_, "edities.yml", naam, yaml.safe_load(inhoud)[naam])
    assert f"edities.yml: {naam}" in _geweigerd(map_)


RIJEN = [  # a row of the figure table that does not say what its rule asks for
    ("kwetsbare_bewoners/kolommen/dK", {"invoer": ["K_eind"]}, "2 namen, gevonden 1"),
    ("signaal/kolommen/focus", {"kant": "eind"}, "heeft geen `kant`; haal die weg"),
    ("overlast_onveiligheid/kolommen/V_eind", {"kant": None}, "vraagt een `kant`"),
    ("domeinmaten/kolommen/aandeel_lvb_eind", {"groep": None}, "vraagt een `groep`"),
    ("gevoeligheid/kolommen/rang_K", {"met": {"kant": ""}}, r"te veel of te weinig: ['teken']"),
    ("kwetsbare_bewoners/kolommen/K_eind", {"met": {"onderdeel": "x"}}, "`met.onderdeel` 'x' niet"),
    ("kwetsbare_bewoners/kolommen/dK", {"formule": "K_eind * 2"}, "onbekende sleutel"),
    ("overlast_onveiligheid/kolommen/V_eind", {"invoer": ["K_eind"]}, "noemt 'K_eind'"),
]  # fmt: skip


@pytest.mark.parametrize(("pad", "anders", "zegt"), RIJEN)
def test_a_row_of_the_figure_table_says_what_its_rule_asks_for(
    map_: Path, pad: str, anders: dict[str, object], zegt: str
) -> None:
    for sleutel, waarde in anders.items():
        _wijzig(map_, "indicatoren.yml", f"indicatoren/{pad}/{sleutel}", waarde)
    melding = _geweigerd(map_)
    tabel, _, naam = pad.split("/")
    assert f"{tabel}.{naam}" in melding.replace(".kolommen", "").replace("indicatoren.ind", "ind")
    assert zegt in melding


def test_all_that_is_wrong_is_said_at_once(map_: Path) -> None:
    _wijzig(map_, "kolommen.yml", "kolommen/inwoners/kleur", "rood")
    _wijzig(map_, "kaartlagen.yml", "kaartlagen/focus/nummer", "tien")
    bestanden = [regel.split(":")[0] for regel in _geweigerd(map_).splitlines()]
    assert bestanden == ["kolommen.yml", "kaartlagen.yml"]


@pytest.mark.parametrize("bestand", BESTANDEN)
@pytest.mark.parametrize(
    "tekst", ["{", "", "- een\n- lijst\n"], ids=["geen YAML", "leeg", "een lijst"]
)
def test_a_file_that_is_no_mapping(map_: Path, bestand: str, tekst: str) -> None:
    (map_ / bestand).write_text(tekst)
    assert f"{bestand}: " in _geweigerd(map_)


@pytest.mark.parametrize("bestand", BESTANDEN)
def test_a_file_that_is_not_there(map_: Path, bestand: str) -> None:
    (map_ / bestand).unlink()
    assert f"{bestand}: " in _geweigerd(map_)


def test_a_block_that_stands_in_two_files(map_: Path) -> None:
    with (map_ / "kaartlagen.yml").open("a") as bestand:
        bestand.write("edities: {}\n")
    assert "edities.yml: sleutel ['edities'] staat al in een ander bestand" in _geweigerd(map_)


# --- editions -------------------------------------------------------------------------------------
def test_a_new_edition_is_a_few_lines(map_: Path) -> None:
    with (map_ / "edities.yml").open("a") as bestand:
        bestand.write("  proef:\n    titel: Proef\n    begin: 2016\n    eind: 2020\n"
                      "    parameters: {tK_procentpunt: 2.0}\n")  # fmt: skip
    proef = lees_catalogus(map_).edities["proef"]
    gewoon = catalogus().edities["2014-2020"].parameters
    assert (proef.niveau, proef.basisjaar) == ("buurt", 2020)
    assert proef.stappen == [(2016, 2018), (2018, 2020)]
    assert proef.peiljaren == [2014, 2015, 2016, 2018, 2019, 2020]
    assert proef.parameters == gewoon.model_copy(update={"tK_procentpunt": 2.0})


def test_the_editions_that_are_ready_made() -> None:
    edities = catalogus().edities
    assert {(e.begin, e.eind) for e in edities.values()} >= {
        (2014, 2020),
        (2014, 2022),
        (2018, 2024),
    }
    assert {e.niveau for e in edities.values()} == {"buurt", "wijk"}


# The defaults that the method chooses (its section 3), typed over.
def test_the_parameters_are_those_of_the_method() -> None:
    parameters = catalogus().edities["2014-2020"].parameters
    assert (parameters.tK_procentpunt, parameters.tP_punt) == (1.0, 0.01)
    assert parameters.terugval_jaren == 2
    assert parameters.minimum_buurten_gemeente == 3
    assert parameters.minimum_stappen == 2
    assert parameters.stabiliteit_factoren == [0.5, 1.0, 2.0]
    assert parameters.stabiliteit_grens == 0.8
    assert parameters.kwetsbaar_groepen == ["uitkering", "lvb", "ggz"]


def test_constants_that_name_no_class_or_run_down_are_refused(map_: Path) -> None:
    _wijzig(map_, "constanten.yml", "constanten/zwakke_klassen", [4, 9])
    assert "constanten.yml: zwakke_klassen noemt '9'" in _geweigerd(map_)
    _wijzig(map_, "constanten.yml", "constanten/problemen_vanaf", [5, 3])
    assert "constanten.yml: constanten: " in (melding := _geweigerd(map_))
    assert "problemen_vanaf loopt op" in melding


# Derived from published scores (method, section 5), typed over.
def test_the_limits_of_the_leefbaarometer() -> None:
    grenzen = [-0.23517, -0.15678, -0.07839, -0.039195, 0.039195, 0.07839, 0.15678, 0.23517]
    assert catalogus().constanten.onv_grenzen == pytest.approx(grenzen, abs=1e-15)


def test_thirds_are_exact() -> None:
    assert catalogus().kaartlagen["corporatiebezit"].grenzen == [5.0, 100 / 3, 200 / 3]


def test_a_layer_names_the_tables_that_its_class_is_made_of() -> None:
    """From these it says why an area has no class; without one it was a KeyError."""
    inhoud = lees_catalogus().model_dump(mode="json")
    inhoud["kaartlagen"]["focus"]["indicatoren"] = ["signaal", "kwetsbare_bewoners"]
    with pytest.raises(ValidationError, match="gemaakt van overlast_onveiligheid: zet die"):
        Catalogus.model_validate(inhoud)


def test_a_relative_layer_has_a_table_that_says_where_it_informs() -> None:
    inhoud = lees_catalogus().model_dump(mode="json")
    inhoud["kaartlagen"]["corporatiebezit"]["relatief"] = True
    with pytest.raises(ValidationError, match=r"corporatiebezit\.relatief: geen van haar tabellen"):
        Catalogus.model_validate(inhoud)
