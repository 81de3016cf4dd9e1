// SPDX-License-Identifier: Apache-2.0
#include "reloader.hpp"

#include "plugin/plugin_call.hpp"
#include "service.hpp"

#include <algorithm>
#include <exception>
#include <sstream>

namespace releve::core {

reloader::reloader(site& of)
    : of_{of}
    , thread_{[this] { run(); }} {}

reloader::~reloader() { finish(std::chrono::steady_clock::now() + std::chrono::hours{24}); }

bool reloader::finish(std::chrono::steady_clock::time_point limit) {
    {
        std::unique_lock lock{mutex_};
        ending_ = true;
        changed_.notify_all();
        if (!changed_.wait_until(lock, limit, [&] { return ended_; })) return false;
    }
    if (thread_.joinable()) thread_.join();
    return true;
}

void reloader::request(response_function give) {
    {
        const std::lock_guard lock{mutex_};
        const auto is_signal = [](const response_function& one) { return !one; };
        if (!ending_ && !give && std::any_of(requests_.begin(), requests_.end(), is_signal))
            return; // the one that waits reads the file later than this
        if (!ending_ && requests_.size() < max_waiting) {
            requests_.push_back(std::move(give));
            changed_.notify_all();
            return;
        }
    }
    if (give) give({503, plain_text, "the site is stopping, or too many reloads are waiting\n"});
}

response reloader::reload() {
    notify_reloading();
    response made{200, plain_text};
    try {
        reloaded outcome;
        const auto wrong = of_.reload(outcome);
        if (wrong.empty()) {
            made.body = outcome.text() + "\n";
            for (const auto& one : outcome.old_code) made.body += one + "\n";
        } else {
            made = {422, plain_text, wrong};
            std::istringstream lines{wrong};
            for (std::string line;
                 std::getline(lines, line);) // each is a separate event, so that none is taken for a repetition
                of_.log->write(log_level::error, {}, "not_reloaded: " + line, line);
        }
    } catch (const std::exception& e) {
        made = {500, plain_text, std::string{e.what()} + "\n"};
        of_.log->write(log_level::error, {}, "not_reloaded", "not reloaded: " + std::string{e.what()});
    }
    notify_ready(of_.file.pipeline.site.name + ": " + std::to_string(of_.pipeline->nodes().size()) + " nodes run");
    return made;
}

void reloader::run() {
    const plugin_thread enters_plugins;
    serve();
    const std::lock_guard lock{mutex_};
    ended_ = true;
    changed_.notify_all();
}

void reloader::serve() {
    for (;;) {
        response_function give;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [&] { return ending_ || !requests_.empty(); });
            if (ending_) return;
            give = std::move(requests_.front());
            requests_.pop_front();
        }
        auto made = reload();
        if (give) give(std::move(made));
    }
}

} // namespace releve::core
