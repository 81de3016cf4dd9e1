// SPDX-License-Identifier: Apache-2.0
#include "w1_bus.hpp"

#include "chip.hpp"
#include "value_text.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace releve::onewire {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_conversion = 5s;
constexpr auto glance = 50ms;

std::string error_text(int error) { return std::generic_category().message(error); }

struct descriptor {
    int fd;
    explicit descriptor(int of)
        : fd{of} {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

/// Up to its end or `most` bytes. The error number in `error` where it can't be read.
std::string content(const std::string& path, int& error, std::size_t most = w1_bus::page) {
    const descriptor in{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    std::string buffer(most, '\0');
    std::size_t size = 0;
    error = in.fd < 0 ? errno : 0;
    while (error == 0 && size < most) {
        const auto got = ::read(in.fd, buffer.data() + size, most - size);
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
    const descriptor to{::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK)};
    return to.fd >= 0 && ::write(to.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

} // namespace

w1_bus::w1_bus(std::string folder, surroundings around)
    : folder_{std::move(folder)}
    , around_{std::move(around)} {}

std::vector<std::string> w1_bus::entries() const {
    const std::unique_ptr<DIR, int (*)(DIR*)> all{::opendir(folder_.c_str()), &::closedir};
    if (!all) throw bus_lost("can't be listed: " + error_text(errno) + "; are the modules of the bus loaded?");
    std::vector<std::string> names;
    while (const auto* one = ::readdir(all.get())) names.emplace_back(one->d_name);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> w1_bus::list() {
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
        const auto until = around_.steady() + longest_conversion;
        int error = 0;
        for (auto state = integer_in(content(path, error)); state == -1; state = integer_in(content(path, error))) {
            if (around_.steady() >= until) throw bus_lost("does not end the conversion of " + name);
            around_.pause(glance);
        }
    }
    return any;
}

bool w1_bus::parasite(const std::string& id) {
    int error = 0;
    return integer_in(content(folder_ + "/" + id + "/ext_power", error)) != 1;
}

std::string w1_bus::file(const std::string& id, const char* name, std::size_t most) const {
    int error = 0;
    auto text = content(folder_ + "/" + id + "/" + name, error, most);
    if (error == ENOENT || error == ENODEV || error == ENXIO) throw probe_lost("is not on the bus");
    if (error != 0) throw probe_lost(std::string{"can't be read: "}.append(error_text(error)));
    if (text.empty()) throw probe_lost("does not answer");
    return text;
}

std::vector<reading> w1_bus::read(const wanted& what) {
    std::vector<reading> all;
    switch (chip_of(what.id)) {
    case chip::thermometer: {
        const auto got = w1_temperature_in(file(what.id, "w1_slave"), has_count_byte(what.id));
        if (!got) throw probe_lost("is not read right (CRC): look at the wiring and the pull-up");
        all.push_back({.value = got->degrees, .sign = got->sign});
        break;
    }
    case chip::ds2438:
        add_monitor(what, all);
        break;
    case chip::ds2423: {
        const auto counters = w1_counters_in(file(what.id, "w1_slave"));
        if (counters.size() != 2) throw probe_lost("is not read right (CRC)");
        all.push_back({measure::count, "A", static_cast<double>(counters[0])});
        all.push_back({measure::count, "B", static_cast<double>(counters[1])});
        break;
    }
    case chip::ds2408:
        add_bits(what.id, all);
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

void w1_bus::add_monitor(const wanted& what, std::vector<reading>& to) const {
    const auto raw = integer_in(file(what.id, "temperature"));
    if (!raw) throw probe_lost("has no number in temperature");
    const auto degrees = static_cast<double>(*raw) / 256;
    to.push_back({.value = degrees});
    if (what.humidity == humidity_chip::none) return;
    const auto percent =
        relative_humidity(what.humidity, hundredths(what.id, "vad"), hundredths(what.id, "vdd"), degrees);
    if (!percent) throw probe_lost("has no supply voltage (vdd): humidity can't be computed");
    to.push_back({measure::relative_humidity, {}, *percent});
}

void w1_bus::add_bits(const std::string& id, std::vector<reading>& to) const {
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
