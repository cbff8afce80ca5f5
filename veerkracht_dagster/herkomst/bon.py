"""The receipt of one figure: a tree from the rule down to the raw text in the publisher's file.

Here: the tree, derived from what the catalogue declares of a figure and what the second computation
says of it. Nothing is kept while computing.
Not here: the figures (`naspel.py`), the reading (`ruw/`), printing (`cli/trace.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.herkomst.jaartabel import soort_van
from veerkracht_dagster.herkomst.naspel import Naspel
from veerkracht_dagster.herkomst.omzetten import Stuk
from veerkracht_dagster.herkomst.ruw import GeenTweedeLezer, Plaats, opzoekers
from veerkracht_dagster.herkomst.stukken import Bewijsstukken
from veerkracht_dagster.opslag.snapshots import Snapshots

_SOORTEN = {
    "aantal": "som van gewicht maal cijfer",
    "aandeel": "gemiddelde, gewogen met {weging}",
    "gemiddelde": "gemiddelde, gewogen met {weging}",
    "mediaan": "gemiddelde van medianen, gewogen met {weging} (schatting)",
    "score": "gemiddelde, gewogen met {weging} (schatting)",
    "code": "de code met het meeste gewicht",
}


class OnbekendCijfer(ValueError):
    """An area or figure that is not in the edition; the message says which there are."""


@dataclass
class Knoop:
    """One step of a receipt. `feiten`: weights, coverage, file, row, licence, as they apply."""

    soort: str  # kaartlaag, cijfer, gemiddelde, cel, omzetting, broncel
    naam: str
    waarde: object
    staat: str = ""
    uitleg: str = ""
    feiten: dict[str, Any] = field(default_factory=dict)
    kinderen: list[Knoop] = field(default_factory=list)

    def alle(self) -> Iterator[Knoop]:
        """This step and all below it."""
        yield self
        for kind in self.kinderen:
            yield from kind.alle()


class Bonnen:
    """Makes the receipts of an edition."""

    def __init__(self, stukken: Bewijsstukken, naspel: Naspel, snapshots: Snapshots) -> None:
        self.stukken, self.naspel, self.snapshots = stukken, naspel, snapshots
        self.cat: Catalogus = naspel.cat
        self._plek = {code: i for i, code in enumerate(naspel.codes)}

    def bon(self, code: str, cijfer: str, jaar: int | None = None) -> Knoop:
        """The receipt of a layer, an indicator's figure, or (with a year) a cell of the buurttabel.

        Raises:
            OnbekendCijfer: the area or the figure is not in this edition.
        """
        if code not in self._plek:
            raise OnbekendCijfer(
                f"{code} is geen {self.stukken.editie.niveau} van {self.stukken.editie.titel} "
                f"(gebieden van {self.stukken.editie.basisjaar}), zoals {self.naspel.codes[0]}"
            )
        i = self._plek[code]
        if cijfer in self.cat.kaartlagen:
            return self._laag(cijfer, i)
        if any(cijfer in tabel.cellen for tabel in self.naspel.tabellen.values()):
            return self._cijfer(cijfer, i)
        if cijfer in self.cat.kolommen:
            return self._cel(cijfer, jaar or self._jaar([cijfer], self.stukken.editie.eind), i)
        raise OnbekendCijfer(
            f"'{cijfer}' is geen kaartlaag, cijfer van een indicator of kolom van de buurttabel; "
            "`veerkracht catalogus` noemt ze alle"
        )

    # --- layers and indicators -----------------------------------------------------------------
    def _laag(self, naam: str, i: int) -> Knoop:
        laag, uit = self.cat.kaartlagen[naam], self.naspel.lagen[naam]
        klasse, (waarde, staat) = uit.klasse[i], uit.waarde[i]
        label = (self.cat.geen_meting if klasse is None else laag.klassen[klasse]).label
        regels = self.stukken.editie.parameters
        maal = getattr(regels, laag.eenheid_grenzen) if laag.eenheid_grenzen else 1
        grenzen = [grens * maal for grens in laag.grenzen]
        uitleg = f"klasse uit {laag.klasse_uit}" if laag.klasse_uit else f"grenzen {grenzen}"
        onder = dict.fromkeys(k for k in (laag.klasse_uit, laag.waarde) if k)
        knoop = Knoop("kaartlaag", naam, klasse if klasse is not None else -9, staat, uitleg)
        knoop.feiten = {
            "titel": laag.titel, "label": label, "waarde": waarde, "eenheid": laag.eenheid,
            "jaren": uit.jaren[i], **{k: kolom[i] for k, kolom in uit.extra.items()},
        }  # fmt: skip
        knoop.kinderen = [self._cijfer(k, i) for k in onder]
        return knoop

    def _cijfer(self, naam: str, i: int) -> Knoop:
        tabel = next(t for t, cellen in self.naspel.tabellen.items() if naam in cellen.cellen)
        declaratie = self.cat.indicatoren[tabel].kolommen[naam]
        waarde, staat = self.naspel.tabellen[tabel].cellen[naam][i]
        knoop = Knoop("cijfer", naam, waarde, staat, declaratie.formule or "overgenomen")
        knoop.feiten = {"tabel": tabel, "titel": declaratie.titel, "eenheid": declaratie.eenheid}
        regels = self.stukken.editie.parameters
        if naam.startswith("signaal_"):
            knoop.feiten |= {"tK": regels.tK_procentpunt, "tP": regels.tP_punt}
        if naam.endswith("_relatief") and naam.removesuffix("_relatief") in ("dK", "dP"):
            knoop.kinderen.append(self._van_gemeente(naam.removesuffix("_relatief"), i))
        if naam == "kwetsbaar_klasse":
            m, s = self.naspel.spreiding
            uitleg = "landelijk, gewogen met inwoners: m en s van K_eind over alle gebieden"
            knoop.kinderen.append(Knoop("gemiddelde", "m", m, uitleg=uitleg, feiten={"s": s}))
        for invoer in self._invoer(naam, declaratie.invoer, i):
            if invoer in self.cat.kolommen:
                knoop.kinderen += [self._cel(invoer, j, i) for j in self._jaren(naam, invoer)]
            else:
                knoop.kinderen.append(self._cijfer(invoer, i))
        return knoop

    def _invoer(self, naam: str, invoer: list[str], i: int) -> list[str]:
        """What is declared, without the columns that this area's method does not use."""
        if not naam.startswith("K_"):
            return invoer
        if self.naspel.K.teksten["methode"][i] == "microdata":
            eigen = [self.cat.microdata.teller, self.cat.microdata.noemer]
        else:
            kant = "begin" if "begin" in naam else "eind"
            groepen = self.naspel.groepen()[kant]
            eigen = [k for groep in groepen for k in self.cat.groepen[groep].kolommen]
        return list(dict.fromkeys(eigen)) or invoer

    def _van_gemeente(self, verandering: str, i: int) -> Knoop:
        tabel = self.naspel.K if verandering == "dK" else self.naspel.V
        gemeente = self.naspel.gemeenten[i]
        per_gemeente = self.naspel.van_gemeente(tabel.waarden(verandering))
        gemiddelde, aantal = per_gemeente[gemeente]
        return Knoop(
            "gemiddelde", f"{verandering} van {gemeente}", gemiddelde,
            uitleg="gewogen met inwoners_eind", feiten={"gebieden": aantal},
        )  # fmt: skip

    # --- years ---------------------------------------------------------------------------------
    def _jaar(self, kolommen: list[str], anker: int) -> int:
        gevonden = self.naspel.jaar_voor(kolommen, anker)
        return anker if gevonden is None else gevonden

    def _jaren(self, cijfer: str, kolom: str) -> list[int]:
        """The years from which a figure takes a column."""
        editie = self.stukken.editie
        if cijfer.startswith("stappen_"):
            jaren = {jaar for stap in editie.stappen for jaar in stap}
            return sorted(jaren & set(self.naspel.jaren))
        anker = editie.begin if "begin" in cijfer else editie.eind
        samen = [kolom]
        if cijfer.startswith("K_"):
            for groep in self.cat.groepen.values():
                if kolom in groep.kolommen and kolom != self.cat.microdata.noemer:
                    samen = groep.kolommen
                    break
            if kolom in (self.cat.microdata.teller, self.cat.microdata.noemer):
                samen = [self.cat.microdata.teller, self.cat.microdata.noemer]
        return [self._jaar(samen, anker)]

    # --- cells ---------------------------------------------------------------------------------
    def _cel(self, kolom: str, jaar: int, i: int) -> Knoop:
        """A harmonised cell, and the parts that it is made of."""
        code, beschrijving = self.naspel.codes[i], self.cat.kolommen[kolom]
        if jaar not in self.naspel.jaren:
            return Knoop("cel", f"{kolom} {jaar}", None, "ontbreekt", "dit jaar is er niet")
        cellen = self.naspel.jaren[jaar].kolommen[kolom]
        waarde, staat = cellen.cel(i)
        eigen = self.cat.kolommen_van(beschrijving.bron)
        weging = soort_van(beschrijving, eigen).weegkolom or "adressen of land"
        knoop = Knoop(
            "cel", f"{kolom} {jaar}", waarde, staat,
            _SOORTEN[beschrijving.soort].format(weging=weging),
            {"tabel": "buurttabel", "titel": beschrijving.titel, "eenheid": beschrijving.eenheid,
             "dekking": cellen.dekking[i]},
        )  # fmt: skip
        if cellen.onder:
            knoop.feiten |= {"ondergrens": cellen.onder[i], "bovengrens": cellen.boven[i]}
        bronjaar = self.stukken.bronjaar(beschrijving.bron, jaar, self.cat)
        if bronjaar is None:
            knoop.uitleg = f"geen levering van {beschrijving.bron} voor {jaar}"
            return knoop
        wegen = self.stukken.wegen[bronjaar.gebiedsjaar]
        for stuk in wegen.get(code, ()):
            cel = bronjaar.cellen[kolom].get(stuk.van, (None, "ontbreekt"))
            knoop.kinderen.append(self._stuk(stuk, kolom, jaar, bronjaar.gebiedsjaar, cel))
        return knoop

    def _stuk(
        self, stuk: Stuk, kolom: str, jaar: int, gebiedsjaar: int, cel: tuple[float | None, str]
    ) -> Knoop:
        knoop = Knoop(
            "omzetting", f"{stuk.van} ({gebiedsjaar})", stuk.gewicht,
            uitleg=f"deel van het gebied, langs {stuk.methode}",
            feiten={"methode": stuk.methode, "aantal": stuk.aantal},
        )  # fmt: skip
        knoop.kinderen = [self._broncel(stuk.van, kolom, jaar, cel)]
        return knoop

    def _broncel(self, code: str, kolom: str, jaar: int, cel: tuple[float | None, str]) -> Knoop:
        bron = self.cat.kolommen[kolom].bron
        knoop = Knoop("broncel", f"{bron} {jaar} {code}", cel[0], cel[1])
        delen = self.stukken.leveringen.get(jaar, {}).get(bron, ())
        try:
            opzoeker = opzoekers(delen, self.cat.kolommen_van(bron), self.stukken.editie.niveau)
        except GeenTweedeLezer as reden:
            knoop.uitleg = f"niet tot de ruwe tekst te volgen: {reden}"
            return knoop
        if opzoeker is None:
            knoop.uitleg = "het gebied of de kolom staat niet in de levering"
            return knoop
        gevonden = opzoeker.cel(kolom, code)
        knoop.uitleg = gevonden.waarom
        if gevonden.plaats is not None:
            knoop.feiten = self._feiten(gevonden.plaats)
            knoop.uitleg = gevonden.waarom or f"ruwe tekst {gevonden.plaats.tekst!r}"
        return knoop

    def _feiten(self, plaats: Plaats) -> dict[str, Any]:
        kaart = self.snapshots.kaart(plaats.bestand.sha256)
        return {
            "ruwe_tekst": plaats.tekst, "rij": plaats.rij, "bestand": plaats.bestand.naam,
            "kolom": plaats.kop.sleutel, "titel_uitgever": plaats.kop.titel,
            "eenheid_uitgever": plaats.kop.eenheid, "groep": plaats.kop.groep,
            "uitgever": kaart.uitgever, "versie": kaart.uitgeversversie, "url": kaart.url,
            "licentie": kaart.licentie, "opgehaald": kaart.opgehaald, "sha256": kaart.sha256,
        }  # fmt: skip
