// SPDX-License-Identifier: Apache-2.0
// For a connection that other programs may query through the host's control socket (RELEVE_ASK of abi.h).
#ifndef RELEVE_ASKABLE_HPP
#define RELEVE_ASKABLE_HPP
#include <releve/abi.h>
#include <releve/failure.hpp>
#include <releve/string.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace releve {

/// The parameters of a query, and when to stop. Valid during the call.
class question {
public:
    question(std::span<const releve_label> words, int stop_fd)
        : words_{words}
        , stop_fd_{stop_fd} {}
    /// The value of a parameter; nothing when the query does not have it.
    std::optional<std::string_view> word(std::string_view key) const {
        for (const auto& one : words_)
            if (view(one.key) == key) return view(one.value);
        return std::nullopt;
    }
    /// Becomes readable once the answer is no longer needed.
    int stop_fd() const noexcept { return stop_fd_; }

private:
    std::span<const releve_label> words_;
    int stop_fd_;
};

/// class devices final : public releve::connection, public releve::askable { ... };
class askable {
public:
    askable() = default;
    askable(const askable&) = delete;
    askable& operator=(const askable&) = delete;
    virtual ~askable() = default;
    /// Called on threads of the host, several at a time, while the connection is started. Returns nothing when the
    /// query concerns nothing of this connection. Throws bad_option (a parameter is wrong), transient_error or
    /// permanent_error (there is no answer), stopped.
    virtual std::optional<std::string> reply(const question& asked) = 0;
};

} // namespace releve
#endif
