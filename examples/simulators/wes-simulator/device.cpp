// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "http_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace wes_simulator {
namespace {

std::string line(std::string_view key, double value) {
    char text[96];
    std::snprintf(text, sizeof text, "%.*s %.3f\n", static_cast<int>(key.size()), key.data(), value);
    return text;
}

// "rl1=ON", "frl=2": sets or turns one of `switches`.
template <std::size_t N>
bool turn(std::array<bool, N>& switches, std::string_view set, std::string_view toggle, std::string_view query) {
    const std::size_t equals = query.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string key = lower(query.substr(0, equals));
    const std::string value = lower(query.substr(equals + 1));
    const bool toggles = key == toggle;
    if (!toggles && !key.starts_with(set)) return false;
    const std::string digits = toggles ? value : key.substr(set.size());
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error != std::errc{} || end != digits.data() + digits.size() || n < 1 || n > N) return false;
    switches[n - 1] = toggles ? !switches[n - 1] : value == "on" || value == "1";
    return true;
}

} // namespace

device::device(device_setting setting)
    : setting_{std::move(setting)}
    , home_{setting_.seed, setting_.start_s, setting_.agreed} {
    if (setting_.files.empty()) return;
    files_.emplace(setting_.files);
    if (files_->empty()) files_->append("DATA.CGX", data_page(setting_.profile), "");
    if (setting_.log.empty()) return;
    log_.emplace(setting_.log, home_.now());
    const auto name = log_->file_at(setting_.start_s);
    if (!file_tree::is_path(name)) throw std::runtime_error("'" + name + "' is not the name of a log file");
}

void device::advance_to(std::int64_t time_s) {
    if (!log_) return home_.advance_to(time_s);
    while (home_.now().time_s + household::step_s <= time_s) {
        home_.advance_to(home_.now().time_s + household::step_s);
        if (const auto row = log_->after_step(home_.now(), fault_.kind != fault::absent_meter))
            files_->append(row->file, capture_log::header, row->text);
    }
}

device::account device::who(std::string_view segment) const {
    const std::string all = lower(segment);
    constexpr std::string_view header = "\nauthorization: basic ";
    const std::size_t at = all.find(header);
    if (at == std::string::npos) return {};
    std::string_view given = segment.substr(at + header.size());
    given = given.substr(0, given.find_first_of("\r\n "));
    if (given == base64(setting_.user + ":" + setting_.password)) return {true, true};
    return {given == base64(setting_.plain_user + ":" + setting_.plain_password), false};
}

bool device::carry_out(std::string_view query) {
    return turn(relays_, "rl", "frl", query) || turn(switches_, "vs", "fvs", query) ||
           (setting_.card != relay_card::none && turn(card_, "rl10", "frl10", query));
}

std::string device::card_page() const {
    if (setting_.card == relay_card::none) return {};
    std::string all = "<relais1W>";
    for (std::size_t i = 0; i < card_.size(); ++i) {
        const std::string name = "RELAIS10" + std::to_string(i + 1);
        all.append("<").append(name).append(card_[i] ? ">ON</" : ">OFF</").append(name).append(">");
    }
    return all + "</relais1W>";
}

reply device::answer(std::string_view segment) {
    const std::size_t space = segment.find(' ');
    std::string_view target = space == std::string_view::npos ? "" : segment.substr(space + 1);
    target = target.substr(0, target.find_first_of(" \r\n"));
    const std::string path = lower(unescaped(target.substr(0, target.find('?'))));
    std::string_view query = target.find('?') == std::string_view::npos ? "" : target.substr(target.find('?') + 1);
    if (const auto body = segment.find("\r\n\r\n"); segment.starts_with("POST ") && body != std::string_view::npos)
        query = segment.substr(body + 4);

    const account by = who(segment);
    reply out;
    if (!segment.starts_with("GET ") && !segment.starts_with("POST ")) {
        out.bytes = human("501 Not Implemented", "", "Error 501 - Not Implemented");
    } else if (!by.known || fault_.kind == fault::unauthorized) {
        out.bytes =
            human("401 Unauthorized", "WWW-Authenticate: Basic realm=\"serveur WES\"\r\n", "Error 401 - Unauthorized");
    } else if (fault_.kind == fault::forbidden || (!by.may_configure && path.starts_with("/infocfg"))) {
        out.bytes = human("403 Forbidden", "", "Error 403 - Forbidden");
    } else if (path == "/rl.cgi" || path == "/rl.cgx" || path == "/vs.cgi" ||
               (path == "/ajax.cgx" && setting_.profile != firmware::v0_61d)) {
        out.reboot = path == "/ajax.cgx" && query == "reset=yes";
        if (!out.reboot) carry_out(query);
        const auto state = [this](std::size_t n) { return std::string{relays_[n] ? "ON" : "OFF"}; };
        const std::string body =
            "<data><relais><RELAIS1>" + state(0) + "</RELAIS1><RELAIS2>" + state(1) + "</RELAIS2></relais></data>";
        out.bytes =
            message("200 OK", "Cache-Control: no-cache\r\n", path.ends_with(".cgi") ? "text/html" : "text/xml", body);
    } else {
        out = resource(path);
    }
    with_fault(out);
    return out;
}

void device::with_fault(reply& out) const {
    out.delay_s = fault_.kind == fault::slow ? fault_.seconds : 0;
    out.in_pieces = fault_.kind == fault::split;
    out.first_piece = fault_.bytes;
}

std::string device::truth_text() const {
    const readings& now = home_.now();
    std::string out = "name " + setting_.name + "\nfirmware " + std::string{version(setting_.profile)} + "\nfault " +
                      std::string{name(fault_.kind)} + "\n";
    out += line("time_s", static_cast<double>(now.time_s)) + line("apparent_power_va", now.apparent_power_va) +
           line("base_wh", now.base_wh) + line("peak_wh", now.peak_wh) + line("off_peak_wh", now.off_peak_wh);
    const char* const colours[] = {"blue", "white", "red"};
    for (std::size_t i = 0; i < 3; ++i) {
        out += line(std::string{"tempo_"} + colours[i] + "_peak_wh", now.tempo_peak_wh[i]);
        out += line(std::string{"tempo_"} + colours[i] + "_off_peak_wh", now.tempo_off_peak_wh[i]);
    }
    out += line("off_peak", now.off_peak ? 1 : 0) + line("heating_wh", now.heating.index_wh) +
           line("water_heater_wh", now.water_heater.index_wh) + line("cooking_wh", now.cooking.index_wh) +
           line("cold_water_l", now.cold_water_l) + line("hot_water_l", now.hot_water_l) + line("gas_l", now.gas_l) +
           line("living_room_c", now.living_room_c) + line("outdoor_c", now.outdoor_c) + line("tank_c", now.tank_c) +
           line("humidity_percent", now.humidity_percent);
    return out;
}

} // namespace wes_simulator
