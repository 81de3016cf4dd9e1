// SPDX-License-Identifier: Apache-2.0
#include "reloader.hpp"

#include "service.hpp"

#include <exception>
#include <sstream>

namespace releve::core {

reloader::reloader(site& of)
    : of_{of}
    , thread_{[this] { run(); }} {}

reloader::~reloader() { finish(); }

void reloader::finish() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void reloader::request(response_function give) {
    {
        const std::lock_guard lock{mutex_};
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
