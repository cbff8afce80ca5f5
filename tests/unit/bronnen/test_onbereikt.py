"""A publisher that does not answer costs the years of which nothing is known, and no others."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.uitgever import aanbod, instellingen
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import Wat
from veerkracht_dagster.werkmap import Werkmap

KWB, JAREN = "cbs_kerncijfers", [2019, 2020]


@pytest.fixture(scope="module")
def heel_aanbod(tmp_path_factory: pytest.TempPathFactory) -> Aanbod:
    return aanbod(tmp_path_factory.mktemp("uitgever") / "bronnen")


@pytest.fixture
def uitgever(heel_aanbod: Aanbod, monkeypatch: pytest.MonkeyPatch) -> Iterator[Uitgever]:
    with Uitgever(copy.deepcopy(heel_aanbod)) as een:
        eigen = instellingen(een)
        monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: eigen))
        yield een


@pytest.fixture
def innemer(tmp_path: Path) -> Innemer:
    werkmap = Werkmap.in_map(tmp_path / "werk")
    werkmap.bronnen.mkdir(parents=True)
    return Innemer(werkmap)


def test_what_is_known_keeps_its_version_and_the_rest_gets_one_of_its_own(
    uitgever: Uitgever, innemer: Innemer
) -> None:
    eerst = innemer.versies(KWB, JAREN, uitgevers=True)  # of 2019 the publisher has no table
    assert eerst.per_jaar["2019"] == "afwezig"
    innemer.neem_in(KWB, 2020)
    uitgever.storing("503", keren=-1)
    stil = innemer.versies(KWB, [*JAREN, 2018], uitgevers=True)
    assert {jaar: stil.per_jaar[jaar] for jaar in ("2019", "2020")} == eerst.per_jaar
    assert stil.per_jaar["2018"].startswith("geweigerd-")
    assert set(stil.onbereikt) == {"2019", "2020"}
    assert "HTTP 503" in stil.onbereikt["2020"][0]
    assert stil.onbereikt["2020"][1].startswith("wat er is, is van 20")
    assert stil.onbereikt["2019"][1] == "toen hij wel antwoordde was het er niet"


def test_what_was_fetched_is_read_again_and_its_report_says_so(
    uitgever: Uitgever, innemer: Innemer
) -> None:
    innemer.versies(KWB, [2020], uitgevers=True)
    eerst = innemer.neem_in(KWB, 2020)
    uitgever.storing("503", keren=-1)
    nog_eens = innemer.neem_in(KWB, 2020)
    assert nog_eens.tabel.equals(eerst.tabel)
    assert any("niet bereikt; wat er is, is van 20" in o for o in nog_eens.verslag.opmerkingen)
    assert not any("niet bereikt" in o for o in eerst.verslag.opmerkingen)


def test_a_version_that_was_seen_and_cannot_be_fetched_is_refused(
    uitgever: Uitgever, innemer: Innemer
) -> None:
    # Else the table of the old version would stand as that of the new one, and never be mended.
    innemer.versies(KWB, [2020], uitgevers=True)
    innemer.neem_in(KWB, 2020)
    uitgever.aanbod.zet(uitgever.aanbod.makers["84799NED"]([Wat.CIJFER]))
    innemer.versies(KWB, [2020], uitgevers=True)
    uitgever.storing("503", keren=-1)
    with pytest.raises(OphaalFout, match="HTTP 503"):
        innemer.neem_in(KWB, 2020)
    uitgever.storingen.clear()
    assert innemer.neem_in(KWB, 2020).verslag.opmerkingen is not None


def test_what_was_never_fetched_is_refused(uitgever: Uitgever, innemer: Innemer) -> None:
    innemer.versies(KWB, [2020], uitgevers=True)
    uitgever.storing("503", keren=-1)
    with pytest.raises(OphaalFout, match="HTTP 503"):
        innemer.neem_in(KWB, 2020)
