// SPDX-License-Identifier: Apache-2.0
// A WES as an object, for any program:
//
//     releve::wes::server server{{.host = "192.168.1.112", .user = "admin", .password = "wes"}};
//     if (auto clamp = server.clamp(1); clamp.enabled()) std::cout << "Clamp 1: " << clamp.voltage() << " V\n";
//
// The first request for a value reads the whole page; all values are then of that moment, until refresh(). Where
// releve runs on this machine and has the server, all requests go through it.
#pragma once

#include "client/transport.hpp"
#include "ftp/listing.hpp"
#include "page/catalogue.hpp"
#include "page/control_target.hpp"
#include "page/document.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

/// The server accepted a setting, but its page does not show it; or it has no such relay or switch.
struct not_set : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class server;

/// Where a value is read. page: all values of one moment, until refresh(). m2m: each time over M2M, and from the page
/// where a value has no tag.
enum class read_from { page, m2m };

/// A channel of a server, which lives longer. Reading throws unreachable or bad_document.
class channel {
public:
    channel(server& of, channel_kind kind, int number)
        : of_{&of}
        , kind_{kind}
        , number_{number} {}
    /// A value by the name of its series; nothing: there is none. `label_value`: of its phase or its register.
    std::optional<double> value(std::string_view series, std::string_view label_value = {}) const;
    std::optional<std::string> text(std::string_view series) const;
    /// All its values on the page, with their units (UCUM); valid until the server's refresh().
    std::vector<element_value> values() const;

protected:
    double value_or_zero(std::string_view series) const { return value(series).value_or(0); }
    server& of() const { return *of_; }

private:
    server* of_;
    channel_kind kind_;
    int number_;
};

struct clamp_view : channel {
    using channel::channel;
    /// It measures something, or once did.
    bool enabled() const { return current() != 0 || energy_wh() != 0; }
    double current() const { return value_or_zero("current"); }               // A
    double energy_wh() const { return value_or_zero("active_energy_drawn"); } // index
    /// Of the mains, measured at the 9 V supply; 0 without it.
    double voltage() const;
};

struct meter_view : channel {
    using channel::channel;
    bool enabled() const { return value("apparent_power_drawn").has_value(); }
    double apparent_power() const { return value_or_zero("apparent_power_drawn"); } // V.A
    double current() const { return value("current", "1").value_or(0); }            // A
    std::string tariff_period() const { return text("tariff_period").value_or(""); }
    /// `register_name`: "HCHC", "HCHP", "BBRHPJR", ...; "BASE".
    double energy_wh(std::string_view register_name) const;
};

struct pulse_view : channel {
    using channel::channel;
    bool enabled() const { return count() != 0; }
    double count() const { return value_or_zero("pulse_count"); }
};

struct probe_view : channel {
    using channel::channel;
    /// An absent probe reads 0.0, so a probe at exactly 0 degrees seems absent.
    bool enabled() const { return temperature() != 0; }
    double temperature() const { return value_or_zero("temperature"); } // Cel
};

struct relay_view : channel {
    using channel::channel;
    bool on() const { return value_or_zero("relay") != 0; }
};

struct input_view : channel {
    using channel::channel;
    bool on() const { return value_or_zero("input") != 0; }
};

struct analog_view : channel {
    using channel::channel;
    double voltage() const { return value_or_zero("voltage"); } // V
};

struct switch_view : channel {
    using channel::channel;
    bool on() const { return value_or_zero("virtual_switch") != 0; }
};

struct variable_view : channel {
    using channel::channel;
    double number() const { return value_or_zero("variable"); }
};

class server {
public:
    /// Through a running host that has the server, else from this process.
    explicit server(const server_address& at, read_from from = read_from::page);
    explicit server(std::unique_ptr<transport> over, read_from from = read_from::page);

    /// Reads the page again. Throws unreachable, or bad_document.
    void refresh();

    meter_view meter(int number) { return {*this, channel_kind::tic, number}; }
    clamp_view clamp(int number) { return {*this, channel_kind::clamp, number}; }
    pulse_view pulse(int number) { return {*this, channel_kind::pulse, number}; }
    probe_view probe(int number) { return {*this, channel_kind::probe, number}; }
    relay_view relay(int number) { return {*this, channel_kind::relay, number}; }
    input_view input(int number) { return {*this, channel_kind::input, number}; }
    analog_view analog(int number) { return {*this, channel_kind::analog, number}; }
    switch_view virtual_switch(int number) { return {*this, channel_kind::virtual_switch, number}; }
    variable_view variable(int number) { return {*this, channel_kind::variable, number}; }
    /// "V0.84A10"
    std::string firmware();

    /// Turns it on or off, never toggles, by the request that its firmware knows, and reads the page again. Throws
    /// unreachable, bad_document or not_set.
    void set_relay(int number, bool on);
    void set_virtual_switch(int number, bool on);

    /// Over M2M: the number and its unit, as the server writes them ("T100": "1250", "P102": "338.25 l").
    std::string tag(std::string_view name) { return over_->fetch(resource::tag, name); }
    /// Over FTP: the files of a folder, and one file, of at most server_address::max_file bytes.
    std::vector<listed_file> files(std::string_view folder = "/");
    std::string file(std::string_view path) { return over_->fetch(resource::file, path); }

    const document& page();
    std::optional<double> value(channel_kind of, int number, std::string_view series, std::string_view label_value);
    std::optional<std::string> text(channel_kind of, int number, std::string_view series);
    std::vector<element_value> values();

private:
    void set(const std::string& channel, bool on);
    std::optional<std::string> over_m2m(channel_kind of, int number, std::string_view series,
                                        std::string_view label_value);

    std::unique_ptr<transport> over_;
    read_from from_;
    std::optional<document> page_;
    clamp_unit clamps_ = clamp_unit::by_decimal_point;
};

} // namespace releve::wes
