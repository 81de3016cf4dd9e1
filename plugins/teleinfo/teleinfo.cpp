// SPDX-License-Identifier: Apache-2.0
// The component: listens to one meter's line for as long as the node lives.
#include "tic_port.hpp"
#include "tic_publisher.hpp"
#include "tic_quality.hpp"
#include "tic_speed.hpp"

#include <releve/source.hpp>

#include <optional>
#include <string>
#include <vector>

namespace releve::teleinfo {

using namespace releve::literals;

namespace {

constexpr auto reopen_after = 2s;  // a port that is gone: an adapter needs a second to appear
constexpr auto glance = 1s;        // how long a wait may last before silence and speed are looked at
constexpr auto silent_after = 10s; // 02E §3.5: absent after 10 s without a correct frame
constexpr auto recording_step = 100ms;

tic_mode mode_of(const std::string& choice) {
    if (choice == "historique") return tic_mode::historique;
    return choice == "standard" ? tic_mode::standard : tic_mode::unknown;
}

std::vector<int> speeds_of(const option_values& options) {
    if (const auto speed = options.choice("speed"); speed != "auto") return {std::stoi(speed)};
    // The two of nearly all meters twice as often as those a PME-PMI may be set to.
    if (options.choice("mode") == "historique") return {1200, 9600, 1200, 19200, 4800, 2400};
    return {9600, 1200, 9600, 1200, 19200, 4800, 2400};
}

tic_port* make_port(const option_values& options, std::optional<tic_port>& in) {
    try {
        return &in.emplace(options.text("port"));
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
        o.duration("refresh", "A value that does not change is told again after this time").fallback(5min).at_least(1s);
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
        , port_{make_port(host.options(), port_memory_)}
        , identifiers_{host.options().choice("identifiers")}
        , speed_{speeds_of(host.options())}
        , reader_{mode_of(host.options().choice("mode"))}
        , meter_{{host.options().choice("horodate") == "host" ? horodate_use::host : horodate_use::mainland,
                  static_cast<std::size_t>(host.options().integer("max_unknown"))}}
        , publisher_{host, {host.options().duration("publish"), host.options().duration("refresh")}}
        , quality_{host, host.options().duration("line_quality")} {}

    void probe() override {
        open();
        port_->close();
    }
    void start() override { open(); }
    void stop() override { port_->close(); }

    void run(output& out) override {
        while (!host_.stopping()) {
            if (!port_->is_open() && !reopen()) return;
            if (!port_->is_open()) continue;
            if (!wait_for_bytes()) return;
            try {
                take(port_->read(port_->is_recording() ? recording_bytes() : tic_port::block), out);
            } catch (const std::runtime_error& e) {
                host_.lost(port_->where(), e.what());
                port_->close();
            }
            look_at_line(out);
        }
    }

private:
    void open() {
        port_->open(speed_.now(), [this](int fd, short events, duration timeout) {
            const auto woke = host_.wait(fd, events, timeout);
            if (woke == wake::stopped) throw stopped{};
            return woke == wake::ready;
        });
        reader_.restart();
        speed_.begin(host_.steady().count());
        last_good_ = last_bytes_ = host_.steady();
    }

    /// False: the node is to end.
    bool reopen() {
        if (host_.wait(reopen_after) == wake::stopped) return false;
        try {
            open();
            host_.log(level::debug, "reopened", port_->where() + " is open again");
        } catch (const std::runtime_error& e) {
            host_.lost(port_->where(), e.what());
        }
        return true;
    }

    /// False: the node is to end. A recording is played at the speed of the line it was made of.
    bool wait_for_bytes() {
        if (port_->is_recording())
            return host_.wait(port_->at_end() ? duration{glance} : duration{recording_step}) != wake::stopped;
        return host_.wait(port_->fd(), RELEVE_READABLE, glance) != wake::stopped;
    }

    std::size_t recording_bytes() const {
        const auto& options = host_.options();
        int speed = reader_.mode() == tic_mode::standard ? 9600 : 1200;
        if (options.choice("speed") != "auto") speed = speed_.now();
        return static_cast<std::size_t>(speed / 10 / (1s / recording_step)); // ten bits a character
    }

    void take(std::string_view bytes, output& out) {
        if (port_->at_end() && !said_end_) {
            said_end_ = true;
            host_.log(level::info, "recording_end", port_->where() + ": played to its end");
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
        if (!port_->is_serial() || !speed_.look(host_.steady().count(), bytes, groups)) return;
        host_.log(level::debug, "speed", port_->where() + ": trying " + std::to_string(speed_.now()) + " Bd");
        port_->set_speed(speed_.now());
        reader_.restart();
    }

    void end_frame(output& out) {
        const bool found = !port_->is_serial() || speed_.found();
        const auto good = meter_.good_frames();
        const auto now = host_.now();
        meter_.end_frame(reader_.ended_by(), to_ns(now), host_.steady().count(), [&](const tic_reading& reading) {
            if (found && labelled()) publisher_.tell(out, reading, now);
        });
        if (meter_.good_frames() == good || !found) return;
        last_good_ = host_.steady();
        host_.back(port_->where());
        say_what_was_found();
    }

    /// Series may be declared: the labels that the meter gives are known, or not wanted.
    bool labelled() {
        if (identifiers_ == "none") return true;
        const bool all = identifiers_ == "all";
        if (meter_.serial().empty()) return false;
        if (meter_.serial() == serial_ && (!all || meter_.delivery_point() == delivery_point_)) return true;
        serial_ = meter_.serial();
        delivery_point_ = meter_.delivery_point();
        std::vector<label> labels{{"meter", serial_}};
        if (all && !delivery_point_.empty()) labels.push_back({"prm", delivery_point_});
        publisher_.set_labels(std::move(labels));
        return true;
    }

    void say_what_was_found() {
        const int speed = port_->is_serial() ? speed_.now() : 0;
        if (reader_.mode() == said_mode_ && speed == said_speed_) return;
        said_mode_ = reader_.mode();
        said_speed_ = speed;
        host_.log(level::info, "line_found",
                  port_->where() + ": " + std::string{mode_name(said_mode_)} + " mode" +
                      (speed != 0 ? " at " + std::to_string(speed) + " Bd" : std::string{}));
    }

    void look_at_line(output& out) {
        const auto silence = host_.steady() - last_good_;
        if (port_->is_open() && silence >= silent_after && !port_->at_end())
            host_.lost(port_->where(), host_.steady() - last_bytes_ >= silent_after
                                           ? "nothing comes from the meter: see that the adapter is on I1 and I2"
                                           : "bytes come, but no group is right: wrong speed, or a bad line");
        quality_.tell(out, {.good = meter_.totals().good,
                            .bad = meter_.totals().bad,
                            .unknown = meter_.totals().unknown,
                            .frames = meter_.frames(),
                            .age = silence,
                            .mode = reader_.mode(),
                            .speed = port_->is_serial() ? speed_.now() : 0});
    }

    context& host_;
    std::optional<tic_port> port_memory_;
    tic_port* port_;
    std::string identifiers_, serial_, delivery_point_;
    tic_speed speed_;
    tic_reader reader_;
    tic_meter meter_;
    tic_publisher publisher_;
    tic_quality quality_;
    duration last_good_{}, last_bytes_{}; // steady
    tic_mode said_mode_ = tic_mode::unknown;
    int said_speed_ = -1;
    bool said_end_ = false;
};

} // namespace releve::teleinfo

RELEVE_PLUGIN("teleinfo", "0.1.0", releve::component<releve::teleinfo::teleinfo>("teleinfo"))
