// SPDX-License-Identifier: Apache-2.0
// spool_bench FILE SINK RECORDS: runs a pipeline file with its state until the sink has written so many records; 0:
// until its sources have ended and what they sent is committed. Prints on one line:
//   seconds until the first record was written, and until the last; millions of records a second from the first to the
//   last, and a CPU-second; syncs; bytes given to write(2); peak memory in MB.
// What a component says is printed first.
#include "config/pipeline_file.hpp"
#include "pipeline/runtime.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

namespace core = releve::core;
using clock_type = std::chrono::steady_clock;

namespace {
std::atomic<int> syncs{0};
} // namespace

// SQLite's calls come here, since a program's own functions go before a library's.
extern "C" int fsync(int fd) { return ++syncs, static_cast<int>(::syscall(SYS_fsync, fd)); }
extern "C" int fdatasync(int fd) { return ++syncs, static_cast<int>(::syscall(SYS_fdatasync, fd)); }

namespace {

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

long long written_bytes() {
    std::ifstream io{"/proc/self/io"};
    std::string key;
    for (long long value = 0; io >> key >> value;)
        if (key == "wchar:") return value;
    return 0;
}

double since(clock_type::time_point begun) { return std::chrono::duration<double>(clock_type::now() - begun).count(); }

std::uint64_t written(const core::runtime& pipeline, const std::string& sink) {
    for (const auto& one : pipeline.nodes())
        if (one->name() == sink) return one->figures().written.load();
    throw std::runtime_error("no sink " + sink);
}

int measure(const std::string& path, const std::string& sink, std::uint64_t records) {
    const auto begun = clock_type::now();
    const auto cpu = cpu_seconds();
    const auto bytes = written_bytes();
    core::real_clock time;
    core::log said{[&] { return time.steady(); },
                   [](const core::log_line& line) {
                       if (line.event == "latency") std::cout << line.text << "\n";
                   }};
    const char* folders = std::getenv("RELEVE_PLUGINS");
    std::vector<std::filesystem::path> plugins;
    for (std::string rest = folders == nullptr ? "" : folders; !rest.empty();) {
        plugins.emplace_back(rest.substr(0, rest.find(':')));
        rest.erase(0, rest.find(':') == std::string::npos ? rest.size() : rest.find(':') + 1);
    }
    core::catalogue known{plugins};
    auto file = core::read_pipeline(path, known);
    if (!file.diagnostics.empty()) return core::print(std::cerr, file, false), 1;
    core::store kept{file.pipeline.site.state};
    core::runtime pipeline{file.pipeline, {.clock = &time, .log = &said, .store = &kept}};
    if (!pipeline.construct().empty()) return std::cerr << "it can't be made\n", 1;
    pipeline.start();
    double first = 0;
    std::uint64_t before = 0, done = 0;
    if (records == 0) {
        if (!pipeline.wait_for_end(std::chrono::minutes{10})) return std::cerr << "its sources did not end\n", 1;
        if (!pipeline.flush(clock_type::now() + std::chrono::minutes{10})) return 1;
    }
    while (records != 0 && (done = written(pipeline, sink)) < records) {
        if (done != 0 && first == 0) first = since(begun), before = done;
        if (since(begun) > 600) return std::cerr << "only " << done << " records were written\n", 1;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    const auto last = since(begun);
    const auto used = cpu_seconds() - cpu;
    pipeline.stop();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%.3f %.3f %.3f %.3f %d %lld %.1f\n", first, last,
                static_cast<double>(done - before) / (last - first) / 1e6, static_cast<double>(done) / used / 1e6,
                syncs.load(), written_bytes() - bytes, static_cast<double>(usage.ru_maxrss) * 1024 / 1e6);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::cerr << "usage: spool_bench FILE SINK RECORDS\n", 2;
    try {
        return measure(argv[1], argv[2], std::stoull(argv[3]));
    } catch (const std::exception& e) {
        return std::cerr << e.what() << "\n", 1;
    }
}
