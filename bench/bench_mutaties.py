"""Fifty single faults, drawn with a seed, in code, catalogue and data: what catches each.

Code: a comparison, an operation or a number of a stage is changed, and what is stale is rebuilt.
Where nothing stops that, every output (tables, files, rows of the warehouse, what the UI shows) is
compared byte for byte with that of the code as it stands. Where all are the same, or only the look
of a picture differs, the fault is counted and another is drawn. Where any other differs the audit,
which counts the crosswalk again, must find it; else it is a defect, and the exit code is 1.
Catalogue: a number is changed without a new release. Data: a byte of a snapshot or of a file of the
release, or a figure in the warehouse. On a small country, one edition.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
from meten import CODE, druk

EDITIE = "2014-2020"
_PAKKETTEN = ("buurttabel", "indicatoren", "kaartlagen", "bronnen/dialecten")
_OPDRACHT = "from veerkracht_dagster.cli import app; app()"
_AUDIT = ("audit", "--editie", EDITIE)
_RUIL: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
_CATALOGUS = (
    "edities.yml", "constanten.yml", "kaartlagen.yml", "kolommen.yml", "indicatoren.yml",
)  # fmt: skip
GEMIST, GEEN_GEVOLG, BEELD = "NOT CAUGHT", "no effect", "look of a picture"
OPNIEUW = (GEEN_GEVOLG, BEELD)
_BEELD = re.compile(r"data:image/[\w+]+;base64,[\w+/=]+")
_VAN_NU = ("gemaakt", "versies", "git", "bestanden")  # when, by what; files speak for themselves


class Proef:
    """A rebuilt work folder, and copies of it and of the code for every fault."""

    def __init__(self, map_: Path, rng: random.Random) -> None:
        self.map, self.rng, self.basis = map_, rng, map_ / "basis"
        self.basis.mkdir()
        from tests.werk import DAGSTER_YAML, schrijf_voorbeeld
        from veerkracht_dagster.werkmap import Werkmap

        schrijf_voorbeeld(Werkmap.in_map(self.basis))
        (self.basis / "dagster_home").mkdir()
        shutil.copyfile(DAGSTER_YAML, self.basis / "dagster_home" / "dagster.yaml")
        code, uit = self.draai(CODE, self.basis, "rebuild", "--editie", EDITIE, "--json")
        if code:
            raise SystemExit(uit)
        self.release = self.release_van(self.basis)
        self.dag, self.uitvoer = date.today(), self.uitvoer_van(self.basis)
        self.wisselt = self._verschil(self._gelijke_code())

    def _gelijke_code(self) -> dict[str, str]:
        """The outputs of other code that computes the same."""
        code, werk = self.code(), self.werk()
        for pakket in _PAKKETTEN:
            for pad in (code / "veerkracht_dagster" / pakket).glob("*.py"):
                pad.write_text(f"{pad.read_text()}\n_ONGEBRUIKT = 0\n")
        uitgang, tekst = self.draai(code, werk, "rebuild", "--editie", EDITIE, "--json")
        if uitgang:
            raise SystemExit(tekst)
        return self.uitvoer_van(werk)

    def anders(self, werk: Path) -> set[str]:
        """Names of the outputs that are not those of the code as it stands, made on the same day:
        a report says when it was made."""
        nu = self.uitvoer_van(werk)
        if date.today() != self.dag:
            self.dag, self.uitvoer = date.today(), self._gelijke_code()
        return self._verschil(nu) - self.wisselt

    def _verschil(self, nu: Mapping[str, str]) -> set[str]:
        namen = nu.keys() | self.uitvoer.keys()
        return {naam for naam in namen if nu.get(naam) != self.uitvoer.get(naam)}

    def uitvoer_van(self, werk: Path) -> dict[str, str]:
        """A hash of every output, by name."""
        uit = {}
        for naam, map_ in (("release", werk / "uitgaven" / EDITIE / "actueel"),
                           ("table", werk / "tabellen")):  # fmt: skip
            for pad in sorted(map_.rglob("*")):
                if pad.is_file() and pad.name != "release.json":
                    soort = "picture" if pad.suffix == ".png" else naam
                    uit[f"{soort} {pad.relative_to(map_)}"] = _hash(pad.read_bytes())
        for veld, waarde in self.release_van(werk).items():
            if veld not in _VAN_NU:
                uit[f"release.json {veld}"] = _hash(json.dumps(waarde).encode())
        with duckdb.connect(str(werk / "warehouse.duckdb"), read_only=True) as verbinding:
            tabellen = verbinding.execute(
                "select table_name from information_schema.tables"
                " where table_schema = 'veerkracht' and table_name <> 'releases'"
            ).fetchall()
            for (tabel,) in tabellen:
                rijen = verbinding.execute(f"from veerkracht.{tabel}").to_arrow_table()
                uit[f"warehouse {tabel}"] = _hash(repr(rijen.to_pylist()).encode())
        return uit | _getoond(werk)

    def draai(self, code: Path, werk: Path, *argumenten: str) -> tuple[int, str]:
        """A command of the code in a folder, on a work folder: exit code and output."""
        omgeving = {
            **os.environ, "PYTHONPATH": str(code), "VEERKRACHT_WERK": str(werk),
            "VEERKRACHT_BRONNEN": str(werk / "bronnen"), "VEERKRACHT_TABELLEN": "",
            "VEERKRACHT_WAREHOUSE": "", "DAGSTER_HOME": str(werk / "dagster_home"),
        }  # fmt: skip
        uit = subprocess.run(
            [sys.executable, "-c", _OPDRACHT, *argumenten],
            env=omgeving, cwd=self.map, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return uit.returncode, uit.stdout + uit.stderr

    def release_van(self, werk: Path) -> dict[str, object]:
        uit: dict[str, object] = json.loads(
            (werk / "uitgaven" / EDITIE / "actueel" / "release.json").read_bytes()
        )
        return uit

    def werk(self) -> Path:
        """A fresh copy of the work folder."""
        doel = self.map / "werk"
        shutil.rmtree(doel, ignore_errors=True)
        shutil.copytree(self.basis, doel, symlinks=True)
        return doel

    def code(self) -> Path:
        """A fresh copy of the code."""
        doel = self.map / "code"
        shutil.rmtree(doel, ignore_errors=True)
        for naam in ("veerkracht_dagster", "assets_defs"):
            shutil.copytree(CODE / naam, doel / naam, ignore=shutil.ignore_patterns("__pycache__"))
        return doel

    # --- code ---------------------------------------------------------------------------------
    def codefouten(self) -> Iterator[tuple[str, str]]:
        """What was changed, and what caught it, or that it has no effect."""
        plekken = [
            (pad, nummer)
            for pakket in _PAKKETTEN
            for pad in sorted((CODE / "veerkracht_dagster" / pakket).glob("*.py"))
            for nummer in range(len(list(_plekken(ast.parse(pad.read_text())))))
        ]
        self.rng.shuffle(plekken)
        for pad, nummer in plekken:
            boom = ast.parse(pad.read_text())
            verander, woorden = list(_plekken(boom))[nummer]
            verander()
            code, werk = self.code(), self.werk()
            (code / pad.relative_to(CODE)).write_text(ast.unparse(boom))
            uitgang, tekst = self.draai(code, werk, "rebuild", "--editie", EDITIE, "--json")
            wat = f"{pad.relative_to(CODE / 'veerkracht_dagster')}: {woorden}"
            if uitgang:
                yield wat, _waardoor(tekst)
            else:
                gevolg = _gevolg(self.anders(werk))
                if gevolg.startswith(GEMIST) and self.draai(code, werk, *_AUDIT)[0]:
                    gevolg = "audit: crosswalk counted again"
                yield wat, gevolg

    # --- catalogue ----------------------------------------------------------------------------
    def catalogusfouten(self) -> Iterator[tuple[str, str]]:
        regels = [
            (naam, nummer)
            for naam in _CATALOGUS
            for nummer, regel in enumerate(_catalogus(CODE, naam).read_text().splitlines())
            if _getal(regel)
        ]
        for naam, nummer in self.rng.sample(regels, len(regels)):
            code = self.code()
            pad = _catalogus(code, naam)
            oud = pad.read_text().splitlines()
            gevonden = _getal(oud[nummer])
            assert gevonden is not None
            begin, eind = gevonden.span(1)
            getal = float(gevonden[1]) * 2 + 1
            anders = f"{getal:g}"
            oud[nummer] = oud[nummer][:begin] + anders + oud[nummer][eind:]
            pad.write_text("\n".join(oud) + "\n")
            uitgang, tekst = self.draai(code, self.basis, *_AUDIT)
            genoemd = "audit: catalogue entry" if "catalogus: " in tekst else "audit: code version"
            if "Fout" in tekst and "Traceback" in tekst:
                genoemd = "catalogue refused"
            yield f"{naam}:{nummer + 1}: {gevonden[1]} -> {anders}", genoemd if uitgang else GEMIST

    # --- data ---------------------------------------------------------------------------------
    def datafouten(self) -> Iterator[tuple[str, str]]:
        while True:
            for fout in (self._byte_in_snapshot, self._cijfer, self._cijfer, self._byte_in_bestand):
                werk = self.werk()
                wat = fout(werk)
                uitgang, tekst = self.draai(CODE, werk, *_AUDIT)
                soorten = {
                    "snapshot": "audit: hash of a snapshot",
                    "bestand": "audit: hash of a file",
                }
                eerste = re.search(r"^  - (\w+)", tekst, re.MULTILINE)
                hoe = soorten.get(eerste[1] if eerste else "", "audit: replay")
                yield wat, hoe if uitgang else GEMIST

    def _byte_in_snapshot(self, werk: Path) -> str:
        kaarten = self.release["kaarten"]
        assert isinstance(kaarten, list)
        kaart = self.rng.choice(kaarten)
        map_ = werk / "snapshots" / kaart["sha256"][:2]
        paden = sorted(map_.glob(f"{kaart['sha256']}*"))
        pad = next(p for p in paden if not p.name.endswith(".kaart.json"))
        return f"snapshot {kaart['bestandsnaam']}: {self._byte(pad)}"

    def _byte_in_bestand(self, werk: Path) -> str:
        map_ = werk / "uitgaven" / EDITIE / "actueel"
        paden = sorted(p for p in map_.rglob("*") if p.is_file() and p.name != "release.json")
        pad = self.rng.choice(paden)
        return f"release file {pad.relative_to(map_)}: {self._byte(pad)}"

    def _byte(self, pad: Path) -> str:
        inhoud = bytearray(pad.read_bytes())
        plek = self.rng.randrange(len(inhoud))
        inhoud[plek] ^= 1 << self.rng.randrange(8)
        pad.chmod(0o644)
        pad.write_bytes(inhoud)
        return f"byte {plek}"

    def _cijfer(self, werk: Path) -> str:
        with duckdb.connect(str(werk / "warehouse.duckdb")) as verbinding:
            kolommen = verbinding.execute(
                "select table_name, column_name from information_schema.columns where"
                " table_schema = 'veerkracht' and data_type in ('DOUBLE', 'BIGINT')"
                " and table_name not in ('gebieden', 'releases', 'scan')"
                " and column_name not in ('basisjaar', 'peiljaar')"
                " order by all"
            ).fetchall()
            while True:
                tabel, kolom = self.rng.choice(kolommen)
                rijen = verbinding.execute(
                    f"select rowid from veerkracht.{tabel} where {kolom} is not null order by 1"
                ).fetchall()
                if rijen:
                    break
            (rij,) = self.rng.choice(rijen)
            verbinding.execute(
                f"update veerkracht.{tabel} set {kolom} = {kolom} + 1 where rowid = {rij}"
            )
        return f"warehouse {tabel}.{kolom} + 1"


def _hash(inhoud: bytes) -> str:
    return hashlib.sha256(inhoud).hexdigest()


def _getoond(werk: Path) -> dict[str, str]:
    """What the UI shows of every table and check: the latest event's metadata, hashed."""
    from dagster import DagsterEventType, DagsterInstance, EventRecordsFilter
    from dagster._serdes import serialize_value

    uit: dict[str, str] = {}
    os.environ["DAGSTER_HOME"] = str(werk / "dagster_home")
    gemaakt, getoetst = (
        EventRecordsFilter(soort)
        for soort in (
            DagsterEventType.ASSET_MATERIALIZATION,
            DagsterEventType.ASSET_CHECK_EVALUATION,
        )
    )
    with DagsterInstance.get() as instance:
        records = instance.event_log_storage.get_event_records
        for record in records(gemaakt, ascending=True):
            feit = record.asset_materialization
            assert feit is not None
            plek = f"{feit.asset_key.to_user_string()} {feit.partition or ''}"
            for naam, waarde in feit.metadata.items():
                if naam not in _VAN_NU:
                    uit |= _feit(f"{plek} {naam}", serialize_value(waarde))
        for record in records(getoetst, ascending=True):
            gebeurtenis = record.event_log_entry.dagster_event
            assert gebeurtenis is not None
            toets = gebeurtenis.asset_check_evaluation_data
            plek = f"{toets.asset_key.to_user_string()} {toets.check_name}"
            for naam, waarde in toets.metadata.items():
                uit |= _feit(f"{plek} {naam}", serialize_value(waarde))
    return uit


def _feit(naam: str, tekst: str) -> dict[str, str]:
    """A fact that the UI shows, the pictures in it apart."""
    uit = {f"UI {naam}": _hash(_BEELD.sub("", tekst).encode())}
    beelden = "".join(_BEELD.findall(tekst))
    return uit | ({f"picture {naam}": _hash(beelden.encode())} if beelden else {})


def _gevolg(anders: set[str]) -> str:
    """What a fault that nothing stopped has changed."""
    if not anders:
        return GEEN_GEVOLG
    if all(naam.startswith("picture ") for naam in anders):
        return BEELD
    return f"{GEMIST}: {', '.join(sorted(anders)[:3])}{' ...' if len(anders) > 3 else ''}"


def _plekken(boom: ast.AST) -> Iterator[tuple[Callable[[], None], str]]:
    """Every place where one thing can be changed, and how it is told."""
    for knoop in ast.walk(boom):
        if isinstance(knoop, ast.Compare) and type(knoop.ops[0]) in _RUIL:
            yield _geruild(knoop, "ops"), f"line {knoop.lineno}, {type(knoop.ops[0]).__name__}"
        elif isinstance(knoop, ast.BinOp) and type(knoop.op) in _RUIL:
            yield _geruild(knoop, "op"), f"line {knoop.lineno}, {type(knoop.op).__name__}"
        elif isinstance(knoop, ast.Constant) and type(knoop.value) in (int, float):
            yield _opgehoogd(knoop), f"line {knoop.lineno}, {knoop.value!r} + 1"


def _geruild(knoop: ast.Compare | ast.BinOp, veld: str) -> Callable[[], None]:
    def doe() -> None:
        oud = getattr(knoop, veld)
        if isinstance(oud, list):
            oud[0] = _RUIL[type(oud[0])]()
        else:
            setattr(knoop, veld, _RUIL[type(oud)]())

    return doe


def _opgehoogd(knoop: ast.Constant) -> Callable[[], None]:
    def doe() -> None:
        assert isinstance(knoop.value, int | float)
        knoop.value = knoop.value + 1

    return doe


def _catalogus(code: Path, naam: str) -> Path:
    return code / "veerkracht_dagster" / "catalogus" / naam


def _getal(regel: str) -> re.Match[str] | None:
    """A number that is a value by itself, not in a text."""
    if "titel" in regel or "#" in regel.split(":", maxsplit=1)[0] or "omschrijving" in regel:
        return None
    return re.search(r"^\s*\w+: (-?\d+(?:\.\d+)?)(?=\s*(?:#|$))", regel)


def _waardoor(tekst: str) -> str:
    """What stopped a rebuild."""
    if "uit de ruwe bestanden volgt" in tekst:
        return "gate: replay"
    if "de audit vond" in tekst:
        return "gate: tables and files"
    for merk in ("Failure", "controle", "schema", "verwacht"):
        if merk in tekst:
            return "check of the stage"
    regels = [regel.strip() for regel in tekst.splitlines() if "Error" in regel or "Fout" in regel]
    return f"error of the stage: {regels[-1][:80]}" if regels else "error of the stage"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zaad", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--code", type=int, default=22, help="default: %(default)s")
    parser.add_argument("--catalogus", type=int, default=12, help="default: %(default)s")
    parser.add_argument("--data", type=int, default=16, help="default: %(default)s")
    opties, _ = parser.parse_known_args()
    sys.path.insert(0, str(CODE))
    print(
        f"faults: {opties.code} code, {opties.catalogus} catalogue, {opties.data} data ({druk()})"
    )
    telling: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="bench_mutaties_") as map_:
        proef = Proef(Path(map_), random.Random(opties.zaad))
        for soort, fouten, aantal in (
            ("data", proef.datafouten(), opties.data),
            ("catalogue", proef.catalogusfouten(), opties.catalogus),
            ("code", proef.codefouten(), opties.code),
        ):
            gevonden = 0
            while gevonden < aantal:
                wat, waardoor = next(fouten)
                telling[waardoor.partition(":")[0] if soort == "code" else waardoor] += 1
                print(f"  {soort:<10} {wat:<70} {waardoor}", flush=True)
                gevonden += waardoor not in OPNIEUW
    for waardoor, aantal in telling.most_common():
        print(f"{waardoor:<40} {aantal:4}")
    if telling[GEMIST]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
