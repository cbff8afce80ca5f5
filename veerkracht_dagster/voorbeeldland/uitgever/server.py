"""The server: real HTTP on loopback, in threads of this process.

Here: receiving, sending, and the faults that lie in the connection itself.
Not here: the answers (`odata.py`, `bestanden.py`), the faults in them (`storingen.py`).
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import as_file, files
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from veerkracht_dagster.voorbeeldland.uitgever import bestanden, odata
from veerkracht_dagster.voorbeeldland.uitgever.aanbod import Aanbod
from veerkracht_dagster.voorbeeldland.uitgever.antwoord import (
    Antwoord,
    Webvraag,
    json_antwoord,
    niet_gevonden,
)
from veerkracht_dagster.voorbeeldland.uitgever.storingen import Storing, Storingssoort, patroon_van
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import NietsTeVullen, Wat

_STORINGEN, _STAND, _UITGAVE = "_storing", "_stand", "_uitgave"
_BEGIN_VAN_TLS = b"\x16"  # RFC 8446: the content type of a handshake


class Uitgever:
    """A publisher at work, until it is closed. Use it in `with`.

    verzoeken: what was asked, as 'GET host/path?query'. Faults are added to `storingen`, or with
    `POST /_storing/{soort}?keren=2&pad=Observations`; `DELETE /_storing` takes them away.
    `POST /_uitgave/84799NED?wat=kolom` brings out a next version of a table (see `uitgaven.Wat`).
    """

    def __init__(self, aanbod: Aanbod, poort: int = 0) -> None:
        self.aanbod = aanbod
        self.storingen: list[Storing] = []
        self.verzoeken: list[str] = []
        self._dicht = threading.Event()
        self._slot = threading.Lock()
        uitgever = self

        class Loket(_Loket):
            baas = uitgever

        self._server = _Server(("127.0.0.1", poort), Loket)
        self._server.daemon_threads = True
        self._draad = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._draad.start()

    def __enter__(self) -> Uitgever:
        return self

    def __exit__(self, *_: object) -> None:
        self.sluit()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def sluit(self) -> None:
        """Stop."""
        self._dicht.set()
        self._server.shutdown()
        self._server.server_close()
        self._draad.join()

    def wacht(self) -> None:
        """Serve until the process is stopped."""
        self._dicht.wait()

    def storing(
        self, soort: Storingssoort | str, keren: int = 1, pad: str = "", **anders: Any
    ) -> None:
        """Have a fault happen."""
        with self._slot:
            self.storingen.append(Storing(Storingssoort(soort), keren, pad, **anders))

    def breek(
        self, soort: Storingssoort | str, *adressen: str, keren: int = -1, behalve: str = ""
    ) -> None:
        """Have a fault at these addresses and all that begin so ('https://host/path'), for good.

        Args:
            behalve: pattern of user agents that are served all the same.
        """
        self.storing(soort, keren, patroon_van(adressen), behalve=behalve)

    def herstel(self) -> None:
        """No faults any more."""
        with self._slot:
            self.storingen.clear()

    def antwoord_op(self, vraag: Webvraag, regel: str) -> tuple[Antwoord, Storingssoort | None]:
        """The answer, and the fault that its sending must have."""
        with self._slot:
            self.verzoeken.append(regel)
            agent = vraag.koppen.get("user-agent", "")
            storing = next((s for s in self.storingen if s.geldt(vraag.url, agent)), None)
            if storing and storing.soort is Storingssoort.VERANDERT:
                self.aanbod.verander(vraag)
            antwoord = self._gewoon(vraag)
        if storing is None:
            return antwoord, None
        if storing.soort is Storingssoort.CERTIFICAAT:
            # Here itself: this port speaks TLS too, with a certificate that nobody trusts.
            doel = f"{self.url.replace('http:', 'https:')}/{quote(vraag.url)}"
            return Antwoord(302, koppen={"Location": doel}), storing.soort
        return storing.op(antwoord), storing.soort

    def _gewoon(self, vraag: Webvraag) -> Antwoord:
        if vraag.host in odata.V3_HOSTS:
            return odata.v3(vraag, self.aanbod.tabellen)
        if vraag.host == odata.V4_HOST:
            return odata.v4(vraag, self.aanbod.tabellen)
        return bestanden.bestand(vraag, self.aanbod.bestanden)

    def breng_uit(self, nummer: str, wat: str) -> Antwoord:
        """A next version of a table: with another figure, or what else is new in it."""
        bekend = {**self.aanbod.tabellen, **self.aanbod.makers}
        if nummer.upper() not in bekend:
            keuze = ", ".join(bekend)
            return json_antwoord({"fout": f"geen tabel {nummer!r}; kies uit {keuze}"}, 404)
        if wat not in set(Wat):
            return json_antwoord({"fout": f"geen {wat!r}; kies uit {', '.join(Wat)}"}, 400)
        try:
            with self._slot:
                versie = self.aanbod.verander_tabel(nummer, Wat(wat))
        except NietsTeVullen as niet:
            return json_antwoord({"fout": str(niet)}, 409)
        return json_antwoord({"tabel": nummer.upper(), "wat": wat, "versie": versie})

    def beheer(self, methode: str, pad: str, vraag: dict[str, str]) -> Antwoord:
        """The switch for faults, and what was asked so far."""
        if methode == "DELETE":
            self.herstel()
        elif methode == "POST":
            soort = pad.rpartition("/")[2]
            if soort not in {s.value for s in Storingssoort}:
                keuze = ", ".join(s.value for s in Storingssoort)
                return json_antwoord({"fout": f"geen storing {soort!r}; kies uit {keuze}"}, 400)
            self.storing(soort, int(vraag.get("keren", 1)), vraag.get("pad", ""))
        return json_antwoord(
            {
                "storingen": [{**vars(s), "soort": s.soort.value} for s in self.storingen],
                "verzoeken": self.verzoeken[-100:],
            }
        )


@cache
def _zelfgetekend() -> ssl.SSLContext:
    """TLS with a certificate that only itself signed. Its key is public: nobody trusts it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with as_file(files(__package__).joinpath("zelfgetekend.pem")) as pad:
        context.load_cert_chain(pad)
    return context


class _Server(ThreadingHTTPServer):
    """HTTP, and TLS for who begins with that. Clients that go away are no news."""

    def finish_request(self, request: Any, client_address: Any) -> None:
        if request.recv(1, socket.MSG_PEEK) == _BEGIN_VAN_TLS:
            with _zelfgetekend().wrap_socket(request, server_side=True) as veilig:
                super().finish_request(veilig, client_address)
        else:
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


class _Loket(BaseHTTPRequestHandler):
    """One connection; HTTP/1.1, so that a client may keep it open."""

    protocol_version = "HTTP/1.1"
    baas: Uitgever

    def do_GET(self) -> None:
        self._help("GET")

    def do_HEAD(self) -> None:
        self._help("HEAD")

    def do_POST(self) -> None:
        self._help("POST")

    def do_DELETE(self) -> None:
        self._help("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: `verzoeken` holds what was asked."""

    def _help(self, methode: str) -> None:
        delen = urlsplit(self.path)
        host, _, pad = unquote(delen.path).lstrip("/").partition("/")
        vraag = dict(parse_qsl(delen.query, keep_blank_values=True))
        if host == _UITGAVE and methode == "POST":
            self._stuur(methode, self.baas.breng_uit(pad, vraag.get("wat", Wat.CIJFER)), None)
            return
        if host in (_STORINGEN, _STAND):
            self._stuur(methode, self.baas.beheer(methode, pad, vraag), None)
            return
        if methode not in ("GET", "HEAD"):
            self._stuur(methode, niet_gevonden(), None)
            return
        koppen = {naam.lower(): waarde for naam, waarde in self.headers.items()}
        regel = f"{methode} {unquote(self.path).lstrip('/')}"
        antwoord, fout = self.baas.antwoord_op(
            Webvraag(methode, host, f"/{pad}", vraag, koppen), regel
        )
        self._stuur(methode, antwoord, fout)

    def _stuur(self, methode: str, antwoord: Antwoord, fout: Storingssoort | None) -> None:
        if fout is Storingssoort.STILTE:
            self.baas._dicht.wait(30)
            self.close_connection = True
            return
        if fout is Storingssoort.GESLOTEN:
            self.close_connection = True
            return
        self.send_response(antwoord.status)
        self.send_header("Content-Type", antwoord.soort)
        for naam, waarde in antwoord.koppen.items():
            self.send_header(naam, waarde)
        if antwoord.status != 304:
            self.send_header("Content-Length", str(len(antwoord.inhoud)))
        self.end_headers()
        if methode == "HEAD" or antwoord.status == 304:
            return
        if fout is Storingssoort.AFGEBROKEN:
            self.wfile.write(antwoord.inhoud[: len(antwoord.inhoud) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        try:
            self.wfile.write(antwoord.inhoud)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away
