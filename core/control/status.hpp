// SPDX-License-Identifier: Apache-2.0
// The body of GET /status.
#pragma once
#include "pipeline/runtime.hpp"
#include "rates.hpp"

#include <map>
#include <memory>
#include <string>

namespace releve::core {

/// For one thread.
class status {
public:
    explicit status(runtime& of);
    /// Samples counts for the rates: to be called every few seconds.
    void sample();
    /// One JSON object: docs/operating.md.
    std::string json() const;
    std::int64_t since() const { return since_; }

private:
    runtime& of_;
    std::int64_t since_; // UTC ns
    struct watched {
        std::shared_ptr<const node> who;
        rates made_and_taken;
    };
    std::map<std::string, watched> rates_; // by node
};

} // namespace releve::core
