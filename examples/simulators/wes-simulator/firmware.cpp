// SPDX-License-Identifier: Apache-2.0
#include "firmware.hpp"

namespace wes_simulator {
namespace {

constexpr std::string_view tic_v0_61d = R"(t <tic#>
c es# <ADCO>%s</ADCO>
c eo# <OPTARIF>%s.</OPTARIF>
c eS# <ISOUSC>%d</ISOUSC>
c Tn# <PTEC>%s</PTEC>
c ip# <PAP>%d</PAP>
c ii#0<IINST>%d</IINST>
c ii#1<IINST1>%d</IINST1>
c ii#2<IINST2>%d</IINST2>
c ii#3<IINST3>%d</IINST3>
c iM#0<IMAX>%d</IMAX>
c iM#1<IMAX1>%d</IMAX1>
c iM#2<IMAX2>%d</IMAX2>
c iM#3<IMAX3>%d</IMAX3>
c Te# <PEJP>%d</PEJP>
c Td# <DEMAIN>%s</DEMAIN>
c Tb#1<BASE>%d</BASE>
c Tc#2<HCHC>%d</HCHC>
c Tc#1<HCHP>%d</HCHP>
c Tj#1<EJPHN>%d</EJPHN>
c Tj#2<EJPHPM>%d</EJPHPM>
c Tr#2<BBRHCJB>%d</BBRHCJB>
c Tr#1<BBRHPJB>%d</BBRHPJB>
c Tr#4<BBRHCJW>%d</BBRHCJW>
c Tr#3<BBRHPJW>%d</BBRHPJW>
c Tr#6<BBRHCJR>%d</BBRHCJR>
c Tr#5<BBRHPJR>%d</BBRHPJR>
t </tic#>
)";

constexpr std::string_view tic_v0_8x = R"(t <tic#>
c es# <ADCO>%s</ADCO>
c eo# <OPTARIF>%s.</OPTARIF>
c eS# <ISOUSC>%d</ISOUSC>
c Tn# <PTEC>%s</PTEC>
c ip# <PAP>%d</PAP>
c ii#0<IINST>%d</IINST>
c ii#1<IINST1>%d</IINST1>
c ii#2<IINST2>%d</IINST2>
c ii#3<IINST3>%d</IINST3>
c iu#1<TENSION1>%lu</TENSION1>
c iu#2<TENSION2>%lu</TENSION2>
c iu#3<TENSION3>%lu</TENSION3>
c iM#0<IMAX>%d</IMAX>
c iM#1<IMAX1>%d</IMAX1>
c iM#2<IMAX2>%d</IMAX2>
c iM#3<IMAX3>%d</IMAX3>
c Te# <PEJP>%d</PEJP>
c Td# <DEMAIN>%s</DEMAIN>
c Tb#1<BASE>%09u</BASE>
c Tc#2<HCHC>%09u</HCHC>
c Tc#1<HCHP>%09u</HCHP>
c Tj#1<EJPHN>%09u</EJPHN>
c Tj#2<EJPHPM>%09u</EJPHPM>
c Tr#2<BBRHCJB>%09u</BBRHCJB>
c Tr#1<BBRHPJB>%09u</BBRHPJB>
c Tr#4<BBRHCJW>%09u</BBRHCJW>
c Tr#3<BBRHPJW>%09u</BBRHPJW>
c Tr#6<BBRHCJR>%09u</BBRHCJR>
c Tr#5<BBRHPJR>%09u</BBRHPJR>
c Tp# <PRODUCTEUR>%09u</PRODUCTEUR>
c Ta# <INJECTION>%09u</INJECTION>
t </tic#>
)";

constexpr std::string_view tic_v0_84a10 = R"(t <tic#>
c ea# <ADCO>%s</ADCO>
c eo# <OPTARIF>%s.</OPTARIF>
c eS# <ISOUSC>%d</ISOUSC>
c Tn# <PTEC>%s</PTEC>
c ip# <PAP>%d</PAP>
c ij# <PAPIJ>%d</PAPIJ>
c ii#0<IINST>%d</IINST>
c ii#1<IINST1>%d</IINST1>
c ii#2<IINST2>%d</IINST2>
c ii#3<IINST3>%d</IINST3>
c iu#1<TENSION1>%lu</TENSION1>
c iu#2<TENSION2>%lu</TENSION2>
c iu#3<TENSION3>%lu</TENSION3>
c iM#0<IMAX>%d</IMAX>
c iM#1<IMAX1>%d</IMAX1>
c iM#2<IMAX2>%d</IMAX2>
c iM#3<IMAX3>%d</IMAX3>
c Te# <PEJP>%d</PEJP>
c TD# <DEMAIN>%s</DEMAIN>
c Tb#1<BASE>%09u</BASE>
c TP# <H_PLEINE>%09u</H_PLEINE>
c TC# <H_CREUSE>%09u</H_CREUSE>
c Tj#1<EJPHN>%09u</EJPHN>
c Tj#2<EJPHPM>%09u</EJPHPM>
c Tr#2<BBRHCJB>%09u</BBRHCJB>
c Tr#1<BBRHPJB>%09u</BBRHPJB>
c Tr#4<BBRHCJW>%09u</BBRHCJW>
c Tr#3<BBRHPJW>%09u</BBRHPJW>
c Tr#6<BBRHCJR>%09u</BBRHCJR>
c Tr#5<BBRHPJR>%09u</BBRHPJR>
c Tw# <H_WeekEnd>%09u</H_WeekEnd>
c Tm#1<HC_Semaine>%09u</HC_Semaine>
c Tm#2<HP_Semaine>%09u</HP_Semaine>
c Tm#3<HC_WeekEnd>%09u</HC_WeekEnd>
c Tm#4<HP_WeekEnd>%09u</HP_WeekEnd>
c Tm#5<HC_Mercredi>%09u</HC_Mercredi>
c Tm#6<HP_Mercredi>%09u</HP_Mercredi>
c Ts# <H_SUPER_CREUSE>%09u</H_SUPER_CREUSE>
c Tp# <PRODUCTEUR>%09u</PRODUCTEUR>
c TJ# <INJECTION>%09u</INJECTION>
t </tic#>
)";

// A line for each channel from 1 to `last`: '#' is the channel, '@' the same in two figures from zero (probes).
std::string each(std::string_view lines, int last) {
    std::string out;
    for (int channel = 1; channel <= last; ++channel) {
        for (const char c : lines) {
            if (c == '#') {
                out += std::to_string(channel);
            } else if (c == '@') {
                out += std::to_string((channel - 1) / 10) + "T" + std::to_string((channel - 1) % 10);
            } else {
                out += c;
            }
        }
    }
    return out;
}

std::string_view tic(firmware which) {
    switch (which) {
    case firmware::v0_61d:
        return tic_v0_61d;
    case firmware::v0_8x:
        return tic_v0_8x;
    default:
        return tic_v0_84a10;
    }
}

} // namespace

std::optional<firmware> firmware_named(std::string_view name) {
    if (name == "V0.61D") return firmware::v0_61d;
    if (name == "V0.8x") return firmware::v0_8x;
    if (name == "V0.84A10") return firmware::v0_84a10;
    return {};
}

std::string_view version(firmware which) {
    switch (which) {
    case firmware::v0_61d:
        return "V0.61D";
    case firmware::v0_8x:
        return "V0.83H";
    default:
        return "V0.84A10";
    }
}

int meters(firmware which) { return which == firmware::v0_61d ? 2 : 3; }
bool clamps_in_kwh(firmware which) { return which == firmware::v0_84a10; }
int switches(firmware which) { return which == firmware::v0_84a10 ? 24 : 8; }

std::string data_page(firmware which) {
    const bool first = which == firmware::v0_61d;
    const bool latest = which == firmware::v0_84a10;
    std::string page = "t <?xml version=\"1.0\" encoding=\"utf-8\" ?>\nt <data><info>\n"
                       "c g d <date>%02d/%02d/%04d</date>\nc h h <time>%02d:%02d</time>\n"
                       "c v v <firmware>%s</firmware>\nt </info>\n";
    page += each(tic(which), meters(which));
    page += "t <impulsion>\n";
    page += each(latest ? "c pp# <PULSE#>%d</PULSE#>\nc pIU#<INDEX#>%d.%03.0f</INDEX#>\n"
                        : "c pp# <PULSE#>%d</PULSE#>\nc pIU#<INDEX#>%.0f</INDEX#>\n",
                 4);
    page += "t </impulsion><pince>\n";
    page += each(first    ? "c P A# <I#>%.02f</I#>\nc P W# <INDEX#>%d</INDEX#>\n"
                 : latest ? "c P A# <I#>%.02f</I#>\nc P W# <INDEX#>%.03f</INDEX#>\nc PIt# <INJECT#>%.03f</INJECT#>\n"
                          : "c P A# <I#>%.02f</I#>\nc P W# <INDEX#>%d</INDEX#>\nc PIt# <INJECT#>%d</INJECT#>\n",
                 4);
    if (!first) page += "c PVV <V>%d</V>\n";
    page += "t </pince><temp>\n" + each("c W@ <SONDE#>%.01f</SONDE#>\n", 30);
    page += "t </temp><relais>\n" + each("c o R# <RELAIS#>%s</RELAIS#>\n", 2);
    page += "t </relais><entree>\n" + each("c l E# <ENTREE#>%d</ENTREE#>\n", 2);
    page += "t </entree><analogique>\n";
    page += each(first ? "c l A# <AD#>%d</AD#>\n" : "c l A# <AD#>%.02f</AD#>\n", 4);
    page += "t </analogique><switch_virtuel>\n";
    // Two figures after the code need no blank before the format, one does: the format begins at a fixed place.
    for (int channel = 1; channel <= switches(which); ++channel) {
        const auto n = std::to_string(channel);
        page.append(latest ? "c lSE" : "c l V").append(n).append(latest && channel >= 10 ? "" : " ");
        page.append("<SWITCH").append(n).append(">%d</SWITCH").append(n).append(">\n");
    }
    page += "t </switch_virtuel><variables>\n" + each("c Vv# <VARIABLE#>%.02f</VARIABLE#>\n", 8);
    page += "t </variables>\nc WRo %s\nt </data>\n.\n";
    return page;
}

} // namespace wes_simulator
