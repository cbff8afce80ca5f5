"""ATOM feeds of a map: the two levels that PDOK serves, and the one that was assumed before.

Here: the text of a feed, in the shape of the recorded answers (first_contact.md A1).
Not here: which maps there are (`kaarten.py`).
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

_KOP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<?xml-stylesheet href="https://service.pdok.nl/atom/style/style.xsl" type="text/xsl" '
    'media="screen"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss" '
    'xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0" xml:lang="nl">\n'
)
_ATOM, _GPKG = "application/atom+xml", "application/geopackage+sqlite3"
_RECHTEN = "https://creativecommons.org/licenses/by/4.0/deed.nl"
_BESCHRIJVING = "https://www.nationaalgeoregister.nl/geonetwork/srv/dut/csw?id=voorbeeld"


def dienstfeed(titel: str, basis: str, dataset: str, bijgewerkt: str) -> bytes:
    """The feed of the service: it leads to the feed of its data set, and holds no file itself.

    Args:
        basis, dataset: 'host/path' of the service and of the feed of the data set.
    """
    eigen = f"https://{basis}/index.xml"
    entry = (
        _tekst("id", f"https://{dataset}")
        + _tekst("title", titel)
        + _tekst("summary", titel)
        + _link(_BESCHRIJVING, "describedby", "application/xml")
        + _link(f"https://{dataset}", "alternate", _ATOM, title=titel)
        + _tekst("updated", bijgewerkt)
    )
    links = _link(eigen, "self", _ATOM, title=f"{titel} ATOM")
    return _feed(eigen, f"{titel} ATOM", links, bijgewerkt, entry)


def datasetfeed(
    titel: str, basis: str, dataset: str, bestand: str, grootte: int, bijgewerkt: str
) -> bytes:
    """The feed of a data set, with its one file: url, length, and when it changed."""
    eigen = f"https://{dataset}"
    naam = bestand.rpartition("/")[2]
    entry = (
        _tekst("id", f"https://{basis}/wijkenbuurten_epsg28992_geopackage.xml")
        + _tekst("title", f"{titel} (EPSG:28992) Geopackage")
        + _tekst("content", titel)
        + _link(f"https://{bestand}", "alternate", _GPKG, length=str(grootte), title=naam)
        + _tekst("rights", _RECHTEN)
        + _tekst("updated", bijgewerkt)
    )
    links = _link(eigen, "self") + _link(
        f"https://{basis}/index.xml", "up", _ATOM, title="Top Atom Download Service Feed"
    )
    return _feed(eigen, titel, links, bijgewerkt, entry)


def platte_feed(jaar: int, url: str, grootte: int, bijgewerkt: str) -> bytes:
    """One level, with the file in it: what was assumed before a feed of PDOK was seen."""
    titel = f"CBS Wijken en Buurten {jaar}"
    entry = (
        _tekst("title", f"{titel} - EPSG:28992")
        + _tekst("updated", bijgewerkt)
        + _link(url, "alternate", _GPKG, length=str(grootte))
    )
    return _feed(url.rpartition("/downloads/")[0], titel, "", bijgewerkt, entry)


def _feed(id_: str, titel: str, links: str, bijgewerkt: str, entry: str) -> bytes:
    kop = _tekst("id", id_) + _tekst("title", titel) + links
    kop += _tekst("rights", _RECHTEN) + _tekst("updated", bijgewerkt)
    return f"{_KOP}{kop}<entry>\n{entry}</entry>\n</feed>\n".encode()


def _tekst(naam: str, inhoud: str) -> str:
    return f" <{naam}>{escape(inhoud)}</{naam}>\n"


def _link(href: str, rel: str, soort: str = "", **meer: str) -> str:
    eigen = {"type": soort} if soort else {}
    kenmerken = {"href": href, "rel": rel, **eigen, "hreflang": "nl", **meer}
    return " <link " + " ".join(f"{k}={quoteattr(w)}" for k, w in kenmerken.items()) + "></link>\n"
