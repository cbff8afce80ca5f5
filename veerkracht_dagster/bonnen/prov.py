"""A receipt as W3C PROV in JSON-LD: figures and cells are entities, steps are activities.

Here: PROV-O terms for what the receipt says, so that any tool that reads PROV can follow a figure.
Not here: the receipt (`bon.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop

_CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "veerkracht": "urn:veerkracht:term:",
    "label": "rdfs:label",
    "value": "prov:value",
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "used": {"@id": "prov:used", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith", "@type": "@id"},
    "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "atLocation": "prov:atLocation",
    "generatedAtTime": {"@id": "prov:generatedAtTime", "@type": "xsd:dateTime"},
    "license": "dcterms:license",
    "source": {"@id": "dcterms:source", "@type": "@id"},
    "rule": "veerkracht:regel",
    "parameters": {"@id": "veerkracht:met", "@type": "@json"},
    "state": "veerkracht:staat",
    "unit": "veerkracht:eenheid",
    "noRecord": "veerkracht:niet_in_bestand",
}


def als_prov(bon: Knoop, kop: Mapping[str, str], uitgave: Gepubliceerd) -> dict[str, Any]:
    """The receipt as a JSON-LD document; every figure, cell, row and file has its own name."""
    basis = f"urn:veerkracht:{kop['release']}:"
    graaf: dict[str, dict[str, Any]] = {}
    graaf["urn:veerkracht:programma"] = {
        "@id": "urn:veerkracht:programma",
        "@type": ["prov:Agent", "prov:SoftwareAgent"],
        "label": "veerkracht_dagster",
    }
    _neem(bon, basis, graaf, uitgave, {})
    return {"@context": _CONTEXT, "@graph": list(graaf.values())}


def _naam(knoop: Knoop, basis: str, namen: dict[int, str]) -> str:
    """A name of its own for every step; one that is used twice has it once."""
    if id(knoop) not in namen:
        kaal = "".join(c if c.isalnum() or c in "-_." else "_" for c in knoop.naam)
        namen[id(knoop)] = f"{basis}{kaal}:{len(namen)}"
    return namen[id(knoop)]


def _neem(
    knoop: Knoop,
    basis: str,
    graaf: dict[str, dict[str, Any]],
    uitgave: Gepubliceerd,
    namen: dict[int, str],
) -> str:
    naam = _naam(knoop, basis, namen)
    if naam in graaf:
        return naam
    entiteit: dict[str, Any] = {"@id": naam, "@type": "prov:Entity", "label": knoop.naam}
    graaf[naam] = entiteit
    eigen = {"value": knoop.waarde, "state": knoop.staat, "unit": knoop.feiten.get("eenheid")}
    entiteit |= {k: x for k, x in eigen.items() if x not in (None, "")}
    onder = [_neem(kind, basis, graaf, uitgave, namen) for kind in knoop.kinderen]
    if knoop.plaats is not None:
        onder.append(_cel(knoop, graaf, uitgave))
        entiteit["hadPrimarySource"] = onder[-1]
    stap = f"{naam}:stap"
    met = {k: x for k, x in knoop.met.items() if k not in ("tekst", "gebied")}
    graaf[stap] = {
        "@id": stap, "@type": "prov:Activity", "label": knoop.uitleg or knoop.regel,
        "rule": knoop.regel, "parameters": met, "used": onder,
        "wasAssociatedWith": "urn:veerkracht:programma",
    }  # fmt: skip
    entiteit |= {"wasGeneratedBy": stap, "wasDerivedFrom": onder}
    return naam


def _cel(knoop: Knoop, graaf: dict[str, dict[str, Any]], uitgave: Gepubliceerd) -> str:
    """The publisher's cell, in a file by that publisher."""
    plaats = knoop.plaats
    assert plaats is not None
    kaart = uitgave.kaart(plaats.bestand.sha256)
    bestand = f"urn:sha256:{kaart.sha256}"
    if plaats.bestand.lid:
        bestand += ":" + hashlib.sha256(plaats.bestand.lid.encode()).hexdigest()[:12]
    uitgever = "urn:uitgever:" + "".join(c if c.isalnum() else "_" for c in kaart.uitgever)
    graaf.setdefault(
        uitgever, {"@id": uitgever, "@type": ["prov:Agent", "prov:Organization"],
                   "label": kaart.uitgever}
    )  # fmt: skip
    graaf.setdefault(
        bestand,
        {"@id": bestand, "@type": "prov:Entity", "label": plaats.bestand.waar,
         "wasAttributedTo": uitgever, "generatedAtTime": kaart.opgehaald,
         "license": kaart.licentie, "source": kaart.url,
         "veerkracht:sha256": kaart.sha256, "veerkracht:versie": kaart.uitgeversversie or ""},
    )  # fmt: skip
    kolom = plaats.kop.titel or plaats.kop.sleutel
    regel = "" if plaats.regel is None else f"regel {plaats.regel}, "
    rij = f"{plaats.bestand.waar}, {regel}rij {plaats.rij}, byte {plaats.begin}"
    if plaats.tekst is None:  # the row is that of the area: what stands there is no cell
        cel = f"{bestand}:{plaats.rij}::{plaats.begin}"
        eigen = {"label": f"het gebied zelf; geen rij in het bestand voor {kolom}",
                 "noRecord": knoop.feiten["niet_in_bestand"], "atLocation": rij}  # fmt: skip
        cel += f":geen:{plaats.kop.sleutel}"
    else:
        cel = f"{bestand}:{plaats.rij}:{'.'.join(plaats.kop.plek)}:{plaats.begin}"
        eigen = {"label": f"{kolom}, rij {plaats.rij}", "value": plaats.tekst,
                 "atLocation": f"{rij}, kolom {plaats.kop.sleutel}"}  # fmt: skip
    vast = {"@type": "prov:Entity", "wasDerivedFrom": [bestand], "wasAttributedTo": uitgever}
    graaf.setdefault(cel, {"@id": cel, **vast, **eigen})
    return cel
