// SPDX-License-Identifier: Apache-2.0
// The records of some nodes, live, for one client. The router only puts batches here; a client that is too slow loses
// records, which are counted and said to it, and holds nobody up.
#pragma once
#include "pipeline/node.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace releve::core {

/// Which series are wanted: by name, or as written for people, `name{device="x"}`. Remembers; for one thread.
class series_filter {
public:
    /// Empty: all.
    series_filter(runtime& of, std::string glob)
        : of_{of}
        , glob_{std::move(glob)} {}
    bool wants(std::uint32_t series);
    std::uint32_t count(const releve_batch& batch);

private:
    enum verdict : std::uint8_t { unknown, wanted, unwanted };
    runtime& of_;
    std::string glob_;
    std::vector<std::uint8_t> known_; // by series number
};

class tap {
public:
    /// Bytes of batches that may wait for the client; one that is larger has room when none waits.
    static constexpr std::size_t room = 1 << 20;
    /// Records of one take().
    static constexpr std::uint32_t most_records = 1000;

    /// What nodes of these names make, from now on. `wake` is called by the router, once after each empty take().
    tap(runtime& of, std::vector<std::string> nodes, const std::string& series, std::function<void()> wake);
    ~tap();
    tap(const tap&) = delete;
    tap& operator=(const tap&) = delete;

    /// JSON lines: records, and {"dropped": N} where N records were left out. Empty: there is nothing for now.
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
    series_filter offered_, taken_; // of the router and of whoever takes
    std::mutex mutex_;
    std::deque<waiting> queue_;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0; // since the newest that waits
    bool starving_ = true;
    waiting current_; // of whoever takes
    std::uint32_t next_record_ = 0;
    std::uint64_t number_ = 0;
};

} // namespace releve::core
