// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "cli/reloader.hpp"
#include "cli/service.hpp"
#include "cli/site.hpp"
#include "commands.hpp"
#include "control/control.hpp"
#include "control/record_json.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/string.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>

namespace releve::core {

namespace {

/// How long `run --once` waits for sources to emit: the speed of a serial line is found by trying several.
constexpr std::chrono::seconds once_timeout{30};

/// Waits for a signal, the pipeline's own end, or `timeout`; feeds systemd's watchdog while the router is alive.
void wait_for_end(runtime& pipeline, signals& asked, std::chrono::nanoseconds timeout,
                  const std::function<void()>& reload = {}) {
    const auto period = watchdog_period();
    const auto end = std::chrono::steady_clock::now() + timeout;
    auto seen = pipeline.router().passes();
    for (;;) {
        auto left = end - std::chrono::steady_clock::now();
        if (left <= left.zero()) return;
        if (period > period.zero()) left = std::min<std::chrono::nanoseconds>(left, period);
        std::array<pollfd, 2> fds{pollfd{asked.fd(), POLLIN, 0}, pollfd{pipeline.end_fd(), POLLIN, 0}};
        const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::min<std::int64_t>(ms, 3'600'000)));
        if (fds[1].revents != 0) return;
        if (fds[0].revents != 0) {
            const int signal = asked.take();
            if (signal != SIGHUP && signal != 0) return;
            if (signal == SIGHUP && reload) reload();
        }
        if (ready != 0 || period <= period.zero()) continue;
        if (const auto now = pipeline.router().passes(); now != seen) {
            notify_alive();
            seen = now;
        }
        pipeline.router().wake(); // so that it passes before the next check
    }
}

int run_until_asked(site& at, signals& asked) {
    auto& pipeline = *at.pipeline;
    auto reloads = std::make_unique<reloader>(at);
    std::atomic<bool> started{false};
    auto served = std::make_unique<control>(pipeline, *at.log, [&](reloader::response_function give) {
        if (!started) return give({503, plain_text, "the site is still starting, or is stopping\n"});
        reloads->request(std::move(give));
    });
    pipeline.start();
    started = true;
    const auto& name = at.file.pipeline.site.name;
    const auto text = name + ": " + std::to_string(pipeline.nodes().size()) + " nodes run";
    at.log->write(log_level::info, {}, "running", text);
    notify_ready(text);
    wait_for_end(pipeline, asked, std::chrono::hours{24 * 365 * 100}, [&] { reloads->request(); });
    started = false;
    notify_stopping();
    reloads->finish();
    const auto fatal = pipeline.fatal();
    if (!fatal.empty()) at.log->write(log_level::error, {}, "fatal", fatal);
    const bool all_ended = pipeline.stop();
    std::uint64_t dropped = 0;
    for (const auto& one : pipeline.nodes()) dropped += one->figures().dropped;
    at.log->write(log_level::info, {}, "stopped",
                  name + ": stopped" + (dropped == 0 ? "" : "; " + std::to_string(dropped) + " records were dropped"));
    if (!all_ended) { // a plugin's thread still runs: destructors would pull objects from under it
        std::cout.flush();
        served.reset();
        std::_Exit(exit_failed);
    }
    return fatal.empty() ? exit_ok : exit_failed;
}

std::string value_of(const releve_series& series, const releve_record& record, const char* text) {
    constexpr std::array marks{"", "  (suspect)", "  (estimated)", ""};
    if (record.type == RELEVE_VALUE_TEXT)
        return std::string{text + record.value.text.offset, record.value.text.size} + marks[record.quality % 4];
    if (record.quality == RELEVE_QUALITY_ABSENT) return "absent";
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.12g", record.value.number);
    const auto unit = view(series.unit);
    return number.data() + (unit.empty() || unit == "1" ? std::string{} : " " + std::string{unit}) +
           marks[record.quality % 4];
}

int run_once(site& at, signals& asked) {
    auto& pipeline = *at.pipeline;
    pipeline.start();
    wait_for_end(pipeline, asked, once_timeout);
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
    if (!all_ended) std::_Exit(code == exit_ok ? exit_failed : code);
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

    signals asked; // before the first thread
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
    return for_good ? run_until_asked(at, asked) : run_once(at, asked);
}

} // namespace releve::core
