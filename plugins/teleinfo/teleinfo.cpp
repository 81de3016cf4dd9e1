// SPDX-License-Identifier: Apache-2.0
// The component: listens to one meter's line for as long as the node lives.
#include "publisher.hpp"
#include "quality.hpp"
#include "speed.hpp"

#include <releve/kit/io/byte_stream.hpp>
#include <releve/kit/io/wait.hpp>
#include <releve/kit/text/number.hpp>
#include <releve/kit/text/odd_entries.hpp>
#include <releve/source.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

namespace releve::teleinfo {

using namespace releve::literals;

namespace {

constexpr auto reopen_after = 2s;  // a port that is gone: an adapter needs a second to appear
constexpr auto check_every = 1s;   // silence and speed, when no byte comes
constexpr auto silent_after = 10s; // 02E §3.5: absent after 10 s without a correct frame
constexpr auto recording_step = 100ms;
constexpr unsigned odd_frames = 3; // in a row: one in 64 damaged groups has a right checksum
constexpr int max_meters = 16;     // that a line's identifiers are followed for

tic_mode mode_of(const std::string& choice) {
    if (choice == "historique") return tic_mode::historique;
    return choice == "standard" ? tic_mode::standard : tic_mode::unknown;
}

std::vector<int> speeds_of(const option_values& options) {
    if (const auto speed = kit::integer_in<int>(options.choice("speed"))) return {*speed};
    // The two of nearly all meters twice as often as those a PME-PMI may be set to.
    if (options.choice("mode") == "historique") return {1200, 9600, 1200, 19200, 4800, 2400};
    return {9600, 1200, 9600, 1200, 19200, 4800, 2400};
}

kit::byte_stream line_of(const option_values& options, int speed) {
    try {
        // A byte with bad parity is read as NUL, which no group holds: better than the six bits of the checksum alone.
        return {options.text("port"), {.speed = speed, .bits = kit::framing::seven_even_one, .writable = false}};
    } catch (const std::invalid_argument& e) {
        throw bad_option("port", e.what());
    }
}

} // namespace

class teleinfo final : public streaming_source {
public:
    static constexpr auto summary = "A French electricity meter's customer output (Télé-Information Client)";

    static void describe(option_list& o) {
        o.text("port", "Serial device, recorded file, or tcp://host:port of a peer that passes the line's bytes on")
            .required()
            .example("\"/dev/serial/by-id/usb-FTDI_FT230X_TINFO-if00-port0\"");
        o.choice("mode", {"auto", "historique", "standard"},
                 "What the line speaks; auto finds out, and again when it changes")
            .fallback("auto");
        o.choice("speed", {"auto", "1200", "2400", "4800", "9600", "19200"},
                 "Speed of the serial device in baud; auto tries until valid groups come")
            .fallback("auto");
        o.duration("publish",
                   "At most one record of a measured value in this time; changed words and states go at once")
            .fallback(10s)
            .at_least(0s)
            .at_most(1h);
        o.duration("refresh", "A value that does not change is reported again after this time")
            .fallback(5min)
            .at_least(1s);
        o.choice("identifiers", {"none", "serial", "all"},
                 "Labels from the meter, which are personal data: its serial number as `meter`, also the delivery "
                 "point as `prm`")
            .fallback("none");
        o.choice("horodate", {"mainland", "host"},
                 "Time of values that carry the meter's own: read as mainland France's, or when this machine saw them "
                 "first")
            .fallback("mainland");
        o.duration("line_quality", "Time between two records of the line's quality; 0s: none")
            .fallback(1min)
            .at_least(0s);
        o.integer("max_unknown", "Labels kept at most of those that this version does not know")
            .fallback(64)
            .at_least(0)
            .at_most(1000)
            .advanced();
    }

    explicit teleinfo(context& host)
        : host_{host}
        , identifiers_{host.options().choice("identifiers")}
        , speed_{speeds_of(host.options())}
        , line_{line_of(host.options(), speed_.now())}
        , reader_{mode_of(host.options().choice("mode"))}
        , meter_{{host.options().choice("horodate") == "host" ? horodate_use::host : horodate_use::mainland,
                  static_cast<std::size_t>(host.options().integer("max_unknown"))}}
        , publisher_{host, {host.options().duration("publish"), host.options().duration("refresh")}}
        , quality_{host, host.options().duration("line_quality")} {}

    void probe() override {
        open();
        line_.close();
    }
    void start() override { open(); }
    void stop() override { line_.close(); }

    void run(output& out) override {
        while (!host_.stopping()) {
            if (!line_.is_open() && !reopen()) return;
            if (!line_.is_open()) continue;
            if (!wait_for_bytes()) return;
            try {
                const auto max = line_.is_recording() ? recording_bytes() : buffer_.size();
                const auto size = line_.read(std::span{buffer_}.first(std::min(max, buffer_.size())));
                take({buffer_.data(), size}, out);
            } catch (const std::runtime_error& e) {
                host_.lost(line_.where(), e.what());
                line_.close();
            }
            check_line(out);
        }
    }

private:
    void open() {
        line_.set_speed(speed_.now());
        line_.open(kit::waiter{host_});
        reader_.restart();
        speed_.begin(host_.steady().count());
        last_good_ = last_bytes_ = host_.steady();
    }

    /// False: the node is to end.
    bool reopen() {
        if (host_.wait(reopen_after) == wake::stopped) return false;
        try {
            open();
            host_.log(level::debug, "reopened", line_.where() + " is open again");
        } catch (const std::runtime_error& e) {
            host_.lost(line_.where(), e.what());
        }
        return true;
    }

    /// False: the node is to end. A recording is played at the speed of the line it was made of.
    bool wait_for_bytes() {
        if (line_.is_recording())
            return host_.wait(line_.at_end() ? duration{check_every} : duration{recording_step}) != wake::stopped;
        return host_.wait(line_.fd(), RELEVE_READABLE, check_every) != wake::stopped;
    }

    std::size_t recording_bytes() const {
        const auto& options = host_.options();
        int speed = reader_.mode() == tic_mode::standard ? 9600 : 1200;
        if (options.choice("speed") != "auto") speed = speed_.now();
        return static_cast<std::size_t>(speed / 10 / (1s / recording_step)); // ten bits a character
    }

    void take(std::string_view bytes, output& out) {
        if (line_.at_end() && !reported_end_) {
            reported_end_ = true;
            host_.log(level::info, "recording_end", line_.where() + ": played to its end");
        }
        reader_.feed(bytes);
        std::size_t groups = 0; // valid, in a frame
        tic_group group;
        for (auto event = reader_.next(group); event != tic_event::none; event = reader_.next(group)) {
            switch (event) {
            case tic_event::frame_begin:
                meter_.begin_frame();
                break;
            case tic_event::group:
                meter_.take(group);
                if (group.in_frame) ++groups;
                break;
            case tic_event::bad_group:
                meter_.take_bad();
                break;
            case tic_event::frame_end:
                listen(0, groups);
                groups = 0;
                end_frame(out);
                break;
            case tic_event::none:
                break;
            }
        }
        listen(bytes.size(), groups);
        if (!bytes.empty()) last_bytes_ = host_.steady();
    }

    void listen(std::size_t bytes, std::size_t groups) {
        if (!line_.is_serial() || !speed_.inspect(host_.steady().count(), bytes, groups)) return;
        host_.log(level::debug, "speed", line_.where() + ": trying " + std::to_string(speed_.now()) + " Bd");
        line_.set_speed(speed_.now());
        reader_.restart();
    }

    void end_frame(output& out) {
        const bool found = !line_.is_serial() || speed_.found();
        const auto good = meter_.good_frames();
        const auto now = host_.now();
        meter_.end_frame(reader_.ended_by(), to_ns(now), host_.steady().count(), [&](const meter_value& value) {
            if (found && labelled()) publisher_.report(out, value, now);
        });
        if (meter_.good_frames() == good || !found) return;
        tell_odd_labels();
        last_good_ = host_.steady();
        host_.back(line_.where());
        report_what_was_found();
    }

    /// Series may be declared: the labels that the meter gives are known, or not wanted.
    bool labelled() {
        if (identifiers_ == "none") return true;
        const bool all = identifiers_ == "all";
        if (meter_.serial().empty()) return false;
        if (meter_.serial() == serial_ && (!all || meter_.delivery_point() == delivery_point_)) return true;
        if (++meters_ > max_meters) {
            if (meters_ == max_meters + 1)
                host_.log(level::warning, "too_many_meters",
                          line_.where() +
                              ": more than 16 meters on one line: those that follow are not reported; is the "
                              "line shared, or does somebody write on it?");
            meters_ = max_meters + 1;
            return false;
        }
        serial_ = meter_.serial();
        delivery_point_ = meter_.delivery_point();
        std::vector<label> labels{{"meter", serial_}};
        if (all && !delivery_point_.empty()) labels.push_back({"prm", delivery_point_});
        publisher_.set_labels(std::move(labels));
        return true;
    }

    /// Labels that can't be read while the rest can. What a bad line does to a group now and then is only counted.
    void tell_odd_labels() {
        for (const auto* one : meter_.malformed()) odd_.note(one->label, "has not the form of its label");
        for (const auto* one : meter_.held_back()) odd_.note(one->label, "does not continue from its last reading");
        const auto told = odd_.end_round();
        if (!told.begun.empty())
            host_.log(level::warning, "odd_groups",
                      line_.where() + ": passes over groups that have a right checksum: " + told.begun +
                          "; the others are read. Is it another kind of meter, or several on one line?");
        if (!told.over.empty())
            host_.log(level::info, "odd_groups_over", line_.where() + ": can be read again: " + told.over);
        if (meter_.refused_labels() == 0 || told_refused_) return;
        told_refused_ = true;
        host_.log(level::warning, "too_many_labels",
                  line_.where() +
                      ": has more labels that this version does not know than 'max_unknown' keeps: the others "
                      "are not reported");
    }

    void report_what_was_found() {
        const int speed = line_.is_serial() ? speed_.now() : 0;
        if (reader_.mode() == reported_mode_ && speed == reported_speed_) return;
        reported_mode_ = reader_.mode();
        reported_speed_ = speed;
        host_.log(level::info, "line_found",
                  line_.where() + ": " + std::string{mode_name(reported_mode_)} + " mode" +
                      (speed != 0 ? " at " + std::to_string(speed) + " Bd" : std::string{}));
    }

    void check_line(output& out) {
        const auto silence = host_.steady() - last_good_;
        if (line_.is_open() && silence >= silent_after && !line_.at_end())
            host_.lost(line_.where(), host_.steady() - last_bytes_ >= silent_after
                                          ? "nothing comes from the meter: see that the adapter is on I1 and I2"
                                          : "bytes come, but no group is right: wrong speed, or a bad line");
        quality_.report(out, {.good = meter_.totals().good,
                              .bad = meter_.totals().bad,
                              .unknown = meter_.totals().unknown,
                              .frames = meter_.frames(),
                              .age = silence,
                              .mode = reader_.mode(),
                              .speed = line_.is_serial() ? speed_.now() : 0});
    }

    context& host_;
    std::string identifiers_, serial_, delivery_point_;
    tic_speed speed_;
    kit::byte_stream line_;
    std::array<char, 4096> buffer_{};
    tic_reader reader_;
    tic_meter meter_;
    tic_publisher publisher_;
    tic_quality quality_;
    duration last_good_{}, last_bytes_{}; // steady
    tic_mode reported_mode_ = tic_mode::unknown;
    int reported_speed_ = -1;
    bool reported_end_ = false;
    kit::odd_entries odd_{odd_frames};
    bool told_refused_ = false;
    int meters_ = 0;
};

} // namespace releve::teleinfo

RELEVE_PLUGIN("teleinfo", "0.1.0", releve::component<releve::teleinfo::teleinfo>("teleinfo"))
