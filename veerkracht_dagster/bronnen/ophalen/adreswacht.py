"""Where an answer may lead: to hosts that the source names, and never into this network.

Here: addresses in feeds and redirects. Not here: addresses that the catalogue or a setting names,
which were chosen by people.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Iterator
from urllib.parse import urljoin, urlsplit

from veerkracht_dagster.bronnen.ophalen.fouten import ophaalfout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen


def verwezen(
    url: str, van: str, naar: str, wat: str, hosts: Collection[str], instellingen: Instellingen
) -> str:
    """The address that an answer names, as it is really asked: at a mirror, if one is set.

    Args:
        url: what was asked, for the message. van: where the answer came from. wat: what names it.
        hosts: the hosts of the source.

    Raises:
        OphaalFout: it is no address, not https, not at one of the hosts, or in this network.
    """
    try:
        doel = urljoin(van, naar)
        delen = urlsplit(doel)
        plaats = (delen.hostname, delen.port or 443)  # a port that is none shows here
    except ValueError:
        raise _geweigerd(url, f"{wat} die geen adres is: {naar[:200]!r}", hosts) from None
    if delen.scheme == "https" and delen.netloc.lower() in hosts:
        gevraagd = instellingen.adres(doel)
        if gevraagd == doel:
            _weiger_binnennet(url, doel, plaats, wat, hosts)
        return gevraagd
    if any(doel.startswith(f"{spiegel}/") for spiegel in _spiegels(hosts, instellingen)):
        return doel
    raise _geweigerd(url, f"{wat} naar {doel[:200]}", hosts)


def _spiegels(hosts: Collection[str], instellingen: Instellingen) -> Iterator[str]:
    """Where a setting says that the hosts are served."""
    for host in hosts:
        basis = instellingen.adres(f"https://{host}")
        if basis != f"https://{host}":
            yield basis
            yield f"https:{basis.partition(':')[2]}"  # a mirror may go over to https


def _weiger_binnennet(
    url: str, doel: str, plaats: tuple[str | None, int], wat: str, hosts: Collection[str]
) -> None:
    """A publisher's name that leads into this network; a proxy looks up names itself."""
    import requests

    if requests.utils.get_environ_proxies(doel):
        return
    for adres in _adressen(plaats):
        if not adres.is_global:
            raise _geweigerd(url, f"{wat} naar {doel[:200]}, dat hier {adres} is", hosts)


def _adressen(
    plaats: tuple[str | None, int],
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        gevonden = socket.getaddrinfo(*plaats, type=socket.SOCK_STREAM)
    except OSError:
        return []  # nothing to connect to: the request will say so
    return [ipaddress.ip_address(str(vijftal[4][0]).partition("%")[0]) for vijftal in gevonden]


def _geweigerd(url: str, gevonden: str, hosts: Collection[str]) -> Exception:
    return ophaalfout(
        url,
        gevonden=gevonden,
        verwacht=f"een adres van de uitgever (https, {', '.join(sorted(hosts))})",
        remedie="zoek het nieuwe adres bij de uitgever, en zet het in bronnen.yml; een spiegel in "
        "het eigen netwerk staat in VEERKRACHT_ADRESSEN",
    )
