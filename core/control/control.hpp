// SPDX-License-Identifier: Apache-2.0
// A look inside a running pipeline: docs/operating.md.
#pragma once
#include "asker.hpp"
#include "pipeline/runtime.hpp"
#include "server.hpp"
#include "status.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace releve::core {

class control {
public:
    /// Listens where the site says; where it can't, the log says so, and the pipeline runs all the same. `of` and
    /// `said` must outlive it.
    /// `reload`: asks for one, and gives the answer once it is over, from any thread; empty: nobody may ask.
    using reload_asker = std::function<void(std::function<void(answer)> give)>;
    control(runtime& of, log& said, reload_asker reload = {});
    ~control();
    control(const control&) = delete;
    control& operator=(const control&) = delete;

private:
    answer handle(const request& asked, bool local);
    answer tap_of(const request& asked);

    runtime& of_;
    const reload_asker reload_;
    status status_;
    asker questions_;
    std::filesystem::path socket_;   // empty: none
    std::unique_ptr<server> server_; // the first to go
};

} // namespace releve::core
