// SPDX-License-Identifier: Apache-2.0
// The log of the runtime and its nodes. Repetitions are limited here, for all of them: a broken cable does not fill a
// disk.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace releve::core {

enum class log_level { debug, info, warning, error };

struct log_line {
    log_level level = log_level::info;
    std::string node;  // empty: the runtime itself
    std::string event; // a short stable word
    std::string text;
};

class log {
public:
    /// Lines of one event of one node are written at most this often, but for a few of different texts at once: three
    /// probes that are refused are three lines. The next one says how many were left out.
    static constexpr std::int64_t repeat_ns = 10'000'000'000;
    static constexpr std::uint32_t at_once = 8;
    static constexpr std::size_t max_text = 4096;

    /// `steady` gives ns that only rise. `out` is called by one thread at a time.
    log(std::function<std::int64_t()> steady, std::function<void(const log_line&)> out);

    /// [any thread]
    void write(log_level level, std::string_view node, std::string_view event, std::string_view text);
    /// [any thread] Whether `subject` of `node` is available: a loss is logged once, and the return once, with how long
    /// it took.
    void health(std::string_view node, std::string_view subject, bool up, std::string_view why);
    /// [any thread] Writes what was left out of events of which no other line came; `all`: at the end.
    void settle(bool all = false);

private:
    struct repeats {
        std::int64_t last = 0; // when a line was written
        std::uint64_t hidden = 0;
        std::uint32_t room = at_once; // lines that may still be written at once; one comes back each repeat_ns
        std::uint32_t texts = 0;      // written since a pause:
        std::array<std::size_t, at_once> hashes{};
        log_line last_hidden;
    };
    bool may_write(repeats& of, const log_line& line, std::int64_t now);
    struct absence {
        bool up = true;
        std::int64_t since = 0;
    };
    /// Bounds the memory for a node that invents events or subjects without end.
    static constexpr std::size_t max_remembered = 10'000, max_hidden_text = 512;

    std::function<std::int64_t()> steady_;
    std::function<void(const log_line&)> out_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, repeats> repeats_;
    std::int64_t settled_ = 0;
    std::map<std::pair<std::string, std::string>, absence> absences_;
};

/// "850 ms", "12 s", "5 min 3 s", "2 h 4 min": a duration for people.
std::string spell_duration(std::int64_t ns);

} // namespace releve::core
