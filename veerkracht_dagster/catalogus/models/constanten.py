"""Constants of the method: `constanten.yml`.

Here: what is the same for every edition. Not here: what an edition may choose (`edities.py`), and
what each constant means (`methode.yml`).
"""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field, model_validator

from veerkracht_dagster.catalogus.models.basis import Model


class Constanten(Model):
    """Every number of the method that is no parameter of an edition.

    land_naam, land_code: all areas together. onv_eenheid (score), onv_maten: limits of classes
    1-9 are their products. lbm_dimensies: add up
    to `afw`; `lbm` lies lbm_afstand (score) above that. problemen_vanaf: classes of onv from which
    problems are fairly many, and limited. zwakke_klassen: signal classes with little resilience.
    minimum_toename: steps with more nuisance that make a signal structural.
    decimalen_*: to how many a change is rounded. merkgetal_tot: from here down a number of a
    publisher is a mark; merkgetal_geheim is that of what is secret. minste_adressen: share of the
    addresses of another year below which a year is not whole.
    minste_vierkanten, meeste_*: when a file of squares, addresses or a map is not whole or in
    disorder.
    telling_*: when a column of counts holds none, and per unit which count it grows with.
    stabiliteit_trekkingen: draws within the publishers' rounding. percentielen: of the report (%),
    being the ends, the middle half and the median of a spread.
    """

    land_naam: str = Field(min_length=1)
    land_code: str = Field(min_length=1)
    onv_eenheid: float = Field(gt=0)
    onv_maten: list[float] = Field(min_length=8, max_length=8)
    lbm_dimensies: list[str] = Field(min_length=1)
    lbm_afstand: float
    problemen_vanaf: list[int] = Field(min_length=2, max_length=2)
    zwakke_klassen: list[int] = Field(min_length=2)
    minimum_toename: int = Field(ge=1)
    stabiliteit_trekkingen: int = Field(ge=0)
    decimalen_verandering: int = Field(ge=0, le=15)
    decimalen_relatief: int = Field(ge=0, le=15)
    merkgetal_tot: int = Field(lt=0)
    merkgetal_geheim: int = Field(lt=0)
    minste_adressen: float = Field(ge=0, le=1)
    minste_vierkanten: float = Field(gt=0, lt=1)
    meeste_verhuisd: float = Field(gt=0, lt=1)
    meeste_in_een_buurt: float = Field(gt=0, lt=1)
    meeste_zonder_adres: float = Field(gt=0, lt=1)
    meeste_verschoven: float = Field(gt=0, lt=1)
    telling_groei: float = Field(gt=0, lt=1)
    telling_zekerheid: float = Field(gt=0)
    telling_gebieden: int = Field(ge=3)
    telling_deel: float = Field(gt=0, lt=1)
    telling_naast: dict[str, str] = Field(min_length=1)
    percentielen: list[int] = Field(min_length=5, max_length=5)

    @model_validator(mode="after")
    def _loopt_op(self) -> Constanten:
        for naam in ("onv_maten", "problemen_vanaf", "percentielen"):
            if any(een >= ander for een, ander in pairwise(getattr(self, naam))):
                raise ValueError(f"{naam} loopt op, zonder gelijke getallen")
        return self

    @property
    def zwak_in_woorden(self) -> str:
        """The weak classes as one says them: 4-6."""
        eerste, *_, laatste = klassen = sorted(self.zwakke_klassen)
        reeks = klassen == list(range(eerste, laatste + 1))
        return f"{eerste}-{laatste}" if reeks else ", ".join(map(str, klassen))

    @property
    def onv_grenzen(self) -> list[float]:
        """Limits of the classes of a Leefbaarometer dimension, ascending (score)."""
        return [self.onv_eenheid * maat for maat in self.onv_maten]
