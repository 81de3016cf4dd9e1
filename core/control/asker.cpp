// SPDX-License-Identifier: Apache-2.0
#include "asker.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace releve::core {

namespace {

constexpr std::chrono::seconds last_moment{1};

answer in_words(unsigned status, const std::string& sentence) { return {status, plain_text, sentence + "\n"}; }

answer answer_of(answered of, const std::string& component) {
    switch (of.status) {
    case RELEVE_OK:
        return {200, "application/octet-stream", std::move(of.text)};
    case RELEVE_REFUSED:
        return in_words(404, "no connection of component '" + component + "' that runs knows of that");
    case RELEVE_BAD_OPTION:
        return in_words(400, of.text);
    case RELEVE_STOPPED:
        return in_words(503, "the site stops");
    default:
        return in_words(502, of.text);
    }
}

} // namespace

/// What the threads share with the asker, which may go before one that hangs.
struct asker::shared {
    std::mutex mutex;
    std::condition_variable ended;
    int under_way = 0;
    bool open = true;
};

asker::asker(runtime& of)
    : of_{of}
    , shared_{std::make_shared<shared>()} {}

void asker::close() {
    std::unique_lock lock{shared_->mutex};
    shared_->open = false;
    shared_->ended.wait_for(lock, last_moment, [&] { return shared_->under_way == 0; });
}

answer asker::handle(const request& asked) {
    const auto component = asked.query.find("component");
    if (component == asked.query.end()) return in_words(400, "a question names its component: /ask?component=wes&...");
    {
        const std::lock_guard lock{shared_->mutex};
        if (!shared_->open) return in_words(503, "the site stops");
        if (shared_->under_way >= most_questions) return in_words(503, "too many questions at once");
        ++shared_->under_way;
    }
    questions::words words;
    for (const auto& [key, value] : asked.query)
        if (key != "component") words.emplace_back(key, value);
    answer made;
    made.later = [this, name = component->second, words = std::move(words)](const std::function<void(answer)>& give) {
        const auto end = [common = shared_, give](answer got) {
            const std::lock_guard lock{common->mutex};
            if (common->open) give(std::move(got));
            --common->under_way;
            common->ended.notify_all();
        };
        try {
            std::thread{[&of = of_, name, words, end] { end(answer_of(of.ask(name, words), name)); }}.detach();
        } catch (const std::system_error& e) {
            end(in_words(503, std::string{"no thread for the question: "} + e.what()));
        }
    };
    return made;
}

} // namespace releve::core
