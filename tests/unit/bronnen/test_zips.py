"""What is not trusted in a zip or workbook, before anything in it is read."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from tests.unit.bronnen.hulp import ADRESSEN, adressen, lbm, lees_map, schrijf
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.invoer import Bestand, geopende_zip, open_bestand
from veerkracht_dagster.bronnen.werkboek import bladen_van
from veerkracht_dagster.bronnen.zips import leden_van, weiger_beschadigd

ADRESZIP = "cbs_pc6huisnr/2017/2017-cbs-pc6huisnr20170801_buurt.zip"


def _zip(leden: dict[str, str | bytes], **lid) -> bytes:
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w", zipfile.ZIP_DEFLATED) as zip_:
        for naam, tekst in leden.items():
            info = zipfile.ZipInfo(naam)
            info.compress_type = zipfile.ZIP_DEFLATED
            for veld, waarde in lid.items():
                setattr(info, veld, waarde)
            zip_.writestr(info, tekst)
    return inhoud.getvalue()


def _bestand(map_, inhoud: bytes, naam: str = "x.zip") -> Bestand:
    return Bestand(naam, schrijf(map_, naam, inhoud), "0" * 64)


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        (_zip({"../x.csv": "a"}), r"het pad '../x.csv'"),
        (_zip({"/etc/x.csv": "a"}), "het pad '/etc/x.csv'"),
        (_zip({"a/..\\..\\x.csv": "a"}), "het pad"),  # as Windows writes it
        (_zip({"C:x.csv": "a"}), "het pad 'C:x.csv'"),
        (_zip({"x.csv": "/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16), "verwijzing"),
        (_zip({"x.csv": b"\0" * (60 << 20)}), "keer zo groot als ingepakt"),  # a bomb
        (_zip({f"{i}.csv": "" for i in range(501)}), "501 bestanden"),
        (_zip({"lees.txt": "a"}), r"een zip met lees.txt; verwacht: een bestand \*.csv"),
        (_zip({"x.csv": "a" * 99})[:-30], "afgekapte of beschadigde zip"),
        (b"", "een leeg bestand"),
    ],
)
def test_een_onveilige_zip_wordt_geweigerd(tmp_path, inhoud, melding):
    with pytest.raises(BronFout, match=melding):
        leden_van(_bestand(tmp_path, inhoud), "*.csv")


WIJZEN = [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.mark.parametrize("wijze", WIJZEN)
def test_een_omgevallen_byte_in_een_lid_is_een_beschadigde_zip(tmp_path, wijze):
    """Each way to pack has errors of its own."""
    tekst = b"".join(b"%d\n" % (n * n) for n in range(3000))
    inhoud = io.BytesIO()
    with zipfile.ZipFile(inhoud, "w", wijze) as zip_:
        zip_.writestr("x.csv", tekst)
    heel = inhoud.getvalue()
    lees = Bestand("x.zip", schrijf(tmp_path, "x.zip", heel), "0" * 64, lid="x.csv")
    meldingen = []
    for plek in range(40, len(heel) - 120, len(heel) // 40):
        kapot = bytearray(heel)
        kapot[plek] ^= 0xFF
        (tmp_path / "x.zip").write_bytes(kapot)
        try:
            with open_bestand(lees) as stroom:
                gelezen = stroom.read()
            weiger_beschadigd(lees)
        except BronFout as fout:
            meldingen.append(str(fout))
        else:  # a byte of LZMA's settings may change nothing
            assert gelezen == tekst
    assert len(meldingen) > 35
    assert {"afgekapte of beschadigde zip" in melding for melding in meldingen} == {True}


def test_een_schijf_die_faalt_is_geen_beschadigde_zip(tmp_path):
    with pytest.raises(FileNotFoundError), geopende_zip(Bestand("x.zip", tmp_path / "x", "0" * 64)):
        pass


def test_een_wachtwoord_wordt_geweigerd(tmp_path):
    inhoud = bytearray(_zip({"x.csv": "a"}))
    plek = inhoud.index(b"PK\x01\x02") + 8  # the flags in the directory
    inhoud[plek] |= 1
    with pytest.raises(BronFout, match="met een wachtwoord"):
        leden_van(_bestand(tmp_path, bytes(inhoud)), "*.csv")


def test_een_beschadigd_lid_valt_op_bij_het_lezen(tmp_path):
    inhoud = bytearray(_zip({"x.csv": bytes(range(256)) * 40}))
    inhoud[80] ^= 0xFF
    (lid,) = leden_van(_bestand(tmp_path, bytes(inhoud)), "*.csv")
    with (
        pytest.raises(BronFout, match=r"x.zip > x.csv: gevonden: een afgekapte"),
        open_bestand(lid) as stroom,
    ):
        stroom.read()


def test_adressen_uit_de_zip_van_het_cbs(tmp_path):
    """The zip holds lists of names too; the list of addresses is found by its name."""
    los, _ = lees_map(_met(tmp_path / "los", ADRESSEN, adressen()), "cbs_adressen", 2017)
    leden = {"map/pc6hnr20170801_gwb.csv": adressen(), "gemeentenaam2017.csv": "a;b\n"}
    inzip, verslag = lees_map(_met(tmp_path / "z", ADRESZIP, _zip(leden)), "cbs_adressen", 2017)
    assert inzip.equals(los)
    assert verslag.bestanden[0].rijen == 3


def test_leefbaarometer_uit_de_zip_van_de_uitgever(tmp_path):
    map_ = "Leefbaarometer 3.0 - Meting 2024 - open data"
    leden = {
        f"{map_}/Leefbaarometer-scores buurten 2002-2024.csv": lbm(),
        f"{map_}/Leefbaarometer-scores PC4 2002-2024.csv": "PC4,jaar\n",
        f"{map_}/Leefbaarometer-ontwikkeling PC4 2002-2024.csv": "x\n",
    }
    naam = "leefbaarometer_3.0/open-data-leefbaarometer-meting-2024.zip"
    frame, _ = lees_map(_met(tmp_path / "b", naam, _zip(leden)), "leefbaarometer", 2014)
    assert len(frame) == 2
    assert set(frame["gebiedsjaar"]) == {2024}


def _met(map_, naam, inhoud):
    schrijf(map_, naam, inhoud)
    return map_


# --- workbooks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leden", "melding"),
    [
        ({"xl/vbaProject.bin": "x"}, r"macro's of ingesloten bestanden \(xl/vbaProject.bin\)"),
        ({"xl/macrosheets/sheet1.xml": "x"}, "macro's"),
        ({"xl/embeddings/oleObject1.bin": "x"}, "ingesloten bestanden"),
        ({"xl/externalLinks/externalLink1.xml": "x"}, "koppelingen"),
        ({"../../x": "x"}, "het pad"),
        ({"xl/workbook.xml": "<x"}, "geen leesbaar werkboek"),
    ],
)
def test_een_onveilig_werkboek_wordt_geweigerd(tmp_path, leden, melding):
    with pytest.raises(BronFout, match=melding):
        bladen_van(_bestand(tmp_path, _zip(leden), "x.xlsx"))


def test_formules_mogen_alleen_waar_het_mag(tmp_path):
    import xlsxwriter

    inhoud = io.BytesIO()
    boek = xlsxwriter.Workbook(inhoud)
    blad = boek.add_worksheet()
    blad.write_row(0, 0, ["a", "b"])
    blad.write_formula(1, 0, "=1+1", value=2)
    blad.write_number(1, 1, 3)
    boek.close()
    bestand = _bestand(tmp_path, inhoud.getvalue(), "x.xlsx")
    assert bladen_van(bestand)[0].rijen == [[2.0, 3.0]]
    with pytest.raises(BronFout, match=r"cellen met formules \(xl/worksheets/sheet1.xml\)"):
        bladen_van(bestand, formules=False)


def test_macros_in_een_oud_werkboek(tmp_path):
    oud = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 90
    with pytest.raises(BronFout, match=r"macro's \(_VBA_PROJECT\)"):
        bladen_van(_bestand(tmp_path, oud, "x.xls"))


def test_een_oud_werkboek_is_geen_levering(tmp_path):
    oud = Path(__file__).with_name("kwb-2020.xls").read_bytes()
    bestand = _bestand(tmp_path, oud, "x.xls")
    assert [blad.naam for blad in bladen_van(bestand)] == ["KWB2020"]
    with pytest.raises(BronFout, match=r"oude vorm \(\.xls\).*sla het op als \.xlsx"):
        bladen_van(bestand, formules=False)


@pytest.mark.parametrize("naam", ["__MACOSX/._{}", "map/.DS_Store", "map/._{}", "Thumbs.db"])
def test_what_a_program_put_in_a_zip_is_no_member(tmp_path: Path, naam: str) -> None:
    erbij = naam.format("pc6hnr20170801_gwb.csv")
    inhoud = _zip({"map/pc6hnr20170801_gwb.csv": adressen(), erbij: b"\0\5\x16\7"})
    schrijf(tmp_path, ADRESZIP, inhoud)
    leden = leden_van(Bestand("x.zip", tmp_path / ADRESZIP), "*.csv", "*.db", "*store")
    assert [lid.kort for lid in leden] == ["pc6hnr20170801_gwb.csv"]
    assert len(lees_map(tmp_path, "cbs_adressen", 2017)[0])
