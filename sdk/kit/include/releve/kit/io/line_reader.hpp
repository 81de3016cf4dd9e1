// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace releve::kit {

/// Lines out of a stream of bytes that comes in any pieces. Holds at most `max_size` bytes: a longer line is skipped
/// up to its end, and counted. For one thread.
class line_reader {
public:
    explicit line_reader(std::size_t max_size, char end = '\n')
        : max_size_{max_size}
        , end_{end} {}

    /// Calls `take(std::string_view)` for each line that ends in `bytes`, without its end and without a CR before a LF.
    /// The line is valid during the call. What `take` throws passes, and the rest of `bytes` is lost.
    template <class Take>
    void feed(std::string_view bytes, Take&& take) {
        while (!bytes.empty()) {
            const auto end = bytes.find(end_);
            if (end == std::string_view::npos) return keep(bytes);
            if (const auto line = complete(bytes.substr(0, end)); line.data() != nullptr) take(line);
            bytes.remove_prefix(end + 1);
        }
    }
    /// Forgets the beginning of a line, after a loss.
    void restart() noexcept {
        kept_.clear();
        done_ = skipping_ = false;
    }
    /// Lines that were too long.
    std::uint64_t overlong() const noexcept { return overlong_; }

private:
    void keep(std::string_view part);
    /// The whole line; without data: it was too long.
    std::string_view complete(std::string_view rest);

    std::size_t max_size_;
    char end_;
    std::string kept_;      // the beginning of a line
    bool done_ = false;     // kept_ is a line that take() has had
    bool skipping_ = false; // a line that is too long
    std::uint64_t overlong_ = 0;
};

} // namespace releve::kit
