// SPDX-License-Identifier: Apache-2.0
#include "question_handler.hpp"

#include "plugin/plugin_call.hpp"

#include <releve/kit/text/printable.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace releve::core {

namespace {

/// For questions to end once the runtime has stopped.
constexpr std::chrono::seconds close_timeout{1};

response sentence(unsigned status, const std::string& text) {
    return {status, plain_text, kit::printable(text) + "\n"};
}

response response_to(answered of, const std::string& component) {
    switch (of.status) {
    case RELEVE_OK:
        return {200, "application/octet-stream", std::move(of.text)};
    case RELEVE_REFUSED:
        return sentence(404, "no running connection of component '" + component + "' knows that");
    case RELEVE_BAD_OPTION:
        return sentence(400, of.text);
    case RELEVE_STOPPED:
        return sentence(503, "the site is stopping");
    default:
        return sentence(502, of.text);
    }
}

} // namespace

/// What the threads share with the handler, which may be destroyed before a thread that hangs.
struct question_handler::shared {
    std::mutex mutex;
    std::condition_variable ended;
    int under_way = 0;
    bool open = true;
};

question_handler::question_handler(runtime& of)
    : of_{of}
    , shared_{std::make_shared<shared>()} {}

void question_handler::close() {
    std::unique_lock lock{shared_->mutex};
    shared_->open = false;
    shared_->ended.wait_for(lock, close_timeout, [&] { return shared_->under_way == 0; });
}

response question_handler::handle(const request& asked) {
    const auto component = asked.query.find("component");
    if (component == asked.query.end()) return sentence(400, "a question names its component: /ask?component=wes&...");
    {
        const std::lock_guard lock{shared_->mutex};
        if (!shared_->open) return sentence(503, "the site is stopping");
        if (shared_->under_way >= max_questions) return sentence(503, "too many questions at once");
        ++shared_->under_way;
    }
    questions::words words;
    for (const auto& [key, value] : asked.query)
        if (key != "component") words.emplace_back(key, value);
    response made;
    made.later = [this, name = component->second, words = std::move(words)](const std::function<void(response)>& give) {
        const auto end = [common = shared_, give](response got) {
            const std::lock_guard lock{common->mutex};
            if (common->open) give(std::move(got));
            --common->under_way;
            common->ended.notify_all();
        };
        try {
            std::thread{[&of = of_, name, words, end] {
                const plugin_thread enters_plugins;
                response got;
                try {
                    got = response_to(of.ask(name, words), name);
                } catch (const std::exception& e) { // no descriptor, no memory
                    got = sentence(503, std::string{"can't be asked now: "} + e.what());
                }
                end(std::move(got));
            }}.detach();
        } catch (const std::system_error& e) {
            end(sentence(503, std::string{"can't start a thread for the question: "} + e.what()));
        }
    };
    return made;
}

} // namespace releve::core
