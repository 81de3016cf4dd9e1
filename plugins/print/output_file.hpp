// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/context.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace releve::print {

/// Standard output or error, which others share: written whole lines at a time, its mode never changed.
class output_file {
public:
    output_file(context& host, int fd, std::string name)
        : host_{host}
        , fd_{fd}
        , name_{std::move(name)} {}

    bool is_terminal() const;
    /// Columns of the terminal; 0: this is not a terminal, and lines may have any length.
    std::size_t columns() const;
    /// Blocks while the output takes nothing (a full pipe, a terminal held with Ctrl-S), until the node is asked to
    /// stop: the rest of the text is then dropped. When a pipe has no reader any more, or the terminal is gone, this is
    /// logged once, and all later text is dropped.
    void write(std::string_view text);

private:
    bool wait_until_writable();
    void gone(int error);

    context& host_;
    int fd_;
    std::string name_;
    bool gone_ = false;
};

} // namespace releve::print
