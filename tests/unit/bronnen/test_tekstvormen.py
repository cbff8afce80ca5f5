"""Text files as programs save them again: other separators, no quotes, empty lines, a source line,
another order; read where they can mean one thing, else refused with what is wrong."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from tests.unit.bronnen.hulp import (
    LBM,
    MICRODATA,
    lbm,
    lees_map,
    schrijf,
    schrijf_levering,
    statline,
)
from veerkracht_dagster.bronnen.fouten import BronFout

KWB = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020_x.csv"
KOMMA = "de velden zijn gescheiden door een komma, niet door een puntkomma"
TAB = "de velden zijn gescheiden door een tab, niet door een puntkomma"


def herschreven(tekst: str, teken: str, wat: int = csv.QUOTE_MINIMAL, *, omgekeerd=False) -> str:
    """A StatLine CSV as another program saves it; CRLF, as csv does."""
    uit = io.StringIO(newline="")
    rijen = csv.reader(io.StringIO(tekst.lstrip("\ufeff"), newline=""), delimiter=";")
    schrijver = csv.writer(uit, delimiter=teken, quoting=wat)
    schrijver.writerows(rij[::-1] if omgekeerd else rij for rij in rijen)
    return uit.getvalue()


# What was done to the file -> the text, and what the card says of it.
STATLINE = {
    "zonder aanhalingstekens en merk": (lambda t: herschreven(t, ";"), ()),
    "met komma's": (lambda t: herschreven(t, ","), (KOMMA,)),
    "met komma's en aanhalingstekens": (lambda t: herschreven(t, ",", csv.QUOTE_ALL), (KOMMA,)),
    "met tabs": (lambda t: herschreven(t, "\t"), (TAB,)),
    "in een andere volgorde": (lambda t: herschreven(t, ";", omgekeerd=True), ()),
    "een lege regel aan het eind": (
        lambda t: t + "\r\n",
        ("1 lege regels aan het eind weggelaten",),
    ),
    "lege rijen van een spreadsheet": (
        lambda t: t + ";;;;;;;;\r\n" * 3,
        ("3 lege regels aan het eind weggelaten",),
    ),
    "een bronregel": (
        lambda t: t + '"Bron: CBS"\r\n',
        ("1 regels met de bron aan het eind weggelaten",),
    ),
    "een bronregel van een spreadsheet": (
        lambda t: t + ";;;;;;;;\r\n© CBS 4-2-2024;;;;;;;;\r\n\r\n",
        ("2 lege regels aan het eind weggelaten", "1 regels met de bron aan het eind weggelaten"),
    ),
    "regels die op LF eindigen": (lambda t: t.replace("\r\n", "\n"), ()),
}


@pytest.mark.parametrize("wat", STATLINE)
def test_statline_zegt_hetzelfde(tmp_path, wat):
    maak, opmerkingen = STATLINE[wat]
    schrijf(tmp_path / "heel", KWB, statline())
    schrijf(tmp_path / "anders", KWB, maak(statline()))
    heel, _ = lees_map(tmp_path / "heel", "cbs_kerncijfers", 2020)
    anders, verslag = lees_map(tmp_path / "anders", "cbs_kerncijfers", 2020)
    zonder = ["bron_bestand"]
    pd.testing.assert_frame_equal(anders.drop(columns=zonder), heel.drop(columns=zonder))
    assert verslag.opmerkingen == opmerkingen
    assert heel["inwoners"].tolist() == [120, 120, 120, 100, 20, 0]


GEDRAAID = (
    '"Onderwerp";"Wijken en buurten";"Groningen"\n"Bevolking/Aantal inwoners (aantal)";"x";3\n'
)


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        (
            '"Wijken en buurten";"Bevolking/Aantal inwoners (aantal)"\n"Noord";200\n',
            "geen kolom met regiocodes.*opnieuw uit met het onderwerp Codering erbij",
        ),
        (  # topics alone: another order, and no region at all
            '"Bevolking/Aantal inwoners (aantal)"\n200\n',
            "geen kolom met regiocodes",
        ),
        (GEDRAAID, "een gedraaide tabel, met onderwerpen in de rijen"),
        (GEDRAAID.replace(";", ",").replace('"', ""), "een gedraaide tabel"),
        (
            "\ufeff" + "".join(
                '"' + regel.replace('"', '""') + '"\n' for regel in statline()[1:].splitlines()
            ),
            "regels die als geheel tussen aanhalingstekens staan",
        ),
        (statline().encode("utf-16"), "tekst in UTF-16.*verwacht: tekst in UTF-8"),
        (statline().encode("utf-16-be", "surrogatepass").join([b"\xfe\xff", b""]), "UTF-16"),
        (statline().replace("\r\n", "\r\n\r\n", 2), "rij 0: gevonden: een lege regel tussen"),
        (statline() + "Bron: CBS\r\nNog een regel\r\n", "rij 6: gevonden: 1 velden"),
        (statline().replace("Groningen", "Gröningen", 1).encode("latin-1", "replace"), "UTF-8"),
    ],
    ids=range(10),
)  # fmt: skip
def test_statline_weigert_met_de_ware_reden(tmp_path, tekst, melding):
    schrijf(tmp_path, KWB, tekst)
    with pytest.raises(BronFout, match=melding):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)


# --- a year in a column ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kop", "waarde"),
    [("Perioden", "2019"), ("Perioden", "2019JJ00"), ("Statcode", "2019BU00140000")],
)  # fmt: skip
def test_statline_van_een_ander_jaar(tmp_path, kop, waarde):
    kopregel, *regels = statline().splitlines()
    met = lambda extra: f'{kopregel};"{kop}"\r\n' + "".join(f'{r};"{extra}"\r\n' for r in regels)  # noqa: E731
    schrijf(tmp_path, KWB, met(waarde))
    with pytest.raises(BronFout, match=f"kolom '{kop}', rij 0: gevonden: gegevens van 2019"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
    schrijf(tmp_path, KWB, met(waarde.replace("2019", "2020")))
    assert len(lees_map(tmp_path, "cbs_kerncijfers", 2020)[0]) == 6


def test_een_jaarkolom_met_iets_anders_is_een_telling(tmp_path):
    """The rules of microdata hold for what is not a year, whatever it is called."""
    kolommen = {"code": "regiocode", "aantal": "md_personen", "jaar": None}
    tekst = MICRODATA.replace("kwetsbaar", "jaar").replace(";.", ";2020").replace(";25", ";7")
    schrijf_levering(tmp_path, tekst, kolommen=kolommen)
    with pytest.raises(BronFout, match=r"kolom 'jaar', rij 0.*minder dan 10 personen"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("jaar", [2019, 2020])  # of the areas, and of the figures
def test_een_levering_mag_haar_jaren_noemen(tmp_path, jaar):
    kolommen = {
        "code": "regiocode",
        "aantal": "md_personen",
        "kwetsbaar": "md_kwetsbaar",
        "jaar": None,
    }

    def tekst(jaar: int) -> str:
        kop, *rijen = MICRODATA.splitlines()
        return f"{kop};jaar\n" + "".join(f"{rij};{jaar}\n" for rij in rijen)

    schrijf_levering(tmp_path, tekst(jaar), "cbs_microdata", kolommen=kolommen)
    assert len(lees_map(tmp_path, "cbs_microdata", 2020)[0]) == 2
    schrijf_levering(tmp_path, tekst(2018), "cbs_microdata", kolommen=kolommen)
    with pytest.raises(
        BronFout, match=r"'jaar', rij 0: gevonden: gegevens van 2018 .* 2019 of 2020"
    ):
        lees_map(tmp_path, "cbs_microdata", 2020)


# --- Leefbaarometer -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("teken", "opmerking"), [(";", "een puntkomma"), ("\t", "een tab")], ids=["puntkomma", "tab"]
)
def test_scores_met_een_ander_teken(tmp_path, teken, opmerking):
    schrijf(tmp_path, LBM, lbm().replace(",", teken) + "\n")
    frame, verslag = lees_map(tmp_path, "leefbaarometer", 2014)
    assert frame["fys"].tolist() == [0.01, 0.02]
    assert verslag.opmerkingen == (
        f"Leefbaarometer-scores buurten 2002-2024.csv: de velden zijn gescheiden door {opmerking}, "
        "niet door een komma",
        "Leefbaarometer-scores buurten 2002-2024.csv: 1 lege regels aan het eind weggelaten",
    )


def test_scores_met_decimale_komma(tmp_path):
    """As a Dutch spreadsheet saves them: the publisher's point has gone."""
    schrijf(tmp_path, LBM, lbm().replace(",", ";").replace(".", ","))
    with pytest.raises(
        BronFout, match=r"een komma in '4,.*verwacht: een punt als decimaalteken, zoals alt"
    ):
        lees_map(tmp_path, "leefbaarometer", 2014)


# --- deliveries -----------------------------------------------------------------------------------
LEVERINGEN = {
    "komma's": (lambda t: t.replace(";", ","), ()),
    "tabs": (lambda t: t.replace(";", "\t"), ()),
    "lege rijen": (lambda t: t + ";;\n;;\n", ("2 lege regels aan het eind weggelaten",)),
    "een lege regel": (lambda t: t + "\n", ("1 lege regels aan het eind weggelaten",)),
}


@pytest.mark.parametrize("wat", LEVERINGEN)
def test_een_levering_zoals_een_programma_haar_bewaart(tmp_path, wat):
    maak, opmerkingen = LEVERINGEN[wat]
    schrijf_levering(tmp_path, maak(MICRODATA))
    frame, verslag = lees_map(tmp_path, "cbs_microdata", 2020)
    assert frame["md_personen"].tolist() == [100, 50]
    assert verslag.opmerkingen[1:] == opmerkingen


def test_het_manifest_zegt_een_ander_teken(tmp_path):
    schrijf_levering(tmp_path, MICRODATA.replace(";", ","), scheiding=";")
    with pytest.raises(BronFout, match="gescheiden door ','; verwacht: velden gescheiden door ';'"):
        lees_map(tmp_path, "cbs_microdata", 2020)


@pytest.mark.parametrize("teken", [";", ",", "\t"])
def test_persoonssleutels_in_een_bijlage_met_elk_teken(tmp_path, teken):
    schrijf_levering(tmp_path, MICRODATA, bijlagen=["lijst.csv"])
    schrijf(tmp_path, "levering/cbs_microdata/2020/lijst.csv", f"nr{teken}RINPERSOON\n1{teken}2\n")
    with pytest.raises(BronFout, match=r"kolom 'RINPERSOON'.*een sleutel van personen"):
        lees_map(tmp_path, "cbs_microdata", 2020)


# --- numbers that may be a thousand ---------------------------------------------------------------
def _bik(map_, *cellen: str, **manifest) -> pd.Series:
    rijen = "".join(f"BU0014000{i};{cel}\n" for i, cel in enumerate(cellen))
    kolommen = {"bu": "regiocode", "w": "bik_score_woning"}
    schrijf_levering(map_, f"bu;w\n{rijen}", "corporatie_bik", kolommen=kolommen, **manifest)
    return lees_map(map_, "corporatie_bik", 2020)[0]["bik_score_woning"]


@pytest.mark.parametrize(
    "cellen", [["1.250"], ["1.000", "2.000"], ["1,250"], ["7.125", "6.5"], ["-1.250"], ["999.999"]]
)
def test_wat_een_duizendtal_kan_zijn_wordt_geweigerd(tmp_path, cellen):
    heel = cellen[0].replace(".", "").replace(",", "")
    with pytest.raises(BronFout, match=rf"'w', rij 0: .*dat {heel} kan zijn.*`decimaal:"):
        _bik(tmp_path, *cellen)


@pytest.mark.parametrize(
    ("cellen", "getallen"),
    [
        (["0.125", "0,5"][:1], [0.125]),  # nobody writes a thousand so
        (["7.25", "7.5"], [7.25, 7.5]),
        (["7.1250", "1250.125"], [7.125, 1250.125]),
        (["1250"], [1250]),
    ],
)
def test_wat_geen_duizendtal_kan_zijn_wordt_gelezen(tmp_path, cellen, getallen):
    assert _bik(tmp_path, *cellen).tolist() == getallen


def test_het_manifest_zegt_wat_het_teken_is(tmp_path):
    assert _bik(tmp_path, "7.125", decimaal=".").tolist() == [7.125]
    assert _bik(tmp_path, "7,125", decimaal=",").tolist() == [7.125]
    with pytest.raises(BronFout, match=r"een punt in '1\.250'"):
        _bik(tmp_path, "1.250", decimaal=",")


def test_statline_met_duizendpunten(tmp_path):
    schrijf(tmp_path, KWB, statline().replace(";120;", ";1.120;", 1))
    with pytest.raises(BronFout, match=r"Aantal inwoners \(aantal\)', rij 0: .*dat 1120 kan zijn"):
        lees_map(tmp_path, "cbs_kerncijfers", 2020)
