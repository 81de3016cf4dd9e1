// SPDX-License-Identifier: Apache-2.0
#include "../host/described.hpp"
#include "../host/world.hpp"
#include "checks.hpp"
#include "own_time.hpp"

#include <releve/string.hpp>

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace releve::conformance {

namespace {

bool is_about_reasons(const std::string& text) { return text.find("without a reason") != std::string::npos; }

work let_work(const subject& of) {
    work done;
    testing::site at{of.plugin, of.good->connections, alone()};
    testing::node n{at, of.component, of.good->options};
    if (const auto answer = n.probe(); !answer && answer.why.empty())
        done.misbehaviour.emplace_back("probe failed without a reason");
    put_to_work(of, at, n, done);
    static_cast<void>(at.close());
    const auto of_connections = at.misbehaviour();
    done.misbehaviour.insert(done.misbehaviour.end(), of_connections.begin(), of_connections.end());
    return done;
}

std::string first(const std::vector<std::string>& all) {
    return all.size() == 1 ? all.front() : all.front() + " (and " + std::to_string(all.size() - 1) + " more)";
}

result cannot(const subject& of) {
    if (of.is_connection()) return skipped("a connection works through its nodes");
    return skipped(of.sample ? "the sample has no section for it"
                             : "it has required options without an example: give --sample");
}

bool gone = false;

} // namespace

bool leave_network() {
    gone = ::unshare(CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
    return gone;
}
bool left_network() { return gone; }

result contract(const subject& of) {
    if (of.is_connection() || !of.good) return cannot(of);
    auto done = let_work(of);
    std::erase_if(done.misbehaviour, is_about_reasons);
    if (!done.misbehaviour.empty()) return failed("breaks the contract: " + first(done.misbehaviour));
    return ok("it emitted " + std::to_string(done.records) +
              " records, each of a series declared or received (start: " + done.start + ")");
}

result reasons(const subject& of) {
    if (of.is_connection() || !of.good) return cannot(of);
    auto done = let_work(of);
    std::erase_if(done.misbehaviour, [](const auto& one) { return !is_about_reasons(one); });
    if (!done.misbehaviour.empty()) return failed(first(done.misbehaviour));
    return ok("each failure says why");
}

result takes_and_makes(const subject& of) {
    if (!of.takes() || !of.makes()) return skipped("it does not do both");
    if (!of.good) return cannot(of);
    if (of.abi->process == nullptr && of.abi->write == nullptr)
        return failed("its roles say that it takes records, but it has neither process nor write");
    testing::site at{of.plugin, of.good->connections, alone()};
    testing::node n{at, of.component, of.good->options};
    const testing::upstream up{at, "upstream"};
    if (!n.start()) return skipped("it can't be started without its device");
    const auto all = something_of_everything(up, at);
    testing::outcome answer;
    if (of.abi->process != nullptr) {
        answer = n.process(all);
    } else {
        const auto written = n.write(all);
        answer = {written.status, written.why};
    }
    at.advance(std::chrono::hours{1});
    const auto declared = n.declared();
    for (const auto& one : n.emitted())
        if (one.name().empty()) return failed("it emits records of series that are not declared");
    return ok("takes " + std::to_string(all.size()) + " records and makes " + std::to_string(n.emitted().size()) +
              (answer ? "" : " (it says: " + answer.why + ")"));
}

result shared_connection(const subject& of) {
    const auto& options = of.plugin.shared()->describe(*of.abi).options;
    const bool shares =
        std::ranges::any_of(options, [](const auto& one) { return one.type == RELEVE_OPTION_CONNECTION; });
    if (!shares) return skipped("it uses no connection");
    if (!of.good) return cannot(of);
    testing::site at{of.plugin, of.good->connections, alone()};
    at.shared()->series.one_maker_each = false; // the same section twice would declare the same series twice
    {
        testing::node one{at, of.component, of.good->options, "one"};
        testing::node other{at, of.component, of.good->options, "other"};
        work done;
        const bool both = one.start() && other.start();
        if (both && of.abi->collect != nullptr) {
            static_cast<void>(one.collect());
            static_cast<void>(other.collect());
        }
        if (both && of.abi->run != nullptr) {
            one.run();
            other.run();
            at.advance(std::chrono::minutes{1});
        }
        static_cast<void>(one.stop());
        one.destroy();
        if (other.running()) {
            at.advance(std::chrono::minutes{1});
            static_cast<void>(other.stop());
        }
        put_to_work(of, at, other, done); // the other continues when the first is destroyed
        auto all = one.misbehaviour();
        all.insert(all.end(), done.misbehaviour.begin(), done.misbehaviour.end());
        std::erase_if(all, is_about_reasons);
        if (!all.empty()) return failed("with two nodes on a connection: " + first(all));
    }
    static_cast<void>(at.close());
    if (const auto all = at.misbehaviour(); !all.empty()) return failed(first(all));
    return ok("two nodes share a connection, and one continues when the other is destroyed");
}

result answers(const subject& of) {
    if (of.abi->extension == nullptr || of.abi->extension(to_c(RELEVE_ASK)) == nullptr)
        return skipped("it can't be queried");
    if (!of.good) return skipped("the sample has no section for it");
    if (!of.is_connection()) return failed("it can be queried, but is not a connection");
    testing::site at{of.plugin, of.good->connections, alone()};
    testing::node n{at, of.component, of.good->options};
    if (!n.start()) return skipped("it can't be started without its device");
    const int ended = ::eventfd(1, EFD_CLOEXEC); // nobody waits for the reply any more
    const std::string all_bytes("\x01\xff\0%&=\n", 7), long_word(100'000, 'x');
    const std::vector<testing::labels> nonsense{{},
                                                {{"", ""}},
                                                {{all_bytes, all_bytes}},
                                                {{long_word, long_word}},
                                                {{"host", long_word}},
                                                {{"host", all_bytes}}};
    result made = ok("answers nonsense with a sentence, at once when nobody waits for it");
    for (const auto& words : nonsense) {
        const own_time since_asked;
        const auto got = n.ask(words, ended);
        const bool replied_once = got.status == RELEVE_REFUSED ? got.times == 0 : got.times == 1;
        if (!replied_once) made = failed("calls give " + std::to_string(got.times) + " times");
        if (got.status != RELEVE_REFUSED && got.status != RELEVE_OK && got.text.empty())
            made = failed("has no answer and gives no reason");
        if (since_asked.passed() > std::chrono::seconds{5})
            made = failed("does not end when nobody waits for its answer");
    }
    ::close(ended);
    static_cast<void>(n.stop());
    return made;
}

result no_network(const subject& of) {
    if (!left_network()) return skipped("this system does not permit a process to leave the network (unshare)");
    if (of.is_connection() || !of.good) return cannot(of);
    const auto done = let_work(of);
    return ok("survives having no network at all (start: " + done.start + ")");
}

} // namespace releve::conformance
