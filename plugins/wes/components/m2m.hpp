// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/connection.hpp"
#include "m2m/link.hpp"
#include "m2m/tags.hpp"

#include <releve/kit/io/turn.hpp>
#include <releve/source.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace releve::wes {

/// [source.NAME] component = "wes_m2m": asks each server of a connection for single values over its M2M port, each at
/// its own interval; all servers at once, one command at a time for each server.
class wes_m2m final : public streaming_source {
public:
    static constexpr auto summary = "Single values of WES energy servers, over their M2M port";
    static void describe(option_list& o);
    explicit wes_m2m(context& host);

    void probe() override;
    void run(output& out) override;
    void stop() override;

private:
    struct read_request {
        std::string command; // "gT100"
        duration every;
        kind is;
        bool is_state;                  // only 0 and 1 are values
        const m2m_row* known = nullptr; // nothing: a tag of the user's
        series to;
        duration due{};
        bool is_odd = false; // its last reply was not a value of it
    };
    struct server {
        explicit server(const m2m_address& at)
            : link{at} {}
        std::string name;
        m2m_link link;
        std::vector<read_request> requests;
        series up;
        std::optional<kit::turn_request> in_line; // while others use the server
        bool under_way = false;                   // a command: the server's turn is ours until the reply
        std::size_t asked = 0;                    // of `requests`
        duration not_before{};
        duration back_off{};
    };

    void add_tag(const option_values& given, const std::string& at);
    void declare(server& at, const option_values& given);
    bool has_turn(server& at, std::size_t number);
    duration step(server& at, std::size_t number, output& out);
    void take(server& at, output& out);
    void tell(const server& at, read_request& of, const std::string& why);
    void lost(server& at, output& out);

    context& host_;
    wes_connection& connection_;
    duration every_;
    std::vector<std::unique_ptr<server>> servers_;
    std::shared_ptr<kit::bell> granted_; // rings when the turn of a server in line has come
    std::size_t under_way_ = 0;          // commands
    bool has_more_ = false;              // a command is due, but too many are in progress
    metric unread_;
};

} // namespace releve::wes
