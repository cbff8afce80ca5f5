"""A real PostgreSQL with PostGIS, on a free port of 127.0.0.1, for as long as the tests run."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

GEBRUIKER = "postgres"  # Debian's own: the server refuses to run as root


class Server:
    """The programs of PostgreSQL on a data folder of their own."""

    def __init__(self, programmas: Path, map_: Path) -> None:
        self._programmas, self._map = programmas, map_
        self.wachtwoord = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as vrij:
            self.poort = vrij.getsockname()[1]

    def url(self, databank: str) -> str:
        return (
            f"postgresql+psycopg://{GEBRUIKER}:{self.wachtwoord}@127.0.0.1:{self.poort}/{databank}"
        )

    def start(self) -> None:
        geheim = self._map / "wachtwoord"
        geheim.write_text(self.wachtwoord)
        if os.getuid() == 0:
            for pad in (self._map, geheim):
                shutil.chown(pad, GEBRUIKER)
        self._doe("initdb", "-D", self._map / "data", "-U", GEBRUIKER, "-A", "scram-sha-256",
                  f"--pwfile={geheim}", "-E", "UTF8", "--no-sync")  # fmt: skip
        instellingen = f"-h 127.0.0.1 -p {self.poort} -k {self._map} -F"
        self._doe("pg_ctl", "-D", self._map / "data", "-w", "-t", "60", "-o", instellingen,
                  "-l", self._map / "log", "start")  # fmt: skip

    def stop(self) -> None:
        self._doe("pg_ctl", "-D", self._map / "data", "-m", "immediate", "stop")

    def _doe(self, programma: str, *argumenten: object) -> None:
        als = ["setpriv", f"--reuid={GEBRUIKER}", f"--regid={GEBRUIKER}", "--init-groups"]
        opdracht = [*(als if os.getuid() == 0 else []), self._programmas / programma, *argumenten]
        klaar = subprocess.run(
            [str(deel) for deel in opdracht], check=False, cwd="/", stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert klaar.returncode == 0, klaar.stderr


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    programmas = os.environ.get("VEERKRACHT_POSTGRES")
    assert programmas, "name the folder of PostgreSQL's programs: VEERKRACHT_POSTGRES=folder"
    with tempfile.TemporaryDirectory(prefix="veerkracht_pg_") as map_:
        server = Server(Path(programmas), Path(map_))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def url(server: Server) -> str:
    """A new, empty database with PostGIS."""
    naam = f"proef_{secrets.token_hex(4)}"
    beheer = sa.create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with beheer.connect() as verbinding:
        verbinding.exec_driver_sql(f"CREATE DATABASE {naam}")
    beheer.dispose()
    eigen = sa.create_engine(server.url(naam), isolation_level="AUTOCOMMIT")
    with eigen.connect() as verbinding:
        verbinding.exec_driver_sql("CREATE EXTENSION postgis")
    eigen.dispose()
    return server.url(naam)
