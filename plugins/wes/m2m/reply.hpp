// SPDX-License-Identifier: Apache-2.0
// What a WES answers on its M2M port to one command: bytes in, one value out. No I/O.
//
// Two dialects are known, and which firmware speaks which is not: (A) the value alone; (B) a line that repeats the
// command, then "=value". Each reply tells by itself which it is. A reply has no checksum and no length: only that one
// command is outstanding at a time says which command it answers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace releve::wes {

class m2m_reply {
public:
    /// The longest line that is known has 13 characters.
    static constexpr std::size_t longest_line = 128;

    enum class state { awaited, whole, broken };

    /// To the command that is about to be sent ("gT100"): forgets what came before.
    void begin(std::string_view command);
    /// Takes bytes up to the end of the reply, and gives how many. Lines end with LF or CR LF; empty ones say nothing.
    /// Broken: a line that is too long, or holds what is no printable ASCII.
    std::size_t feed(std::string_view bytes);
    state is() const noexcept { return state_; }
    /// Of a whole reply, without blanks around it; may be empty (dialect B, "=").
    const std::string& value() const noexcept { return value_; }

private:
    void end_line();

    std::string command_, line_, value_;
    bool repeated_ = false; // dialect B's first line came
    state state_ = state::awaited;
};

/// "338.25 l", "018234567", "-3.5": the number before the first blank. Nothing when it is none, or has more than 15
/// digits.
std::optional<double> m2m_number(std::string_view value);

} // namespace releve::wes
