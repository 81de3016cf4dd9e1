// SPDX-License-Identifier: Apache-2.0
// pipeline_bench RECORDS BATCH [counters]: source to null sink through the loaded plugin, all threads' CPU time
// counted. Prints: ns of CPU a record, million records a CPU-second, million records a second.
#include "config/pipeline_file.hpp"
#include "pipeline/runtime.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

namespace core = releve::core;

namespace {

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int measure(const std::string& records, const std::string& batch, bool counters) {
    core::real_clock time;
    core::log said{[&] { return time.steady(); },
                   [](const core::log_line& line) { std::cerr << line.node << ": " << line.text << "\n"; }};
    core::catalogue plugins{{BENCH_PLUGINS}};
    auto file = core::read_pipeline_text(
        "[site]\nname = \"bench\"\ntimezone = \"UTC\"\n[source.s]\ncomponent = \"generate\"\ntotal = " + records +
            "\nbatch = " + batch + "\ncounters = " + (counters ? "true" : "false") +
            "\n[sink.n]\ncomponent = \"null\"\ninputs = [\"s\"]\n",
        "bench.toml", plugins);
    if (!file.diagnostics.empty()) return core::print(std::cerr, file, false), 1;
    core::runtime pipeline{file.pipeline, {.clock = &time, .log = &said}};
    if (!pipeline.construct().empty()) return 1;
    const auto begun = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    pipeline.start();
    if (!pipeline.wait_for_end(std::chrono::minutes{10}) || !pipeline.stop()) return 1;
    const double used = cpu_seconds() - cpu;
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const auto& sink = *pipeline.nodes().back();
    const auto written = static_cast<double>(sink.figures().written.load());
    if (written != std::stod(records)) return std::cerr << "records were lost\n", 1;
    std::printf("%.2f %.1f %.1f\n", used / written * 1e9, written / used / 1e6, written / wall / 1e6);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) return std::cerr << "usage: pipeline_bench RECORDS BATCH [counters]\n", 2;
    return measure(argv[1], argv[2], argc > 3);
}
