// SPDX-License-Identifier: Apache-2.0
// What a WES answers on its M2M port to one command: bytes in, one value out. No I/O.
//
// Two dialects are known: (A) only the value; (B) a line that repeats the command, then "=value". Which firmware
// speaks which is not known, but each reply shows it. A reply has no checksum and no length. It can be assigned to a
// command only because one command is outstanding at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace releve::wes {

class m2m_reply {
public:
    /// The longest known line has 13 characters.
    static constexpr std::size_t max_line = 128;
    /// Of a whole reply, with empty lines and blanks.
    static constexpr std::size_t max_bytes = 1024;

    enum class state { awaited, whole, broken };

    /// Before a command ("gT100") is sent: discards earlier input.
    void begin(std::string_view command);
    /// Takes bytes up to the end of the reply, and returns how many. Lines end with LF or CR LF; empty lines are
    /// ignored. Broken: a line or the reply is too long, or not printable ASCII.
    std::size_t feed(std::string_view bytes);
    state is() const noexcept { return state_; }
    /// Of a whole reply, without blanks around it; may be empty (dialect B, "=").
    const std::string& value() const noexcept { return value_; }

private:
    void end_line();

    std::string command_, line_, value_;
    bool repeated_ = false; // the first line of dialect B came
    std::size_t bytes_ = 0;
    state state_ = state::awaited;
};

/// "338.25 l", "018234567", "-3.5": the number before the first blank. Nothing: it is not a number, or has more than 15
/// digits.
std::optional<double> m2m_number(std::string_view value);

} // namespace releve::wes
