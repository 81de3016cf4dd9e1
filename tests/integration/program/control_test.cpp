// SPDX-License-Identifier: Apache-2.0
// A look into a host that runs: releve status, releve tap, and curl.
#include "process.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/testing/catch.hpp>

#include <boost/json.hpp>
#include <curl/curl.h>
#include <sys/stat.h>

#include <csignal>
#include <memory>
#include <sstream>

using namespace testbed;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

/// A source that counts, one whose device is not there, and a sink.
std::string pipeline(const folder& in, const std::string& more = {}) {
    return in.write("site.toml", "[site]\nname = \"tilleuls\"\n" + more +
                                     "[source.count]\ncomponent = \"counter_c\"\ninterval = \"1s\"\n"
                                     "[source.cpu]\ncomponent = \"cpu_temperature\"\ninterval = \"1s\"\npath = \"" +
                                     in.file("missing") +
                                     "\"\n[sink.lines]\ncomponent = \"line_sink\"\ninputs = [\"*\"]\npath = \"" +
                                     in.file("lines") + "\"\n");
}

struct page {
    long status = 0;
    std::string body;
};

std::size_t append(const char* bytes, std::size_t, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(bytes, count);
    return count;
}

/// What curl gets; `socket` empty: over TCP.
page fetch(const std::string& url, const std::string& socket = {}) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
    page got;
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
    if (!socket.empty()) curl_easy_setopt(easy.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &got.body);
    curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, 120L);
    const auto code = curl_easy_perform(easy.get());
    INFO(curl_easy_strerror(code));
    REQUIRE(code == CURLE_OK);
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &got.status);
    return got;
}

} // namespace

TEST_CASE("status shows what each node of a running site does") {
    const folder in;
    const auto file = pipeline(in);
    releve_process host{{"run", file}};
    host.wait_for_error("nodes run");
    host.wait_for_error("cpu: lost");
    releve_process tap{{"tap", "count", file, "--json"}};
    tap.wait_for_output("}\n{"); // a second record: the first one has been delivered

    const auto asked = run({"status", "--json", file});
    CHECK(asked.code == 0);
    INFO(asked.out);
    const auto all = boost::json::parse(asked.out);
    CHECK(all.at("site").as_string() == "tilleuls");
    const auto& nodes = all.at("nodes").as_array();
    REQUIRE(nodes.size() == 3);
    CHECK(nodes[0].at("name").as_string() == "count");
    CHECK(nodes[0].at("kind").as_string() == "source");
    CHECK(nodes[0].at("component").as_string() == "counter_c");
    CHECK(nodes[0].at("state").as_string() == "running");
    CHECK(nodes[0].at("records").to_number<int>() >= 1);
    CHECK(nodes[0].at("records_per_s").to_number<double>() > 0);
    CHECK(nodes[0].at("last_error").is_null());
    CHECK(nodes[0].at("last_value").at("age_s").to_number<double>() < 60);
    CHECK(nodes[1].at("state").as_string() == "failing");
    CHECK(nodes[1].at("failures").to_number<int>() >= 1);
    CHECK_THAT(std::string{nodes[1].at("last_error").at("text").as_string()}, ContainsSubstring("can't read: "));
    CHECK(nodes[1].at("last_value").is_null());
    CHECK(nodes[2].at("taken").to_number<int>() >= 1);
    CHECK(nodes[2].at("queue").at("limit").to_number<int>() == 4 << 20);

    const auto table = run({"status", "--socket", in.file("releve-state/control")});
    CHECK(table.code == 0);
    INFO(table.out);
    CHECK_THAT(table.out, StartsWith("tilleuls: releve ") && ContainsSubstring("\nnode   kind    state  ") &&
                              ContainsSubstring("\ncpu    source  failing") &&
                              ContainsSubstring("\nlines  sink    running") &&
                              ContainsSubstring("last errors:\ncpu: can't read: ") && !ContainsSubstring("\033"));
    host.signal(SIGTERM);
    CHECK(host.wait().code == 0);
    const auto nobody = run({"status", file});
    CHECK(nobody.code == 1);
    CHECK_THAT(nobody.err, ContainsSubstring("no releve runs on " + in.file("releve-state/control")));
}

TEST_CASE("tap shows records as they come until Ctrl-C, or until the site stops") {
    const folder in;
    const auto file = pipeline(in);
    releve_process host{{"run", file}};
    host.wait_for_error("nodes run");
    releve_process tap{{"tap", "count", file}}, sink{{"tap", "lines", file, "--json", "--series", "cou*"}};
    CHECK_THAT(tap.wait_for_output("\n"), ContainsSubstring("Z  count  count{device=\"count\", site=\"tilleuls\"}  "));
    tap.signal(SIGINT);
    const auto end = tap.wait();
    CHECK(end.code == 0);
    CHECK(end.err.empty());

    const auto lines = sink.wait_for_output("\n");
    const auto record = boost::json::parse(lines.substr(0, lines.find('\n')));
    CHECK(record.at("node").as_string() == "count");
    CHECK(record.at("kind").as_string() == "counter");
    const auto nobody = run({"tap", "zzz", file});
    CHECK(nobody.code == 1);
    CHECK_THAT(nobody.err, ContainsSubstring("there is no node 'zzz'; there are count cpu lines"));
    CHECK(run({"tap", "count"}).code == 2);
    host.signal(SIGINT);
    CHECK(host.wait().code == 0);
    const auto stopped = sink.wait();
    CHECK(stopped.code == 0);
    CHECK_THAT(stopped.err, ContainsSubstring("the site has stopped"));
}

TEST_CASE("one host on a state directory; what a killed one left is replaced; nobody else may connect") {
    const folder in;
    const auto file = pipeline(in);
    const auto socket = in.file("releve-state/control");
    {
        releve_process killed{{"run", file}};
        killed.wait_for_error("nodes run");
        struct stat how {};
        REQUIRE(stat(socket.c_str(), &how) == 0);
        CHECK(S_ISSOCK(how.st_mode));
        CHECK((how.st_mode & 07777) == 0660);
        const auto second = run({"run", file});
        CHECK(second.code == 1);
        CHECK_THAT(second.err,
                   ContainsSubstring("another releve runs on the state directory " + in.file("releve-state")));
        CHECK_THAT(fetch("http://releve/health", socket).body, ContainsSubstring("\n")); // the first is as it was
        killed.signal(SIGKILL);
        killed.wait();
    }
    CHECK(std::filesystem::is_socket(socket));
    releve_process next{{"run", file}};
    next.wait_for_error("nodes run");
    CHECK(fetch("http://releve/status", socket).status == 200);
    next.signal(SIGTERM);
    CHECK(next.wait().code == 0);
    CHECK(!std::filesystem::exists(socket));
}

TEST_CASE("hostile text of a device or a database harms no terminal, log, page or script") {
    const folder in;
    const auto file = in.write("site.toml", R"([site]
name = "tilleuls"
[connection.line]
component = "hostile_line"
[source.bad]
component = "hostile_source"
line = "line"
[sink.worse]
component = "hostile_sink"
inputs = ["bad"]
)");
    const auto safe = [](const std::string& what, const std::string& text) {
        INFO(what << ": " << releve::kit::printable_lines(text.substr(0, 2000)));
        CHECK(text == releve::kit::printable_lines(text)); // no control character but the end of a line, and UTF-8
        CHECK_THAT(text, ContainsSubstring("hostile ends"));
    };
    const auto each_line_is_json = [](const std::string& text) {
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);) CHECK_NOTHROW(boost::json::parse(line));
    };
    const auto once = run({"run", "--once", file}), once_json = run({"run", "--once", "--json", file});
    safe("run --once", once.out);
    safe("run --once --json", once_json.out);
    each_line_is_json(once_json.out);

    releve_process host{{"run", file}};
    host.wait_for_error("nodes run");
    const auto socket = in.file("releve-state/control");
    releve_process tap{{"tap", "bad", file}}, tap_json{{"tap", "bad", "--json", file}};
    tap.wait_for_output("hostile ends");
    tap_json.wait_for_output("hostile ends");
    std::string status;
    while (status.find("can't read") == std::string::npos) status = run({"status", file}).out;
    safe("status", status);
    const auto status_json = run({"status", "--json", file}).out;
    safe("status --json", status_json);
    each_line_is_json(status_json);
    safe("/metrics", fetch("http://releve/metrics", socket).body.append("hostile ends"));
    safe("/health", fetch("http://releve/health", socket).body);
    std::string letters;
    while (letters.find("hostile ends") == std::string::npos) letters = run({"dead-letters", "list", file}).out;
    safe("dead-letters list", letters);
    safe("dead-letters show", run({"dead-letters", "show", "1", file}).out);
    const auto letters_json = run({"dead-letters", "list", "--json", file}).out;
    safe("dead-letters --json", letters_json);
    each_line_is_json(letters_json);
    tap.signal(SIGINT);
    tap_json.signal(SIGINT);
    safe("tap", tap.wait().out);
    const auto tapped = tap_json.wait().out;
    safe("tap --json", tapped);
    each_line_is_json(tapped);
    host.signal(SIGTERM);
    safe("the log", host.wait().err);
}

TEST_CASE("over TCP there are metrics and health, when asked for, and nothing else") {
    const folder in;
    releve_process host{{"run", pipeline(in, "listen = \"127.0.0.1:0\"\n")}};
    host.wait_for_error("for /metrics and /health");
    host.wait_for_error("cpu: lost");
    host.wait_for_error("nodes run");
    const auto status = boost::json::parse(fetch("http://releve/status", in.file("releve-state/control")).body);
    CHECK(status.at("nodes").as_array().size() == 3);
    const auto said = host.errors();
    const auto from = said.find("listens on ") + 11;
    const auto base = "http://" + said.substr(from, said.find(' ', from) - from);
    const auto metrics = fetch(base + "/metrics");
    CHECK(metrics.status == 200);
    CHECK_THAT(metrics.body, ContainsSubstring("\n# TYPE releve_made_records_total counter\n") &&
                                 ContainsSubstring("\nreleve_node_up{node=\"cpu\"} 0\n"));
    const auto health = fetch(base + "/health");
    CHECK(health.status == 503);
    CHECK(health.body == "failing: cpu\n"); // why is not for everybody who can reach the port
    CHECK_THAT(fetch("http://releve/health", in.file("releve-state/control")).body,
               StartsWith("failing: cpu (can't read: "));
    CHECK(fetch(base + "/status").status == 404);
    CHECK(fetch(base + "/tap?node=count").status == 404);
    CHECK(fetch(base + "/reload").status == 404); // only those that may use the socket reload a file
    in.write("missing", "21500");
    host.wait_for_error("cpu: back");
    CHECK(fetch(base + "/health").status == 200);
    host.signal(SIGTERM);
    CHECK(host.wait().code == 0);
}

TEST_CASE("an impossible state directory is reported in a sentence, and nothing starts") {
    const folder in;
    in.write("file", "");
    const auto refused = run({"run", pipeline(in, "state = \"" + in.file("file/state") + "\"\n")});
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, ContainsSubstring(in.file("file/state") + ": the state directory can't be made: Not a "
                                                                      "directory (key state of [site] names another)"));
}

TEST_CASE("an impossible control socket, or an address in use, is reported, and the site runs") {
    const folder in;
    in.write("file", "");
    releve_process first{
        {"run", pipeline(in, "control = \"" + in.file("file/control") + "\"\nlisten = \"127.0.0.1:0\"\n")}};
    first.wait_for_error("no control socket");
    first.wait_for_error("nodes run");
    const auto said = first.errors();
    const auto from = said.find("listens on ") + 11;
    const auto address = said.substr(from, said.find(' ', from) - from);
    const folder other;
    releve_process second{{"run", pipeline(other, "listen = \"" + address + "\"\n")}};
    second.wait_for_error("can't listen for /metrics and /health: " + address);
    second.wait_for_error("nodes run");
    for (auto* one : {&first, &second}) {
        one->signal(SIGTERM);
        CHECK(one->wait().code == 0);
    }
}
