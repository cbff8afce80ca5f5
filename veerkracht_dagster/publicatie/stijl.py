"""Layer styles that GIS programs read: QML for QGIS, SLD for the others.

Here: a layer's legend from the catalogue as XML. Not here: putting it into files (`geopackage.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag

RAND = "#9aa0a6"
_DUN_MM = "0.1"
_SLD = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.0.0",
}


@dataclass(frozen=True)
class Stijl:
    """A layer's style in both forms."""

    qml: str
    sld: str


def stijl_van(naam: str, cat: Catalogus) -> Stijl:
    """The style of the layer called `naam`."""
    laag = cat.kaartlagen[naam]
    return Stijl(qml(laag, cat), sld(naam, laag, cat))


def _klassen(laag: Kaartlaag, cat: Catalogus) -> Iterator[tuple[int, str, str | None]]:
    """Code, label and colour (None: no fill) of every line of the legend."""
    for code, klasse in laag.klassen.items():
        yield code, klasse.label, klasse.kleur
    yield cat.geen_meting.code, cat.geen_meting.label, None


def qml(laag: Kaartlaag, cat: Catalogus) -> str:
    """The QGIS style: a categorized renderer on `klasse`; `geen meting` has no fill."""
    wortel = ET.Element("qgis", version="3.22", styleCategories="Symbology")
    renderer = ET.SubElement(
        wortel,
        "renderer-v2",
        {"type": "categorizedSymbol", "attr": "klasse", "enableorderby": "0", "forceraster": "0"},
    )
    categorieen = ET.SubElement(renderer, "categories")
    symbolen = ET.SubElement(renderer, "symbols")
    for nummer, (code, label, kleur) in enumerate(_klassen(laag, cat)):
        naam = str(nummer)
        ET.SubElement(
            categorieen,
            "category",
            {"value": str(code), "symbol": naam, "label": label, "render": "true", "type": "long"},
        )
        _qml_symbool(symbolen, naam, kleur)
    return f"<!DOCTYPE qgis>\n{_tekst(wortel)}"


def _qml_symbool(ouder: ET.Element, naam: str, kleur: str | None) -> None:
    symbool = ET.SubElement(
        ouder,
        "symbol",
        {"type": "fill", "name": naam, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
    )
    laag = ET.SubElement(
        symbool, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    opties = {
        "color": _rgba(kleur or "#ffffff"),
        "style": "no" if kleur is None else "solid",
        "outline_color": _rgba(RAND),
        "outline_style": "solid",
        "outline_width": _DUN_MM,
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }
    # Twice the same: QGIS before 3.20 reads `prop`, later ones read `Option`.
    kaart = ET.SubElement(laag, "Option", type="Map")
    for sleutel, waarde in opties.items():
        ET.SubElement(kaart, "Option", {"type": "QString", "name": sleutel, "value": waarde})
    for sleutel, waarde in opties.items():
        ET.SubElement(laag, "prop", {"k": sleutel, "v": waarde})


def _rgba(kleur: str) -> str:
    return ",".join(str(int(kleur[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def sld(naam: str, laag: Kaartlaag, cat: Catalogus) -> str:
    """The style as SLD 1.0: one rule per class."""
    wortel = ET.Element("StyledLayerDescriptor", _SLD)
    genoemd = ET.SubElement(wortel, "NamedLayer")
    ET.SubElement(genoemd, "Name").text = naam
    stijl = ET.SubElement(genoemd, "UserStyle")
    ET.SubElement(stijl, "Title").text = laag.titel
    regels = ET.SubElement(stijl, "FeatureTypeStyle")
    for code, label, kleur in _klassen(laag, cat):
        _sld_regel(regels, code, label, kleur)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_tekst(wortel)}'


def _sld_regel(ouder: ET.Element, code: int, label: str, kleur: str | None) -> None:
    regel = ET.SubElement(ouder, "Rule")
    ET.SubElement(regel, "Name").text = str(code)
    ET.SubElement(regel, "Title").text = label
    gelijk = ET.SubElement(ET.SubElement(regel, "ogc:Filter"), "ogc:PropertyIsEqualTo")
    ET.SubElement(gelijk, "ogc:PropertyName").text = "klasse"
    ET.SubElement(gelijk, "ogc:Literal").text = str(code)
    vlak = ET.SubElement(regel, "PolygonSymbolizer")
    if kleur is not None:
        vulling = ET.SubElement(vlak, "Fill")
        ET.SubElement(vulling, "CssParameter", name="fill").text = kleur
    rand = ET.SubElement(vlak, "Stroke")
    ET.SubElement(rand, "CssParameter", name="stroke").text = RAND
    ET.SubElement(rand, "CssParameter", name="stroke-width").text = "0.3"


def _tekst(wortel: ET.Element) -> str:
    ET.indent(wortel)
    return ET.tostring(wortel, encoding="unicode") + "\n"
