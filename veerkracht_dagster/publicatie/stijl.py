"""Layer styles that GIS programs read: QML for QGIS, SLD for the others.

Here: a layer's legend from the catalogue as XML, and hatching where the class is not stable.
Not here: putting it into files (`geopackage.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Kaartlaag, Niveau
from veerkracht_dagster.kaartlagen import arcering

RAND = "#9aa0a6"
_DUN_MM = "0.1"
_NAMEN_VANAF = "50000"
_SLD = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.0.0",
}
_GELIJK, _MINDER = ("=", "PropertyIsEqualTo"), ("<", "PropertyIsLessThan")


@dataclass(frozen=True)
class Stijl:
    """A layer's style in both forms."""

    qml: str
    sld: str


@dataclass(frozen=True)
class _Regel:
    """A line of the legend: areas whose `kolom` compares so with `waarde`.

    `kleur` None is no fill. A hatched rule is drawn over the class of the same area.
    """

    kolom: str
    vergelijking: tuple[str, str]
    waarde: float
    label: str
    kleur: str | None
    gearceerd: bool = False


def stijlen_van(cat: Catalogus, editie: Editie) -> dict[str, Stijl]:
    """The style of every layer of an edition, by key."""
    grens = editie.parameters.stabiliteit_grens
    return {naam: stijl_van(naam, cat, grens, editie.niveau) for naam in cat.kaartlagen}


def stijl_van(naam: str, cat: Catalogus, stabiliteit_grens: float, niveau: Niveau) -> Stijl:
    """The style of the layer called `naam`; areas are called by the columns of `niveau`."""
    laag = cat.kaartlagen[naam]
    regels = list(_regels(laag, cat, stabiliteit_grens))
    return Stijl(_qml(regels, laag, niveau), _sld(naam, laag.titel, regels))


def _regels(laag: Kaartlaag, cat: Catalogus, grens: float) -> Iterator[_Regel]:
    """Every class, `geen meting`, and where the layer says how stable a class is, hatching."""
    for code, klasse in laag.klassen.items():
        yield _Regel("klasse", _GELIJK, code, klasse.label, klasse.kleur)
    yield _Regel("klasse", _GELIJK, cat.geen_meting.code, cat.geen_meting.label, None)
    if arcering.KOLOM in laag.extra:
        label = arcering.legendaregel(grens)
        yield _Regel(arcering.KOLOM, _MINDER, grens, label, arcering.KLEUR, gearceerd=True)


def _qml(regels: list[_Regel], laag: Kaartlaag, niveau: Niveau) -> str:
    """The QGIS style: rules, since a hatched area obeys two of them; names, and a tip per area."""
    wortel = ET.Element(
        "qgis", version="3.22", styleCategories="Symbology|Labeling|MapTips", labelsEnabled="1"
    )
    renderer = ET.SubElement(wortel, "renderer-v2", type="RuleRenderer", forceraster="0")
    lijst = ET.SubElement(renderer, "rules", key="regels")
    symbolen = ET.SubElement(renderer, "symbols")
    for nummer, regel in enumerate(regels):
        naam = str(nummer)
        ET.SubElement(
            lijst,
            "rule",
            key=f"regel{naam}",
            symbol=naam,
            label=regel.label,
            filter=f'"{regel.kolom}" {regel.vergelijking[0]} {regel.waarde:g}',
        )
        symbool = _qml_symbool(symbolen, "fill", naam)
        _qml_lijnen(symbool, naam) if regel.gearceerd else _qml_vlak(symbool, regel.kleur)
    _qml_namen(wortel, niveau)
    ET.SubElement(wortel, "previewExpression").text = f'"{niveau}naam"'
    ET.SubElement(wortel, "mapTip", enabled="1").text = _maptip(laag, niveau)
    return f"<!DOCTYPE qgis>\n{_tekst(wortel)}"


def _qml_namen(wortel: ET.Element, niveau: Niveau) -> None:
    """The name of an area, from the scale at which names do not cover the map."""
    instelling = ET.SubElement(ET.SubElement(wortel, "labeling", type="simple"), "settings")
    stijl = {"fieldName": f"{niveau}naam", "isExpression": "0", "fontFamily": "Sans Serif",
             "fontSize": "8", "fontSizeUnit": "Point", "textColor": "31,35,40,255"}  # fmt: skip
    tekst = ET.SubElement(instelling, "text-style", stijl)
    rand = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM",
            "bufferColor": "255,255,255,255"}  # fmt: skip
    ET.SubElement(tekst, "text-buffer", rand)
    ET.SubElement(instelling, "placement", placement="1", priority="5")
    # QGIS calls the scales by their numbers: scaleMax is the smallest scale that shows names.
    zicht = {"drawLabels": "1", "scaleVisibility": "1", "scaleMin": "1",
             "scaleMax": _NAMEN_VANAF, "displayAll": "0"}  # fmt: skip
    ET.SubElement(instelling, "rendering", zicht)


def _maptip(laag: Kaartlaag, niveau: Niveau) -> str:
    """What QGIS shows where the mouse rests, in HTML; between [% %] is an expression of QGIS."""
    eenheid = laag.eenheid.replace("'", "''")
    waarde = f"coalesce(format_number(\"waarde\", 3) || ' {eenheid}', '')"
    return (
        f'<b>[% "{niveau}naam" %]</b> ([% "{niveau}code" %]), [% "gemeentenaam" %]<br>'
        f'{laag.titel}: <b>[% "label" %]</b> [% {waarde} %]<br>'
        '[% coalesce("toelichting", \'\') %]<br>[% "jaren" %]'
    )


def _qml_symbool(ouder: ET.Element, soort: str, naam: str) -> ET.Element:
    vast = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return ET.SubElement(ouder, "symbol", {"type": soort, "name": naam, **vast})


def _qml_laag(symbool: ET.Element, klasse: str, opties: dict[str, str]) -> ET.Element:
    vast = {"enabled": "1", "locked": "0", "pass": "0"}
    laag = ET.SubElement(symbool, "layer", {"class": klasse, **vast})
    # Twice the same: QGIS before 3.20 reads `prop`, later ones read `Option`.
    kaart = ET.SubElement(laag, "Option", type="Map")
    for sleutel, waarde in opties.items():
        ET.SubElement(kaart, "Option", {"type": "QString", "name": sleutel, "value": waarde})
    for sleutel, waarde in opties.items():
        ET.SubElement(laag, "prop", {"k": sleutel, "v": waarde})
    return laag


def _qml_vlak(symbool: ET.Element, kleur: str | None) -> None:
    opties = {
        "color": _rgba(kleur or "#ffffff"),
        "style": "no" if kleur is None else "solid",
        "outline_color": _rgba(RAND),
        "outline_style": "solid",
        "outline_width": _DUN_MM,
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }
    _qml_laag(symbool, "SimpleFill", opties)


def _qml_lijnen(symbool: ET.Element, naam: str) -> None:
    patroon = {"angle": "45", "distance": "1.6", "distance_unit": "MM"}
    laag = _qml_laag(symbool, "LinePatternFill", patroon)
    lijn = {"line_color": _rgba(arcering.KLEUR), "line_width": "0.15", "line_width_unit": "MM"}
    # QGIS finds the line of a pattern by this name: '@symbol@number of the layer'.
    _qml_laag(_qml_symbool(laag, "line", f"@{naam}@0"), "SimpleLine", lijn)


def _rgba(kleur: str) -> str:
    return ",".join(str(int(kleur[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _sld(naam: str, titel: str, regels: list[_Regel]) -> str:
    """The style as SLD 1.0."""
    wortel = ET.Element("StyledLayerDescriptor", _SLD)
    genoemd = ET.SubElement(wortel, "NamedLayer")
    ET.SubElement(genoemd, "Name").text = naam
    stijl = ET.SubElement(genoemd, "UserStyle")
    ET.SubElement(stijl, "Title").text = titel
    lijst = ET.SubElement(stijl, "FeatureTypeStyle")
    for regel in regels:
        _sld_regel(lijst, regel)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_tekst(wortel)}'


def _sld_regel(ouder: ET.Element, regel: _Regel) -> None:
    element = ET.SubElement(ouder, "Rule")
    ET.SubElement(element, "Name").text = f"{regel.kolom} {regel.vergelijking[0]} {regel.waarde:g}"
    ET.SubElement(element, "Title").text = regel.label
    voorwaarde = ET.SubElement(ET.SubElement(element, "ogc:Filter"), f"ogc:{regel.vergelijking[1]}")
    ET.SubElement(voorwaarde, "ogc:PropertyName").text = regel.kolom
    ET.SubElement(voorwaarde, "ogc:Literal").text = f"{regel.waarde:g}"
    vlak = ET.SubElement(element, "PolygonSymbolizer")
    if regel.gearceerd:
        _sld_lijnen(ET.SubElement(vlak, "Fill"))
        return
    if regel.kleur is not None:
        vulling = ET.SubElement(vlak, "Fill")
        ET.SubElement(vulling, "CssParameter", name="fill").text = regel.kleur
    _sld_lijn(vlak, RAND, "0.3")


def _sld_lijnen(vulling: ET.Element) -> None:
    # SLD has no hatching of its own: this mark is GeoServer's. QGIS, which has its QML, skips it.
    grafiek = ET.SubElement(ET.SubElement(vulling, "GraphicFill"), "Graphic")
    merk = ET.SubElement(grafiek, "Mark")
    ET.SubElement(merk, "WellKnownName").text = "shape://slash"
    _sld_lijn(merk, arcering.KLEUR, "0.5")
    ET.SubElement(grafiek, "Size").text = "8"


def _sld_lijn(ouder: ET.Element, kleur: str, breedte: str) -> None:
    lijn = ET.SubElement(ouder, "Stroke")
    ET.SubElement(lijn, "CssParameter", name="stroke").text = kleur
    ET.SubElement(lijn, "CssParameter", name="stroke-width").text = breedte


def _tekst(wortel: ET.Element) -> str:
    ET.indent(wortel)
    return ET.tostring(wortel, encoding="unicode") + "\n"
