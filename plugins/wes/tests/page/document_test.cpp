// SPDX-License-Identifier: Apache-2.0
#include "page/catalogue.hpp"
#include "tests/page/pages.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <releve/testing/catch.hpp>

using namespace releve::wes;
using Catch::Approx;

namespace {

std::string said(const element_value& one) {
    std::string key = channel_name(one.row->of, one.channel);
    key.append(" ").append(one.row->series);
    if (!one.row->label_value.empty()) key.append(" ").append(one.row->label_value);
    return key;
}

/// By "channel series label"; the last one of a key counts.
std::map<std::string, double> numbers(std::string_view page, clamp_unit clamps = clamp_unit::by_decimal_point) {
    const auto from = document::parse(page);
    std::map<std::string, double> all;
    for (const auto& one : values_of(from, clamps))
        if (one.row->form != element_form::text) all[said(one)] = one.number;
    return all;
}
std::map<std::string, std::string> texts(std::string_view page) {
    const auto from = document::parse(page);
    std::map<std::string, std::string> all;
    for (const auto& one : values_of(from))
        if (one.row->form == element_form::text) all[said(one)] = one.text;
    return all;
}

} // namespace

TEST_CASE("a page of V0.61D") {
    const auto got = numbers(pages::v0_61d);
    CHECK(got.at("tic1 apparent_power_drawn") == 1240);
    CHECK(got.at("tic1 current 1") == 0); // IINST1; a mono meter says IINST
    CHECK(got.at("tic1 active_energy_drawn_tariff HCHC") == 9876543);
    CHECK(got.at("tic1 active_energy_drawn_tariff HCHP") == 18234567);
    CHECK(got.at("pulse1 pulse_count") == 1353);
    CHECK(got.at("clamp1 active_energy_drawn") == 29386970);
    CHECK(got.at("clamp2 current") == Approx(0.63));
    CHECK(got.at("probe2 temperature") == Approx(-3.5));
    CHECK(got.at("relay2 relay") == 1);
    CHECK(got.at("switch2 virtual_switch") == 1);
    CHECK(got.at("variable1 variable") == -2.5);
    CHECK(got.count("analog1 voltage") == 0); // a whole number: of which unit?
    CHECK(got.count("tic2 active_energy_drawn") == 0);
    const auto text = texts(pages::v0_61d);
    CHECK(text.at(" firmware") == "V0.61D");
    CHECK(text.at("tic1 tariff_option") == "HC");
    CHECK(text.at("tic1 tariff_period") == "H. Pleines");
    CHECK(text.count("tic1 tempo_tomorrow") == 0);
    CHECK(text.count("tic2 tariff_period") == 0);
    const auto page = document::parse(pages::v0_61d);
    CHECK(meter(page, 1) == meter_state::present);
    CHECK(meter(page, 2) == meter_state::no_frame);
    CHECK(meter(page, 3) == meter_state::no_such_input);
}

TEST_CASE("a page of V0.8x, three phases and Tempo") {
    const auto got = numbers(pages::v0_8x);
    CHECK(got.at("tic1 current 1") == 4);
    CHECK(got.at("tic1 current 3") == 5);
    CHECK(got.at("tic1 voltage 2") == 232);
    CHECK(got.at("tic1 active_energy_drawn_tariff BBRHPJR") == 98765);
    CHECK(got.at("tic1 active_energy_injected") == 321);
    CHECK(got.at("clamp1 active_energy_drawn") == 5203481);
    CHECK(got.at("mains voltage") == 236);
    CHECK(got.at("analog1 voltage") == Approx(3.28));
    CHECK(texts(pages::v0_8x).at("tic1 tempo_tomorrow") == "Jour BLANC");
}

TEST_CASE("a page of V0.84A10: other names, clamps in kWh") {
    const auto got = numbers(pages::v0_84a10);
    CHECK(got.at("tic1 active_energy_drawn_tariff HCHC") == 9876543);
    CHECK(got.at("tic1 active_energy_drawn_tariff HCHP") == 18234567);
    CHECK(got.at("tic1 active_energy_drawn_tariff H_SUPER_CREUSE") == 42);
    CHECK(got.at("tic1 apparent_power_injected") == 12);
    CHECK(got.at("clamp1 active_energy_drawn") == 29386970);
    CHECK(got.at("clamp4 active_energy_drawn") == 45584);
    CHECK(got.at("pulse6 pulse_count") == 9);
    CHECK(got.at("pulse1 volume") == Approx(338.25));
    CHECK(got.at("probe30 temperature") == 19.5);
    CHECK(got.at("switch24 virtual_switch") == 1);
    CHECK(got.at("relay108 relay") == 1);
}

TEST_CASE("the unit of clamps can be given, and is not guessed from a page that disagrees with itself") {
    CHECK(numbers(pages::v0_61d, clamp_unit::kilowatt_hour).at("clamp2 active_energy_drawn") == 45584000);
    CHECK(numbers(pages::v0_84a10, clamp_unit::watt_hour).at("clamp4 active_energy_drawn") == Approx(45.584));
    const auto odd = numbers(pages::with(pages::v0_61d, "<INDEX1>29386970", "<INDEX1>29386.970"));
    CHECK(odd.count("clamp1 active_energy_drawn") == 0);
    CHECK(odd.count("clamp2 active_energy_drawn") == 0);
    CHECK(odd.at("clamp2 current") == Approx(0.63));
}

TEST_CASE("order, blanks, missing sections, unknown and repeated elements do not matter") {
    const auto got =
        numbers("\r\n <data>\n<temp>\n <SONDE2>  4.0\t</SONDE2><NEW>x</NEW></temp><tic1><PAP>1</PAP>"
                "<INJECTION>5</INJECTION><INJECTION>6</INJECTION></tic1><new><a><b>1</b></a></new></data>\n");
    CHECK(got.at("probe2 temperature") == 4);
    CHECK(got.at("tic1 apparent_power_drawn") == 1);
    CHECK(got.at("tic1 active_energy_injected") == 6);
    CHECK(got.size() == 3);
}

TEST_CASE("a number of another form is not a value") {
    for (const char* text : {"",
                             "-",
                             ".",
                             "1.",
                             ".5",
                             "1e5",
                             "+5",
                             "0x10",
                             "1 2",
                             "1,5",
                             "nan",
                             "inf",
                             "12.5",
                             "-3",
                             "1000000",
                             "999999999999999999999999",
                             "12<!-- -->34",
                             "<![CDATA[12]]>",
                             "12<i/>",
                             "\xc2\xa0"
                             "12"}) {
        const auto page = pages::with(pages::v0_61d, "<PAP>1240</PAP>", std::string{"<PAP>"} + text + "</PAP>");
        INFO(text);
        CHECK(numbers(page).count("tic1 apparent_power_drawn") == 0);
    }
    CHECK(numbers(pages::with(pages::v0_61d, "<SONDE1>22.0", "<SONDE1>850.0")).count("probe1 temperature") == 0);
    CHECK(numbers(pages::with(pages::v0_61d, "<RELAIS2>ON", "<RELAIS2>2")).count("relay2 relay") == 0);
    CHECK(texts(pages::with(pages::v0_61d, "H. Pleines", std::string(65, 'x'))).count("tic1 tariff_period") == 0);
}

TEST_CASE("Latin-1 and UTF-8") {
    CHECK(texts(pages::with(pages::v0_61d, "H. Pleines", "\xe9t\xe9")).at("tic1 tariff_period") == "\xc3\xa9t\xc3\xa9");
    CHECK(texts(pages::with(pages::v0_61d, "H. Pleines", "\xc3\xa9t\xc3\xa9")).at("tic1 tariff_period") ==
          "\xc3\xa9t\xc3\xa9");
    CHECK(texts(pages::with(pages::v0_61d, "H. Pleines", "A &amp; B")).at("tic1 tariff_period") == "A & B");
}

TEST_CASE("names that break the document cost no number") {
    for (const char* name :
         {"S\xe9jour & <salon>", "a < b", "<", ">", "&", "</NOM1", "<tic1", "<b>", "]]>", "<!--", "<![CDATA[", "<?x"}) {
        const auto page = pages::with(pages::v0_61d, "<temp>", std::string{"<temp><NOM1>"} + name + "</NOM1>");
        INFO(name);
        auto got = numbers(page);
        CHECK(got.at("probe1 temperature") == 22);
        CHECK(got == numbers(pages::v0_61d));
    }
}

TEST_CASE("a name that looks like a section costs the sections that it makes doubtful, and gives no value") {
    const auto page = pages::with(pages::v0_61d, "<temp>", "<temp><NOM1>& <tic1><PAP>9</PAP></NOM1>");
    const auto got = numbers(page);
    CHECK(got.at("tic1 apparent_power_drawn") == 1240);
    CHECK(got.count("probe1 temperature") == 0);
    CHECK(got.at("relay2 relay") == 1);
}

TEST_CASE("a document that is cut anywhere is refused") {
    for (const auto& page : {pages::v0_61d, pages::v0_8x, pages::v0_84a10})
        for (std::size_t size = 0; size < page.size(); ++size)
            REQUIRE_THROWS_AS(document::parse(page.substr(0, size)), bad_document);
}

TEST_CASE("other documents are refused") {
    CHECK_THROWS_AS(document::parse("<html><body>WES</body></html>"), bad_document);
    CHECK_THROWS_AS(document::parse("<data></data>"), bad_document);
    CHECK_THROWS_AS(document::parse("<form><data><a><b>1</b></a></data></form>"), bad_document);
    CHECK_THROWS_AS(document::parse(std::string(300 * 1024, ' ')), bad_document);
    CHECK_THROWS_AS(document::parse("<data><temp><SONDE1>2\x01</SONDE1></temp></data>"), bad_document); // no value
}

TEST_CASE("an element that can't be read costs no other, and is named with the reason") {
    const auto whole = numbers(pages::v0_61d);
    const auto odd_of = [](std::string_view page) {
        releve::kit::odd_entries odd;
        values_of(document::parse(page), clamp_unit::by_decimal_point, &odd);
        return odd.end_round().begun;
    };
    CHECK(odd_of(pages::v0_61d).empty());
    CHECK(odd_of(pages::v0_8x).empty());
    CHECK(odd_of(pages::v0_84a10).empty());
    struct damage_to {
        std::string bytes, why;
    };
    for (const auto& [bytes, why] : std::vector<damage_to>{{"<PAP>12\x1c"
                                                            "40</PAP>",
                                                            "has a control character"},
                                                           {std::string{"<PAP>12\0"
                                                                        "40</PAP>",
                                                                        16},
                                                            "has a control character"},
                                                           {"<PAP>1240\x1b[2J</PAP>", "has a control character"},
                                                           {"<PAP>1240\x7f</PAP>", "has a control character"},
                                                           {"<PAP>&#0;1240</PAP>", "has a control character"},
                                                           {"<PAP>1240&#xD800;</PAP>", "begins no character"},
                                                           {"<PAP>1240&#x110000;</PAP>", "begins no character"},
                                                           {"<PAP>1240&foo;</PAP>", "begins no character"},
                                                           {"<PAP>1240&amp</PAP>", "begins no character"},
                                                           {"<PAP>1240&</PAP>", "begins no character"},
                                                           {"<PAP>12<b>4</b>0</PAP>", "has more in it"},
                                                           {"<PAP>1240", "is not closed"},
                                                           {"<PAP>1240<PAP>", "is not closed"},
                                                           {"<PAP>1240</P\x01"
                                                            "AP>",
                                                            "is not closed"},
                                                           {"<PAP>1240&#x80;</PAP>", "is not as a WES prints it"},
                                                           {"<PAP>1240\x80</PAP>", "is not as a WES prints it"},
                                                           {"<PAP>1240\xff\xfe</PAP>", "is not as a WES prints it"}}) {
        const auto page = pages::with(pages::v0_61d, "<PAP>1240</PAP>", bytes);
        INFO(bytes);
        auto got = numbers(page);
        CHECK(got.count("tic1 apparent_power_drawn") == 0);
        auto others = whole;
        others.erase("tic1 apparent_power_drawn");
        CHECK(got == others);
        CHECK_THAT(odd_of(page),
                   Catch::Matchers::ContainsSubstring("tic1/PAP") && Catch::Matchers::ContainsSubstring(why));
    }
    // In a text, and around the page.
    CHECK(texts(pages::with(pages::v0_61d, "H. Pleines", "HP\x1c.")).count("tic1 tariff_period") == 0);
    CHECK(numbers(pages::with(pages::v0_61d, "H. Pleines", "HP\x1c.")) == whole);
    CHECK(numbers("\xef\xbb\xbf" + pages::v0_61d + std::string(3, '\0') + "\r\n") == whole);
    // Nobody reads the names: they are no values.
    CHECK(odd_of(pages::with(pages::v0_61d, "<temp>", "<temp><NOM1>a\x01 & b</NOM1>")).empty());
    // A section that is damaged is named as one.
    CHECK_THAT(odd_of(pages::with(pages::v0_61d, "</pince>", "</pinc")),
               Catch::Matchers::ContainsSubstring("pince is damaged"));
}

TEST_CASE("a meter whose number is damaged is there, or not, as its digits say") {
    CHECK(meter(document::parse(pages::with(pages::v0_61d, "<ADCO>041876543210",
                                            "<ADCO>0418765\x01"
                                            "3210")),
                1) == meter_state::present);
    CHECK(meter(document::parse(pages::with(pages::v0_61d, "<ADCO>Pas Dispo",
                                            "<ADCO>Pas\x01"
                                            "Dispo")),
                2) == meter_state::no_frame);
    CHECK(meter(document::parse(pages::with(pages::v0_61d, "<ADCO>Pas Dispo</ADCO>", "<ADCO>Pas Dispo")), 2) ==
          meter_state::no_frame);
}

TEST_CASE("an element that is there twice, with two values: the last, in doubt") {
    const auto grade = [](const std::string& page) {
        const auto from = document::parse(page);
        for (const auto& one : values_of(from))
            if (one.row->element == "PAP") return std::pair{one.number, one.doubtful};
        return std::pair{-1.0, false};
    };
    const auto twice = [](const char* second) {
        return pages::with(pages::v0_61d, "<PAP>1240</PAP>", std::string{"<PAP>1240</PAP><PAP>"} + second + "</PAP>");
    };
    CHECK(grade(twice("1250")) == std::pair{1250.0, true});
    CHECK(grade(twice("1240")) == std::pair{1240.0, false});
}

TEST_CASE("a text whose characters are none is in doubt; an element of another charset is read by itself") {
    struct text_read {
        std::string text;
        bool doubtful = false;
        bool operator==(const text_read&) const = default;
    };
    const auto period = [](const std::string& bytes, const std::string& before = {}) {
        const auto from = document::parse(before + pages::with(pages::v0_61d, "H. Pleines", bytes));
        for (const auto& one : values_of(from))
            if (one.row->element == "PTEC") return text_read{std::string{one.text}, one.doubtful};
        return text_read{"nothing"};
    };
    const std::string none = "\xef\xbf\xbd";
    CHECK(period("5 \x80") == text_read{"5 " + none, true}); // Windows' euro, or nothing: not known
    CHECK(period("5 \xc2\x80") == text_read{"5 " + none, true});
    CHECK(period("5 &#x80;") == text_read{"5 " + none, true});
    CHECK(period("5 \xe2\x80\xae") == text_read{"5 " + none, true}); // turns the direction of writing
    CHECK(period("5 \x80", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>") == text_read{"5 \xe2\x82\xac"});
    CHECK(period("5 \x81", "<?xml version=\"1.0\" encoding=\"Windows-1252\"?>") == text_read{"5 " + none, true});
    CHECK(period("5 \x80", "<?xml version=\"1.0\" encoding=\"x-unknown\"?>") == text_read{"5 " + none, true});
    CHECK(period("\xe9t\xe9") == text_read{"\xc3\xa9t\xc3\xa9"});
    // UTF-8 beside Latin-1, and the other way round.
    CHECK(period("\xc3\xa9t\xc3\xa9</PTEC><DEMAIN>\xe9t\xe9</DEMAIN><PTEC>\xc3\xa9t\xc3\xa9") ==
          text_read{"\xc3\xa9t\xc3\xa9"});
}

TEST_CASE("digits that a firmware does not print are no number") {
    const auto count = [](std::string_view firmware, const char* what, const std::string& instead, const char* key) {
        return numbers(pages::with(firmware, what, instead)).count(key);
    };
    for (const char* bad :
         {"12.1000", "12.1", "12.12", "1e3", "0x10", "+5", "1,5", "1 234.250", "nan", "inf", "12.", ".250", "-"})
        CHECK(count(pages::v0_84a10, "<INDEX1>338.250", std::string{"<INDEX1>"} + bad, "pulse1 volume") == 0);
    for (const char* good : {"338.250", "338", "0.001"})
        CHECK(count(pages::v0_84a10, "<INDEX1>338.250", std::string{"<INDEX1>"} + good, "pulse1 volume") == 1);
    CHECK(count(pages::v0_84a10, "<INDEX4>45.584", "<INDEX4>45.1000", "clamp4 active_energy_drawn") == 0);
    CHECK(count(pages::v0_84a10, "<I4>0.63", "<I4>0.635", "clamp4 current") == 0);
    CHECK(count(pages::v0_84a10, "<SONDE30>19.5", "<SONDE30>19.55", "probe30 temperature") == 0);
    CHECK(count(pages::v0_8x, "<AD1>3.28", "<AD1>3.281", "analog1 voltage") == 0);
    CHECK(count(pages::v0_61d, "<VARIABLE1>-2.50", "<VARIABLE1>-2.505", "variable1 variable") == 0);
    CHECK(count(pages::v0_84a10, "018234567", "0182345678", "tic1 active_energy_drawn_tariff HCHP") == 0);
    CHECK(count(pages::v0_61d, "<PULSE1>1353", "<PULSE1>00000001353", "pulse1 pulse_count") == 0);
    // A clamp without a number costs no other clamp.
    const auto one_bad = numbers(pages::with(pages::v0_84a10, "<INDEX1>29386.970", "<INDEX1>29386,970"));
    CHECK(one_bad.count("clamp1 active_energy_drawn") == 0);
    CHECK(one_bad.at("clamp4 active_energy_drawn") == 45584);
}

TEST_CASE("a counter of all ones is in doubt") {
    const auto from = document::parse(pages::with(pages::v0_61d, "<PULSE1>1353", "<PULSE1>4294967295"));
    releve::kit::odd_entries odd;
    for (const auto& one : values_of(from, clamp_unit::by_decimal_point, &odd))
        CHECK(one.doubtful == (one.row->element == "PULSE#" && one.channel == 1));
    CHECK_THAT(odd.end_round().begun, Catch::Matchers::ContainsSubstring("impulsion/PULSE1 of all ones is suspect"));
}

TEST_CASE("a deep document does not crash") {
    std::string deep = "<data>";
    for (int i = 0; i < 30'000; ++i) deep += "<a>";
    for (int i = 0; i < 30'000; ++i) deep += "</a>";
    CHECK_THROWS_AS(document::parse(deep + "</data>"), bad_document);
}

namespace {

/// Each byte replaced by others: every value that is still published is the right one, but for the texts and numbers
/// whose own characters were replaced (no page has a checksum: those can't be detected).
void damage(std::string_view page, std::string_view replacements = {"<>&/0a\xe9", 7}) {
    const auto whole = document::parse(page);
    std::map<std::pair<const element_row*, int>, double> right;
    for (const auto& one : values_of(whole)) right[{one.row, one.channel}] = one.number;
    std::size_t refused = 0;
    for (std::size_t at = 0; at < page.size(); ++at) {
        // The text of the element that the byte belongs to, if it does.
        const auto before = page.find_last_of("<>", at);
        const bool in_text =
            page[at] != '<' && page[at] != '>' && before != std::string_view::npos && page[before] == '>';
        const auto own_end = in_text ? page.find('<', at) : 0;
        const auto own_tag =
            in_text ? page.substr(own_end + 2, page.find('>', own_end) - own_end - 2) : std::string_view{};
        std::string broken{page};
        for (const char c : replacements) {
            if (c == page[at]) continue;
            broken[at] = c;
            try {
                const auto from = document::parse(broken);
                for (const auto& one : values_of(from)) {
                    if (one.row->form == element_form::text) continue;
                    const auto expected = right.find({one.row, one.channel});
                    if (expected != right.end() && expected->second == one.number) continue;
                    std::string element{one.row->element};
                    if (const auto mark = element.find('#'); mark != std::string::npos)
                        element.replace(mark, 1, std::to_string(one.channel));
                    INFO("byte " << at << " '" << page[at] << "' replaced by " << int{c} << ": " << said(one) << " "
                                 << one.number);
                    REQUIRE(element == own_tag);
                }
            } catch (const bad_document&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 0);
}

} // namespace

TEST_CASE("a damaged byte gives no value another name or channel, and changes only its own number") {
    damage(pages::v0_61d);
    damage(pages::v0_8x);
    damage(pages::v0_84a10);
    // In a document that has to be read piece by piece as well.
    damage(pages::with(pages::v0_61d, "<temp>", "<temp><NOM1>S\xe9jour & <salon></NOM1>"));
}

TEST_CASE("a device's own page", "[samples]") {
    const char* samples = std::getenv("RELEVE_SAMPLES");
    std::ifstream file{std::string{samples != nullptr ? samples : "."} + "/wes/data-cgx-V0.61D-2017-05-01-oneline.xml"};
    if (!file) {
        std::cout << "skipped: no samples at RELEVE_SAMPLES\n";
        return;
    }
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    const auto got = numbers(page);
    CHECK(got.at("probe1 temperature") == 22);
    CHECK(got.at("clamp1 active_energy_drawn") == 29386970);
    CHECK(got.at("clamp4 current") == Approx(0.63));
    for (const auto& [key, value] : got) CHECK(key.rfind("tic", 0) != 0);
    CHECK(document::parse(page).size() == 125);
    for (std::size_t size = 0; size < page.size(); ++size)
        REQUIRE_THROWS_AS(document::parse(page.substr(0, size)), bad_document);
    damage(page, "<0a");
}
