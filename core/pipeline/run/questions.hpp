// SPDX-License-Identifier: Apache-2.0
// What other programs ask connections, by the service RELEVE_ASK of the contract: who is being asked, and how that
// ends.
#pragma once
#include "pipeline/node/node.hpp"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace releve::core {

/// RELEVE_OK: the answer; RELEVE_REFUSED: no connection knows of what was asked; any other: a sentence why not.
struct answered {
    releve_status status = RELEVE_REFUSED;
    std::string text;
};

class questions {
public:
    using words = std::vector<std::pair<std::string, std::string>>;

    /// [any] Asks those of `connections` that are of the component, run and can be asked, one after the other, until
    /// one knows the answer. Blocks as long as they do.
    answered ask(const node_list& connections, std::string_view component, const words& with);
    /// [any] They are asked no more; an answer that is under way is told to end, and waited for. False: one has not
    /// ended by `limit`.
    bool end(const node_list& of, std::chrono::steady_clock::time_point limit);
    /// [any] A connection, or this one, is being asked something.
    bool any() const;
    bool is_asked(const node& one) const;

private:
    struct asked {
        const node* whom;
        int stop_fd;
    };
    std::list<asked>::iterator begin(const node& whom);
    void end(std::list<asked>::iterator which);

    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::list<asked> all_;
};

} // namespace releve::core
