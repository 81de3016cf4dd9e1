// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include <wes_simulator/process.hpp>

#include <releve/testing/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

using namespace wes_simulator;

namespace {

std::string body(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

device_setting of(firmware profile, contract agreed = contract::off_peak) {
    device_setting setting;
    setting.profile = profile;
    setting.agreed = agreed;
    setting.start_s = 1'768'435'200 + 43'200; // 2026-01-15 12:00
    return setting;
}

std::string page(firmware profile, contract agreed = contract::off_peak) {
    device one{of(profile, agreed)};
    return body(one.answer(get("/data.cgx")).bytes);
}

// The elements in their order: "<data><info><date></date>...".
std::string skeleton(const std::string& xml) {
    std::string tags;
    bool inside = false;
    for (const char c : xml) {
        inside = inside || c == '<';
        if (inside) tags += c;
        inside = inside && c != '>';
    }
    const std::size_t data = tags.find("<data>");
    return data == std::string::npos ? "" : tags.substr(data);
}

std::string value(const std::string& xml, const std::string& section, const std::string& element) {
    const std::size_t from = xml.find("<" + section + ">");
    const std::size_t at = xml.find("<" + element + ">", from) + element.size() + 2;
    return xml.substr(at, xml.find('<', at) - at);
}

} // namespace

TEST_CASE("the page of each firmware", "[device]") {
    const std::string first = page(firmware::v0_61d);
    CHECK(first.find('\n') == std::string::npos);
    CHECK(value(first, "info", "firmware") == "V0.61D");
    CHECK(value(first, "info", "date") == "15/01/2026");
    CHECK(value(first, "info", "time") == "12:00");
    CHECK(value(first, "tic1", "HCHC")[0] != '0');
    CHECK(value(first, "tic2", "ADCO") == "Pas Dispo");
    CHECK(value(first, "tic1", "OPTARIF") == "HC.");
    CHECK(value(first, "pince", "INDEX1").find('.') == std::string::npos);
    CHECK(first.find("tic3") == std::string::npos);

    const std::string second = page(firmware::v0_8x);
    CHECK(value(second, "tic1", "HCHC").size() == 9);
    CHECK(value(second, "tic1", "TENSION1")[0] == '2');
    CHECK(second.find("H_CREUSE") == std::string::npos);
    CHECK(value(second, "tic3", "PTEC") == "TIC NDERR.");
    CHECK(value(second, "pince", "V")[0] == '2');

    const std::string third = page(firmware::v0_84a10, contract::tempo);
    CHECK(third.find("HCHC") == std::string::npos);
    CHECK(value(third, "tic1", "PTEC").starts_with("H. Pleine "));
    CHECK(value(third, "tic1", "DEMAIN") == "----");
    CHECK(value(third, "tic1", "BBRHPJB").size() == 9);
    const std::string clamp = value(third, "pince", "INDEX1");
    CHECK(clamp.size() - clamp.find('.') == 4);
    CHECK(value(third, "switch_virtuel", "SWITCH24") == "0");
    CHECK(value(third, "temp", "SONDE1") == "19.0");
    CHECK(value(third, "temp", "SONDE5") == "0.0");
    const std::string gas = value(third, "impulsion", "INDEX3");
    CHECK(gas.size() - gas.find('.') == 4);
}

TEST_CASE("the page of V0.61D has the elements of a real one", "[device][samples]") {
    const char* samples = std::getenv("RELEVE_SAMPLES");
    std::ifstream file{std::string{samples != nullptr ? samples : "."} + "/wes/data-cgx-V0.61D-2017-05-01-oneline.xml"};
    if (!file) {
        std::cout << "skipped: no samples at RELEVE_SAMPLES\n";
        return;
    }
    const std::string real{std::istreambuf_iterator<char>{file}, {}};
    CHECK(skeleton(page(firmware::v0_61d)) == skeleton(real));
}

TEST_CASE("who may see what", "[device]") {
    device one{of(firmware::v0_84a10)};
    const std::string stranger = one.answer(get("/", "")).bytes;
    CHECK(stranger.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    CHECK(stranger.find("Basic realm=\"serveur WES\"") != std::string::npos);
    CHECK(one.answer(get("/data.cgx", "d3Jvbmc6d3Jvbmc=")).bytes.starts_with("HTTP/1.1 401"));
    const std::string plain = "dXNlcjp3ZXM=";
    CHECK(one.answer(get("/data.cgx", plain)).bytes.starts_with("HTTP/1.1 200"));
    CHECK(one.answer(get("/INFOCFG.HTM", plain)).bytes.starts_with("HTTP/1.1 403"));
    CHECK(one.answer(get("/infocfg.htm")).bytes.starts_with("HTTP/1.1 200"));
    CHECK(one.answer(get("/nothing")).bytes.starts_with("HTTP/1.1 404"));
    const std::string good = one.answer(get("/DATA.CGX")).bytes;
    CHECK(good.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(good.find("Content-Length") == std::string::npos);
    CHECK(good.find("Content-Type: text/xml") != std::string::npos);
}

TEST_CASE("a request that a WES would take is taken", "[device]") {
    device one{of(firmware::v0_84a10)};
    CHECK(one.answer("GET /data.cgx HTTP/1.1\nAuthorization: Basic YWRtaW46d2Vz\n").bytes.starts_with("HTTP/1.1 200"));
    // Headers in a later segment are not waited for.
    CHECK(one.answer("GET /data.cgx HTTP/1.1\r\n").bytes.starts_with("HTTP/1.1 401"));
    for (const char* rubbish : {"", " ", "GET", "GET ", "\r\n", "PUT / HTTP/1.1"}) {
        CHECK(one.answer(rubbish).bytes.starts_with("HTTP/1.1 "));
    }
}

TEST_CASE("relays and switches", "[device]") {
    device one{of(firmware::v0_8x)};
    const auto seen = [&](const char* section, const char* element) {
        return value(body(one.answer(get("/data.cgx")).bytes), section, element);
    };
    CHECK(body(one.answer(get("/RL.cgx?rl1=ON")).bytes).find("<RELAIS1>ON</RELAIS1>") != std::string::npos);
    CHECK(seen("relais", "RELAIS1") == "ON");
    one.answer(get("/AJAX.cgx?frl=1"));
    one.answer(get("/AJAX.cgx?vs8=ON"));
    one.answer(get("/AJAX.cgx?vs99=ON"));
    one.answer(get("/RL.cgi?rl=ON"));
    CHECK(seen("relais", "RELAIS1") == "OFF");
    CHECK(seen("switch_virtuel", "SWITCH8") == "1");
    CHECK(one.answer(get("/AJAX.CGX?reset=yes")).reboot);
}

TEST_CASE("faults of the document", "[device]") {
    device one{of(firmware::v0_84a10)};
    const std::string whole = body(one.answer(get("/data.cgx")).bytes);
    one.set_fault({fault::cut, 0, 100});
    CHECK(body(one.answer(get("/data.cgx")).bytes) == whole.substr(0, 100));
    one.set_fault({fault::cut});
    CHECK(body(one.answer(get("/data.cgx")).bytes).size() == whole.size() / 2);
    one.set_fault({fault::absent_meter});
    CHECK(value(body(one.answer(get("/data.cgx")).bytes), "tic1", "ADCO") == "Pas Dispo");
    CHECK(value(body(one.answer(get("/data.cgx")).bytes), "tic1", "PTEC") == "TIC NDERR.");
    one.set_fault({fault::bad_name});
    CHECK(body(one.answer(get("/data.cgx")).bytes).find("S\xe9jour & <salon>") != std::string::npos);
    one.set_fault({fault::forbidden});
    CHECK(one.answer(get("/data.cgx")).bytes.starts_with("HTTP/1.1 403"));
    one.set_fault({fault::unauthorized});
    CHECK(one.answer(get("/data.cgx")).bytes.starts_with("HTTP/1.1 401"));
    one.set_fault({fault::slow, 3});
    CHECK(one.answer(get("/data.cgx")).delay_s == 3);
}

TEST_CASE("a card of 1-Wire relays, by either number", "[device]") {
    device_setting setting = of(firmware::v0_84a10);
    device none{setting};
    CHECK(body(none.answer(get("/data.cgx")).bytes).find("relais1W") == std::string::npos);
    CHECK(none.answer_m2m("gr109").bytes == "00000000\r\n");
    for (const auto& [card, name] : {std::pair{relay_card::called_0, "RLW0"}, {relay_card::called_1, "RLW1"}}) {
        setting.card = card;
        device one{setting};
        CHECK(one.answer_m2m("srl101=1").bytes == std::string{name} + "=10000000\r\n");
        CHECK(one.answer_m2m("srl108=1").bytes == std::string{name} + "=10000001\r\n");
        CHECK(one.answer_m2m("srl109=1").bytes == std::string{name} + "=10000001\r\n");
        CHECK(one.answer_m2m("gr109").bytes == "10000001\r\n");
        CHECK(one.answer_m2m("srl2=1").bytes == "RLMB=01\r\n");
        one.answer(get("/RL.cgi?rl101=OFF"));
        const std::string page = body(one.answer(get("/data.cgx")).bytes);
        CHECK(page.find("</variables><relais1W><RELAIS101>OFF</RELAIS101>") != std::string::npos);
        CHECK(page.ends_with("<RELAIS108>ON</RELAIS108></relais1W></data>"));
        setting.dialect = m2m_dialect::b;
        CHECK(device{setting}.answer_m2m("srl101=1").bytes == "srl101=1\r\n=" + std::string{name} + "=10000000\r\n");
        setting.dialect = m2m_dialect::a;
    }
}
