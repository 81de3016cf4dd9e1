// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/runtime.hpp"

#include <string>
#include <vector>

namespace releve::core {

/// How a site is: for those who may know all, and for anybody who can reach its port.
struct site_health {
    /// What is wrong. `node`: empty when it is the host itself.
    struct trouble {
        std::string node;
        std::string word; // "failing": says nothing of devices, people or places
        std::string why;  // a sentence, which may
    };
    std::vector<trouble> all;

    bool well() const { return all.empty(); }
    /// "failing: db (can't write: the database is away)"; "well"
    std::string sentence() const;
    /// The same without what may be private: "failing: db"; "stopping"; "well"
    std::string words() const;
};

/// Waits at most half a second for the router.
site_health health_of(runtime& of);

} // namespace releve::core
