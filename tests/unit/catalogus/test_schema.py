"""A table that breaks its schema: which partition, column, rule, row and value, and what to do."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pandera.errors
import pyarrow as pa
import pytest

from tests.unit.buurttabel.hulp import cijfers
from veerkracht_dagster.catalogus import tabellen
from veerkracht_dagster.catalogus.schema import controleer, pandera_schema
from veerkracht_dagster.catalogus.schema_groot import controleer_groot
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel

A, B = "BU00010001", "BU00010002"
NA = math.nan


def microdata(codes: tuple[str, ...] = (A, B), **anders: object) -> pd.DataFrame:
    """A right table of `cbs_microdata`; one column other than usual."""
    personen, onderdrukt = [100] * len(codes), ["o"] * len(codes)
    tabel = cijfers(
        codes, md_personen=personen, md_kwetsbaar=onderdrukt, md_statushouders=onderdrukt
    )
    tabel = tabel.assign(
        niveau="buurt", regionaam=None, gemeentenaam=None, indelingswijziging=None,
        gebiedsjaar=2020, bron_bestand="sha", bron_rij=range(len(codes)),
    )  # fmt: skip
    return in_tabelvorm(tabel, "cbs_microdata").assign(**anders)


def gevallen(tabel: pd.DataFrame, partitie: str = "2020") -> list[tuple]:
    uitslag = controleer("cbs_microdata", {partitie: tabel})
    assert uitslag.goed == uitslag.gevallen.empty
    return list(uitslag.gevallen.itertuples(index=False, name=None))


def test_a_right_table_passes() -> None:
    uitslag = controleer("cbs_microdata", {"2014": microdata(), "2020": microdata()})
    assert uitslag.goed
    assert uitslag.remedie == ""


# --- the shape ------------------------------------------------------------------------------------
def test_a_missing_column() -> None:
    tabel = microdata().drop(columns="md_personen")
    assert gevallen(tabel) == [("2020", "md_personen", "kolom ontbreekt", "", "")]


def test_an_unknown_column() -> None:
    assert gevallen(microdata(kleur="rood")) == [("2020", "kleur", "kolom onbekend", "", "")]


@pytest.mark.parametrize(
    ("kolom", "waarde", "gevonden"),
    [
        ("gebiedsjaar", [2020.0, 2020.0], "float64"),  # a whole number with a missing in it
        ("md_personen", ["100", "50"], "str"),  # figures that were never parsed
        ("md_personen", [100, 50], "int64"),
    ],
)
def test_a_column_of_another_type(kolom: str, waarde: list, gevonden: str) -> None:
    ((partitie, welke, regel, _, wat),) = gevallen(microdata(**{kolom: waarde}))
    assert (partitie, welke) == ("2020", kolom)
    assert regel.startswith("type ")
    assert gevonden in wat


def test_a_type_is_looked_at_per_partition() -> None:
    # Put together, whole numbers and floats would all become floats.
    uitslag = controleer(
        "cbs_microdata", {"2014": microdata(), "2020": microdata(md_personen=[100, 50])}
    )
    assert uitslag.gevallen["partitie"].tolist() == ["2020"]


# --- the contents ---------------------------------------------------------------------------------
INHOUD = [
    # column, its values for A and B, the rule, the row by its code, what was found
    ("md_personen", [-1.0, 5.0], "ten minste 0", A, -1.0),
    ("md_personen__status", ["waargenomen", "geheim"], "een van waargenomen", B, "geheim"),
    ("niveau", ["buurt", "straat"], "een van land, gemeente, wijk, buurt", B, "straat"),
    ("regiocode", [A, "BU1"], "van de vorm ^(NL00", "BU1", "BU1"),
    ("regiocode", [A, "BU0001000a"], "van de vorm ^(NL00", "BU0001000a", "BU0001000a"),
    ("bron_rij", [-1, 0], "ten minste 0", A, -1),
]


@pytest.mark.parametrize(("kolom", "waarden", "regel", "rij", "gevonden"), INHOUD)
def test_a_value_that_is_not_allowed(
    kolom: str, waarden: list, regel: str, rij: str, gevonden: object
) -> None:
    soort = microdata()[kolom].dtype
    ((partitie, welke, gezegd, waar, wat),) = gevallen(
        microdata(**{kolom: pd.array(waarden, dtype=soort)})
    )
    assert (partitie, welke, waar, wat) == ("2020", kolom, rij, gevonden)
    assert gezegd.startswith(regel)


def test_an_empty_cell_where_none_may_be() -> None:
    soort = microdata()["bron_bestand"].dtype
    tabel = microdata(bron_bestand=pd.array(["sha", None], dtype=soort))
    ((partitie, kolom, regel, rij, _),) = gevallen(tabel)
    assert (partitie, kolom, rij) == ("2020", "bron_bestand", B)
    assert "null" in regel  # pandera's own word for it


@pytest.mark.parametrize(
    ("waarde", "goed"),
    [(0, True), (100, True), (-1e-6, False), (100.001, False), (NA, True)],
)
def test_the_bounds_of_a_share(waarde: float, goed: bool) -> None:
    from veerkracht_dagster.catalogus.schema import schema_van

    naam = "percentage_koopwoningen"
    kolom = schema_van(tabellen()["cbs_kerncijfers"]).columns[naam]
    tabel = pd.DataFrame({naam: np.array([waarde], dtype="float64")})
    if goed:
        kolom.validate(tabel)
    else:
        with pytest.raises(pandera.errors.SchemaError):
            kolom.validate(tabel)


def test_a_key_that_stands_twice_within_a_partition() -> None:
    dubbel = gevallen(microdata(codes=(A, A)))
    assert {(partitie, rij) for partitie, _, _, rij, _ in dubbel} == {("2020", A)}
    assert all(
        "uni" in regel for _, _, regel, _, _ in dubbel
    )  # pandera: multiple_fields_uniqueness


def test_the_same_key_in_two_partitions_is_right() -> None:
    assert controleer("cbs_microdata", {"2014": microdata(), "2020": microdata()}).goed


# --- the message ----------------------------------------------------------------------------------
def test_the_message_says_everything_once() -> None:
    slecht = microdata(md_personen=[-1.0, -2.0])
    uitslag = controleer("cbs_microdata", {"2014": microdata(), "2020": slecht})
    melding = uitslag.melding()
    assert melding.startswith("tabel cbs_microdata breekt zijn schema: [2020] md_personen: ")
    assert f"ten minste 0 (2x, zoals rij {A}: -1.0)" in melding
    assert "2014" not in melding
    # a table of the publishers: look at the file first
    assert "Kijk of het bestand echt deze tabel is" in melding
    assert "catalogus/kolommen.yml" in melding


def test_the_remedy_of_our_own_table_is_in_our_own_code() -> None:
    tabel = lege_tabel("buurt_omzetting")
    rij = {"niveau": "buurt", "basis": 2020, "van_regio": A, "naar_regio": B, "gewicht": 1.5,
           "methode": "oppervlak", "aantal": 3.0, "via": None, "maat": 3.0}  # fmt: skip
    tabel = in_tabelvorm(pd.DataFrame([rij]), "buurt_omzetting") if tabel.empty else tabel
    melding = controleer("buurt_omzetting", {"2014": tabel}).melding()
    assert "[2014] gewicht: ten hoogste 1 (1x" in melding
    assert "De stap buurttabel maakt iets dat de catalogus niet toestaat" in melding


@pytest.mark.parametrize(
    "naam", [naam for naam, t in tabellen().items() if "geometry" not in t.kolomnamen]
)
def test_an_empty_table_passes(naam: str) -> None:
    # An absent source gives a table without rows.
    assert controleer(naam, {"2014": lege_tabel(naam)}).goed
    assert list(pandera_schema(naam).columns) == list(lege_tabel(naam).columns)


# --- tables too big for pandas: the same rules, asked of DuckDB -----------------------------------
def adressen(**anders: list) -> pa.Table:
    gewoon = {
        "postcode": ["9711AA", "9711AA"], "huisnummer": [1, 2], "buurtcode": [A, A],
        "wijkcode": ["WK000100"] * 2, "gemeentecode": ["GM0001"] * 2,
    }  # fmt: skip
    return pa.table(gewoon | anders)


def test_a_right_address_file_passes() -> None:
    assert controleer_groot("cbs_adressen", {"2020": adressen()}).goed


GROOT = [
    ("postcode", ["9711AA", "97AA"], "van de vorm ^[1-9]", "97AA", "97AA"),
    ("postcode", ["9711AA", None], "niet leeg", None, None),
    ("huisnummer", [1, -1], "ten minste 0", "9711AA", "-1"),
    ("buurtcode", [A, "WK000100"], "van de vorm ^BU", "9711AA", "WK000100"),
    ("huisnummer", [1, 1], "sleutel postcode + huisnummer is uniek", "9711AA 1", "2 keer"),
]


@pytest.mark.parametrize(("kolom", "waarden", "regel", "rij", "gevonden"), GROOT)
def test_an_address_file_that_breaks_its_schema(
    kolom: str, waarden: list, regel: str, rij: str | None, gevonden: str | None
) -> None:
    per_jaar = {"2014": adressen(), "2020": adressen(**{kolom: waarden})}
    uitslag = controleer_groot("cbs_adressen", per_jaar)
    assert not uitslag.goed
    geval = uitslag.gevallen.iloc[0]
    assert (geval["partitie"], geval["kolom"]) == ("2020", kolom)
    assert geval["regel"].startswith(regel)
    assert (geval["rij"], geval["gevonden"]) == (rij, gevonden)
    assert "Kijk of het bestand echt deze tabel is" in uitslag.melding()


@pytest.mark.parametrize(
    ("plaatsen", "teksten", "dubbel"),
    [
        ([0, 1], ["9711AA", "9711AB"], False),
        ([1, 1], ["9711AA", "9711AB"], True),
        ([0, 1], ["9711AA", "9711AA"], True),  # the same text at two places of the list
    ],
)
def test_addresses_as_places_in_a_list(plaatsen: list, teksten: list, dubbel: bool) -> None:
    postcode = pa.DictionaryArray.from_arrays(pa.array(plaatsen, pa.int32()), pa.array(teksten))
    uitslag = controleer_groot(
        "cbs_adressen", {"2020": adressen(postcode=postcode, huisnummer=[1, 1])}
    )
    assert uitslag.goed is not dubbel


def test_an_address_file_without_a_column() -> None:
    uitslag = controleer_groot("cbs_adressen", {"2020": adressen().drop_columns(["buurtcode"])})
    assert "postcode, huisnummer, buurtcode" in uitslag.gevallen["regel"].iloc[0]
    assert "buurtcode" not in uitslag.gevallen["gevonden"].iloc[0]
