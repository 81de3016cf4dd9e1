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
    /// Columns of the terminal; 0: it is none, and lines may be of any length.
    std::size_t columns() const;
    /// Waits while nobody takes it (a pipe that is full, a terminal held with Ctrl-S), until the node is to end: the
    /// rest of the text is then given up. Once a pipe has no reader, or the terminal is gone, that is said once and
    /// what follows goes nowhere.
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
