// SPDX-License-Identifier: Apache-2.0
// Where threads tell that a node's life has changed, and others wait for that.
#pragma once
#include "pipeline/node/node.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace releve::core {

using steady_time = std::chrono::steady_clock::time_point;

/// What a node that was told to return, and others at the end, get beyond the grace.
inline constexpr std::chrono::milliseconds beyond_grace{500};
inline steady_time a_moment_after(steady_time limit) {
    return std::max(limit, std::chrono::steady_clock::now()) + beyond_grace;
}

class life_watch {
public:
    life_watch();
    ~life_watch();
    life_watch(const life_watch&) = delete;
    life_watch& operator=(const life_watch&) = delete;

    /// [any] A node is in another state now.
    void changed();
    /// [any] A node with `startup = "fail"` could not start: that ends all. The first one counts.
    void is_fatal(const node& who, const std::string& why);
    /// [any] Empty: no node was.
    std::string fatal() const;

    /// [any] Waits until `is_so`, which is evaluated under the watch's lock; false: not by `limit`.
    template <class Predicate>
    bool wait_until(steady_time limit, Predicate is_so) {
        std::unique_lock lock{mutex_};
        return changed_.wait_until(lock, limit, is_so);
    }

    /// The pipeline's end is the end of all sources among these.
    void expect(node_list nodes);
    /// Before the start, and while a reload is under way, the pipeline has no end.
    void hold(bool held);
    /// [any] Waits for the pipeline's end, or for a fatal node; false: neither within `limit` of real time.
    bool wait_for_end(std::chrono::nanoseconds limit);
    /// Readable once wait_for_end would return at once.
    int end_fd() const { return end_fd_; }
    /// Readable once each node with `startup = "fail"` has started, after the pipeline's own start.
    int started_fd() const { return started_fd_; }

private:
    bool at_end() const;
    bool has_started() const;
    void notify();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    node_list nodes_;
    bool held_ = true;
    std::string fatal_;
    int end_fd_, started_fd_;
};

} // namespace releve::core
