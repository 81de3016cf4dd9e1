// SPDX-License-Identifier: Apache-2.0
// A WES as an object, for programs of one's own:
//
//     releve::wes::server server{{.host = "192.168.1.112", .user = "admin", .password = "wes"}};
//     if (auto clamp = server.clamp(1); clamp.enabled()) std::cout << "Clamp 1: " << clamp.voltage() << " V\n";
//
// What is asked for first reads the whole page, once; all answers are then of that moment, until refresh().
#pragma once

#include "control_target.hpp"
#include "wes_catalogue.hpp"
#include "wes_document.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::wes {

/// The server could not be read. what() says why.
struct unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The server took it, and its page does not show it; or it has no such relay or switch.
struct not_set : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How a server is reached. One request at a time: a WES is fragile.
class transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;
    /// The body of a page. Throws unreachable.
    virtual std::string fetch(std::string_view path) = 0;
};

struct server_address {
    std::string host;
    std::uint16_t port = 80;
    std::string user = "admin", password = "wes"; // the factory's
};

/// Over HTTP, blocking.
std::unique_ptr<transport> http_transport(const server_address& to);

/// A part of a server's page; valid as long as the page (until refresh).
class channel {
public:
    channel(const document& page, channel_kind kind, int number, clamp_unit clamps)
        : page_{&page}
        , kind_{kind}
        , number_{number}
        , clamps_{clamps} {}
    /// A value by the name of its series; nothing when the page has none. `label_value`: of its phase or its register.
    std::optional<double> value(std::string_view series, std::string_view label_value = {}) const;
    std::optional<std::string> words(std::string_view series) const;

protected:
    double value_or_zero(std::string_view series) const { return value(series).value_or(0); }
    const document& page() const { return *page_; }
    clamp_unit clamps() const { return clamps_; }

private:
    const document* page_;
    channel_kind kind_;
    int number_;
    clamp_unit clamps_;
};

struct clamp_view : channel {
    using channel::channel;
    /// It measures, or has measured, something.
    bool enabled() const { return current() != 0 || energy_wh() != 0; }
    double current() const { return value_or_zero("current"); }               // A
    double energy_wh() const { return value_or_zero("active_energy_drawn"); } // index
    /// Of the mains, from the 9 V supply; 0 without it.
    double voltage() const;
};

struct meter_view : channel {
    using channel::channel;
    bool enabled() const { return value("apparent_power_drawn").has_value(); }
    double apparent_power() const { return value_or_zero("apparent_power_drawn"); } // V.A
    double current() const { return value("current", "1").value_or(0); }            // A
    std::string tariff_period() const { return words("tariff_period").value_or(""); }
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
    /// An absent probe reads 0.0, so one at exactly 0 degrees looks absent.
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
    explicit server(const server_address& at);
    explicit server(std::unique_ptr<transport> over);

    /// Reads the page again. Throws unreachable, or bad_document.
    void refresh();

    meter_view meter(int number) { return {page(), channel_kind::tic, number, clamps_}; }
    clamp_view clamp(int number) { return {page(), channel_kind::clamp, number, clamps_}; }
    pulse_view pulse(int number) { return {page(), channel_kind::pulse, number, clamps_}; }
    probe_view probe(int number) { return {page(), channel_kind::probe, number, clamps_}; }
    relay_view relay(int number) { return {page(), channel_kind::relay, number, clamps_}; }
    input_view input(int number) { return {page(), channel_kind::input, number, clamps_}; }
    analog_view analog(int number) { return {page(), channel_kind::analog, number, clamps_}; }
    switch_view virtual_switch(int number) { return {page(), channel_kind::virtual_switch, number, clamps_}; }
    variable_view variable(int number) { return {page(), channel_kind::variable, number, clamps_}; }
    std::string firmware();

    /// Turns it on or off, never over, and reads the page again. Throws unreachable, bad_document or not_set.
    void set_relay(int number, bool on, control_pages pages = control_pages::ajax);
    void set_virtual_switch(int number, bool on, control_pages pages = control_pages::ajax);

    const document& page();

private:
    void set(const std::string& channel, bool on, control_pages pages);

    std::unique_ptr<transport> over_;
    std::optional<document> page_;
    clamp_unit clamps_ = clamp_unit::by_decimal_point;
};

} // namespace releve::wes
