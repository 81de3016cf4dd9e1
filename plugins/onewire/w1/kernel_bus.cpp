// SPDX-License-Identifier: Apache-2.0
#include "w1/kernel_bus.hpp"

#include "chip.hpp"
#include "value_text.hpp"

#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/failure.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace releve::onewire {
namespace {

using namespace std::chrono_literals;

constexpr auto conversion_timeout = 5s;
constexpr auto check_every = 50ms; // sysfs tells no event

/// Up to its end or `max` bytes. `error`: errno when it can't be read, else 0.
std::string content(const std::string& path, int& error, std::size_t max = w1_bus::page) {
    const kit::descriptor in{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    std::string buffer(max, '\0');
    std::size_t size = 0;
    error = !in ? errno : 0;
    while (error == 0 && size < max) {
        const auto got = ::read(in.get(), buffer.data() + size, max - size);
        if (got == 0) break;
        if (got > 0)
            size += static_cast<std::size_t>(got);
        else if (errno != EINTR)
            error = errno;
    }
    buffer.resize(size);
    return buffer;
}

bool put(const std::string& path, std::string_view text) {
    const kit::descriptor to{::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK)};
    return to && ::write(to.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

} // namespace

w1_bus::w1_bus(std::string folder, kit::waiter wait)
    : folder_{std::move(folder)}
    , wait_{std::move(wait)} {}

std::vector<std::string> w1_bus::entries() const {
    const std::unique_ptr<DIR, int (*)(DIR*)> all{::opendir(folder_.c_str()), &::closedir};
    if (!all) throw bus_lost("can't be listed: " + kit::error_text(errno) + "; are the modules of the bus loaded?");
    std::vector<std::string> names;
    while (const auto* one = ::readdir(all.get())) names.emplace_back(one->d_name);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> w1_bus::list(kit::odd_entries& /*the folder has other things too*/) {
    std::vector<std::string> all;
    for (const auto& name : entries())
        if (w1_id(name) == name) all.push_back(name);
    return all;
}

bool w1_bus::convert() {
    bool any = false;
    for (const auto& name : entries()) {
        if (!name.starts_with("w1_bus_master")) continue;
        const auto path = folder_ + "/" + name + "/therm_bulk_read";
        if (!put(path, "trigger\n")) continue; // a bus without a thermometer has no such file
        any = true;
        const auto until = wait_.steady() + conversion_timeout;
        int error = 0;
        for (auto state = integer_in(content(path, error)); state == -1; state = integer_in(content(path, error))) {
            if (wait_.steady() >= until) throw bus_lost("does not end the conversion of " + name);
            wait_.pause(check_every);
        }
    }
    return any;
}

bool w1_bus::parasite(const std::string& id) {
    int error = 0;
    return integer_in(content(folder_ + "/" + id + "/ext_power", error)) != 1;
}

std::string w1_bus::file(const std::string& id, const char* name, std::size_t max) const {
    int error = 0;
    auto text = content(folder_ + "/" + id + "/" + name, error, max);
    if (error == ENOENT || error == ENODEV || error == ENXIO) throw probe_lost("is not on the bus");
    if (error != 0) throw probe_lost(std::string{"can't be read: "}.append(kit::error_text(error)));
    if (text.empty()) throw probe_lost("does not answer");
    return text;
}

std::vector<chip_value> w1_bus::read(const read_request& of) {
    std::vector<chip_value> all;
    switch (chip_of(of.id)) {
    case chip::thermometer: {
        const auto got = w1_temperature_in(file(of.id, "w1_slave"), has_count_byte(of.id));
        if (!got) throw probe_lost("is not read right (CRC): look at the wiring and the pull-up");
        all.push_back({.value = got->degrees, .sign = got->sign});
        break;
    }
    case chip::ds2438:
        add_monitor(of, all);
        break;
    case chip::ds2423: {
        const auto counters = w1_counters_in(file(of.id, "w1_slave"));
        if (counters.size() != 2) throw probe_lost("is not read right (CRC)");
        all.push_back(counted("A", counters[0]));
        all.push_back(counted("B", counters[1]));
        break;
    }
    case chip::ds2408:
        add_bits(of.id, all);
        break;
    case chip::ds2406:
    case chip::other:
        break;
    }
    return all;
}

double w1_bus::hundredths(const std::string& id, const char* name) const {
    const auto value = integer_in(file(id, name));
    if (!value) throw probe_lost(std::string{"has no number in "}.append(name));
    return static_cast<double>(*value) / 100;
}

void w1_bus::add_monitor(const read_request& of, std::vector<chip_value>& to) const {
    const auto raw = integer_in(file(of.id, "temperature"));
    if (!raw) throw probe_lost("has no number in temperature");
    const auto degrees = static_cast<double>(*raw) / 256;
    to.push_back({.value = degrees});
    if (of.humidity == humidity_chip::none) return;
    const auto percent = relative_humidity(of.humidity, hundredths(of.id, "vad"), hundredths(of.id, "vdd"), degrees);
    if (!percent) throw probe_lost("has no supply voltage (vdd): humidity can't be computed");
    to.push_back({measure::relative_humidity, {}, *percent});
}

void w1_bus::add_bits(const std::string& id, std::vector<chip_value>& to) const {
    const std::pair<measure, const char*> of[] = {{measure::output, "output"}, {measure::input, "state"}};
    for (const auto& [is, name] : of) {
        const auto byte = static_cast<unsigned char>(file(id, name, 1).front()); // w1_ds2408.c reads one, or none
        for (unsigned bit = 0; bit < 8; ++bit) {
            const bool high = (byte >> bit & 1U) != 0;
            // Data sheet: a 0 in the output latch turns the transistor on.
            to.push_back({is, std::to_string(bit), high == (is == measure::input) ? 1.0 : 0.0});
        }
    }
}

} // namespace releve::onewire
