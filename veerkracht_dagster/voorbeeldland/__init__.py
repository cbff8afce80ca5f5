"""The sample publisher: a small invented country, written in the publishers' own file formats.

Here: a country made from a seed (`maak_land`), the exact truth about it (`land.waarheid`), and its
files as CBS, Leefbaarometer, WoonZorgwijzer and others would publish them (`schrijf_bronnen`):
rounded, suppressed, on each year's own boundaries.
Not here: reading those files, and any real figure, name or boundary.

What is wrong or awkward on purpose, with codes of the default country (`Grootte()`, seed 2014);
`land.bijzonder` lists all of them for any country:

- split into two new codes: BU01150205 in 2016 (BU01150206, BU01150207), BU01220001 in 2020;
  part split off, old code kept: BU01290803 in 2015 (BU01290805), BU01290405 in 2017;
- merged: BU01290504 into BU01290503 in 2017, BU01290904 into BU01290901 in 2018;
- ground moved between two buurten that keep their codes: BU01290303 to BU01290403 in 2018;
- code given to other ground in 2020: BU01290203 (its old ground is now BU01290208) and BU01220503
  (gone in the merger of 2015, back as part of BU01220502);
- gemeenten GM0108 and GM0115 merged into GM3101 in 2019: all codes change, no ground does;
- letters from 2022 in GM0129: WK012903 becomes WK0129MA, buurten BU0129MA01 and on, in another
  order than the numbers;
- gemeente of one buurt: GM0101;
- without inhabitants: BU01290304, BU01220004, BU01220300, BU01220404; with so few that benefits are
  suppressed: BU01290702, BU01220505 and others;
- owner of most dwellings unknown, so no tenure: BU01291000 (from 2022 BU0129MM01);
- not yet released, whole columns empty: tenure, WOZ, income and wealth of 2024;
- Leefbaarometer without dimensions in 2002, 2008, 2012 and 2016; 17 % of the buurten without score;
- water polygons with the code of the land they lie against;
- microdata and Beheer Intensiteitskaart of one gemeente only: GM0129.
"""

from veerkracht_dagster.voorbeeldland.grootte import ALLE_JAREN, HEEL_NEDERLAND, JAREN, Grootte
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.maken import maak_land
from veerkracht_dagster.voorbeeldland.schrijven import schrijf_bronnen, schrijf_geheel, schrijf_kwb

__all__ = [
    "ALLE_JAREN",
    "HEEL_NEDERLAND",
    "JAREN",
    "Grootte",
    "Land",
    "maak_land",
    "schrijf_bronnen",
    "schrijf_geheel",
    "schrijf_kwb",
]
