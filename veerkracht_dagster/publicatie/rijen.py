"""What a publication does in the warehouse: opening it, an edition's rows, which release they are.

Here: each step by itself. Not here: their order and what is undone when one fails
(`publiceren.py`), the database (`opslag/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.opslag.postgres import (
    richt_in,
    wacht_op_beurt,
    zegt_wanneer_het_wegvalt,
)
from veerkracht_dagster.opslag.warehouse import (
    Warehousetabel,
    laad,
    maak_tabellen,
    warehouse,
)
from veerkracht_dagster.publicatie.audit import oordeel_warehouse
from veerkracht_dagster.publicatie.inhoud import Inhoud
from veerkracht_dagster.publicatie.release import Release
from veerkracht_dagster.publicatie.tabellen import publicatiesleutels

WACHT_OP_WAREHOUSE = 60.0  # seconds; another edition has it for less than one


@contextmanager
def open_voor_publicatie(
    url: str, tabellen: Mapping[str, Warehousetabel], cat: Catalogus
) -> Iterator[sa.Connection]:
    """The warehouse with all its tables, keys and views, to write in.

    Raises:
        WarehouseFout: it cannot be opened, does not fit the catalogue, or went away meanwhile.
    """
    with (
        warehouse(url, wacht=WACHT_OP_WAREHOUSE) as verbinding,
        zegt_wanneer_het_wegvalt(verbinding),
    ):
        wacht_op_beurt(verbinding)
        maak_tabellen(verbinding, tabellen)
        richt_in(verbinding, publicatiesleutels(cat))
        yield verbinding


def zelfde_rijen(verbinding: sa.Connection, inhoud: Inhoud) -> bool:
    """Whether the warehouse holds exactly these rows of the edition."""
    with verbinding.begin():
        return not any(oordeel_warehouse(inhoud, verbinding))


def vervang(verbinding: sa.Connection, inhoud: Inhoud) -> None:
    """Replace the edition's rows; until the commit, only this transaction sees it."""
    for naam, rijen in inhoud.rijen.items():
        tabel = inhoud.tabellen[naam]
        live = tabel.sa_tabel
        verbinding.execute(sa.delete(live).where(live.c.editie == inhoud.sleutel))
        laad(verbinding, tabel, rijen)


def gepubliceerd_in(
    verbinding: sa.Connection, tabellen: Mapping[str, Warehousetabel], editie: str
) -> str | None:
    """The release whose rows the warehouse now holds for an edition, None if there is none."""
    releases = tabellen["releases"].sa_tabel
    vraag = sa.select(releases.c.release_id).where(
        releases.c.editie == editie, releases.c.actueel.is_(True)
    )
    with verbinding.begin():
        return verbinding.execute(vraag).scalar_one_or_none()


def noteer(verbinding: sa.Connection, releases: sa.Table, release: Release) -> None:
    """This release is what the tables hold from now on.

    The one that is current may be described anew; those before stay, also of the same contents.
    """
    van_editie = releases.c.editie == release.editie
    zelfde = releases.c.release_id == release.release_id
    deze = sa.or_(releases.c.nummer == release.nummer, releases.c.actueel.is_(True))
    verbinding.execute(sa.delete(releases).where(van_editie, zelfde, deze))
    verbinding.execute(sa.update(releases).where(van_editie).values(actueel=False))
    verbinding.execute(
        sa.insert(releases).values(
            editie=release.editie,
            release_id=release.release_id,
            gemaakt=release.gemaakt,
            vorige=release.vorige,
            actueel=True,
            beschrijving=release.naar_json(),
            nummer=release.nummer,
            door=release.door,
            reden=release.reden,
        )
    )
