// SPDX-License-Identifier: Apache-2.0
#include "owserver/server_bus.hpp"

#include "chip.hpp"
#include "value_text.hpp"

#include <algorithm>
#include <iterator>

namespace releve::onewire {
namespace {

using namespace std::chrono_literals;

constexpr auto conversion = 750ms;      // at 12 bits, by the data sheets
constexpr auto ask_again_after = 10min; // for the address of an entry that had none
constexpr std::size_t max_entry = 256;  // bytes
constexpr std::string_view humidity_folders[] = {"", "HIH4000", "HIH3600", "HIH5030", "HTM1735"};

} // namespace

owserver_bus::owserver_bus(kit::host_port to, owserver_timeouts timeouts, bool uncached, bool aliases, kit::waiter wait)
    : client_{std::move(to), timeouts, uncached, wait}
    , aliases_{aliases}
    , wait_{std::move(wait)} {}

std::vector<std::string> owserver_bus::list(kit::odd_entries& odd) {
    std::vector<std::string> all;
    try {
        for (const auto& entry : client_.directory("/")) {
            if (!entry.starts_with('/'))
                odd.note(entry, "is no path");
            else if (auto id = id_of(entry.substr(1), odd); id && std::find(all.begin(), all.end(), *id) == all.end())
                all.push_back(std::move(*id));
        }
    } catch (const refused& why) {
        throw bus_lost(std::string{"does not list its bus: it "}.append(why.what()));
    }
    return all;
}

/// Of an entry of the root: an address, or an alias in its place.
std::optional<std::string> owserver_bus::id_of(const std::string& entry, kit::odd_entries& odd) {
    static constexpr std::string_view folders[] = {"uncached",  "settings",     "system", "statistics",
                                                   "structure", "simultaneous", "alarm"};
    if (auto id = owserver_id(entry)) return id;
    if (entry.starts_with("bus.") || std::find(std::begin(folders), std::end(folders), entry) != std::end(folders))
        return std::nullopt;
    if (const auto known = aliased_.find(entry); known != aliased_.end()) return known->second;
    const auto refuse = [&](const char* why) {
        odd.note("/" + entry, why);
        return std::nullopt;
    };
    // An alias has any bytes; these are none, or would name something else on the server.
    if (entry.empty()) return refuse("has no name");
    if (entry.size() > max_entry) return refuse("is longer than 256 bytes");
    if (entry.find('/') != std::string::npos || entry.find('\0') != std::string::npos)
        return refuse("is no name of a chip");
    if (const auto known = not_chips_.find(entry); known != not_chips_.end() && wait_.steady() < known->second)
        return refuse("is no chip, and no alias of one");
    if (not_chips_.size() >= owserver_client::max_entries) not_chips_.clear();
    not_chips_[entry] = wait_.steady() + ask_again_after; // also where the server ends over the question
    try {
        const auto address = client_.read("/" + entry + "/address"); // family, number, CRC
        auto id = address.size() == 16 ? owserver_id(address.substr(0, 2) + "." + address.substr(2, 12)) : std::nullopt;
        if (id) {
            not_chips_.erase(entry);
            if (aliased_.size() < owserver_client::max_entries) aliased_[entry] = *id;
            return id;
        }
    } catch (const refused&) { // as an entry without an address
    }
    return refuse("is no chip, and no alias of one");
}

std::string owserver_bus::alias(const std::string& id) {
    if (!aliases_) return {};
    try {
        return client_.read("/" + id + "/alias");
    } catch (const refused&) {
        return {};
    }
}

bool owserver_bus::convert() {
    const auto begun = wait_.steady();
    try {
        client_.write("/simultaneous/temperature", "1");
    } catch (const refused&) {
        return false;
    }
    // The server may answer before the chips are ready.
    if (const auto taken = wait_.steady() - begun; taken < conversion) wait_.pause(conversion - taken);
    return true;
}

bool owserver_bus::parasite(const std::string& id) {
    const auto known = parasite_.find(id);
    if (known != parasite_.end()) return known->second;
    try {
        return parasite_[id] = integer_in(client_.read("/" + id + "/power")) != 1;
    } catch (const refused&) {
        return true; // asked again next time
    }
}

std::vector<chip_value> owserver_bus::read(const read_request& of) {
    const auto at = "/" + of.id;
    std::vector<chip_value> all;
    try {
        switch (chip_of(of.id)) {
        case chip::thermometer:
            all.push_back({.value = number(at + (of.converted ? "/latesttemp" : "/temperature"))});
            break;
        case chip::ds2438:
            all.push_back({.value = number(at + "/temperature")});
            if (of.humidity == humidity_chip::none) break;
            all.push_back({measure::relative_humidity,
                           {},
                           number(at + "/" + std::string{humidity_folders[static_cast<std::size_t>(of.humidity)]} +
                                  "/humidity")});
            break;
        case chip::ds2423:
            add_counters(of.id, all);
            break;
        case chip::ds2406:
        case chip::ds2408:
            add_bits(of.id, all);
            break;
        case chip::other:
            break;
        }
    } catch (const refused& why) {
        throw probe_lost(why.what());
    }
    return all;
}

double owserver_bus::number(const std::string& path) {
    const auto value = number_in(client_.read(path));
    if (!value) throw probe_lost("answers no number for " + path);
    return *value;
}

void owserver_bus::add_counters(const std::string& id, std::vector<chip_value>& to) {
    std::string text;
    try {
        text = client_.read("/" + id + counters_);
    } catch (const refused& why) {
        if (why.code != -1 && why.code != -2) throw;
        text = client_.read("/" + id + "/counter.ALL");
        counters_ = "/counter.ALL";
    }
    const auto values = integers_in(text, counter_all_ones);
    if (values.size() != 2) throw probe_lost("answers no two counters");
    to.push_back(counted("A", values[0]));
    to.push_back(counted("B", values[1]));
}

void owserver_bus::add_bits(const std::string& id, std::vector<chip_value>& to) {
    const bool eight = chip_of(id) == chip::ds2408;
    const std::pair<measure, std::string> properties[] = {{measure::output, "/PIO.ALL"},
                                                          {measure::input, "/sensed.ALL"}};
    for (const auto& [is, property] : properties) {
        const auto bits = integers_in(client_.read(("/" + id).append(property)), 1);
        if (bits.empty() || bits.size() > 8 || (eight && bits.size() != 8) || (!eight && bits.size() > 2))
            throw probe_lost("answers " + property.substr(1) + " with no list of bits");
        for (std::size_t i = 0; i < bits.size(); ++i)
            to.push_back({is, std::string{static_cast<char>((eight ? '0' : 'A') + static_cast<char>(i))},
                          static_cast<double>(bits[i])});
    }
}

} // namespace releve::onewire
