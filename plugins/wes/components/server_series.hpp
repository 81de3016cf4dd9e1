// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/channel_plan.hpp"
#include "page/catalogue.hpp"

#include <releve/output.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace releve::wes {

/// The series of one server: which values of its page are reported, under which name and in which unit.
///
/// A page has elements for channels that are not connected and for tariffs that are not in force: they read 0. So most
/// values are reported from the moment they are anything but 0, and then always. The channels seen so are saved in the
/// node's state.
class server_series {
public:
    /// `plan` lives longer.
    server_series(context& host, std::string name, const channel_plan& plan, clamp_unit clamps);

    /// The channels seen before a restart. Once, before the first page.
    void restore();
    /// A page, and how long the exchange took.
    void take(const document& page, duration took, output& out);
    /// There is no page, and why ("refuses the connection").
    void lost(const std::string& why, output& out);

    const std::string& name() const noexcept { return name_; }

private:
    /// What a value of the page becomes.
    struct target {
        series direct;        // none: the value itself is not reported
        double factor = 1;    // from the row's unit to the unit of `direct`
        series counted;       // of pulses: the volume or energy that they stand for
        double per_pulse = 0; // in the unit of `counted`
        double max = 0;       // 0: the row's
    };

    bool is_reported(const element_value& one, const channel_setting* setting) const;
    std::string key(const element_value& one) const;
    target& target_of(const element_value& one);
    target make(const element_value& one) const;
    void mark_seen(const std::vector<element_value>& values);
    void add_meters(const document& page, output& out);
    void tell_odd(output& out);
    series_description described(const element_value& one, const channel_setting* setting) const;

    context& host_;
    std::string name_;
    const channel_plan& plan_;
    clamp_unit clamps_;
    series up_, response_time_;
    std::set<std::string, std::less<>> seen_;
    std::map<std::pair<const element_row*, int>, target> targets_;
    std::map<int, series> meters_;
    kit::odd_entries odd_; // elements of its page
    series passed_over_;
};

} // namespace releve::wes
