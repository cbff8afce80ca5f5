"""`veerkracht bronnen`: every version of a source that came in, and choosing one to rebuild from.

Here: showing receipts and moving the pointer. Not here: the receipts (`bronnen/ontvangsten.py`).
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.cli.make import make
from veerkracht_dagster.cli.weergave import (
    NIETS_DAAR,
    VERKEERD_GEBRUIK,
    fout,
    toon_json,
    toon_tabel,
)
from veerkracht_dagster.werkmap import Werkmap

NIEUWSTE = "nieuwste"
_KORT = 12


def voer_uit(bron: str, jaar: int, *, kies: str | None, als_json: bool) -> None:
    """Run the command."""
    ontvangsten = Ontvangsten(Werkmap.uit_omgeving().snapshots)
    if kies is not None:
        try:
            ontvangsten.kies(bron, jaar, None if kies == NIEUWSTE else kies)
        except KeyError as niet:
            fout(f"{niet.args[0]}; see `veerkracht bronnen {bron} {jaar}`", VERKEERD_GEBRUIK)
    alle = ontvangsten.alle(bron, jaar)
    if not alle:
        hoe = make("rebuild", Werkmap.uit_omgeving())
        fout(
            f"no version of {bron} {jaar} came in yet; run `{hoe}` first",
            NIETS_DAAR,
        )
    aanvaard, gekozen = ontvangsten.aanvaard(bron, jaar), ontvangsten.gekozen(bron, jaar)
    if als_json:
        toon_json(
            [{**vars(o), "versie": o.versie, "stand": _stand(o, aanvaard, gekozen)} for o in alle]
        )
        return
    scherm, tabel = Console(highlight=False), Table(title=f"{bron} {jaar}", title_justify="left")
    for kop in ("versie", "ontvangen", "weg", "van de uitgever", "reden", "bestanden", "stand"):
        tabel.add_column(kop, no_wrap=kop == "versie")
    for o in alle:
        tabel.add_row(
            o.versie[:_KORT], o.ontvangen[:16].replace("T", " "), o.weg or "bronnenmap",
            o.uitgeversversie or "", o.reden or "", str(len(o.bestanden)),
            _stand(o, aanvaard, gekozen),
        )  # fmt: skip
    toon_tabel(scherm, tabel)
    if kies is not None:
        scherm.print(f"Verder: veerkracht rebuild --bron {bron}")


def _stand(o: Ontvangst, aanvaard: Ontvangst | None, gekozen: Ontvangst | None) -> str:
    delen = []
    if aanvaard is not None and aanvaard.versie == o.versie:
        delen.append("in de tabel")
    if gekozen is not None and gekozen.versie == o.versie:
        delen.append("gekozen")
    return ", ".join(delen)
