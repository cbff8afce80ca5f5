"""A receipt in words: lines that are too long go on under themselves, and lose nothing."""

from __future__ import annotations

import pytest

from veerkracht_dagster.bonnen.leesbaar import Tak, vouw


def test_a_long_line_goes_on_under_its_own_branch() -> None:
    boom = Tak(
        "wortel", [Tak("een twee drie vier vijf zes zeven acht", [Tak("blad")]), Tak("slot")]
    )
    assert list(boom.regels(40)) == [
        "wortel",
        "├── een twee drie vier vijf zes zeven ",
        "│   │   acht",
        "│   └── blad",
        "└── slot",
    ]
    assert list(boom.regels())[1] == "├── een twee drie vier vijf zes zeven acht"


@pytest.mark.parametrize(
    "tekst",
    [
        "ruwe tekst 'BU0014    ' in rij 1, bestand [2] · en nog wat om te vouwen",
        "https://voorbeeld.nl/" + "a" * 90,  # one word
        "tab\ten  twee spaties, " * 5,
    ],
)
def test_folding_keeps_every_letter(tekst: str) -> None:
    delen = vouw(tekst, 40)
    assert len(delen) > 1
    assert delen[0] + "".join(deel.removeprefix("    ") for deel in delen[1:]) == tekst
    assert max(len(deel.rstrip()) for deel in delen) <= 40
    assert not any(deel.startswith("     ") for deel in delen)
    assert vouw(tekst, 0) == [tekst]
