// SPDX-License-Identifier: Apache-2.0
// What a plugin throws. Nothing thrown leaves the plugin: it becomes a status and a sentence for the host.
#ifndef RELEVE_FAILURE_HPP
#define RELEVE_FAILURE_HPP
#include <releve/abi.h>

#include <stdexcept>
#include <string>

namespace releve {

/// May succeed later: the host tries again, with back-off. Other exceptions count as this, except std::logic_error.
struct transient_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Will not succeed unless something is changed. std::logic_error, a mistake of the plugin, counts as this.
struct permanent_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Thrown by a constructor: the value at `path` ("servers[1].host") is refused, and `why`. Shown at its key in the
/// pipeline file.
struct bad_option : std::runtime_error {
    bad_option(std::string at, const std::string& why)
        : std::runtime_error(why)
        , path(std::move(at)) {}
    std::string path;
};

/// The node has to stop. Thrown by functions that can't continue then; let it propagate.
struct stopped : std::exception {
    const char* what() const noexcept override { return "the node is to end"; }
};

} // namespace releve
#endif
