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

void reloader::ask(giver give) {
    {
        const std::lock_guard lock{mutex_};
        if (!ending_ && asked_.size() < most_waiting) {
            asked_.push_back(std::move(give));
            changed_.notify_all();
            return;
        }
    }
    if (give) give({503, plain_text, "the site stops, or too many reloads wait already\n"});
}

answer reloader::reload() {
    notify_reloading();
    answer made{200, plain_text};
    try {
        reloaded told;
        const auto wrong = of_.reload(told);
        if (wrong.empty()) {
            made.body = told.text() + "\n";
        } else {
            made = {422, plain_text, wrong};
            std::istringstream lines{wrong};
            for (std::string line; std::getline(lines, line);) // each in its own event: repeats are not hidden
                of_.said->write(log_level::error, {}, "not_reloaded: " + line, line);
        }
    } catch (const std::exception& e) {
        made = {500, plain_text, std::string{e.what()} + "\n"};
        of_.said->write(log_level::error, {}, "not_reloaded", "not reloaded: " + std::string{e.what()});
    }
    notify_ready(of_.file.pipeline.site.name + ": " + std::to_string(of_.pipeline->nodes().size()) + " nodes run");
    return made;
}

void reloader::run() {
    for (;;) {
        giver give;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [&] { return ending_ || !asked_.empty(); });
            if (ending_) return;
            give = std::move(asked_.front());
            asked_.pop_front();
        }
        auto made = reload();
        if (give) give(std::move(made));
    }
}

} // namespace releve::core
