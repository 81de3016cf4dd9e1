// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// Which questions of the last 24 hours were answered, and with how many messages.
class given_answers {
public:
    struct given {
        std::int64_t asked = 0; // when it was asked, UTC ns: identifies the question, with the asker
        std::int64_t when = 0;  // when it was answered, UTC s
        std::int64_t messages = 0;
        std::string asker;
    };
    bool has(std::string_view asker, std::int64_t asked) const;
    std::int64_t messages_to(std::string_view asker) const;
    void add(given one) { all_.push_back(std::move(one)); }
    void forget(std::int64_t now); // UTC s
    /// Saves as text, one line each; restores as much as can be read.
    std::string saved() const;
    void restore(const std::string& saved);

private:
    std::vector<given> all_;
};

} // namespace releve::sms
