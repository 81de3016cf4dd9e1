// SPDX-License-Identifier: Apache-2.0
// What nodes share: started when the first node needs it, stopped after the last, asked by other programs meanwhile.
#pragma once
#include "life_watch.hpp"
#include "questions.hpp"

#include <mutex>
#include <string>

namespace releve::core {

class connections {
public:
    explicit connections(services& shared)
        : shared_{shared} {}
    /// [node] Starts those that `who` uses, once each. Empty: they run; else why not.
    std::string start_for(node& who);
    /// Stops those of `some` that run. False: one is still being asked something, and may be used.
    bool stop(const node_list& some, steady_time limit);
    /// [any]
    core::questions& questions() { return questions_; }
    const core::questions& questions() const { return questions_; }

private:
    services& shared_;
    std::mutex mutex_; // one is started or stopped at a time
    core::questions questions_;
};

} // namespace releve::core
