// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include "chip.hpp"

#include <algorithm>

namespace releve::onewire {
namespace {

using namespace releve::literals;

humidity_chip humidity_named(std::string_view name) {
    if (name == "HIH4000") return humidity_chip::hih4000;
    if (name == "HIH3600") return humidity_chip::hih3600;
    if (name == "HIH5030") return humidity_chip::hih5030;
    return name == "HTM1735" ? humidity_chip::htm1735 : humidity_chip::none;
}

power_on_rule rule_named(std::string_view name) {
    if (name == "accept") return power_on_rule::accept;
    return name == "reject" ? power_on_rule::reject : power_on_rule::detect;
}

simultaneous simultaneous_named(std::string_view name) {
    if (name == "on") return simultaneous::on;
    return name == "off" ? simultaneous::off : simultaneous::automatic;
}

void check_humidity(const std::string& at, humidity_chip of, bool kernel) {
    if (kernel && (of == humidity_chip::hih5030 || of == humidity_chip::htm1735))
        throw bad_option(at, "with the kernel's folder only HIH4000 and HIH3600 can be computed");
}

device_setting device_in(const option_values& of, const std::string& at, const settings& all) {
    const auto text = of.text("id");
    const bool kernel = all.server.empty();
    const auto id = kernel ? w1_id(text) : owserver_id(text);
    if (!id)
        throw bad_option(at + ".id", kernel ? "no address as the kernel writes it, such as 28-0002d7280000"
                                            : "no address as owserver writes it, such as 28.000028D70200");
    const auto is = chip_of(*id);
    if (is == chip::other || (kernel && is == chip::ds2406))
        throw bad_option(at + ".id", "chips of this family can't be read here");
    auto name = of.text("name");
    const bool control = std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; });
    if (name.size() > 64 || control || (of.given("name") && name.empty()))
        throw bad_option(at + ".name", "a name has 1 to 64 bytes, without control characters");
    for (const auto& other : all.devices) {
        if (other.id == *id) throw bad_option(at + ".id", "another device has the address " + *id);
        if (!name.empty() && other.name == name) throw bad_option(at + ".name", "another device has this name");
    }
    const auto humidity = of.given("humidity") ? humidity_named(of.choice("humidity")) : all.humidity;
    check_humidity(at + ".humidity", humidity, kernel);
    return {*id, std::move(name), humidity};
}

} // namespace

void settings::describe(option_list& o) {
    o.text("server", "Address of an owserver, with its port where it is not 4304").example("\"localhost:4304\"");
    o.path("w1", "Instead of an owserver: the kernel's folder of 1-Wire devices").example("\"/sys/bus/w1/devices\"");
    o.interval(30s).at_least(1s);
    o.tables("devices", "Chips that get a name, or are read without scanning", [](option_list& of) {
        of.text("id", "Address, as owserver (28.000028D70200) or the kernel (28-0002d7280000) writes it")
            .required()
            .example("\"28.000028D70200\"");
        of.text("name", "What the label `channel` says; else the alias that owserver has, else the address");
        of.choice("humidity", {"HIH4000", "HIH3600", "HIH5030", "HTM1735", "none"}, "Humidity sensor at this DS2438");
    });
    o.boolean("scan", "Also reads the chips that `devices` does not list").fallback(true);
    o.choice("humidity", {"HIH4000", "HIH3600", "HIH5030", "HTM1735", "none"}, "Humidity sensor at each DS2438")
        .fallback("HIH4000");
    o.choice("simultaneous", {"auto", "on", "off"},
             "One conversion for all thermometers; auto: for more than three, none of which is parasite-powered")
        .fallback("auto");
    o.choice(
         "power_on", {"detect", "accept", "reject"},
         "What to do with exactly 85.0 degrees: detect whether the thermometer has converted, accept it, or reject it")
        .fallback("detect");
    o.number("power_on_near", "Without another sign, 85.0 is real after a value above this")
        .fallback(80.0)
        .at_least(-55.0)
        .at_most(125.0)
        .unit("Cel")
        .advanced();
    o.boolean("aliases", "Takes the aliases that owserver has as names").fallback(true);
    o.boolean("uncached", "Asks owserver for values that are not from its cache (15 s)").fallback(false);
    o.duration("connect_timeout", "Longest wait for a connection").fallback(3s).at_least(10ms).at_most(1min);
    o.duration("timeout", "Longest wait for owserver to say anything").fallback(10s).at_least(10ms).at_most(5min);
    o.duration("answer_timeout", "Longest wait for a whole reply while owserver says that it is working")
        .fallback(1min)
        .at_least(10ms)
        .at_most(10min)
        .advanced();
}

settings::settings(const context& host) {
    const auto options = host.options();
    server = options.text("server");
    folder = options.path("w1");
    if (options.given("server") == options.given("w1"))
        throw bad_option(options.given("w1") ? "w1" : "server",
                         "a node reads either an owserver (server) or the kernel's folder (w1): give one");
    if (options.given("server")) {
        try {
            address = kit::host_port_in(server, owserver_port);
        } catch (const std::invalid_argument& why) {
            throw bad_option("server",
                             std::string{why.what()} + "; an address and port is localhost:4304 or [::1]:4304");
        }
    } else if (folder.empty() || folder.find('\0') != std::string::npos) {
        throw bad_option("w1", "no folder, such as /sys/bus/w1/devices");
    }
    humidity = humidity_named(options.choice("humidity"));
    if (options.given("humidity")) check_humidity("humidity", humidity, server.empty());
    scan = options.boolean("scan");
    const auto all = options.tables("devices");
    for (std::size_t i = 0; i < all.size(); ++i)
        devices.push_back(device_in(all[i], "devices[" + std::to_string(i) + "]", *this));
    if (!scan && devices.empty()) throw bad_option("scan", "without scanning, 'devices' says what is read");
    conversion = simultaneous_named(options.choice("simultaneous"));
    temperature = {rule_named(options.choice("power_on")), options.number("power_on_near")};
    aliases = options.boolean("aliases");
    uncached = options.boolean("uncached");
    timeouts = {options.duration("connect_timeout"), options.duration("timeout"), options.duration("answer_timeout")};
}

} // namespace releve::onewire
