// SPDX-License-Identifier: Apache-2.0
// POST /ask?component=NAME&...: questions to connections, each on a thread of its own, since a device may take its
// time.
#pragma once
#include "pipeline/runtime.hpp"
#include "server.hpp"

#include <memory>

namespace releve::core {

class asker {
public:
    /// At once; more are told to come again.
    static constexpr int most_questions = 8;

    explicit asker(runtime& of);
    ~asker() { close(); }
    asker(const asker&) = delete;
    asker& operator=(const asker&) = delete;

    /// [server's thread]
    answer handle(const request& asked);
    /// No answer is given any more. After the runtime has stopped, which ends what is under way; one that does not end
    /// is left behind.
    void close();

private:
    struct shared;
    runtime& of_;
    std::shared_ptr<shared> shared_;
};

} // namespace releve::core
