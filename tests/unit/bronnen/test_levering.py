"""Deliveries with a manifest: contract, checksum, columns, numbers, rules of microdata."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import MICRODATA, lees_map, schrijf, schrijf_levering
from veerkracht_dagster.bronnen.fouten import BronFout

MAP = "levering/cbs_microdata/2020"


def test_levering(tmp_path):
    schrijf_levering(tmp_path, MICRODATA)
    frame, verslag = lees_map(tmp_path, "cbs_microdata", 2020)
    assert list(frame["md_personen"]) == [100, 50]
    assert pd.isna(frame["md_kwetsbaar"][1])
    assert list(frame["md_kwetsbaar__status"]) == ["waargenomen", "onderdrukt"]
    assert set(frame["gebiedsjaar"]) == {2019}
    assert list(frame["niveau"]) == ["buurt", "buurt"]
    assert verslag.kolommen["md_personen"] == "aantal"
    assert "geleverd door CBS" in verslag.opmerkingen[0]


@pytest.mark.parametrize("decimaal", [",", "."])
def test_decimaal_komma_of_punt(tmp_path, decimaal):
    tekst = f"bu;w\nBU00140000;7{decimaal}5\nBU00140001;8\n"
    kolommen = {"bu": "regiocode", "w": "bik_score_woning"}
    schrijf_levering(tmp_path, tekst, "corporatie_bik", kolommen=kolommen)
    frame, verslag = lees_map(tmp_path, "corporatie_bik", 2020)
    assert list(frame["bik_score_woning"]) == [7.5, 8]
    assert "bik_woningen" in verslag.niet_gevonden


def test_kolom_naar_null_wordt_overgeslagen(tmp_path):
    kolommen = {"code": "regiocode", "aantal": "md_personen", "kwetsbaar": None}
    schrijf_levering(tmp_path, MICRODATA, kolommen=kolommen)
    frame, _ = lees_map(tmp_path, "cbs_microdata", 2020)
    assert set(frame["md_kwetsbaar__status"]) == {"ontbreekt"}


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        # columns
        (
            MICRODATA.replace("aantal", "aantallen"),
            "(?s)kolom 'aantallen'.*niet noemt.*kolom 'aantal'.*de kolom die het manifest noemt",
        ),
        # numbers
        (MICRODATA.replace("100", "veel"), "kolom 'aantal', rij 0.*'veel'.*een getal"),
        (
            MICRODATA.replace("100;25", "100.5;25.0").replace("50;.", "50,5;."),
            "een komma in '50,5'.*een punt als decimaalteken",
        ),
        (MICRODATA.replace("100", "1.000,5"), "'1.000,5'"),
        (MICRODATA.replace("100", "<10"), "'<10'.*is het onderdrukt, laat de cel dan leeg"),
        (MICRODATA.replace("100", "nvt"), "'nvt'.*is er geen cijfer, laat de cel dan leeg"),
        (MICRODATA.replace("100", "#N/B"), "is er geen cijfer, laat de cel dan leeg"),
        (MICRODATA.replace("100", "-"), "'-'.*is er geen cijfer, laat de cel dan leeg"),
        (MICRODATA.replace("100", "6,5%"), "zonder %; vraagt de kolom personen of woningen"),
        (MICRODATA.replace("100", "1 000"), "duizendtallen zonder spatie of teken"),
        (MICRODATA.replace("100", "1\u00a0000"), "duizendtallen zonder spatie of teken"),
        (MICRODATA.replace("100", "1'000"), "duizendtallen zonder spatie of teken"),
        (MICRODATA.replace("100", "100 ca."), "'100 ca.'.*herstel de cel"),
        # codes
        (MICRODATA.replace("BU00140001", "BU00140000"), "voor de tweede keer"),
        (MICRODATA.replace("BU00140001", "140001"), "de code '140001'.*voorloopnullen en letters"),
        (MICRODATA.replace("BU00140001", "bu00140001"), "met hoofdletters.*herstel de code"),
        (
            MICRODATA.replace("BU00140001", "Totaal"),
            "'Totaal'.*haal de regel weg als zij",
        ),
        (MICRODATA.replace("BU00140001", "Bron: CBS"), "haal de regel weg als zij geen gebied is"),
        # disclosure
        (
            MICRODATA.replace(";25", ";9"),
            "kolom 'kwetsbaar', rij 0, code BU00140000.*minder dan 10 personen",
        ),
        (MICRODATA.replace(";25", ";26"), "'kwetsbaar', rij 0.*niet op 5 is afgerond"),
        # what others write for too few to tell
        (MICRODATA.replace(";25", ";<10"), "'<10'.*laat de cel dan leeg .*verzin geen getal"),
        (MICRODATA.replace(";25", ";minder dan 10"), "'minder dan 10'.*laat de cel dan leeg"),
        # something above the headings
        (
            "# uitdraai van 3 maart\n" + MICRODATA + "BU00140002;60;30\n" * 20,
            "een eerste regel van 1, en 2. van 3 velden.*haal weg wat boven de koppen staat",
        ),
        # ragged
        (MICRODATA.replace(";25", ""), "2 velden; verwacht: 3 velden"),
        ("", "een leeg bestand"),
    ],
)
def test_weigert(tmp_path, tekst, melding):
    schrijf_levering(tmp_path, tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("sleutel", ["RINPERSOON", "rinpersoons", "BEID"])
def test_persoonssleutels_komen_niet_binnen(tmp_path, sleutel):
    tekst = MICRODATA.replace("kwetsbaar", sleutel)
    kolommen = {"code": "regiocode", "aantal": "md_personen", sleutel: None}
    schrijf_levering(tmp_path, tekst, kolommen=kolommen)
    with pytest.raises(BronFout, match=f"kolom '{sleutel}'.*een sleutel van personen"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"sha256": "0" * 64}, "verwacht: sha256 000"),  # another file than was signed
        ({"sha256": "kort"}, "kolom 'sha256'"),
        ({"peiljaar": 2019}, "kolom 'peiljaar'.*2019.*verwacht: 2020"),
        ({"gebiedsjaar": ...}, "kolom 'gebiedsjaar': gevonden: niets.*vul de sleutel aan"),
        ({"extra": 1}, "kolom 'extra'.*haal hem weg"),
        ({"bestand": "../uitvoer.csv"}, "kolom 'bestand'.*naast het manifest"),
        ({"bestand": "/etc/passwd"}, "kolom 'bestand'"),
        ({"bestand": "anders.csv"}, "geen bestand anders.csv"),
        ({"kolommen": {"code": "regiocode", "aantal": "inwoners"}}, "kolommen.aantal.*inwoners"),
        ({"kolommen": {"aantal": "md_personen"}}, "geen kolom die naar regiocode gaat"),
        (
            {
                "kolommen": {
                    "code": "regiocode",
                    "aantal": "md_personen",
                    "kwetsbaar": "md_personen",
                }
            },
            "vaker dan een keer",
        ),
    ],
)
def test_manifest_wordt_geweigerd(tmp_path, anders, melding):
    schrijf_levering(tmp_path, MICRODATA, **anders)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_manifest_van_een_andere_bron(tmp_path):
    schrijf_levering(tmp_path, MICRODATA)
    pad = tmp_path / MAP / "manifest.yml"
    pad.write_text(pad.read_text().replace('"bron": "cbs_microdata"', '"bron": "corporatie_bik"'))
    with pytest.raises(BronFout, match=r"kolom 'bron'.*zoals de map zegt"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize(
    ("naam", "inhoud", "melding"),
    [
        ("manifest.yml", "bron: [", "geen geldige YAML"),
        ("manifest.yml", "tekst", "kolom 'manifest'"),
        ("uitvoer (2).csv", "x", "niet noemt: uitvoer"),
    ],
)
def test_map_wordt_geweigerd(tmp_path, naam, inhoud, melding):
    schrijf_levering(tmp_path, MICRODATA)
    schrijf(tmp_path, f"{MAP}/{naam}", inhoud)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("erbij", ["manifest.yml.txt", "manifest.yaml", "manifest (1).yml"])
def test_zonder_manifest(tmp_path, erbij):
    schrijf(tmp_path, f"{MAP}/uitvoer.csv", MICRODATA)
    schrijf(tmp_path, f"{MAP}/{erbij}", "bron: cbs_microdata")
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_microdata", 2020)
    assert f"geen bestand manifest.yml (wel {erbij}, uitvoer.csv)" in str(fout.value)
    assert "onder precies die naam" in str(fout.value)


def test_genoemde_bijlage_mag_erbij_liggen(tmp_path):
    schrijf_levering(tmp_path, MICRODATA, bijlagen=["codeboek.csv"])
    schrijf(tmp_path, f"{MAP}/codeboek.csv", "kolom;betekenis\n")
    assert len(lees_map(tmp_path, "cbs_microdata", 2020)[0]) == 2


# --- output rules, and what may be in a delivery --------------------------------------------------


def _met_kolom(map_, cellen, **anders):
    """A third column, that we do not keep."""
    regels = MICRODATA.splitlines()
    tekst = "\n".join(f"{r};{c}" for r, c in zip(regels, ["extra", *cellen], strict=True)) + "\n"
    kolommen = {"code": "regiocode", "aantal": "md_personen", "kwetsbaar": "md_kwetsbaar"}
    schrijf_levering(map_, tekst, kolommen=kolommen | {"extra": None}, **anders)
    return lees_map(map_, "cbs_microdata", 2020)


def test_de_regels_gelden_ook_voor_kolommen_die_wij_overslaan(tmp_path):
    with pytest.raises(BronFout, match=r"kolom 'extra', rij 1.*minder dan 10 personen"):
        _met_kolom(tmp_path, [20, 5])


@pytest.mark.parametrize(
    ("cellen", "melding"),
    [
        ([200, 90], "minder dan 100 personen"),
        ([200, 150], "niet op 100 is afgerond"),
    ],
)
def test_voor_inkomen_gelden_strengere_regels(tmp_path, cellen, melding):
    with pytest.raises(BronFout, match=f"kolom 'extra', rij 1.*{melding}"):
        _met_kolom(tmp_path, cellen, inkomen=["extra"])
    assert len(_met_kolom(tmp_path / "goed", [200, 300], inkomen=["extra"])[0]) == 2


def test_een_andere_afronding_staat_in_het_manifest(tmp_path):
    schrijf_levering(tmp_path, MICRODATA, afronding=10)
    with pytest.raises(BronFout, match="niet op 10 is afgerond"):  # 25 is no ten
        lees_map(tmp_path, "cbs_microdata", 2020)
    schrijf_levering(tmp_path / "fijner", MICRODATA, afronding=1)
    with pytest.raises(BronFout, match="kolom 'afronding'"):
        lees_map(tmp_path / "fijner", "cbs_microdata", 2020)


def test_een_melding_noemt_het_kleine_aantal_niet(tmp_path):
    schrijf_levering(tmp_path, MICRODATA.replace(";25", ";7"))
    with pytest.raises(BronFout) as fout:
        lees_map(tmp_path, "cbs_microdata", 2020)
    assert "7" not in str(fout.value).replace("BU00140000", "")


def test_persoonssleutels_in_een_bijlage(tmp_path):
    schrijf_levering(tmp_path, MICRODATA, bijlagen=["codeboek.csv"])
    schrijf(tmp_path, f"{MAP}/codeboek.csv", "RINPERSOON;x\n1;2\n")
    with pytest.raises(BronFout, match=r"codeboek.csv, kolom 'RINPERSOON'"):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_wat_geweigerd_wordt_komt_niet_in_de_opslag(tmp_path):
    from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
    from veerkracht_dagster.werkmap import Werkmap

    werkmap = Werkmap.in_map(tmp_path)
    schrijf_levering(werkmap.bronnen, MICRODATA.replace(";25", ";9"))
    with pytest.raises(BronFout, match="minder dan 10"):
        Innemer(werkmap).neem_in("cbs_microdata", 2020)
    assert not werkmap.snapshots.map.exists()
    schrijf_levering(werkmap.bronnen, MICRODATA)
    assert len(Innemer(werkmap).neem_in("cbs_microdata", 2020).tabel) == 2
    assert len(werkmap.snapshots.kaarten()) == 2


def _werkboek(formule: bool = False) -> bytes:
    import io

    import xlsxwriter

    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud)
    blad = boek.add_worksheet("Uitvoer")
    rijen = [["Code", "Aantal"], ["BU00140000", 100], ["BU00140001", 50]]
    for nummer, rij in enumerate(rijen):
        blad.write_row(nummer, 0, rij)
    if formule:
        blad.write_formula(2, 1, "=25+25", value=50)
    boek.close()
    return inhoud.getvalue()


@pytest.mark.parametrize("formule", [False, True])
def test_een_werkboek(tmp_path, formule):
    import hashlib

    inhoud = _werkboek(formule)
    schrijf_levering(
        tmp_path,
        MICRODATA,
        bestand="uitvoer.xlsx",
        sha256=hashlib.sha256(inhoud).hexdigest(),
        kolommen={"Code": "regiocode", "Aantal": "md_personen"},
    )
    (tmp_path / MAP / "uitvoer.csv").unlink()
    schrijf(tmp_path, f"{MAP}/uitvoer.xlsx", inhoud)
    if formule:
        with pytest.raises(BronFout, match="cellen met formules"):
            lees_map(tmp_path, "cbs_microdata", 2020)
    else:
        frame, _ = lees_map(tmp_path, "cbs_microdata", 2020)
        assert list(frame["md_personen"]) == [100, 50]


def test_een_verwijzing_of_zip_komt_niet_binnen(tmp_path):
    schrijf_levering(tmp_path, MICRODATA, bijlagen=["alles.zip"])
    schrijf(tmp_path, f"{MAP}/alles.zip", b"PK")
    with pytest.raises(BronFout, match=r"een bijlage alles\.zip"):
        lees_map(tmp_path, "cbs_microdata", 2020)
    (tmp_path / MAP / "alles.zip").unlink()
    (tmp_path / MAP / "alles.zip").symlink_to(tmp_path / MAP / "uitvoer.csv")
    with pytest.raises(BronFout, match="een verwijzing in een levering"):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_een_ingepakte_csv_is_geen_csv(tmp_path):
    import hashlib
    import io
    import zipfile

    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w") as zip_:
        zip_.writestr("uitvoer.csv", MICRODATA)
    zip_bytes = inhoud.getvalue()
    som = hashlib.sha256(zip_bytes).hexdigest()
    schrijf_levering(tmp_path, MICRODATA, sha256=som)
    schrijf(tmp_path, f"{MAP}/uitvoer.csv", zip_bytes)
    with pytest.raises(BronFout, match=r"een zip; verwacht: een CSV-bestand.*pak het uit"):
        lees_map(tmp_path, "cbs_microdata", 2020)


def test_bladen_worden_genoemd_ook_een_verborgen_blad(tmp_path):
    import hashlib
    import io

    import xlsxwriter

    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud)
    for naam in ("oud", "levering"):
        blad = boek.add_worksheet(naam)
        for nummer, rij in enumerate([["Code", "Aantal"], ["BU00140000", 100]]):
            blad.write_row(nummer, 0, rij)
    boek.get_worksheet_by_name("oud").hide()
    boek.get_worksheet_by_name("levering").activate()
    boek.close()
    schrijf_levering(
        tmp_path, MICRODATA, bestand="uitvoer.xlsx",
        sha256=hashlib.sha256(inhoud.getvalue()).hexdigest(),
        kolommen={"Code": "regiocode", "Aantal": "md_personen"},
    )  # fmt: skip
    (tmp_path / MAP / "uitvoer.csv").unlink()
    schrijf(tmp_path, f"{MAP}/uitvoer.xlsx", inhoud.getvalue())
    with pytest.raises(BronFout, match=r"'oud', 'levering'.*verborgen bladen tellen mee"):
        lees_map(tmp_path, "cbs_microdata", 2020)
