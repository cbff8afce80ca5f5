"""A corporation's file: read, or refused with what to do; and the version that makes it stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.scans import lees_scans, scanversies
from veerkracht_dagster.catalogus import catalogus

CAT = catalogus()
GOED = "naam: De Linde\neditie: 2014-2020\nwerkgebied: [GM0129]\n"


def _schrijf(map_: Path, tekst: str, naam: str = "de-linde.yml") -> Path:
    pad = map_ / "levering" / "scan" / naam
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text(tekst, encoding="utf-8")
    return map_


def test_defaults_come_from_the_catalogue(tmp_path: Path) -> None:
    opdracht = lees_scans(_schrijf(tmp_path, GOED), CAT)["de-linde"]
    assert (opdracht.streefjaar, opdracht.veel_bezit) == (2040, pytest.approx(1 / 3))
    assert opdracht.rol("Onderwijs", CAT) == "signalerend"
    maten = opdracht.maten(CAT)
    assert {domein for domein, _ in maten.values()} == set(CAT.domeinen)
    assert maten["fys"][1] == CAT.maten["fys"]


def test_a_corporation_sets_roles_cuts_and_measures(tmp_path: Path) -> None:
    tekst = GOED + (
        "rollen: {Onderwijs: aanjagend}\ngrenzen: {fys: {groen: 0, rood: -1/5}}\nzonder: [lvb]\n"
    )
    opdracht = lees_scans(_schrijf(tmp_path, tekst), CAT)["de-linde"]
    assert opdracht.rol("Onderwijs", CAT) == "aanjagend"
    maten = opdracht.maten(CAT)
    assert opdracht.zonder == ["lvb"]
    assert list(maten) == [m for domein in CAT.domeinen.values() for m in domein.maten]
    assert (maten["fys"][1].groen, maten["fys"][1].rood) == (0, -0.2)
    assert maten["fys"][1].kolom == CAT.maten["fys"].kolom


def test_no_files_is_no_scan(tmp_path: Path) -> None:
    assert lees_scans(tmp_path, CAT) == {}


GEWEIGERD = [
    (GOED.replace("naam: De Linde\n", ""), "kolom 'naam'.*vul de sleutel in"),
    (GOED + "kleur: rood\n", "kolom 'kleur'.*haal de sleutel weg"),
    (GOED.replace("2014-2020", "1999-2000"), "kolom 'editie'.*'1999-2000'.*een van 2014-2020"),
    (GOED.replace("GM0129", "Utrecht"), r"kolom 'werkgebied\.0'.*'Utrecht'"),
    (GOED.replace("[GM0129]", "[]"), "kolom 'werkgebied'"),
    (GOED.replace("[GM0129]", "[GM0129, GM0129]"), "meer dan een keer"),
    (GOED + "rollen: {Sport: aanjagend}\n", "kolom 'rollen'.*'Sport'.*Woningvoorraad"),
    (GOED + "rollen: {Onderwijs: baas}\n", r"kolom 'rollen\.Onderwijs'.*'baas'"),
    (GOED + "grenzen: {geluk: {groen: 1, rood: 0}}\n", "kolom 'grenzen'.*'geluk'"),
    (GOED + "grenzen: {fys: {groen: -1, rood: 0}}\n", "verkeerde kant.*wissel ze om"),
    (GOED + "grenzen: {lvb: {groen: 2, rood: 1}}\n", "verkeerde kant"),  # less is better
    (GOED + "veel_bezit: 40\n", "kolom 'veel_bezit'"),
    (GOED + "zonder: lvb\n", "kolom 'zonder'"),
    ("naam: [", "geen geldige YAML"),
    ("", "wat te doen"),
    ("!!python/object/apply:os.system ['echo']\n", "geen geldige YAML"),
    (GOED + f"# {'x' * 100_001}\n", "ten hoogste 100000"),
]  # fmt: skip


@pytest.mark.parametrize(("tekst", "melding"), GEWEIGERD)
def test_a_wrong_file_is_refused_with_what_to_do(tmp_path: Path, tekst: str, melding: str) -> None:
    with pytest.raises(BronFout, match=melding) as fout:
        lees_scans(_schrijf(tmp_path, tekst), CAT)
    assert "levering/scan/de-linde.yml" in str(fout.value)
    assert "wat te doen" in str(fout.value)


@pytest.mark.parametrize("naam", ["De Linde.yml", "..yml", "-x.yml", "<b>.yml"])
def test_a_name_that_would_be_an_odd_folder_is_refused(tmp_path: Path, naam: str) -> None:
    with pytest.raises(BronFout, match="kleine letters"):
        lees_scans(_schrijf(tmp_path, GOED, naam), CAT)


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    _schrijf(tmp_path, GOED + "x: 1\n", "een.yml")
    _schrijf(tmp_path, GOED, "goed.yml")
    _schrijf(tmp_path, GOED + "y: 1\n", "twee.yml")
    with pytest.raises(BronFout) as fout:
        lees_scans(tmp_path, CAT)
    assert {probleem.kolom for probleem in fout.value.problemen} == {"x", "y"}


def test_a_change_is_news_for_its_own_edition_only(tmp_path: Path) -> None:
    leeg = scanversies(tmp_path, CAT.edities)
    _schrijf(tmp_path, GOED)
    eerst = scanversies(tmp_path, CAT.edities)
    assert {naam for naam in CAT.edities if leeg[naam] != eerst[naam]} == {"2014-2020"}
    _schrijf(tmp_path, GOED + "streefjaar: 2050\n")
    daarna = scanversies(tmp_path, CAT.edities)
    assert {naam for naam in CAT.edities if eerst[naam] != daarna[naam]} == {"2014-2020"}
    # a file that names no edition must not go unseen
    _schrijf(tmp_path, "naam: x\n", "stuk.yml")
    stuk = scanversies(tmp_path, CAT.edities)
    assert all(stuk[naam] != daarna[naam] for naam in CAT.edities)
