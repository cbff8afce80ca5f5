"""The legends of method.md, typed over by hand: title, unit, and per class its label and colour.

Not taken from the catalogue, so that a slip in the catalogue shows.
"""

from __future__ import annotations

SIGNAAL = {
    1: ("afname problemen", "#697bd4"),
    2: ("geen afname problemen", "#c0c4de"),
    3: ("kwetsbare bewoners ongeveer gelijk", "#e1e1e1"),
    4: ("weinig veerkracht, beperkte problemen", "#ffbebe"),
    5: ("weinig veerkracht, vrij veel problemen", "#ff0000"),
    6: ("weinig veerkracht, veel problemen", "#b30000"),
    7: ("enige veerkracht", "#e8ffa9"),
    8: ("veerkracht", "#91d0a1"),
}
SITUATIE = {
    1: ("zeer weinig", "#fef0d9"),
    2: ("weinig", "#fdcc8a"),
    3: ("veel", "#fc8d59"),
    4: ("zeer veel", "#d7301f"),
}
_KLEUREN = ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b")
_VERSCHIL = ("sterke afname", "afname", "ongeveer gelijk", "toename", "sterke toename")
_PROBLEMEN = (
    "sterke afname problemen", "afname problemen", "ongeveer gelijk", "toename problemen",
    "sterke toename problemen",
)  # fmt: skip
_LEEFBAAROMETER = (
    ("zeer onvoldoende", "#d73027"),
    ("ruim onvoldoende", "#f46d43"),
    ("onvoldoende", "#fdae61"),
    ("zwak", "#fee090"),
    ("voldoende", "#ffffbf"),
    ("ruim voldoende", "#e0f3f8"),
    ("goed", "#abd9e9"),
    ("zeer goed", "#74add1"),
    ("uitstekend", "#4575b4"),
)
# The method gives no labels for these ten, only rows, columns and colours.
FOCUSKLEUREN = {
    1: "#0a697f", 2: "#7fc37e", 3: "#c7ffc7", 4: "#8faadc", 5: "#ffdca0", 6: "#df874c",
    7: "#7d2dbb", 8: "#df8aa8", 9: "#ff0000", 10: "#c00000",
}  # fmt: skip


def _ontwikkeling(namen: tuple[str, ...], erachter: str = "") -> dict[int, tuple[str, str]]:
    return {
        code: (naam + erachter, kleur)
        for code, (naam, kleur) in enumerate(zip(namen, _KLEUREN, strict=True), start=1)
    }


RELATIEF = " t.o.v. de gemeente"
LEGENDA: dict[str, dict[int, tuple[str, str]]] = {
    "signaal_absoluut": SIGNAAL,
    "signaal_relatief": SIGNAAL,
    "kwetsbaar_situatie": SITUATIE,
    "kwetsbaar_ontwikkeling": _ontwikkeling(_VERSCHIL),
    "kwetsbaar_ontwikkeling_relatief": _ontwikkeling(_VERSCHIL, RELATIEF),
    "overlast_situatie": dict(enumerate(_LEEFBAAROMETER, start=1)),
    "overlast_ontwikkeling": _ontwikkeling(_PROBLEMEN),
    "overlast_ontwikkeling_relatief": _ontwikkeling(_PROBLEMEN, RELATIEF),
    "corporatiebezit": {
        1: ("minder dan 5 %", "#f2f0f7"),
        2: ("5 % tot 1/3", "#cbc9e2"),
        3: ("1/3 tot 2/3", "#9e9ac8"),
        4: ("2/3 of meer", "#6a51a3"),
    },
}
TITELS = {  # as shown; those of 2 and 9 are found in public sources
    "signaal_absoluut": "Veerkracht: signaleringskaart t.o.v. Nederland",
    "signaal_relatief": "Veerkracht: signaleringskaart (relatief, t.o.v. de gemeente)",
    "kwetsbaar_situatie": "Aandeel kwetsbare bewoners",
    "kwetsbaar_ontwikkeling": "Ontwikkeling kwetsbare bewoners",
    "kwetsbaar_ontwikkeling_relatief": "Ontwikkeling kwetsbare bewoners t.o.v. de gemeente",
    "overlast_situatie": "Overlast en onveiligheid",
    "overlast_ontwikkeling": "Ontwikkeling overlast en onveiligheid",
    "overlast_ontwikkeling_relatief": "Ontwikkeling overlast en onveiligheid t.o.v. de gemeente",
    "corporatiebezit": "Aandeel corporatiewoningen",
}
