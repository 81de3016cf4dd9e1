// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "modem/transport.hpp"

#include <functional>

namespace releve::sms::tests {

/// Of the modem_error that it throws, with its words.
inline at_trouble trouble(const std::function<void()>& what, std::string* why = nullptr) {
    try {
        what();
    } catch (const modem_error& e) {
        if (why != nullptr) *why = e.what();
        return e.is;
    }
    throw std::runtime_error("nothing was refused");
}

} // namespace releve::sms::tests
