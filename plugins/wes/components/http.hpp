// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/channel_plan.hpp"
#include "components/connection.hpp"
#include "components/server_series.hpp"
#include "http/loop.hpp"

#include <releve/source.hpp>

#include <deque>
#include <memory>
#include <vector>

namespace releve::wes {

/// [source.NAME] component = "wes_http": reads the page of each server of a connection at each interval, all at once.
///
/// A server that is slow holds nobody: a collect ends with the interval's better part, and what is under way then goes
/// on in the next one.
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
    void begin_waiting();
    void begin(std::size_t server);
    void take(std::size_t server, const http_reply& reply);
    bool wait(std::span<http_wait> on, duration limit);
    void give_up();

    context& host_;
    wes_connection& servers_;
    channel_plan plan_;
    duration longest_collect_;
    std::vector<std::unique_ptr<station>> stations_;
    std::vector<bool> under_way_;
    std::deque<std::size_t> waiting_; // for their turn
    std::unique_ptr<http_loop> loop_;
    std::vector<releve_wait> fds_;
    output* out_ = nullptr; // of the collect in progress
};

} // namespace releve::wes
