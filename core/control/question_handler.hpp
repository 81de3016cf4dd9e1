// SPDX-License-Identifier: Apache-2.0
// POST /ask?component=NAME&...: questions to connections, each on its own thread, since a device may be slow.
#pragma once
#include "pipeline/runtime.hpp"
#include "server.hpp"

#include <memory>

namespace releve::core {

class question_handler {
public:
    /// Questions at once; more are answered 503.
    static constexpr int max_questions = 8;

    explicit question_handler(runtime& of);
    ~question_handler() { close(); }
    question_handler(const question_handler&) = delete;
    question_handler& operator=(const question_handler&) = delete;

    /// [server's thread]
    response handle(const request& asked);
    /// From now on nothing is answered. To be called after the runtime has stopped, which ends the questions in
    /// progress; one that does not end is abandoned.
    void close();

private:
    struct shared;
    runtime& of_;
    std::shared_ptr<shared> shared_;
};

} // namespace releve::core
