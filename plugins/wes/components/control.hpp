// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/connection.hpp"
#include "http/loop.hpp"
#include "page/control_target.hpp"

#include <releve/output.hpp>
#include <releve/sink.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace releve::wes {

/// [sink.NAME] component = "wes_control": sets what records of kind setting ask for, reads it back, and makes a record
/// of the outcome.
class wes_control final : public sink {
public:
    static constexpr auto summary = "Sets relays, switches and forms of WES energy servers";
    static constexpr bool makes = true;
    static void describe(option_list& o);
    explicit wes_control(context& host);

    void write(const delivery& in) override { write_group({&in, 1}); }
    /// Of several values for one channel or request only the last is set: values that waited for a day are not
    /// replayed.
    void write_group(std::span<const delivery> all) override;

private:
    struct rule {
        std::string setting, server, channel, request, read_back;
        bool post = false, repeat = true;
    };
    struct job {
        const delivery* in = nullptr;
        std::size_t index = 0, server = 0;
        const rule* by = nullptr;
        control_target target;
        std::string label; // of the outcome: the channel or the setting
    };

    std::optional<job> job_of(const delivery& in, std::size_t index);
    const rule* rule_for(series_view as) const;
    std::optional<std::size_t> server_named(std::string_view name) const;
    void apply(job& one);
    control_pages pages_of(const job& one);
    control_target requested_target(const job& one) const;
    http_reply fetch(const job& one, const control_target* what);
    bool shows(const job& one);
    void emit_outcome(const job& one, const std::string& text);

    context& host_;
    kit::waiter wait_;
    wes_connection& servers_;
    std::vector<rule> rules_;
    std::optional<control_pages> pages_;               // nothing: by the firmware
    std::map<std::size_t, control_pages> found_pages_; // by server
    duration valid_;
    std::map<std::string, series> outcomes_;
};

} // namespace releve::wes
