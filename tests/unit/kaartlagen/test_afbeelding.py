"""The picture of a layer: exact colours, every class in the legend, and no picture that lies."""

from __future__ import annotations

import io
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from tests.unit.publicatie.voorbeelduitgave import CAT, maak_laag
from veerkracht_dagster.kaartlagen import afbeelding
from veerkracht_dagster.kaartlagen.afbeelding import teken_kaart
from veerkracht_dagster.kaartlagen.png import naar_png

_KAARTVLAK = (slice(75, 580), slice(18, 558))  # rows and columns of the map in a picture of 900


_teken = partial(teken_kaart, breedte_px=900)


def _pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def _verschilt(een: np.ndarray, ander: np.ndarray) -> np.ndarray:
    """Pixels that differ by more than the rounding of mixed colours to the picture's palette."""
    return (np.abs(een.astype(int) - ander.astype(int)) > 40).any(axis=-1)


def _kleuren(pixels: np.ndarray) -> dict[str, int]:
    uniek, aantal = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    return {"#{:02x}{:02x}{:02x}".format(*k): int(n) for k, n in zip(uniek, aantal, strict=True)}


@pytest.mark.parametrize("naam", list(CAT.kaartlagen))
def test_every_colour_of_the_catalogue_is_on_the_map_to_the_bit(naam: str) -> None:
    laag = CAT.kaartlagen[naam]
    op_kaart = _kleuren(_pixels(_teken(maak_laag(naam), laag, CAT))[_KAARTVLAK])
    for klasse in laag.klassen.values():
        # One square of a quarter of the map's height is some 126 x 126 pixels.
        assert op_kaart.get(klasse.kleur, 0) > 14_000, klasse


def test_an_area_without_measurement_has_no_fill() -> None:
    tabel = maak_laag("corporatiebezit")
    tabel["klasse"] = CAT.geen_meting.code
    kaart = _kleuren(_pixels(_teken(tabel, CAT.kaartlagen["corporatiebezit"], CAT))[_KAARTVLAK])
    assert not kaart.keys() & {k.kleur for k in CAT.kaartlagen["corporatiebezit"].klassen.values()}
    assert kaart["#ffffff"] > 0.95 * sum(kaart.values())


def test_the_legend_has_a_line_with_its_count_for_every_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    geschreven: list[str] = []
    gewoon = afbeelding.Kaartblad.tekst

    def luister(
        zelf: afbeelding.Kaartblad, x: float, y: float, tekst: str, **stijl: object
    ) -> None:
        geschreven.append(tekst)
        gewoon(zelf, x, y, tekst, **stijl)  # type: ignore[arg-type]

    monkeypatch.setattr(afbeelding.Kaartblad, "tekst", luister)
    laag = CAT.kaartlagen["kwetsbaar_situatie"]
    editie = CAT.edities["2014-2020-wijken"]
    _teken(maak_laag("kwetsbaar_situatie", "wijk"), laag, CAT, editie=editie)
    # 16 areas over 4 classes and -9: four of the first class, three of the others.
    verwacht = ["zeer weinig", "weinig", "veel", "zeer veel", "geen meting"]
    legenda = geschreven[geschreven.index("aantal wijken") + 1 :]
    assert sorted(zip(legenda[1::2], legenda[::2], strict=True)) == sorted(
        zip(verwacht, "43333", strict=True)
    )
    assert laag.titel in geschreven
    assert CAT.bijsluiter in geschreven
    assert "Jaren van de cijfers: begin: cbs 2014; eind: cbs 2020" in geschreven


@pytest.mark.parametrize(("gemeten", "getallen"), [(True, ["3", "4"]), (False, ["–", "16"])])
def test_of_what_nobody_measured_the_legend_counts_none(gemeten: bool, getallen: list) -> None:
    """No class and no hatching has 0 areas there, only that there is no measurement."""
    laag, geen = CAT.kaartlagen["kwetsbaar_situatie"], CAT.geen_meting.code
    klassen = np.array([1, 2, 3, 4] * 3 + [geen] * 4) if gemeten else np.full(16, geen)
    regels = afbeelding._legenda(klassen, laag, CAT, np.full(16, False), 0.8)
    *van_klassen, zonder, gearceerd = [afbeelding._getal(regel.aantal) for regel in regels]
    assert [*set(van_klassen), zonder] == getallen
    assert gearceerd == ("0" if gemeten else "–")


def test_unstable_areas_are_hatched_and_only_when_asked() -> None:
    laag, tabel = CAT.kaartlagen["signaal_absoluut"], maak_laag("signaal_absoluut")
    zonder = _pixels(_teken(tabel, laag, CAT))[_KAARTVLAK]
    met = _pixels(_teken(tabel, laag, CAT, stabiliteit_grens=0.5))[_KAARTVLAK]
    # Areas lie row by row from the south and stabiliteit rises with them: hatched is the south.
    noord, zuid = slice(0, 240), slice(265, 505)
    assert not _verschilt(zonder[noord], met[noord]).any()
    assert _verschilt(zonder[zuid], met[zuid]).mean() > 0.05


def test_without_boundaries_the_picture_says_so() -> None:
    laag = CAT.kaartlagen["focus"]
    met = _pixels(_teken(maak_laag("focus"), laag, CAT))
    zonder = _pixels(_teken(maak_laag("focus", met_grenzen=False), laag, CAT))
    # The legend is the same, the map is not there.
    assert not _verschilt(met[75:580, 580:], zonder[75:580, 580:]).any()
    assert not _kleuren(zonder[_KAARTVLAK]).keys() & {k.kleur for k in laag.klassen.values()}


def test_an_empty_table_still_gives_a_picture() -> None:
    laag = CAT.kaartlagen["focus"]
    assert _pixels(_teken(maak_laag("focus").iloc[:0], laag, CAT)).shape == (648, 900, 3)


def test_a_shape_that_is_remembered_is_that_of_these_areas_in_this_size() -> None:
    laag, tabel = CAT.kaartlagen["focus"], maak_laag("focus")
    eerste = _teken(tabel, laag, CAT)
    anders = tabel.set_geometry(tabel.geometry.scale(0.5, 0.5).to_list())
    minder = tabel.assign(gemeentecode="GM0001")
    assert _teken(anders, laag, CAT) != eerste
    assert _teken(minder, laag, CAT) != eerste
    assert len(_teken(tabel, laag, CAT, breedte_px=450)) < len(eerste)
    assert _teken(tabel, laag, CAT) == eerste


def _land(per_kant: int, toeval: np.random.Generator) -> gpd.GeoDataFrame:
    """A square of small squares in two gemeenten; neighbours draw a border with other vertices."""

    def rand(van: tuple[float, float], tot: tuple[float, float]) -> list[tuple[float, float]]:
        deel = np.sort(toeval.uniform(0, 1, 5))[:, None]
        tussen = np.array(van) + deel * (np.array(tot) - np.array(van))
        return [van, *map(tuple, tussen)]

    rijen = []
    for n in range(per_kant**2):
        x, y = n % per_kant, n // per_kant
        hoeken = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        ring = [
            punt
            for a, b in zip(hoeken, hoeken[1:] + hoeken[:1], strict=True)
            for punt in rand(a, b)
        ]
        west = x < per_kant // 2
        rijen.append((f"GM000{1 if west else 2}", shapely.Polygon(ring)))
    gemeenten, vlakken = zip(*rijen, strict=True)
    tabel = pd.DataFrame({"gemeentecode": gemeenten, "klasse": 3, "toelichting": "", "jaren": ""})
    return gpd.GeoDataFrame(tabel, geometry=list(vlakken), crs="EPSG:28992")


@pytest.mark.parametrize("per_kant", [8, 60])  # with edges, and as many that edges are left out
def test_the_border_of_a_gemeente_is_not_broken(per_kant: int) -> None:
    tabel = _land(per_kant, np.random.default_rng(1))
    pixels = _pixels(_teken(tabel, CAT.kaartlagen["focus"], CAT))[_KAARTVLAK].astype(int)
    midden = pixels[10:-10, pixels.shape[1] // 2 - 4 : pixels.shape[1] // 2 + 4]
    donker = (midden.sum(axis=-1) < 3 * 150).any(axis=1)
    assert donker.all(), f"{(~donker).sum()} of {len(donker)} rows without a border"
    links = pixels[10:-10, 40 : pixels.shape[1] // 2 - 8]
    assert not (links.sum(axis=-1) < 3 * 80).any(), "no border within a gemeente"


def test_on_a_wider_sheet_lines_and_hatching_grow_along() -> None:
    laag, tabel = CAT.kaartlagen["signaal_absoluut"], maak_laag("signaal_absoluut")
    klein, groot = (
        _pixels(teken_kaart(tabel, laag, CAT, stabiliteit_grens=0.5, breedte_px=breedte))
        for breedte in (900, 2_700)
    )
    maal = 3
    kleiner = np.asarray(Image.fromarray(groot).resize(klein.shape[1::-1], Image.Resampling.BOX))
    assert groot.shape == (klein.shape[0] * maal, klein.shape[1] * maal, 3)
    assert _verschilt(klein[_KAARTVLAK], kleiner[_KAARTVLAK]).mean() < 0.06


def test_a_hole_in_an_area_stays_open() -> None:
    tabel = maak_laag("focus")
    tabel.geometry = tabel.geometry.difference(tabel.geometry.centroid.buffer(30))
    pixels = _pixels(_teken(tabel, CAT.kaartlagen["focus"], CAT))[_KAARTVLAK]
    # 16 holes of radius 30 in squares of 100: 28 % of the land.
    assert _kleuren(pixels)["#ffffff"] > 0.25 * 505 * 505


def test_a_class_that_the_layer_does_not_have_is_refused() -> None:
    tabel = maak_laag("corporatiebezit")
    tabel.loc[3, "klasse"] = 7
    with pytest.raises(ValueError, match=r"klasse \[7\] staat niet in kaartlagen.yml"):
        _teken(tabel, CAT.kaartlagen["corporatiebezit"], CAT)


def test_png_keeps_the_given_colours_among_thousands() -> None:
    # 4096 colours, all one step from the exact one in some channel or far away.
    pixels = np.stack(np.meshgrid(*[np.arange(0, 256, 17)] * 3), axis=-1).reshape(64, 64, 3)
    pixels[0, 0], pixels[0, 1:40] = (225, 225, 225), (226, 225, 224)
    uit = _pixels(naar_png(Image.fromarray(pixels.astype(np.uint8)), ["#e1e1e1"]))
    assert tuple(uit[0, 0]) == (225, 225, 225)
    assert tuple(uit[0, 1]) == (226, 225, 224)
