"""Completion in the shell: what may follow what was typed so far.

Here: one function per kind of argument. Not here: the commands (`app.py`), names (`plaatsen.py`).
Light to import: a shell waits for it at every tab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from click import Context

from veerkracht_dagster.catalogus.laden import catalogus

Aanvuller = Callable[[Context, str], Iterable[str]]


def _van_catalogus(veld: str) -> Aanvuller:
    def vul_aan(_ctx: Context, incomplete: str) -> list[str]:
        return [naam for naam in getattr(catalogus(), veld) if naam.startswith(incomplete)]

    return vul_aan


def _plaatsnamen(*niveaus: str) -> Aanvuller:
    def vul_aan(ctx: Context, incomplete: str) -> Iterable[str]:
        from veerkracht_dagster.cli import plaatsen

        editie = ctx.params.get("editie") or next(iter(catalogus().edities))
        return plaatsen.vul_aan(incomplete, niveaus, editie)

    return vul_aan


def cijfers(_ctx: Context, incomplete: str) -> list[str]:
    """Layers, and figures of indicators: what a receipt can be asked of."""
    cat = catalogus()
    namen = [*cat.kaartlagen, *(k for ind in cat.indicatoren.values() for k in ind.kolommen)]
    return [naam for naam in dict.fromkeys(namen) if naam.startswith(incomplete)]


edities, bronnen, lagen = map(_van_catalogus, ("edities", "bronnen", "kaartlagen"))
gebieden, gemeenten = _plaatsnamen("buurt", "wijk", "gemeente"), _plaatsnamen("gemeente")
