// SPDX-License-Identifier: Apache-2.0
// Listeners that see batches as they are routed. They come and go at run time; without any, a batch costs one relaxed
// load.
#pragma once
#include "records/batch_pool.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace releve::core {

class node;

class tap_list {
public:
    /// Is called for each batch of each node, before it is delivered; must not block. May keep the batch.
    using listener = std::function<void(const node& from, const batch_ref& batch)>;

    /// [router]
    void show(const node& from, const batch_ref& batch) {
        if (count_.load(std::memory_order_relaxed) != 0) show_all(from, batch);
    }
    /// [any] A number for detach().
    std::uint64_t attach(listener who);
    /// [any] Once it returns, the listener is not called any more.
    void detach(std::uint64_t number);

private:
    void show_all(const node& from, const batch_ref& batch);

    std::atomic<std::size_t> count_{0};
    std::mutex mutex_;
    std::map<std::uint64_t, listener> all_;
    std::uint64_t next_ = 1;
};

} // namespace releve::core
