// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/channel_plan.hpp"
#include "components/connection.hpp"
#include "components/server_series.hpp"
#include "http/loop.hpp"

#include <releve/kit/io/turn.hpp>
#include <releve/source.hpp>

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace releve::wes {

/// [source.NAME] component = "wes_http": reads the page of each server of a connection at each interval, all at once.
///
/// A slow server does not delay the others: a collect ends after four fifths of the interval, and requests in progress
/// then continue in the next one.
class wes_http final : public source {
public:
    static constexpr auto summary = "Readings of WES energy servers, from their page data.cgx over HTTP";
    static void describe(option_list& o);
    explicit wes_http(context& host);
    ~wes_http() override;

    void probe() override;
    void start() override;
    void collect(output& out) override;
    void stop() override;

private:
    void begin_requests();
    void begin(std::size_t server);
    void take(std::size_t server, const http_reply& reply);
    void give_up();

    kit::waiter wait_;
    wes_connection& servers_;
    channel_plan plan_;
    duration max_collect_;
    std::vector<std::unique_ptr<server_series>> series_; // of each server
    std::vector<bool> under_way_;                        // of each server: its turn is ours
    std::deque<std::size_t> queued_;                     // servers
    std::map<std::size_t, kit::turn_request> in_line_;   // servers that are in use by others
    std::shared_ptr<kit::bell> granted_;                 // rings when the turn of a server in line has come
    std::unique_ptr<http_loop> loop_;
    output* out_ = nullptr; // of the collect in progress
};

} // namespace releve::wes
