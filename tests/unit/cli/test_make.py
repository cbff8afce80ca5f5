"""A hint says how to come back in this work folder, with all that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_dagster.cli.make import make
from veerkracht_dagster.werkmap import Werkmap

WERK = Path("/een map/.veerkracht/werk")
GEVALLEN = [
    # what make gave, work folder, sources, fetching, the hint
    (None, WERK / "voorbeeld", None, "", "make ui"),
    (None, WERK / "eigen", Path("/bron nen"), "", "make ui BRONNEN='/bron nen'"),
    (None, WERK / "eigen", WERK / "eigen/geleverd", "ja", "make ui OPHALEN=ja"),
    (None, WERK / "eigen", Path("/x"), "ja", "make ui BRONNEN=/x OPHALEN=ja"),
    (None, WERK / "http", None, "ja", "make ui BRON=http"),
    (None, Path("/elders"), None, "", "make ui WERK=/elders"),
    (None, Path("/elders"), Path("/x"), "", "make ui BRONNEN=/x WERK=/elders"),
    ("OPHALEN=ja WERK=hier", Path("/elders"), None, "ja", "make ui OPHALEN=ja WERK=hier"),
    ("", WERK / "voorbeeld", None, "", "make ui"),
]  # fmt: skip


@pytest.mark.parametrize(("gegeven", "pad", "bronnen", "ophalen", "hint"), GEVALLEN)
def test_the_hint_has_every_setting(
    monkeypatch: pytest.MonkeyPatch, gegeven, pad: Path, bronnen, ophalen: str, hint: str
) -> None:
    monkeypatch.delenv("VEERKRACHT_MAKE", raising=False)
    monkeypatch.delenv("VEERKRACHT_ADRESSEN", raising=False)
    if gegeven is not None:
        monkeypatch.setenv("VEERKRACHT_MAKE", gegeven)
    monkeypatch.setenv("VEERKRACHT_OPHALEN", ophalen)
    assert make("ui", Werkmap.in_map(pad, bronnen)) == hint
