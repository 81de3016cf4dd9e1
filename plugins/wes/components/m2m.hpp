// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/connection.hpp"
#include "m2m/link.hpp"
#include "m2m/tags.hpp"

#include <releve/source.hpp>

#include <memory>
#include <string>
#include <vector>

namespace releve::wes {

/// [source.NAME] component = "wes_m2m": asks each server of a connection for single values over its M2M port, each at
/// an interval of its own, all servers at once, a server one thing at a time.
class wes_m2m final : public streaming_source {
public:
    static constexpr auto summary = "Single values of WES energy servers, over their M2M port";
    static void describe(option_list& o);
    explicit wes_m2m(context& host);

    void probe() override;
    void run(output& out) override;
    void stop() override;

private:
    struct wanted {
        std::string command; // "gT100"
        duration every;
        kind is;
        bool state; // 0 or 1, nothing else
        series to;
        duration due{};
    };
    struct station {
        explicit station(const m2m_address& to)
            : link{to} {}
        std::string name;
        m2m_link link;
        std::vector<wanted> tags;
        series up;
        bool held = false; // the server is ours until the answer
        std::size_t asked = 0;
        duration not_before{};
        duration back_off{};
    };

    void add_tag(const option_values& given, const std::string& at);
    void declare(station& at, const option_values& given);
    duration step(station& at, std::size_t number, output& out);
    void take(station& at, output& out);
    void lost(station& at, output& out);

    context& host_;
    wes_connection& servers_;
    duration every_;
    std::vector<std::unique_ptr<station>> stations_;
    std::size_t under_way_ = 0; // commands
    bool held_up_ = false;      // a server that could be asked now was not: there are too many
    metric unread_;
};

} // namespace releve::wes
