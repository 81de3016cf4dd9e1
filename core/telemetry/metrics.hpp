// SPDX-License-Identifier: Apache-2.0
// Figures that nodes declare about themselves.
#pragma once
#include <releve/abi.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve::core {

class metrics {
public:
    static constexpr std::size_t max_metrics = 10'000;
    struct sample {
        std::string node, name, help; // name without the prefix "releve_" of the page
        std::vector<std::pair<std::string, std::string>> labels;
        bool counter = true;
        double value = 0;
    };
    /// [any thread] The metric's number, from 1; 0: refused, with `why`. The same node, name and labels get the same
    /// number.
    std::uint32_t declare(std::string_view node, const releve_metric& what, std::string& why);
    /// [any thread] Unknown numbers are ignored.
    void add(std::uint32_t number, double by) noexcept;
    void set(std::uint32_t number, double to) noexcept;
    std::vector<sample> samples() const;
    /// [any thread] The node is gone: its metrics are not shown until they are declared again.
    void forget(std::string_view node);

private:
    struct one {
        sample what;
        std::atomic<double> value{0};
        bool shown = true;
    };
    one* at(std::uint32_t number) noexcept;
    mutable std::mutex mutex_;
    std::deque<one> all_; // a deque's elements never move
};

} // namespace releve::core
