// SPDX-License-Identifier: Apache-2.0
// POST /ask?component=wes&host=...&port=...&page=/data.cgx on the host's control socket, which wes_connection
// answers.
#include "client/transport.hpp"
#include "http/loop.hpp"

#include <releve/kit/text/percent.hpp>

#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace releve::wes {
namespace {

constexpr const char* sites = "/var/lib/releve";
constexpr std::chrono::seconds host_timeout{120}; // longer than the host takes at most

/// `what`: the last parameter of the question, "page=%2Fdata.cgx".
http_request question(const server_address& to, const std::string& socket, const std::string& what) {
    http_request asked;
    asked.unix_socket = socket;
    asked.host = "releve";
    asked.path =
        "/ask?component=wes&host=" + kit::percent_encoded(to.host) + "&port=" + std::to_string(to.port) + "&" + what;
    asked.post = " "; // a POST; its body is not read
    asked.timeout = host_timeout;
    asked.max_body = std::max(to.max_file, asked.max_body);
    return asked;
}

http_reply reply_to(const http_request& asked) { return fetch(asked, kit::poll_waiter()); }

class through_host final : public transport {
public:
    through_host(server_address to, std::string socket)
        : to_{std::move(to)}
        , socket_{std::move(socket)} {}
    std::string fetch(resource what, std::string_view name) override {
        const auto* key = resource_names[static_cast<std::size_t>(what)];
        auto got = reply_to(question(to_, socket_, key + ("=" + kit::percent_encoded(name))));
        if (!got.failure.empty()) throw unreachable("the host at " + socket_ + " " + got.failure);
        while (got.status != 200 && got.body.ends_with('\n')) got.body.pop_back();
        if (got.status != 200) throw unreachable(got.body);
        return std::move(got.body);
    }

private:
    server_address to_;
    std::string socket_;
};

std::vector<std::string> sockets() {
    std::vector<std::string> all;
    if (const char* given = std::getenv("RELEVE_CONTROL"); given != nullptr) {
        for (std::string_view rest = given; !rest.empty();) {
            const auto one = rest.substr(0, rest.find(':'));
            rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            if (!one.empty()) all.emplace_back(one);
        }
        return all;
    }
    all.emplace_back("releve-state/control");
    std::error_code error;
    for (std::filesystem::directory_iterator at{sites, error}, end; !error && at != end; at.increment(error))
        all.push_back(at->path() / "control");
    return all;
}

} // namespace

std::unique_ptr<transport> host_transport(const server_address& to, std::string control_socket) {
    return std::make_unique<through_host>(to, std::move(control_socket));
}

std::optional<std::string> host_that_has(const server_address& to) {
    for (auto& one : sockets()) {
        struct stat file {};
        if (::stat(one.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) continue;
        const auto got = reply_to(question(to, one, "known=1"));
        if (got.failure.find("ermission denied") != std::string::npos)
            throw unreachable("a host runs at " + one + ", and this account may not ask it whether it reads " +
                              to.host + ": try as root, or as a member of the socket's group");
        if (got.failure.empty() && got.status == 200) return std::move(one);
    }
    return std::nullopt;
}

} // namespace releve::wes
