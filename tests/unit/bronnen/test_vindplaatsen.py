"""Which files are found, in which order, and which are refused."""

from __future__ import annotations

import os

import pytest

from tests.unit.bronnen.hulp import LBM, V3, lbm, schrijf, schrijf_v3, statline
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.vindplaatsen import Vingerafdrukken, leveringsversie, vind

KWB = "cbs_kwb_statline/Kerncijfers_wijken_en_buurten_2020_alles.csv"


def test_de_eerste_vindplaats_wint(tmp_path):
    schrijf_v3(tmp_path)
    schrijf(tmp_path, KWB, statline())
    levering = vind(tmp_path, "cbs_kerncijfers", 2020)
    assert [deel.dialect for deel in levering.delen] == ["odata_v3"]
    assert levering.reden is None


def test_aanvullende_vindplaatsen_komen_erbij(tmp_path):
    schrijf(tmp_path, LBM, lbm())
    schrijf(tmp_path, "leefbaarometer_3.0/buurten_2024/20.geojson", {})
    levering = vind(tmp_path, "leefbaarometer", 2014)
    assert [d.dialect for d in levering.delen] == ["leefbaarometer_csv", "leefbaarometer_geojson"]


def test_afwezig_zegt_waar_gezocht_is(tmp_path):
    levering = vind(tmp_path, "cbs_adressen", 2015)
    assert levering.delen == ()
    assert "cbs_pc6huisnr/2015/*.csv" in levering.reden


def test_v4_zonder_observations_telt_niet(tmp_path):
    schrijf(tmp_path, "cbs_odata_v4/83765NED/MeasureCodes.json", {})
    assert "Observations*" in vind(tmp_path, "cbs_kerncijfers", 2017).reden


def test_onbruikbaar_dialect_geeft_de_reden(tmp_path):
    schrijf(
        tmp_path,
        KWB.replace("2020", "2015"),
        '\ufeff"Kerncijfers wijken en buurten 2015"\r\n""\r\n',
    )
    levering = vind(tmp_path, "cbs_kerncijfers", 2015)
    assert levering.delen == ()
    assert "zonder code" in levering.reden


def test_herkenning_kijkt_in_gzip(tmp_path):
    from veerkracht_dagster.bronnen.vindplaatsen import begin_van

    assert begin_van(schrijf(tmp_path, "x.json.gz", '{"a":1}')) == '{"a":1}'


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        ("<!DOCTYPE html><html>", "een webpagina in plaats van gegevens, beginnend met '<!DOC"),
        ("", "een leeg bestand"),  # empty
        ("a,b\n1,2\n", "onbekend dialect, dat begint met 'a,b"),  # another export
    ],
)
def test_onbekend_dialect_wordt_geweigerd(tmp_path, inhoud, melding):
    schrijf(tmp_path, KWB, inhoud)
    with pytest.raises(BronFout, match=melding) as fout:
        vind(tmp_path, "cbs_kerncijfers", 2020)
    assert fout.value.bestand == KWB


def test_verwijzing_naar_buiten_wordt_geweigerd(tmp_path):
    buiten = schrijf(tmp_path, "geheim.json", "{}")
    (tmp_path / "bronnen" / V3).mkdir(parents=True)
    os.symlink(buiten, tmp_path / "bronnen" / V3 / "TypedDataSet.json")
    with pytest.raises(BronFout, match="buiten de bronnenmap"):
        vind(tmp_path / "bronnen", "cbs_kerncijfers", 2020)


def test_verborgen_bestanden_tellen_niet(tmp_path):
    schrijf(tmp_path, f"{V3}/.DS_Store.json", "x")
    assert vind(tmp_path, "cbs_kerncijfers", 2020).delen == ()


def test_versie_hangt_af_van_inhoud_en_naam_en_van_niets_anders(tmp_path):
    vingers = Vingerafdrukken(tmp_path / "v.json")
    bronnen = tmp_path / "bronnen"

    def versie():
        return leveringsversie(vind(bronnen, "leefbaarometer", 2014), vingers)

    assert versie() == "afwezig"
    pad = schrijf(bronnen, LBM, lbm())
    eerste = versie()
    os.utime(pad, (1, 1))  # touched only
    assert versie() == eerste
    schrijf(bronnen, LBM, lbm(jaren=(2014,)))
    assert versie() != eerste
    schrijf(bronnen, LBM, lbm())
    assert versie() == eerste
    pad.rename(pad.with_name("Leefbaarometer-scores buurten 2002-2022.csv"))
    assert versie() != eerste


def test_een_onveranderd_bestand_wordt_niet_opnieuw_gelezen(tmp_path, monkeypatch):
    pad = schrijf(tmp_path, "groot.csv", "x")
    os.utime(pad, (1, 1))
    vingers = Vingerafdrukken(tmp_path / "v.json")
    waarde = vingers.sha256(pad)
    vingers.schrijf()
    monkeypatch.setattr("veerkracht_dagster.opslag.vingerafdrukken.sha256_van", lambda _: "anders")
    assert Vingerafdrukken(tmp_path / "v.json").sha256(pad) == waarde
    os.utime(pad, (2, 2))  # another time of change: read again
    assert Vingerafdrukken(tmp_path / "v.json").sha256(pad) == "anders"


def test_een_kapot_geheugen_is_een_leeg_geheugen(tmp_path):
    pad = schrijf(tmp_path, "x.csv", "x")
    (tmp_path / "v.json").write_text('{"half')
    assert len(Vingerafdrukken(tmp_path / "v.json").sha256(pad)) == 64
