"""The content-addressed store keeps bytes once, untouched, and notices when they are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from veerkracht_dagster.opslag.snapshots import Snapshots

GEGEVENS = {"bron": "b", "url": "u", "uitgever": "CBS", "licentie": "CC BY 4.0"}


def _nu():
    return datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots", nu=_nu)


def _bestand(tmp_path, naam="TypedDataSet.skip0.json.gz", inhoud=b"inhoud"):
    pad = tmp_path / naam
    pad.write_bytes(inhoud)
    return pad


def test_bewaart_bytes_met_kaart(tmp_path, snapshots):
    kaart = snapshots.bewaar(_bestand(tmp_path), **GEGEVENS, versie="2021-03-26T02:00:00")
    assert snapshots.pad(kaart.sha256).read_bytes() == b"inhoud"
    assert snapshots.pad(kaart.sha256).name.endswith(".json.gz")  # GDAL looks at suffixes
    assert (kaart.bytes, kaart.bestandsnaam) == (6, "TypedDataSet.skip0.json.gz")
    assert kaart.opgehaald == "2024-05-06T07:08:09+00:00"
    assert snapshots.kaart(kaart.sha256) == kaart


def test_dezelfde_bytes_voegen_niets_toe(tmp_path, snapshots):
    eerste = snapshots.bewaar(_bestand(tmp_path), **GEGEVENS)
    paden = sorted(snapshots.map.rglob("*"))
    tweede = snapshots.bewaar(_bestand(tmp_path, "ander.csv"), **GEGEVENS)
    assert tweede == eerste  # also the first name and time
    assert sorted(snapshots.map.rglob("*")) == paden


def test_een_kaartnaam_botst_niet_met_een_kaart(tmp_path, snapshots):
    kaart = snapshots.bewaar(_bestand(tmp_path, "x.kaart.json", b"{}"), **GEGEVENS)
    assert snapshots.pad(kaart.sha256).read_bytes() == b"{}"
    assert snapshots.controleer() == []


def test_een_bestand_dat_verandert_wordt_niet_bewaard(tmp_path, snapshots):
    with pytest.raises(ValueError, match="veranderde tijdens het bewaren"):
        snapshots.bewaar(_bestand(tmp_path), **GEGEVENS, sha256="0" * 64)
    assert [pad for pad in snapshots.map.rglob("*") if pad.is_file()] == []


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd"])
def test_onbekende_hash(snapshots, sha256):
    with pytest.raises(KeyError):
        snapshots.pad(sha256)


def test_controleer_vindt_verandering_verlies_en_wees(tmp_path, snapshots):
    veranderd = snapshots.bewaar(_bestand(tmp_path, inhoud=b"een"), **GEGEVENS)
    weg = snapshots.bewaar(_bestand(tmp_path, inhoud=b"twee"), **GEGEVENS)
    assert snapshots.controleer() == []
    pad = snapshots.pad(veranderd.sha256)
    pad.chmod(0o644)
    pad.write_bytes(b"anders")
    snapshots.pad(weg.sha256).unlink()
    (pad.parent / ("f" * 64)).write_bytes(b"")
    assert {(a.sha256, a.wat.split()[0]) for a in snapshots.controleer()} == {
        (veranderd.sha256, "de"),
        (weg.sha256, "het"),
        ("f" * 64, "er"),
    }
