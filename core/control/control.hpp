// SPDX-License-Identifier: Apache-2.0
// What a running pipeline shows of itself, on the control socket and over the network: docs/operating.md.
#pragma once
#include "pipeline/runtime.hpp"
#include "question_handler.hpp"
#include "server.hpp"
#include "status.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace releve::core {

class control {
public:
    /// Listens where [site] says; where it can't, it logs why, and the pipeline runs all the same. `of` and `to` must
    /// outlive it.
    /// `reload`: starts a reload, and calls `give` with the response once it is over, from any thread; empty: there is
    /// no /reload.
    using reload_function = std::function<void(std::function<void(response)> give)>;
    control(runtime& of, log& to, reload_function reload = {});
    ~control();
    control(const control&) = delete;
    control& operator=(const control&) = delete;

private:
    response handle(const request& asked, bool local);
    response tap_of(const request& asked);

    runtime& of_;
    const reload_function reload_;
    status status_;
    question_handler questions_;
    std::filesystem::path socket_;   // empty: does not listen there
    std::unique_ptr<server> server_; // destroyed first
};

} // namespace releve::core
