// SPDX-License-Identifier: Apache-2.0
// What other programs ask connections, by the service RELEVE_ASK of the contract: who is being asked, and how that
// ends.
#pragma once
#include "node.hpp"

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

    /// [any] Asks those of `connections` that are of the component, are started and can be asked, one after the other,
    /// until one knows the thing. Blocks as long as they do.
    answered ask(const std::vector<std::shared_ptr<node>>& connections, std::string_view component, const words& with);
    /// [any] Those that are asked something at that moment are told to end; waits until they have. False: one has not
    /// by then. Nothing is asked of them any more.
    bool end(const std::vector<std::shared_ptr<node>>& of, std::chrono::steady_clock::time_point limit);
    /// [any] Somebody is still being asked.
    bool any() const;

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
