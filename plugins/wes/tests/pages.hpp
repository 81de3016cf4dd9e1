// SPDX-License-Identifier: Apache-2.0
// Pages of each element set, made of public clients' field lists; the values are invented.
#pragma once

#include <string>
#include <string_view>

namespace pages {

inline constexpr std::string_view v0_61d =
    R"(<data><info><date>01/05/2017</date><time>15:31</time><firmware>V0.61D</firmware></info>)"
    R"(<tic1><ADCO>041876543210</ADCO><OPTARIF>HC.</OPTARIF><ISOUSC>45</ISOUSC><PTEC>H. Pleines</PTEC><PAP>1240</PAP>)"
    R"(<IINST>5</IINST><IINST1>0</IINST1><IINST2>0</IINST2><IINST3>0</IINST3><IMAX>31</IMAX><IMAX1>0</IMAX1><IMAX2>0</IMAX2>)"
    R"(<IMAX3>0</IMAX3><PEJP>0</PEJP><DEMAIN>----</DEMAIN><BASE>0</BASE><HCHC>9876543</HCHC><HCHP>18234567</HCHP>)"
    R"(<EJPHN>0</EJPHN><EJPHPM>0</EJPHPM><BBRHCJB>0</BBRHCJB><BBRHPJB>0</BBRHPJB></tic1>)"
    R"(<tic2><ADCO>Pas Dispo</ADCO><OPTARIF>.</OPTARIF><ISOUSC>0</ISOUSC><PTEC>TIC NDERR.</PTEC><PAP>0</PAP><IINST>0</IINST>)"
    R"(<DEMAIN>----</DEMAIN><BASE>77</BASE></tic2>)"
    R"(<impulsion><PULSE1>1353</PULSE1><INDEX1>338</INDEX1><PULSE2>0</PULSE2><INDEX2>0</INDEX2></impulsion>)"
    R"(<pince> <I1>0.00</I1> <INDEX1>29386970</INDEX1> <I2>0.63</I2> <INDEX2>45584</INDEX2> <I3>0.00</I3> <INDEX3>0</INDEX3>)"
    R"(</pince><temp> <SONDE1>22.0</SONDE1> <SONDE2>-3.5</SONDE2> <SONDE3>0.0</SONDE3></temp>)"
    R"(<relais> <RELAIS1>OFF</RELAIS1> <RELAIS2>ON</RELAIS2></relais><entree> <ENTREE1>0</ENTREE1> <ENTREE2>1</ENTREE2></entree>)"
    R"(<analogique> <AD1>7</AD1></analogique><switch_virtuel> <SWITCH1>0</SWITCH1> <SWITCH2>1</SWITCH2></switch_virtuel>)"
    R"(<variables> <VARIABLE1>-2.50</VARIABLE1></variables></data>)";

inline constexpr std::string_view v0_8x =
    R"(<?xml version="1.0" encoding="utf-8" ?><data><info><date>02/05/2019</date><time>09:15</time><firmware>V0.83H</firmware></info>)"
    R"(<tic1><ADCO>041876543210</ADCO><OPTARIF>BBR.</OPTARIF><ISOUSC>60</ISOUSC><PTEC>H. Creuse ROUGE</PTEC><PAP>3300</PAP>)"
    R"(<IINST>0</IINST><IINST1>4</IINST1><IINST2>6</IINST2><IINST3>5</IINST3><TENSION1>231</TENSION1><TENSION2>232</TENSION2>)"
    R"(<TENSION3>229</TENSION3><IMAX>0</IMAX><IMAX1>40</IMAX1><IMAX2>41</IMAX2><IMAX3>42</IMAX3><PEJP>0</PEJP>)"
    R"(<DEMAIN>Jour BLANC</DEMAIN><BASE>000000000</BASE><HCHC>000000000</HCHC><HCHP>000000000</HCHP>)"
    R"(<BBRHCJB>004012345</BBRHCJB><BBRHPJB>007023456</BBRHPJB><BBRHCJW>000312345</BBRHCJW><BBRHPJW>000512345</BBRHPJW>)"
    R"(<BBRHCJR>000112345</BBRHCJR><BBRHPJR>000098765</BBRHPJR><PRODUCTEUR>000000000</PRODUCTEUR>)"
    R"(<INJECTION>000000321</INJECTION></tic1><tic3><ADCO>Pas Dispo</ADCO><PAP>0</PAP></tic3>)"
    R"(<pince><I1>1.25</I1><INDEX1>5203481</INDEX1><INJECT1>0</INJECT1><V>236</V></pince>)"
    R"(<analogique><AD1>3.28</AD1></analogique></data>)";

inline constexpr std::string_view v0_84a10 =
    R"(<?xml version="1.0" encoding="UTF-8"?><data><info><date>23/11/2026</date><time>17:30</time><firmware>V0.84A10</firmware></info>)"
    R"(<tic1><ADCO>041876543210</ADCO><OPTARIF>HC.</OPTARIF><ISOUSC>45</ISOUSC><PTEC>H. Creuses</PTEC><PAP>640</PAP><PAPIJ>12</PAPIJ>)"
    R"(<IINST>3</IINST><TENSION1>236</TENSION1><BASE>000000000</BASE><H_PLEINE>018234567</H_PLEINE><H_CREUSE>009876543</H_CREUSE>)"
    R"(<H_SUPER_CREUSE>000000042</H_SUPER_CREUSE></tic1>)"
    R"(<impulsion><PULSE1>1353</PULSE1><INDEX1>338.250</INDEX1><PULSE6>9</PULSE6></impulsion>)"
    R"(<pince> <I1>0.00</I1> <INDEX1>29386.970</INDEX1> <INJECT1>0.000</INJECT1> <I4>0.63</I4> <INDEX4>45.584</INDEX4><V>236</V></pince>)"
    R"(<temp> <SONDE1>22.0</SONDE1> <SONDE30>19.5</SONDE30></temp><switch_virtuel><SWITCH24>1</SWITCH24></switch_virtuel>)"
    R"(<relais1W><RELAIS101>OFF</RELAIS101><RELAIS108>ON</RELAIS108></relais1W></data>)";

inline std::string with(std::string_view page, std::string_view what, std::string_view instead) {
    std::string text{page};
    text.replace(text.find(what), what.size(), instead);
    return text;
}

} // namespace pages
