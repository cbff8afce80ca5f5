"""OData as CBS serves it: v3 (Feed, Api, catalogue) and v4 (sets, catalogue, bulk zip).

Here: paging, limits, filters and errors as sources.md describes them.
Not here: the rows (`aanbod.py`).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from veerkracht_dagster.voorbeeldland.uitgever.antwoord import (
    Antwoord,
    Regels,
    Statlinetabel,
    Webvraag,
    json_antwoord,
    niet_gevonden,
)

V3_HOSTS = ("opendata.cbs.nl", "dataderden.cbs.nl")
V4_HOST = "datasets.cbs.nl"
PAGINA_V3, PAGINA_V4, GRENS_API = 10_000, 100_000, 10_000
_TABEL = r"/(?P<tabel>[^/]+)(?:/(?P<set>[^/]+?)(?P<telling>/\$count)?)?/?$"
_V3_SET = re.compile(r"^/odata(?P<dienst>feed|api)/odata" + _TABEL, re.I)
_V4_SET = re.compile(r"^/odata/v1/CBS" + _TABEL, re.I)
_BULK = re.compile(r"^/csv/cbs/nl/(?P<tabel>[^/]+)/?$", re.I)
_GELIJK = re.compile(r"^\s*(\w+)\s+eq\s+'([^']*)'\s*$")
_BEGIN = re.compile(r"^\s*startswith\((\w+),\s*'([^']*)'\)\s*$")
_BEVAT_V3 = re.compile(r"^\s*substringof\('([^']*)',\s*(\w+)\)\s*$")
_BEVAT_V4 = re.compile(r"^\s*contains\((\w+),\s*'([^']*)'\)\s*$")
_IN = re.compile(r"^\s*(\w+)\s+in\s+\(([^)]*)\)\s*$")
Tabellen = Mapping[str, Statlinetabel]


def v3(vraag: Webvraag, tabellen: Tabellen) -> Antwoord:
    """An answer of opendata.cbs.nl or dataderden.cbs.nl."""
    if vraag.pad.lower().rstrip("/") == "/odatacatalog/tables":
        return _catalogus_v3(vraag, tabellen)
    gevonden = _V3_SET.match(vraag.pad)
    tabel = tabellen.get(gevonden["tabel"].upper()) if gevonden else None
    if gevonden is None or tabel is None or tabel.host_v3 != vraag.host or not tabel.v3:
        return niet_gevonden()
    basis = f"https://{vraag.host}/OData{gevonden['dienst'].title()}/OData/{tabel.nummer}"
    if gevonden["set"] is None:
        sets = [{"name": naam, "url": f"{basis}/{naam}"} for naam in tabel.v3]
        return json_antwoord({"odata.metadata": f"{basis}/$metadata", "value": sets})
    naam = next((n for n in tabel.v3 if n.lower() == gevonden["set"].lower()), None)
    if naam is None:
        return niet_gevonden()
    rijen = _gefilterd(tabel.v3[naam], vraag.vraag.get("$filter"))
    if rijen is None:
        return _fout_v3("An error occurred while processing this request.")
    if gevonden["telling"]:
        return Antwoord(200, str(len(rijen)).encode(), "text/plain; charset=utf-8")
    if gevonden["dienst"].lower() == "api":
        return _api(basis, naam, rijen, vraag.vraag)
    begin, einde = _stuk(rijen, vraag.vraag, PAGINA_V3)
    link = f"{basis}/{naam}?$format=json&$skip={einde}"
    volgende = {"odata.nextLink": link} if einde < len(rijen) and "$top" not in vraag.vraag else {}
    context = f"{basis}/$metadata#Cbs.OData.WebAPI.{naam}"
    return _set({"odata.metadata": context}, _kies(rijen[begin:einde], vraag), volgende)


def v4(vraag: Webvraag, tabellen: Tabellen) -> Antwoord:
    """An answer of datasets.cbs.nl."""
    pad = vraag.pad.rstrip("/")
    bulk = _BULK.match(pad)
    if bulk:
        tabel = tabellen.get(bulk["tabel"].upper())
        if tabel is None or tabel.bulk is None:
            return niet_gevonden(v4=True)
        return Antwoord(200, tabel.bulk, "application/zip")
    if pad.lower() in ("/odata/v1/datasets", "/odata/v1/cbs/datasets"):
        return _catalogus_v4(vraag, tabellen)
    if pad.lower() == "/odata/v1/catalogs":
        rij = {"Identifier": "CBS", "Title": "CBS databank StatLine"}
        context = f"https://{V4_HOST}/odata/v1/$metadata#Catalogs"
        return json_antwoord({"@odata.context": context, "value": [rij]})
    gevonden = _V4_SET.match(pad)
    tabel = tabellen.get(gevonden["tabel"].upper()) if gevonden else None
    if gevonden is None or tabel is None or tabel.eigenschappen is None:
        return niet_gevonden(v4=True)
    basis = f"https://{V4_HOST}/odata/v1/CBS/{tabel.nummer}"
    if gevonden["set"] is None:
        sets = [{"name": naam, "kind": "EntitySet", "url": naam} for naam in tabel.v4]
        sets.append({"name": "Properties", "kind": "Singleton", "url": "Properties"})
        return json_antwoord({"@odata.context": f"{basis}/$metadata", "value": sets})
    if gevonden["set"] == "Properties":
        context = f"{basis}/$metadata#Properties"
        return json_antwoord({"@odata.context": context, **tabel.eigenschappen})
    if gevonden["set"] not in tabel.v4:
        return niet_gevonden(v4=True)
    rijen = _gefilterd(tabel.v4[gevonden["set"]], vraag.vraag.get("$filter"))
    if rijen is None:
        return json_antwoord({"error": {"code": "400", "message": "Invalid filter"}}, 400)
    if gevonden["telling"]:
        return Antwoord(200, str(len(rijen)).encode(), "text/plain; charset=utf-8")
    begin, einde = _stuk(rijen, vraag.vraag, tabel.pagina or PAGINA_V4)
    sprong = f"$skiptoken={_bladwijzer(einde)}" if tabel.bladwijzer else f"$skip={einde}"
    link = f"{basis}/{gevonden['set']}?{sprong}"
    volgende = {"@odata.nextLink": link} if einde < len(rijen) and "$top" not in vraag.vraag else {}
    kop: dict[str, Any] = {"@odata.context": f"{basis}/$metadata#{gevonden['set']}"}
    if vraag.vraag.get("$count") == "true":
        kop["@odata.count"] = len(rijen)
    return _set(kop, _kies(rijen[begin:einde], vraag), volgende)


def _api(basis: str, naam: str, rijen: Regels, vraag: Mapping[str, str]) -> Antwoord:
    """The Api gives no pages: over the limit it is an error. Metadata sets have room for more."""
    top = int(vraag.get("$top", len(rijen)))
    grens = GRENS_API if naam.endswith("DataSet") else 100_000
    if min(top, len(rijen)) > grens or top > grens:
        return _fout_v3(f"The query returns more than {grens} records.")
    begin, einde = _stuk(rijen, vraag, grens)
    context = f"{basis}/$metadata#Cbs.OData.WebAPI.{naam}"
    return _set({"odata.metadata": context}, rijen[begin:einde], {})


def _catalogus_v3(vraag: Webvraag, tabellen: Tabellen) -> Antwoord:
    rijen = [
        json.dumps({"ID": i, **json.loads(tabel.v3["TableInfos"][0])})
        for i, tabel in enumerate(t for t in tabellen.values() if t.host_v3 == vraag.host)
        if tabel.v3.get("TableInfos")
    ]
    context = f"https://{vraag.host}/ODataCatalog/$metadata#Tables"
    return _set({"odata.metadata": context}, _kies(rijen, vraag), {})


def _catalogus_v4(vraag: Webvraag, tabellen: Tabellen) -> Antwoord:
    rijen = [json.dumps(t.eigenschappen) for t in tabellen.values() if t.eigenschappen]
    gefilterd = _gefilterd(rijen, vraag.vraag.get("$filter"))
    if gefilterd is None:
        return json_antwoord({"error": {"code": "400", "message": "Invalid filter"}}, 400)
    context = f"https://{V4_HOST}/odata/v1/$metadata#Datasets"
    return _set({"@odata.context": context}, _kies(gefilterd, vraag), {})


def _set(kop: Mapping[str, Any], rijen: Regels, staart: Mapping[str, Any]) -> Antwoord:
    begin = json.dumps(kop, ensure_ascii=False)[:-1]
    slot = "".join(f",{json.dumps(k)}:{json.dumps(w)}" for k, w in staart.items())
    return Antwoord(200, f'{begin},"value":[{",".join(rijen)}]{slot}}}'.encode())


def _bladwijzer(plaats: int) -> str:
    """A place in a set as a token that says nothing to a client."""
    return base64.urlsafe_b64encode(f"Id gt {plaats}".encode()).decode().rstrip("=")


def _stuk(rijen: Regels, vraag: Mapping[str, str], pagina: int) -> tuple[int, int]:
    bladwijzer = vraag.get("$skiptoken", "")
    gelezen = base64.urlsafe_b64decode(bladwijzer + "=" * (-len(bladwijzer) % 4)).decode()
    begin = int(gelezen.rpartition(" ")[2] or vraag.get("$skip", "0"))
    return begin, min(begin + min(int(vraag.get("$top", str(pagina))), pagina), len(rijen))


def _kies(rijen: Regels, vraag: Webvraag) -> Regels:
    """`$select`: only these fields."""
    velden = [veld.strip() for veld in vraag.vraag.get("$select", "").split(",") if veld.strip()]
    if not velden:
        return rijen
    gelezen = [json.loads(rij) for rij in rijen]
    return [json.dumps({v: rij.get(v) for v in velden}, ensure_ascii=False) for rij in gelezen]


def _gefilterd(rijen: Regels, filter_: str | None) -> Regels | None:
    """Rows that a filter keeps; None for a filter that the service does not know.

    Padding counts: a code without its blanks matches nothing in v3, and that is no error.
    """
    if filter_ is None:
        return rijen
    toets = _toets(filter_)
    if toets is None:
        return None
    naam, houdt = toets
    return [rij for rij in rijen if houdt(str(json.loads(rij).get(naam)))]


def _toets(filter_: str) -> tuple[str, Callable[[str], bool]] | None:
    """The field of a filter, and which of its values it keeps."""
    if g := _GELIJK.match(filter_):
        return g[1], lambda waarde: waarde == g[2]
    if g := _BEGIN.match(filter_):
        return g[1], lambda waarde: waarde.startswith(g[2])
    if g := _BEVAT_V3.match(filter_):
        return g[2], lambda waarde: g[1] in waarde
    if g := _BEVAT_V4.match(filter_):
        return g[1], lambda waarde: g[2] in waarde
    if g := _IN.match(filter_):
        return g[1], lambda waarde: f"'{waarde}'" in g[2]
    return None


def _fout_v3(tekst: str) -> Antwoord:
    melding = {"lang": "nl-NL", "value": tekst}
    return json_antwoord({"odata.error": {"code": "", "message": melding}}, 500)
