"""Areas by name: several of one name are listed, and of none what comes near."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd
import pytest
import typer
from upath import UPath

from veerkracht_dagster.cli import aanvullen, plaatsen
from veerkracht_dagster.opslag.tabellen import schrijf_tabel
from veerkracht_dagster.werkmap import Werkmap

EDITIE = "2014-2020"
RIJEN = [
    ("buurt", "BU05030000", "Binnenstad", "GM0503", "Delft"),
    ("buurt", "BU05990000", "Centrum", "GM0599", "Rotterdam"),
    ("buurt", "BU03630000", "Centrum", "GM0363", "Amsterdam"),
    ("wijk", "WK050300", "Binnenstad", "GM0503", "Delft"),
    ("wijk", "WK059900", "Delfshaven", "GM0599", "Rotterdam"),
]
KOLOMMEN = ["niveau", "regiocode", "regionaam", "gemeentecode", "gemeentenaam"]


@pytest.fixture
def werkmap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Werkmap:
    monkeypatch.setenv("VEERKRACHT_WERK", str(tmp_path))
    monkeypatch.delenv("VEERKRACHT_TABELLEN", raising=False)
    (tmp_path / "tabellen" / "gebieden").mkdir(parents=True)
    tabel = pd.DataFrame(RIJEN, columns=KOLOMMEN)
    schrijf_tabel(tabel, UPath(tmp_path / "tabellen" / "gebieden" / "2020.parquet"))
    return Werkmap.uit_omgeving()


@pytest.mark.parametrize(
    ("gevraagd", "niveaus", "code"),
    [
        ("BU99999999", ["buurt"], "BU99999999"),  # a code is a code, also of nothing
        ("delfshaven", ["buurt", "wijk"], "WK059900"),
        ("Rotterdam", ["gemeente"], "GM0599"),
        ("Binnenstad", ["buurt"], "BU05030000"),
        ("centrum,  amsterdam", ["buurt"], "BU03630000"),
    ],
)
def test_a_name_is_an_area(werkmap: Werkmap, gevraagd: str, niveaus: list, code: str) -> None:
    assert plaatsen.code_van(werkmap, EDITIE, gevraagd, niveaus) == code


@pytest.mark.parametrize(
    ("gevraagd", "gezegd", "exit_code"),
    [
        ("Centrum", ["name of 2 areas", "BU05990000  buurt Centrum, Rotterdam",
                     "BU03630000  buurt Centrum, Amsterdam", "'name, gemeente'"], 2),
        ("Binestad", ["no buurt, wijk or gemeente", "do you mean Binnenstad?"], 3),
        ("Xyz", ["is called 'Xyz'\n"], 3),
    ],
)  # fmt: skip
def test_what_is_not_one_area_says_which_there_are(
    werkmap: Werkmap, capsys: pytest.CaptureFixture, gevraagd: str, gezegd: list, exit_code: int
) -> None:
    with pytest.raises(typer.Exit) as einde:
        plaatsen.code_van(werkmap, EDITIE, gevraagd)
    assert einde.value.exit_code == exit_code
    fout = capsys.readouterr().err
    for deel in gezegd:
        assert deel in fout


def test_a_receipt_takes_the_niveau_of_the_edition_first_and_leaves_groups_alone(
    werkmap: Werkmap,
) -> None:
    assert plaatsen.code_of_zelf(werkmap, EDITIE, "Binnenstad") == "BU05030000"
    assert plaatsen.code_of_zelf(werkmap, EDITIE, "Delfshaven") == "WK059900"
    assert plaatsen.code_of_zelf(werkmap, EDITIE, "Nederland") == "Nederland"


def test_the_shell_completes_names(werkmap: Werkmap) -> None:
    ctx = click.Context(click.Command("x"))
    ctx.params = {"editie": EDITIE}
    assert list(aanvullen.gebieden(ctx, "ce")) == ["Centrum, Amsterdam", "Centrum, Rotterdam"]
    assert list(aanvullen.gemeenten(ctx, "")) == ["Amsterdam", "Delft", "Rotterdam"]
    assert list(aanvullen.edities(ctx, "2014-2020")) == ["2014-2020", "2014-2020-wijken"]
    assert "signaal_absoluut" in aanvullen.lagen(ctx, "sig")
    assert "K_eind" in aanvullen.cijfers(ctx, "K_e")


def test_where_nothing_was_computed_there_are_no_names(tmp_path: Path) -> None:
    assert plaatsen.plaatsen(Werkmap.in_map(tmp_path).tabellen, EDITIE).empty
