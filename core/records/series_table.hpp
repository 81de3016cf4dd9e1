// SPDX-License-Identifier: Apache-2.0
// All series of a runtime. Declared under a lock; read without one: an entry never moves.
#pragma once
#include <releve/abi.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace releve::core {

class series_table {
public:
    static constexpr std::uint32_t chunk = 1024, chunks = 1024;

    series_table();
    ~series_table();
    series_table(const series_table&) = delete;
    series_table& operator=(const series_table&) = delete;

    /// The node that declares, and what the host adds to its declaration.
    struct declarer {
        const void* node = nullptr;
        std::string_view name, site;
        bool on_trial = false;
    };
    /// [any] The series' number; 0 when it is refused, with `why`. The same declaration again gives the same number.
    std::uint32_t declare(const declarer& by, const releve_series& what, std::string& why);
    /// Nodes that may yet be refused declare on trial, beside those that run: what `leaving` made is free for them.
    /// Nothing of it counts before end_trial(true); then the series of `leaving` that were not declared again belong
    /// to no node.
    void begin_trial(std::vector<const void*> leaving);
    void end_trial(bool adopted);
    /// Of an earlier run, numbers rising: it belongs to no node until it is declared again. Before the first declare.
    void restore(std::uint32_t number, const releve_series& what);
    /// [any] Adds the numbers that were described since the last call.
    void take_described(std::vector<std::uint32_t>& into);
    /// [any] nullptr: no such number.
    const releve_series* find(std::uint32_t number) const noexcept;
    /// [any] The node that declared it.
    const void* owner(std::uint32_t number) const noexcept;
    std::uint32_t size() const noexcept { return count_.load(std::memory_order_acquire); }

private:
    struct entry;
    const entry* at(std::uint32_t number) const noexcept;
    void put(std::uint32_t number, std::unique_ptr<entry> made);
    std::uint32_t try_declare(const declarer& by, std::string identity, std::unique_ptr<entry> made, std::string& why);
    bool leaves(const void* node) const;
    struct tried {
        std::uint32_t number = 0;
        const entry* what = nullptr;
        std::unique_ptr<entry> instead; // of what has the number now; nullptr: the number is new
    };

    std::mutex mutex_;
    std::unordered_map<std::string, tried> tried_; // by identity
    std::vector<const void*> leaving_;
    std::vector<std::uint32_t> spare_;                       // numbers of trials that failed
    std::unordered_map<std::string, std::uint32_t> numbers_; // by identity
    std::vector<std::uint32_t> described_;
    std::vector<std::unique_ptr<entry>> replaced_; // readers may still hold them
    std::array<std::atomic<std::atomic<entry*>*>, chunks> chunks_{};
    std::atomic<std::uint32_t> count_{0}; // numbers 1..count
};

/// `name{device="x", site="y"}`: how a series is written for people.
std::string spell(const releve_series& series);

} // namespace releve::core
