// SPDX-License-Identifier: Apache-2.0
// The P1 port of Dutch smart meters (DSMR 5.0.2 P1 Companion Standard): a telegram each second, lines of OBIS codes
// with values.
#include <releve/kit/io/line_reader.hpp>
#include <releve/kit/io/stream_option.hpp>
#include <releve/kit/text/number.hpp>
#include <releve/kit/time/civil_time.hpp>
#include <releve/source.hpp>

#include <array>
#include <map>

using namespace releve::literals;

namespace {

/// What an OBIS code means, in the unit of its quantity; `factor` converts the meter's.
struct measure {
    releve::series_description what;
    double factor = 1;
};

measure energy(std::string name, std::string number) {
    return {{.is = releve::kind::counter,
             .name = std::move(name),
             .unit = "Wh",
             .help = "Active energy of one register",
             .labels = {{"register", std::move(number)}}},
            1000};
}
measure power(std::string name) { return {{.name = std::move(name), .unit = "W", .help = "Of all phases"}, 1000}; }
measure phase(std::string name, std::string unit, std::string number) {
    return {{.name = std::move(name), .unit = std::move(unit), .help = "Of one phase", .labels = {{"phase", number}}}};
}

const std::map<std::string_view, measure>& measures() {
    static const std::map<std::string_view, measure> all{
        {"0-0:96.14.0", {{.is = releve::kind::text, .name = "tariff_period", .help = "Register that counts now"}}},
        {"1-0:1.8.1", energy("active_energy_drawn_tariff", "1")},
        {"1-0:1.8.2", energy("active_energy_drawn_tariff", "2")},
        {"1-0:2.8.1", energy("active_energy_injected_tariff", "1")},
        {"1-0:2.8.2", energy("active_energy_injected_tariff", "2")},
        {"1-0:1.7.0", power("power_drawn")},
        {"1-0:2.7.0", power("power_injected")},
        {"1-0:32.7.0", phase("voltage", "V", "1")},
        {"1-0:52.7.0", phase("voltage", "V", "2")},
        {"1-0:72.7.0", phase("voltage", "V", "3")},
        {"1-0:31.7.0", phase("current", "A", "1")},
        {"1-0:51.7.0", phase("current", "A", "2")},
        {"1-0:71.7.0", phase("current", "A", "3")},
    };
    return all;
}

/// CRC-16 of the standard's section 6.2: x^16 + x^15 + x^2 + 1, the lowest bit first, from 0, nothing inverted.
std::uint16_t crc16(std::string_view bytes) {
    unsigned crc = 0;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xa001U : crc >> 1U;
    }
    return static_cast<std::uint16_t>(crc);
}

/// "101209113020W": local time of the Netherlands, S in summer, which is UTC+2, or W, UTC+1. Nothing: it is not a time.
std::optional<releve::time_point> time_in(std::string_view text) {
    if (text.size() != 13 || (text.back() != 'S' && text.back() != 'W')) return std::nullopt;
    const auto local = releve::kit::civil_time_in("20" + std::string{text.substr(0, 12)}, "%Y%m%d%H%M%S");
    if (!local) return std::nullopt;
    return releve::time_point{std::chrono::seconds{releve::kit::seconds_of(*local)} - (text.back() == 'S' ? 2h : 1h)};
}

/// What the last parentheses of a line hold, without "*unit"; `which` 1: those before.
std::string_view value_in(std::string_view line, int which = 0) {
    for (; which > 0; --which) line = line.substr(0, line.rfind('('));
    const auto open = line.rfind('(');
    if (open == line.npos || !line.ends_with(')')) return {};
    line = line.substr(open + 1, line.size() - open - 2);
    return line.substr(0, line.find('*'));
}

} // namespace

class dsmr_p1 final : public releve::streaming_source {
    releve::context& host_;
    releve::kit::byte_stream port_;
    releve::kit::line_reader lines_{2048}; // a text message has at most 1,024 characters, as 2,048 digits
    releve::duration silence_;
    releve::metric bad_telegrams_;
    std::string telegram_; // from '/' on; empty: none has begun
    struct channel {
        std::string kind, read_at; // "gas"; of the last reading, which is repeated for minutes
    };
    std::map<char, channel> channels_; // M-Bus

    void take(std::string_view line, releve::output& out) {
        constexpr std::size_t max_telegram = 16384; // bytes
        if (line.starts_with('/')) telegram_.clear();
        if (telegram_.empty() && !line.starts_with('/')) return; // the rest of one whose beginning was missed
        if (!line.starts_with('!')) {
            (telegram_ += line) += "\r\n";
            if (telegram_.size() > max_telegram) bad("is longer than a telegram can be");
            return;
        }
        const auto sent = releve::kit::integer_in<std::uint16_t>(line.substr(1), 16);
        telegram_ += '!';
        if (sent != crc16(telegram_)) return bad("has a wrong checksum");
        host_.back("");
        read(telegram_, out);
        telegram_.clear();
    }
    void bad(const char* why) {
        bad_telegrams_.add();
        host_.log(releve::level::warning, "bad_telegram", port_.where() + ": a telegram " + why);
        telegram_.clear();
    }

    void read(std::string_view telegram, releve::output& out) {
        auto at = out.time(); // of the meter's clock, where the telegram has it
        while (!telegram.empty()) {
            const auto line = telegram.substr(0, telegram.find("\r\n"));
            telegram.remove_prefix(std::min(line.size() + 2, telegram.size()));
            const auto code = line.substr(0, line.find('('));
            if (code == "0-0:1.0.0") at = time_in(value_in(line)).value_or(at);
            if (code.size() == 10 && code.starts_with("0-")) read_channel(line, code[2], out);
            const auto known = measures().find(code);
            if (known == measures().end()) continue;
            const auto& [what, factor] = known->second;
            if (what.is == releve::kind::text)
                out.add(host_.declare(what), value_in(line), at);
            else if (const auto number = releve::kit::number_in(value_in(line)))
                out.add(host_.declare(what), *number * factor, at);
        }
    }
    /// A meter on the M-Bus, 1 to 4: its kind, and its last reading with the time of it. (To declare a series again is
    /// to look it up: a meter has one phase or three, and what it has is declared when it is read.)
    void read_channel(std::string_view line, char bus, releve::output& out) {
        auto& [kind, read_at] = channels_[bus];
        const auto value = value_in(line), time = value_in(line, 1);
        if (line.substr(3, 7) == ":24.1.0") kind = value == "003" ? "gas" : value == "007" ? "water" : "";
        const auto at = time_in(time);
        const auto number = releve::kit::number_in(value);
        if (line.substr(3, 7) != ":24.2.1" || kind.empty() || !at || !number || read_at == time) return;
        read_at = time;
        out.add(host_.counter("volume", "m3", "Volume that was drawn", {{"channel", kind}}), *number, *at);
    }

public:
    static constexpr auto summary = "The P1 port of a Dutch smart meter (DSMR)";

    static void describe(releve::option_list& o) {
        o.text("port", "Serial device, recorded file, or tcp://HOST:PORT").required().example("\"/dev/ttyUSB0\"");
        o.duration("silence", "The port is reopened after this time without a byte").fallback(30s).at_least(1s);
    }

    explicit dsmr_p1(releve::context& host)
        : host_{host}
        , port_{releve::kit::stream_option(host, "port", {.speed = 115200, .writable = false})}
        , silence_{host.options().duration("silence")}
        , bad_telegrams_{host.counter_metric("bad_telegrams_total", "Telegrams with a wrong checksum or length")} {}

    void start() override {
        port_.open(releve::kit::waiter{host_});
        lines_.restart();
        telegram_.clear();
    }
    void stop() override { port_.close(); }

    void run(releve::output& out) override {
        std::array<char, 4096> bytes;
        while (!port_.at_end()) {
            const auto woken = host_.wait(port_.fd(), RELEVE_READABLE, silence_);
            if (woken == releve::wake::stopped) return;
            if (woken == releve::wake::timeout) throw releve::transient_error(port_.where() + ": sends nothing");
            lines_.feed({bytes.data(), port_.read(bytes)}, [&](std::string_view line) { take(line, out); });
        }
    }
};

RELEVE_PLUGIN("dsmr-p1", "1.0.0", releve::component<dsmr_p1>("dsmr_p1"))
