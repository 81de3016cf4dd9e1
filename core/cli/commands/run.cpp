// SPDX-License-Identifier: Apache-2.0
#include "cli/end_guard.hpp"
#include "cli/exit_codes.hpp"
#include "cli/file_modes.hpp"
#include "cli/reloader.hpp"
#include "cli/service.hpp"
#include "cli/site.hpp"
#include "commands.hpp"
#include "control/control.hpp"
#include "control/record_json.hpp"
#include "plugin/last_words.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/string.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

namespace releve::core {

namespace {

/// How long `run --once` waits for sources to emit: the speed of a serial line is found by trying several.
constexpr std::chrono::seconds once_timeout{30};
/// What the nodes get to end when a reload has taken the grace.
constexpr std::chrono::milliseconds least_stop{500};

/// systemd's watchdog: answered while records can move, whatever else happens.
class watchdog {
public:
    watchdog(runtime& of, log& to)
        : of_{of}
        , log_{to}
        , seen_{of.router().passes()} {
        of_.router().wake(); // so that it passes before the first look
    }
    /// When look() is due; far away without a watchdog.
    std::chrono::steady_clock::time_point due() const { return due_; }
    void look() {
        if (std::chrono::steady_clock::now() < due_) return;
        due_ = std::chrono::steady_clock::now() + period_;
        const auto passes = of_.router().passes();
        const auto why = passes == std::exchange(seen_, passes) ? of_.router().held_by()
                         : !of_.moves() ? "every source hangs, or stands before a sink that hangs"
                                        : std::string{};
        if (why.empty()) notify_alive();
        misses_ = why.empty() ? 0 : misses_ + 1;
        if (misses_ != 1) // once: the machine is busy
            log_.health({}, "watchdog", why.empty(), "records can't move, so the watchdog is not answered: " + why);
        of_.router().wake();
    }

private:
    runtime& of_;
    log& log_;
    const std::chrono::nanoseconds period_ = watchdog_period();
    std::uint64_t seen_;
    unsigned misses_ = 0;
    std::chrono::steady_clock::time_point due_ = period_ > period_.zero()
                                                     ? std::chrono::steady_clock::now() + period_
                                                     : std::chrono::steady_clock::time_point::max();
};

struct when {
    std::function<void()> started = {}; // each node with startup = "fail" has
    std::function<void()> reload = {};  // SIGHUP
};

/// Waits for a signal, the pipeline's own end, or `timeout`; serves systemd's watchdog.
void wait_for_end(site& at, signals& asked, std::chrono::nanoseconds timeout, const when& calls = {}) {
    auto& pipeline = *at.pipeline;
    watchdog alive{pipeline, *at.log};
    const auto end = std::chrono::steady_clock::now() + timeout;
    bool starting = static_cast<bool>(calls.started), changed = false;
    for (;;) {
        alive.look();
        const auto left = std::min(end, alive.due()) - std::chrono::steady_clock::now();
        if (end <= std::chrono::steady_clock::now()) return;
        std::array<pollfd, 3> fds{pollfd{asked.fd(), POLLIN, 0}, pollfd{pipeline.end_fd(), POLLIN, 0},
                                  pollfd{starting ? pipeline.started_fd() : -1, POLLIN, 0}};
        const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        poll(fds.data(), fds.size(), static_cast<int>(std::clamp<std::int64_t>(ms, 0, 3'600'000)));
        if (fds[2].revents != 0 && pipeline.fatal().empty()) {
            starting = false;
            calls.started();
            if (std::exchange(changed, false)) calls.reload();
        }
        if (fds[1].revents != 0) return;
        if (fds[0].revents == 0) continue;
        const int signal = asked.take();
        if (signal != SIGHUP && signal != 0) return;
        if (signal == SIGHUP && starting) // a reload notifies systemd that all is ready
            changed = true;
        else if (signal == SIGHUP && calls.reload)
            calls.reload();
    }
}

/// A thread that was left behind may use anything: no destructor runs.
[[noreturn]] void end_without_destructors(int code) {
    std::cout.flush();
    end_at_once(code);
}

int run_until_asked(site& at, signals& asked, end_guard& guard) {
    auto& pipeline = *at.pipeline;
    auto reloads = std::make_unique<reloader>(at);
    std::atomic<bool> started{false};
    auto served = std::make_unique<control>(pipeline, *at.log, [&](reloader::response_function give) {
        if (!started) return give({503, plain_text, "the site is still starting, or is stopping\n"});
        reloads->request(std::move(give));
    });
    pipeline.start();
    const auto& name = at.file.pipeline.site.name;
    const auto is_ready = [&] {
        const auto text = name + ": " + std::to_string(pipeline.nodes().size()) + " nodes run";
        at.log->write(log_level::info, {}, "running", text);
        notify_ready(text);
        started = true;
    };
    wait_for_end(at, asked, std::chrono::hours{24 * 365 * 100}, {is_ready, [&] { reloads->request(); }});
    started = false;
    guard.arm();
    const auto limit = std::chrono::steady_clock::now() + std::chrono::nanoseconds{pipeline.site().grace};
    notify_stopping();
    if (!reloads->finish(limit)) {
        at.log->write(log_level::error, {}, "reload_abandoned",
                      "a reload does not end (grace " + spell_duration(pipeline.site().grace) +
                          "): the program ends without it; " + pipeline.router().held_by());
        end_without_destructors(exit_failed);
    }
    const auto fatal = pipeline.fatal();
    if (!fatal.empty()) at.log->write(log_level::error, {}, "fatal", fatal);
    const bool all_ended = pipeline.stop(std::max(limit, std::chrono::steady_clock::now() + least_stop));
    std::uint64_t dropped = 0;
    for (const auto& one : pipeline.nodes()) dropped += one->figures().dropped;
    at.log->write(log_level::info, {}, "stopped",
                  name + ": stopped" + (dropped == 0 ? "" : "; " + std::to_string(dropped) + " records were dropped"));
    if (!all_ended) { // a plugin's thread still runs: destructors would pull objects from under it
        served.reset();
        end_without_destructors(exit_failed);
    }
    return fatal.empty() ? exit_ok : exit_failed;
}

std::string value_of(const releve_series& series, const releve_record& record, const char* text) {
    constexpr std::array marks{"", "  (suspect)", "  (estimated)", ""};
    if (record.type == RELEVE_VALUE_TEXT)
        return std::string{text + record.value.text.offset, record.value.text.size} + marks[record.quality % 4];
    if (record.quality == RELEVE_QUALITY_ABSENT) return "absent";
    std::array<char, 32> number{};
    constexpr int digits = 12;
    const auto made = std::to_chars(number.data(), number.data() + number.size(), record.value.number,
                                    std::chars_format::general, digits);
    const auto unit = view(series.unit);
    return std::string{number.data(), made.ptr} +
           (unit.empty() || unit == "1" ? std::string{} : " " + std::string{unit}) + marks[record.quality % 4];
}

int run_once(site& at, signals& asked, end_guard& guard) {
    auto& pipeline = *at.pipeline;
    pipeline.start();
    wait_for_end(at, asked, once_timeout);
    guard.arm();
    const bool all_ended = pipeline.stop();
    std::cout.flush();
    int code = exit_ok;
    for (const auto& one : pipeline.nodes()) {
        if (one->takes() || one->figures().records != 0) continue;
        const auto why = one->figures().last_error().text;
        std::cerr << "releve: source '" << one->name() << "' made no records"
                  << (why.empty() ? "" : ": " + kit::printable(why)) << "\n";
        code = exit_nothing_read;
    }
    if (!all_ended) end_without_destructors(code == exit_ok ? exit_failed : code);
    return code;
}

} // namespace

int command_run(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")(
        "once", "let each source collect once, print its records, write nothing to the sinks, and exit")(
        "json", "with --once: one JSON object per record")("log", po::value<std::string>()->default_value("info"),
                                                           "debug, info, warning or error")(
        "file", po::value<std::string>()->required(), "the pipeline file");
    po::positional_options_description positional;
    positional.add("file", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve run [--once [--json]] [--log LEVEL] FILE\n", values, code))
        return code;
    const auto level = values["log"].as<std::string>();
    if (level != "debug" && level != "info" && level != "warning" && level != "error")
        throw po::error("--log is debug, info, warning or error, not '" + level + "'");

    keep_files_private();
    signals asked; // before the first thread
    auto& guard = end_guard::start(asked.fd());
    raise_descriptor_limit();
    runtime::settings settings;
    settings.once = values.count("once") != 0;
    const bool json = values.count("json") != 0;
    if (settings.once)
        settings.observe = [json](const node& from, const releve_batch& batch, const series_table& all) {
            for (std::uint32_t i = 0; i < batch.count; ++i) {
                const auto& record = batch.records[i];
                const auto& series = *all.find(record.series);
                if (json)
                    std::cout << json_record(from, series, record, batch.text) << "\n";
                else
                    std::cout << kit::printable(from.name() + "  " + spell(series) + "  " +
                                                value_of(series, record, batch.text))
                              << "\n";
            }
        };
    const auto log_level = settings.once && level == "info" ? "error" : level; // --once itself reports what is missing
    const bool for_good = !settings.once;
    site at{values["file"].as<std::string>(), log_level, std::move(settings), for_good};
    if (!at.good()) {
        at.print_mistakes(std::cerr, false);
        return exit_bad_file;
    }
    guard.set_grace(std::chrono::nanoseconds{at.file.pipeline.site.grace});
    return for_good ? run_until_asked(at, asked, guard) : run_once(at, asked, guard);
}

} // namespace releve::core
