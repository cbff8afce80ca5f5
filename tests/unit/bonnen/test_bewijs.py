"""A bundle is recomputed with Python alone; PROV is read back by another library."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph

from tests.unit.bonnen.test_bon import bonnen_van
from tests.unit.bronnen import test_vormen
from veerkracht_dagster.bonnen import begin_herreken
from veerkracht_dagster.bonnen.bewijs import schrijf_bewijs
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs
from veerkracht_dagster.bonnen.prov import als_prov
from veerkracht_dagster.bonnen.vraag import bon_van
from veerkracht_dagster.tweede.ruw import Kop, Ruwbestand, werkboek
from veerkracht_dagster.tweede.ruw.register import register_van


def _bundel(werkmap, map_: Path, gebied: str, cijfer: str, editie: str = "2014-2020") -> Path:
    bonnen = bonnen_van(werkmap, editie, diep=True)
    if gebied == "eerste":
        gebied = next(
            c for c in bonnen.uitgave.codes if bonnen.bon(c, "signaal_relatief").waarde in (5, 6)
        )
    kop = {"editie": editie, "release": "r", "gebied": gebied}
    schrijf_bewijs(map_, bon_van(bonnen, gebied, cijfer), kop, bonnen.uitgave)
    return map_


def _herreken(map_: Path, *argumenten: str) -> subprocess.CompletedProcess[str]:
    """Apart from this environment: no site-packages, no variables, another folder."""
    opdracht = [sys.executable, "-I", "-S", str(map_ / "herreken.py"), *argumenten]
    return subprocess.run(
        opdracht, capture_output=True, text=True, env={}, cwd=map_.parent, check=False
    )


def _oude() -> list[str]:
    """The old Pythons of this machine that really run."""
    paden = [shutil.which(f"python{versie}") for versie in ("2.7", "3.6", "3.8", "3.9")]
    return [pad for pad in paden if pad and _draait(pad)]


def _draait(pad: str) -> bool:
    return not subprocess.run([pad, "-V"], capture_output=True, check=False).returncode


_OUD = _oude()


@pytest.mark.parametrize("python", _OUD or [pytest.param("", marks=pytest.mark.skip("no old one"))])
def test_an_old_python_is_told_so_in_a_sentence(tmp_path: Path, python: str) -> None:
    (tmp_path / "herreken.py").write_bytes(Path(begin_herreken.__file__).read_bytes())
    opdracht = [python, str(tmp_path / "herreken.py")]
    uit = subprocess.run(opdracht, capture_output=True, text=True, check=False)
    assert uit.returncode == 1
    (regel,) = uit.stderr.splitlines()
    assert regel.startswith("herreken.py heeft Python 3.10 of nieuwer nodig, en dit is ")


@pytest.mark.parametrize("versie", [(2, 7), (3, 6), (3, 9)])
def test_it_says_so_of_any_version(monkeypatch: pytest.MonkeyPatch, versie: tuple) -> None:
    # Where no old Python is at hand; that an old one can read the file is seen by its words.
    monkeypatch.setattr(sys, "version_info", versie)
    with pytest.raises(SystemExit, match=f"en dit is {versie[0]}.{versie[1]} "):
        runpy.run_path(begin_herreken.__file__)
    tekst = Path(begin_herreken.__file__).read_text("utf-8")
    assert tekst.isascii()
    assert 'f"' not in tekst
    assert "annotations" not in tekst


@pytest.mark.parametrize(
    ("gebied", "cijfer"),
    [
        ("eerste", "signaal_relatief"),  # with all areas of the gemeente, down to the raw rows
        ("eerste", "focus"),
        ("Nederland", "K_eind"),
        ("eerste", "rang_K_laagst"),
    ],
)
def test_it_is_recomputed_in_an_empty_environment(
    gebouwd, tmp_path: Path, gebied: str, cijfer: str
) -> None:
    uit = _herreken(_bundel(gebouwd[0], tmp_path / "bewijs", gebied, cijfer))
    assert (uit.returncode, uit.stderr) == (0, "")
    assert uit.stdout.endswith("alles klopt\n")
    assert f"{cijfer.partition('.')[0]}" in uit.stdout


def test_what_is_printed_is_short_has_units_and_is_whole_when_asked(bundel: Path) -> None:
    kort, alles = (_herreken(bundel, *meer).stdout for meer in ((), ("--alles",)))
    stappen = json.loads((bundel / "bon.json").read_text())["stappen"]
    assert len(alles.splitlines()) == len(stappen) + 2  # what it is of, and the outcome
    assert len(kort.splitlines()) < 30
    assert f"{len(stappen)} stappen herrekend (" in kort
    for tekst in (kort, alles):
        assert re.search(r"^  dK = \S+ procentpunt \w+", tekst, re.MULTILINE)
        assert re.search(r"^ +K_eind = \S+ % \w+", tekst, re.MULTILINE)
    cellen = [regel for regel in alles.splitlines() if " <- tekst(" in regel]
    assert cellen
    assert all(" personen " in cel for cel in cellen)


def test_who_stops_reading_sees_no_traceback(bundel: Path) -> None:
    opdracht = [sys.executable, "-I", "-S", str(bundel / "herreken.py"), "--alles"]
    with subprocess.Popen(opdracht, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as proces:
        assert proces.stdout is not None
        assert proces.stderr is not None
        proces.stdout.close()
        assert proces.stderr.read() == b""
    assert proces.returncode == 1


@pytest.fixture(scope="module")
def bundel(gebouwd, tmp_path_factory) -> Path:
    return _bundel(gebouwd[0], tmp_path_factory.mktemp("b") / "bewijs", "eerste", "dK")


def test_every_row_is_in_the_publishers_own_file(gebouwd, bundel: Path) -> None:
    uit = _herreken(bundel, "--bronnen", str(gebouwd[0].bronnen))
    assert uit.returncode == 0
    assert uit.stdout.count("gevonden als") == len(list((bundel / "ruw").iterdir()))


def _kopie(bundel: Path, naar: Path) -> dict[str, bytes]:
    inhoud = {str(p.relative_to(bundel)): p.read_bytes() for p in bundel.rglob("*") if p.is_file()}
    _schrijf(naar, inhoud)
    return inhoud


def _schrijf(naar: Path, inhoud: dict[str, bytes]) -> None:
    for naam, bytes_ in inhoud.items():
        (naar / naam).parent.mkdir(parents=True, exist_ok=True)
        (naar / naam).write_bytes(bytes_)


def test_a_bundle_opens_a_workbook_of_before_2007(bundel: Path) -> None:
    """Its container, and the cells of a row, with Python alone."""
    oud = Path(test_vormen.__file__).with_name("kwb-2020.xls")
    bestand = Ruwbestand(oud.name, "0" * 64, oud)
    vorm = werkboek.vorm_van(bestand, None, (), {"x": Kop("a_inw", "", plek=("4",))}, 0, 2020)
    register = register_van(vorm.bestanden[0], vorm.splitser)
    record = next(register.van("BU00140001"))
    programma = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import herrekening; "
        "from rekenwijze.ruw import cel; begin, eind = map(int, sys.argv[3:]); "
        "inhoud = herrekening.uitgepakt(pathlib.Path(sys.argv[2]), 'Workbook'); "
        "print(cel.tekst_in('xls', inhoud[begin:eind], ('4',)))"
    )
    plek = str(record.begin), str(record.begin + len(record.inhoud))
    opdracht = [sys.executable, "-I", "-S", "-B", "-c", programma, str(bundel), str(oud), *plek]
    uit = subprocess.run(opdracht, capture_output=True, text=True, check=True)
    assert uit.stdout == "20\n"


def test_a_changed_byte_anywhere_fails(bundel: Path, tmp_path: Path) -> None:
    inhoud = _kopie(bundel, tmp_path / "b")
    for naam in (n for n, x in inhoud.items() if x and not n.endswith("herreken.py")):
        bytes_ = bytearray(inhoud[naam])
        bytes_[len(bytes_) // 2] ^= 1
        (tmp_path / "b" / naam).write_bytes(bytes_)
        assert _herreken(tmp_path / "b").returncode == 1, naam
        (tmp_path / "b" / naam).write_bytes(inhoud[naam])
    assert _herreken(tmp_path / "b").returncode == 0


def _met_som(naar: Path, naam: str, bytes_: bytes) -> None:
    """A forger who also mends SHA256SUMS."""
    import hashlib

    som = naar / "SHA256SUMS"
    oud = hashlib.sha256((naar / naam).read_bytes()).hexdigest()
    (naar / naam).write_bytes(bytes_)
    som.write_text(som.read_text().replace(oud, hashlib.sha256(bytes_).hexdigest()))


def test_a_forged_raw_row_or_receipt_fails(gebouwd, bundel: Path, tmp_path: Path) -> None:
    _kopie(bundel, tmp_path / "b")
    bon = json.loads((bundel / "bon.json").read_text())
    stap = next(s for s in bon["stappen"] if "plek" in s and len(s["met"]["tekst"] or "") > 1)
    plek = stap["plek"]
    rijen = bytearray((bundel / plek["bestand"]).read_bytes())
    waar = rijen.index(stap["met"]["tekst"].encode(), plek["begin"])
    rijen[waar] = ord("9") if rijen[waar] != ord("9") else ord("8")
    _met_som(tmp_path / "b", plek["bestand"], bytes(rijen))
    assert "de bon zegt" in _herreken(tmp_path / "b").stdout
    # The receipt mended too: the figure no longer follows, and the row is not in the file.
    uit = _herreken(tmp_path / "b", "--bronnen", str(gebouwd[0].bronnen))
    assert "herrekend" in uit.stdout
    assert "de rij staat niet zo in" in uit.stdout
    _kopie(bundel, tmp_path / "c")
    bon["stappen"][-1]["waarde"] += 1
    _met_som(tmp_path / "c", "bon.json", json.dumps(bon).encode())
    uit = _herreken(tmp_path / "c")
    assert (uit.returncode, "gepubliceerd is" in uit.stdout) == (1, True)


def test_a_line_that_is_not_the_line_fails(gebouwd, bundel: Path, tmp_path: Path) -> None:
    _kopie(bundel, tmp_path / "b")
    bon = json.loads((bundel / "bon.json").read_text())
    stap = next(s for s in bon["stappen"] if s.get("plek", {}).get("regel_in_bron"))
    assert f"regel {stap['plek']['regel_in_bron']})" in _herreken(bundel, "--alles").stdout
    stap["plek"]["regel_in_bron"] += 1
    _met_som(tmp_path / "b", "bon.json", json.dumps(bon).encode())
    uit = _herreken(tmp_path / "b", "--bronnen", str(gebouwd[0].bronnen))
    assert f"de rij staat niet op regel {stap['plek']['regel_in_bron']}" in uit.stdout


def test_a_cell_without_a_row_is_no_text_in_a_bundle(gebouwd, tmp_path: Path) -> None:
    bonnen = bonnen_van(gebouwd[0])
    bon = next(
        bon for code in bonnen.uitgave.codes for bon in [bonnen.bon(code, "personen_ww", 2018)]
        if any("niet_in_bestand" in k.feiten and k.plaats is not None for k in bon.alle())
    )  # fmt: skip
    kop = {"editie": "2014-2020", "release": "r", "gebied": "x"}
    schrijf_bewijs(tmp_path / "b", bon, kop, bonnen.uitgave)
    uit = _herreken(tmp_path / "b", "--alles", "--bronnen", str(gebouwd[0].bronnen))
    assert uit.returncode == 0
    assert "tekst(geen rij in het bestand: " in uit.stdout
    bundel = json.loads((tmp_path / "b" / "bon.json").read_text())
    cel = next(s for s in bundel["stappen"] if "niet_in_bestand" in s["feiten"])
    assert (cel["met"]["tekst"], cel["feiten"]["ruwe_tekst"]) == (None, None)


def test_no_bundle_over_another_nor_of_a_changed_snapshot(kopie, tmp_path: Path) -> None:
    werkmap, _ = kopie()
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "iets").touch()
    with pytest.raises(FileExistsError, match="niet leeg"):
        _bundel(werkmap, tmp_path / "vol", "eerste", "dP")
    for kaart in werkmap.snapshots.kaarten():
        if kaart.bron == "leefbaarometer":
            pad = werkmap.snapshots.pad(kaart.sha256)
            pad.chmod(0o644)
            pad.write_bytes(pad.read_bytes() + b"\n")
    with pytest.raises(GeenBewijs, match="het snapshot is veranderd"):
        _bundel(werkmap, tmp_path / "nieuw", "eerste", "dP")


def test_prov_leads_from_the_figure_to_the_files(gebouwd) -> None:
    bonnen = bonnen_van(gebouwd[0])
    code = next(c for c in bonnen.uitgave.codes if bonnen.bon(c, "signaal_absoluut").waarde == 5)
    bon = bonnen.bon(code, "signaal_absoluut")
    document = als_prov(bon, {"release": "r1"}, bonnen.uitgave)
    graaf = Graph().parse(data=json.dumps(document), format="json-ld")
    prefix = "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX v: <urn:veerkracht:term:> "
    bestanden = graaf.query(
        prefix + "SELECT DISTINCT ?sha WHERE { ?top prov:wasDerivedFrom+ ?b . ?b v:sha256 ?sha ."
        " FILTER NOT EXISTS { ?x prov:wasDerivedFrom ?top } }"
    )
    hun = {k.feiten["sha256"] for k in bon.alle() if "sha256" in k.feiten}
    assert {str(rij[0]) for rij in bestanden} == hun  # type: ignore[index]
    # Every figure was made by a step, and every step used just what the figure was derived from.
    mis = graaf.query(
        prefix + "SELECT ?e WHERE { ?e prov:wasGeneratedBy ?s . ?e prov:wasDerivedFrom ?x ."
        " FILTER NOT EXISTS { ?s prov:used ?x } }"
    )
    assert list(mis) == []
    assert len(graaf) > 100
