// SPDX-License-Identifier: Apache-2.0
// The records of some nodes, live, for one client. The router only puts batches here. A client that is too slow loses
// records, is notified how many, and delays nothing else.
#pragma once
#include "pipeline/node/node.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace releve::core {

class runtime;

/// Which series a tap shows: those whose name or identity, `name{device="x"}`, matches a pattern. Remembers each
/// verdict; for one thread.
class series_filter {
public:
    /// Empty: all.
    series_filter(runtime& of, std::string pattern)
        : of_{of}
        , pattern_{std::move(pattern)} {}
    bool shows(std::uint32_t series);
    std::uint32_t count(const releve_batch& batch);

private:
    enum verdict : std::uint8_t { unknown, shown, hidden };
    runtime& of_;
    std::string pattern_;
    std::vector<std::uint8_t> known_; // by series number
};

class tap {
public:
    /// Bytes of batches that may wait for the client; a larger batch is taken when none waits.
    static constexpr std::size_t max_waiting = 1 << 20;
    /// Records of one take().
    static constexpr std::uint32_t max_records = 1000;

    /// Gets what nodes of these names make from now on. The router calls `wake` once after each empty take().
    tap(runtime& of, std::vector<std::string> nodes, const std::string& series, std::function<void()> wake);
    ~tap();
    tap(const tap&) = delete;
    tap& operator=(const tap&) = delete;

    /// JSON lines: records, and {"dropped": N} where N records are missing. Empty: nothing for now.
    std::string take();

private:
    struct waiting {
        std::shared_ptr<const node> from;
        batch_ref batch;
        std::uint64_t dropped_before = 0;
    };
    void offer(const node& from, const batch_ref& batch); // [router]
    bool next(std::string& lines);

    runtime& of_;
    const std::vector<std::string> nodes_;
    const std::function<void()> wake_;
    series_filter offered_, taken_; // the router's, and the one of the thread that takes
    std::mutex mutex_;
    std::deque<waiting> queue_;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0; // since the newest that waits
    bool starving_ = true;
    waiting current_; // of the thread that takes
    std::uint32_t next_record_ = 0;
    std::uint64_t number_ = 0;
};

} // namespace releve::core
