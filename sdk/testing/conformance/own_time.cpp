// SPDX-License-Identifier: Apache-2.0
#include "own_time.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace releve::conformance {

namespace {

/// Of all threads, from Linux's /proc/PID/task/TID/schedstat: "time on the processor, time on a run queue, times".
duration time_on_run_queues() {
    std::int64_t all = 0;
    std::error_code none;
    for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task", none}) {
        std::ifstream file{thread.path() / "schedstat"};
        std::int64_t on_processor = 0, on_queue = 0;
        if (file >> on_processor >> on_queue) all += on_queue;
    }
    return duration{all};
}

} // namespace

own_time::own_time()
    : begin_{std::chrono::steady_clock::now()}
    , waited_{time_on_run_queues()} {}

duration own_time::passed() const {
    const auto waited = std::max(time_on_run_queues() - waited_, duration{0}); // may decrease: a thread has ended
    return std::max<duration>(std::chrono::steady_clock::now() - begin_ - waited, duration{0});
}

} // namespace releve::conformance
