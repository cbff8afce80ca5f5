"""Stage, audit, swap: what was published stays readable whatever goes wrong."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest

from tests.unit.publicatie.voorbeelduitgave import AANTAL, inhoud_van
from tests.unit.publicatie.voorbeelduitgave import KLEIN as CAT
from tests.unit.publicatie.voorbeelduitgave import maak_uitgave as maak_hele_uitgave
from veerkracht_dagster.opslag.warehouse import BESTANDSNAAM, standaard_url
from veerkracht_dagster.publicatie import bestanden, geopackage, inhoud, publiceren
from veerkracht_dagster.publicatie import rijen as in_warehouse
from veerkracht_dagster.publicatie.audit import oordeel_tabellen
from veerkracht_dagster.publicatie.leegte import LegeEditie, noteer_leeg, waarom_leeg
from veerkracht_dagster.publicatie.publiceren import (
    AuditFout,
    huidige_release,
    niet_in_warehouse,
    publiceer,
)
from veerkracht_dagster.publicatie.release import is_gaaf
from veerkracht_dagster.publicatie.uitgave import Uitgave
from veerkracht_dagster.publicatie.wissel import BEWAARD

SLEUTEL = "2014-2020"


def maak_uitgave(sleutel: str = SLEUTEL) -> Uitgave:
    return maak_hele_uitgave(sleutel, cat=CAT)


def test_an_edition_without_areas_takes_no_release_away(tmp_path: Path) -> None:
    plek = Plek(tmp_path)
    plek.publiceer(maak_uitgave())
    eerst = plek.stand()
    leeg = maak_uitgave()
    leeg = dataclasses.replace(leeg, lagen={n: laag.iloc[:0] for n, laag in leeg.lagen.items()})
    with pytest.raises(LegeEditie, match=r"geen enkel gebied .* geen buurt bekend uit cbs_buurtgr"):
        plek.publiceer(leeg)
    assert plek.stand() == eerst


def test_what_has_a_release_again_no_longer_says_that_it_has_none(tmp_path: Path) -> None:
    plek = Plek(tmp_path)
    noteer_leeg(plek.editie, "er was niets")
    assert waarom_leeg(plek.editie) == "er was niets"
    plek.publiceer(maak_uitgave())
    assert waarom_leeg(plek.editie) is None


def _nieuwe_cijfers(stap: float = 1.0, sleutel: str = SLEUTEL) -> Uitgave:
    u = maak_uitgave(sleutel)
    for laag in u.lagen.values():
        laag["waarde"] += stap
    return u


class Plek:
    """Where a test publishes, and what readers find there."""

    def __init__(self, map_werk: Path) -> None:
        self.uitgaven, self.url = map_werk / "uitgaven", standaard_url(map_werk)
        self.editie = self.uitgaven / SLEUTEL

    def publiceer(self, u: Uitgave):
        return publiceer(self.uitgaven, self.url, u, CAT)

    def vraag(self, *vragen: str) -> list[tuple[object, ...]]:
        """Rows of one question after those of the other, as a reader of the warehouse gets them."""
        with duckdb.connect(self.uitgaven.parent / BESTANDSNAAM, read_only=True) as verbinding:
            return [rij for sql in vragen for rij in verbinding.execute(sql).fetchall()]

    def stand(self) -> tuple[object, ...]:
        """All that readers see of the edition: release, its files' bytes, rows of the tables."""
        actueel = self.editie / "actueel"
        inhoud = {
            pad.relative_to(actueel).as_posix(): pad.read_bytes()
            for pad in actueel.rglob("*")
            if pad.is_file()
        }
        rijen = self.vraag(
            "SELECT release_id FROM veerkracht.releases WHERE actueel",
            "SELECT laag, regiocode, waarde, klasse FROM veerkracht.kaartlagen "
            "WHERE editie = '2014-2020' ORDER BY ALL",
        )
        return os.readlink(actueel), inhoud, rijen

    def resten(self) -> list[str]:
        """What an interrupted publication left behind."""
        return [pad.name for pad in self.editie.iterdir() if pad.name.startswith(".")]


@pytest.fixture
def plek(tmp_path: Path) -> Plek:
    return Plek(tmp_path)


@pytest.fixture(scope="module")
def eerder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    map_werk = tmp_path_factory.mktemp("eerder")
    Plek(map_werk).publiceer(maak_uitgave())
    return map_werk


@pytest.fixture
def bezet(eerder: Path, tmp_path: Path) -> Plek:
    """A place where a release stands already."""
    shutil.copytree(eerder, tmp_path / "werk", symlinks=True)
    return Plek(tmp_path / "werk")


def test_a_first_release_is_in_files_and_warehouse(plek: Plek) -> None:
    release = plek.publiceer(maak_uitgave())
    assert huidige_release(plek.uitgaven, SLEUTEL) == release
    assert is_gaaf(plek.editie / "actueel", release)
    kaart = gpd.read_file(plek.editie / "actueel" / "veerkracht_2014-2020.gpkg", layer="focus")
    assert len(kaart) == AANTAL
    tellingen = plek.vraag("SELECT laag, count(*) FROM veerkracht.kaartlagen GROUP BY ALL")
    assert sorted(tellingen) == sorted((naam, AANTAL) for naam in CAT.kaartlagen)
    jaren = plek.vraag("SELECT peiljaar, count(*) FROM veerkracht.buurttabel GROUP BY 1 ORDER BY 1")
    assert jaren == [(2014, AANTAL), (2020, AANTAL)]
    assert plek.vraag("SELECT count(*) FROM veerkracht.signaal") == [(AANTAL,)]
    beschrijving = plek.vraag("SELECT beschrijving FROM veerkracht.releases")[0][0]
    op_schijf = (plek.editie / "actueel" / "release.json").read_text(encoding="utf-8")
    assert beschrijving == op_schijf
    assert json.loads(op_schijf)["vorige"] is None
    assert plek.resten() == []


def test_geometry_in_the_warehouse_is_the_layers_geometry(plek: Plek) -> None:
    u = maak_uitgave()
    plek.publiceer(u)
    rijen = plek.vraag("SELECT regiocode, geometry FROM veerkracht.kaartlagen "
                       "JOIN veerkracht.gebieden USING (editie, regiocode) "
                       "WHERE laag = 'focus'")  # fmt: skip
    assert len(rijen) == AANTAL
    vlakken = gpd.GeoSeries.from_wkb([bytes(wkb) for _, wkb in rijen])  # type: ignore[call-overload]
    bron = u.lagen["focus"].set_index("regiocode").geometry
    assert all(vlak.equals(bron[code]) for (code, _), vlak in zip(rijen, vlakken, strict=True))


def test_a_new_release_replaces_the_old_one_and_leaves_other_editions(plek: Plek) -> None:
    wijken = plek.publiceer(maak_uitgave("2014-2020-wijken"))
    eerste = plek.publiceer(maak_uitgave())
    tweede = plek.publiceer(_nieuwe_cijfers())
    assert tweede.vorige == eerste.release_id != tweede.release_id
    actueel = plek.vraag("SELECT editie, release_id FROM veerkracht.releases WHERE actueel")
    assert set(actueel) == {
        (SLEUTEL, tweede.release_id),
        ("2014-2020-wijken", wijken.release_id),
    }
    assert plek.vraag("SELECT count(*) FROM veerkracht.releases") == [(3,)]
    aantal = plek.vraag("SELECT editie, count(*) FROM veerkracht.kaartlagen GROUP BY 1 ORDER BY 1")
    assert aantal == [(SLEUTEL, AANTAL * 2), ("2014-2020-wijken", AANTAL * 2)]
    assert (plek.editie / eerste.release_id / "release.json").is_file()


def test_several_editions_each_whole_or_not(plek: Plek) -> None:
    fout = maak_uitgave()
    _zet("focus", "klasse", 77)(fout)
    wijken = plek.publiceer(maak_uitgave("2014-2020-wijken"))
    with pytest.raises(AuditFout, match="focus: klasse niet een van"):
        plek.publiceer(fout)
    eerste = plek.publiceer(maak_uitgave())
    assert plek.publiceer(maak_uitgave()) == eerste
    actueel = plek.vraag("SELECT release_id FROM veerkracht.releases WHERE actueel ORDER BY editie")
    assert actueel == [(eerste.release_id,), (wijken.release_id,)]


def test_the_same_contents_change_nothing(plek: Plek) -> None:
    eerste = plek.publiceer(maak_uitgave())
    tijden = {pad: pad.lstat().st_mtime_ns for pad in plek.editie.rglob("*")}
    opnieuw = plek.publiceer(dataclasses.replace(maak_uitgave(), git={"commit": "abc"}))
    assert opnieuw == eerste
    assert {pad: pad.lstat().st_mtime_ns for pad in plek.editie.rglob("*")} == tijden


def _dubbel_gebied(u: Uitgave) -> None:
    u.lagen["focus"].loc[1, "regiocode"] = u.lagen["focus"].loc[0, "regiocode"]


def _zet(laag: str, kolom: str, waarde: object) -> Callable[[Uitgave], None]:
    def doe(u: Uitgave) -> None:
        u.lagen[laag].loc[0, kolom] = waarde

    return doe


def _cijfer_bij_onderdrukt(u: Uitgave) -> None:
    u.indicatoren["signaal"].loc[AANTAL - 1, "focus"] = 0.0


def _leeg_bij_waargenomen(u: Uitgave) -> None:
    u.buurttabellen[2014].loc[0, "inwoners"] = None


def _zonder_laag(u: Uitgave) -> None:
    u.lagen.pop("focus")  # type: ignore[attr-defined]


def _verschoven(u: Uitgave) -> None:
    u.lagen["focus"].geometry = u.lagen["focus"].geometry.where(
        u.lagen["focus"]["regiocode"] != "BU00010000", u.lagen["focus"].geometry.translate(1)
    )


# What is wrong with the tables -> the failure that must be named.
_FOUTE_TABELLEN = [
    (_dubbel_gebied, r"focus: gebied staat er vaker dan een keer \(1x"),
    (_dubbel_gebied, "corporatiebezit: andere gebieden dan de eerste laag"),
    (_zet("focus", "klasse", 77), r"focus: klasse niet een van .* \(1x: BU0001"),
    (_zet("focus", "klasse", -9), "focus: een klasse tegen de status in"),
    (_zet("focus", "kleur", "#123456"), "focus: kleur niet van de klasse in de catalogus"),
    (_zet("focus", "kleur", None), "focus: kleur niet van de klasse in de catalogus"),
    (_zet("focus", "label", "iets"), "focus: label niet van de klasse in de catalogus"),
    (_zet("focus", "waarde", None), "focus: een klasse zonder cijfer"),
    (_zet("focus", "status", "onderdrukt"), "focus: een klasse tegen de status in"),
    (_cijfer_bij_onderdrukt, r"signaal.focus: een cijfer tegen de status in \(1x"),
    (_leeg_bij_waargenomen, "buurttabel 2014.inwoners: een cijfer tegen de status in"),
    (_zonder_laag, r"lagen: ontbreekt \['focus'\]"),
    (_verschoven, r"corporatiebezit: ander vlak dan in de eerste laag \(1x: BU0001"),
]


@pytest.mark.parametrize(("bederf", "melding"), _FOUTE_TABELLEN)
def test_wrong_tables_are_judged_wrong(bederf: Callable[[Uitgave], None], melding: str) -> None:
    u = maak_uitgave()
    assert list(oordeel_tabellen(u, inhoud_van(u, CAT), CAT)) == []
    bederf(u)
    fouten = list(oordeel_tabellen(u, inhoud_van(u, CAT), CAT))
    assert any(re.search(melding, fout) for fout in fouten), fouten


def test_wrong_tables_are_refused_with_every_failure_and_the_release_before_stays(
    bezet: Plek,
) -> None:
    plek, stand = bezet, bezet.stand()
    u = _nieuwe_cijfers()
    _zet("focus", "kleur", "#123456")(u)
    _zet("corporatiebezit", "label", "iets")(u)
    _cijfer_bij_onderdrukt(u)
    with pytest.raises(AuditFout, match="Wat gepubliceerd was staat er nog") as gevangen:
        plek.publiceer(u)
    assert len(gevangen.value.fouten) == 3
    assert plek.stand() == stand
    assert plek.resten() == []


def test_wrong_tables_are_no_first_release_either(plek: Plek) -> None:
    u = maak_uitgave()
    _zet("focus", "klasse", 77)(u)
    with pytest.raises(AuditFout, match="focus: klasse niet een van"):
        plek.publiceer(u)
    assert not (plek.editie / "actueel").exists()
    assert not (plek.uitgaven.parent / BESTANDSNAAM).exists()


def _kolom(tabel: pa.Table, naam: str, waarden: list[object]) -> pa.Table:
    plaats = tabel.column_names.index(naam)
    return tabel.set_column(plaats, naam, pa.array(waarden, tabel.schema.field(naam).type))


def _omgedraaid(tabel: pa.Table, naam: str) -> pa.Table:
    return _kolom(tabel, naam, tabel[naam].to_pylist()[::-1])


def _in_kaart(verander: Callable[[pa.Table], pa.Table]) -> Callable[[pytest.MonkeyPatch], None]:
    def bederf(monkeypatch: pytest.MonkeyPatch) -> None:
        gewoon = geopackage.pyogrio.write_arrow
        monkeypatch.setattr(
            geopackage.pyogrio,
            "write_arrow",
            lambda laag, *rest, **opties: gewoon(verander(laag), *rest, **opties),
        )

    return bederf


def _in_parquet(naam: str, kolom: str) -> Callable[[pytest.MonkeyPatch], None]:
    def bederf(monkeypatch: pytest.MonkeyPatch) -> None:
        gewoon = bestanden.schrijf_parquet
        monkeypatch.setattr(
            bestanden,
            "schrijf_parquet",
            lambda pad, t: gewoon(pad, _omgedraaid(t, kolom) if pad.name == naam else t),
        )

    return bederf


def _in_warehouse(naam: str, kolom: str) -> Callable[[pytest.MonkeyPatch], None]:
    def bederf(monkeypatch: pytest.MonkeyPatch) -> None:
        gewoon = in_warehouse.laad
        monkeypatch.setattr(
            in_warehouse,
            "laad",
            lambda v, doel, t: gewoon(v, doel, _omgedraaid(t, kolom) if doel.naam == naam else t),
        )

    return bederf


def _bij_omzetten(monkeypatch: pytest.MonkeyPatch) -> None:
    gewoon = inhoud.naar_arrow

    def naar(tabel: pd.DataFrame, *rest: object) -> pa.Table:
        uit = gewoon(tabel, *rest)  # type: ignore[arg-type]
        return _kolom(uit, "waarde", [0.5] * len(uit)) if "waarde" in tabel else uit

    monkeypatch.setattr(inhoud, "naar_arrow", naar)


def _geen_stijl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "standaardstijlen", lambda _: {})


def _csv_te_kort(monkeypatch: pytest.MonkeyPatch) -> None:
    gewoon = bestanden.schrijf_csv
    monkeypatch.setattr(bestanden, "schrijf_csv", lambda pad, t: gewoon(pad, t.slice(1)))


def _bestand_na_beschrijving(monkeypatch: pytest.MonkeyPatch) -> None:
    gewoon = publiceren.schrijf_release

    def schrijf(map_release: Path, release: object) -> None:
        gewoon(map_release, release)  # type: ignore[arg-type]
        (map_release / "buurttabel_2014.parquet").touch()
        with (map_release / "stijlen" / "focus.sld").open("a") as bestand:
            bestand.write(" ")

    monkeypatch.setattr(publiceren, "schrijf_release", schrijf)


@pytest.mark.parametrize(
    ("bederf", "melding"),
    [
        (_bij_omzetten, "focus: waarde is bij het omzetten naar Arrow veranderd"),
        (
            _in_kaart(lambda laag: _omgedraaid(laag, "klasse")),
            r"veerkracht_2014-2020.gpkg:focus: klasse is anders dan in de tabel \(\d+x: BU0001",
        ),
        (
            _in_kaart(lambda laag: _omgedraaid(laag, "geometry")),
            r"veerkracht_2014-2020.gpkg:focus: geometry is anders dan in de tabel \(16x: BU0001",
        ),
        (_in_kaart(lambda laag: laag.slice(1)), "gpkg:focus: 15 rijen, de tabel heeft er 16"),
        (
            _in_kaart(lambda laag: laag.drop_columns("kleur")),
            r"gpkg:focus: kolommen \['kleur'\] staan maar aan een van beide kanten",
        ),
        (_in_parquet("focus.parquet", "label"), "focus.parquet: label is anders dan in de tabel"),
        (
            _in_parquet("buurttabel_2020.parquet", "inwoners"),
            "buurttabel_2020.parquet: inwoners is anders dan in de tabel",
        ),
        (
            _in_warehouse("kaartlagen", "waarde"),
            "warehouse kaartlagen: waarde is anders dan in de tabel",
        ),
        (
            _in_warehouse("gebieden", "geometry"),
            r"warehouse gebieden: geometry is anders dan in de tabel \(16x: BU0001",
        ),
        (
            _in_warehouse("buurttabel", "inwoners"),
            "warehouse buurttabel: inwoners is anders dan in de tabel",
        ),
        (_in_warehouse("signaal", "focus"), "warehouse signaal: focus is anders dan in de tabel"),
        (_geen_stijl, "laag focus heeft geen stijl"),
        (_csv_te_kort, "buurttabel_2014.csv: 15 rijen"),
        (_bestand_na_beschrijving, "release.json: stijlen/focus.sld is niet het bestand"),
    ],
)
def test_wrong_files_or_rows_are_refused(
    bezet: Plek,
    monkeypatch: pytest.MonkeyPatch,
    bederf: Callable[[pytest.MonkeyPatch], None],
    melding: str,
) -> None:
    plek = bezet
    stand = plek.stand()
    bederf(monkeypatch)
    with pytest.raises(AuditFout, match=melding):
        plek.publiceer(_nieuwe_cijfers())
    assert plek.stand() == stand


class Stroomuitval(BaseException):
    """Stands for a process that is stopped: not an error anyone catches."""


_STAPPEN = [
    "schrijf_bestanden",
    "schrijf_release",
    "oordeel_bestanden",
    "vervang",
    "laad",
    "oordeel_warehouse",
    "_wissel",
    "zet_map_neer",
    "noteer",
]


@pytest.mark.parametrize(
    ("stap", "na_afloop"),
    [
        *((stap, False) for stap in _STAPPEN),
        ("zet_map_neer", True),
        ("vervang", True),
        ("_wissel", True),
    ],
)
def test_an_interruption_before_or_after_a_step_leaves_a_whole_release(
    bezet: Plek, monkeypatch: pytest.MonkeyPatch, stap: str, na_afloop: bool
) -> None:
    plek, eerste = bezet, huidige_release(bezet.uitgaven, SLEUTEL)
    assert eerste is not None
    stand = plek.stand()
    waar = in_warehouse if stap == "laad" else publiceren
    gewoon = getattr(waar, stap)

    def val_uit(*rest: object, **opties: object) -> object:
        if na_afloop:
            gewoon(*rest, **opties)
        raise Stroomuitval

    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr(waar, stap, val_uit)
        with pytest.raises(Stroomuitval):
            plek.publiceer(_nieuwe_cijfers())
    assert plek.stand() == stand  # also after the last step before the commit
    tweede = plek.publiceer(_nieuwe_cijfers())
    assert (huidige_release(plek.uitgaven, SLEUTEL), tweede.vorige) == (tweede, eerste.release_id)
    assert plek.resten() == []


def test_a_damaged_current_release_is_made_again(plek: Plek) -> None:
    release = plek.publiceer(maak_uitgave())
    (plek.editie / "actueel" / "focus.parquet").write_bytes(b"")
    opnieuw = plek.publiceer(maak_uitgave())
    assert opnieuw.release_id == release.release_id
    assert is_gaaf(plek.editie / "actueel", opnieuw)
    assert plek.resten() == []


def test_five_releases_are_kept_and_leftovers_go(plek: Plek) -> None:
    kenmerken = [plek.publiceer(_nieuwe_cijfers(stap)).release_id for stap in range(1, 7)]
    mappen = {p.name for p in plek.editie.iterdir() if p.is_dir() and not p.is_symlink()}
    assert len(mappen) == BEWAARD
    assert kenmerken[-1] in mappen
    (plek.editie / ".klaar-rest").mkdir()
    plek.publiceer(_nieuwe_cijfers(99))
    assert plek.resten() == []
    assert plek.vraag("SELECT count(*) FROM veerkracht.releases") == [(7,)]


def test_a_changed_row_in_the_warehouse_is_written_again(bezet: Plek) -> None:
    voor = bezet.stand()
    with duckdb.connect(bezet.uitgaven.parent / BESTANDSNAAM) as verbinding:
        verbinding.execute("UPDATE veerkracht.kaartlagen SET waarde = waarde + 1")
    assert bezet.stand() != voor
    bezet.publiceer(maak_uitgave())
    assert bezet.stand() == voor


def test_a_release_that_the_warehouse_does_not_hold_is_named(bezet: Plek) -> None:
    def weg() -> list[str]:
        return niet_in_warehouse(bezet.uitgaven, bezet.url, CAT.edities, CAT)

    assert weg() == []
    bestand = bezet.uitgaven.parent / BESTANDSNAAM
    with duckdb.connect(bestand) as verbinding:
        verbinding.execute("UPDATE veerkracht.releases SET actueel = false")
    assert weg() == [SLEUTEL]
    with duckdb.connect(bestand) as verbinding:
        verbinding.execute("UPDATE veerkracht.releases SET actueel = true")
        assert weg() == []
        verbinding.execute("DROP TABLE veerkracht.buurttabel")
    assert weg() == [SLEUTEL]
    with duckdb.connect(bestand) as verbinding:
        verbinding.execute("DROP SCHEMA veerkracht CASCADE")
    assert weg() == [SLEUTEL]
    bestand.unlink()
    assert weg() == [SLEUTEL]
    assert not bestand.exists()
