// SPDX-License-Identifier: Apache-2.0
// Reads the octets of a message in order; an end that comes too early is an error that names what is missing.
#pragma once

#include "pdu/octets.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace releve::sms {

/// What was read is not a message of 23.040, or what is to be written does not fit in one.
struct pdu_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class octet_reader {
    std::span<const std::uint8_t> left_;

public:
    explicit octet_reader(std::span<const std::uint8_t> bytes)
        : left_{bytes} {}
    std::span<const std::uint8_t> take(std::size_t count, const char* what) {
        if (count > left_.size()) throw pdu_error{std::string{"the message ends within its "} + what};
        const auto taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }
    std::uint8_t octet(const char* what) { return take(1, what)[0]; }
};

} // namespace releve::sms
