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

/// One server's series: which of a page's values are reported, under which name, in which unit.
///
/// A page holds elements for channels that are not there, and for tariffs that are not in force: they read 0. So most
/// values are reported from the moment they are anything but 0, and then always. What was seen is kept in the node's
/// state.
class station {
public:
    /// `plan` lives as long as this.
    station(context& host, std::string name, const channel_plan& plan, clamp_unit clamps);

    /// What was seen before a restart. Once, before the first page.
    void remember();
    /// A page that came, after `took`.
    void take(const document& page, duration took, output& out);
    /// There is none, and why ("refuses the connection").
    void lost(const std::string& why, output& out);

    const std::string& name() const noexcept { return name_; }

private:
    /// Where a value of the page goes.
    struct way {
        series to;            // none: nowhere
        double factor = 1;    // from the row's unit to the series'
        series counted;       // pulses: the volume or energy that they stand for
        double per_pulse = 0; // of that
        double most = 0;      // 0: as the row has it
    };

    bool wanted(const element_value& one, const channel_setting* setting) const;
    std::string key(const element_value& one) const;
    way& way_of(const element_value& one);
    way make(const element_value& one) const;
    void mark_seen(const std::vector<element_value>& values);
    void add_meters(const document& page, output& out);
    series_description described(const element_value& one, const channel_setting* setting) const;

    context& host_;
    std::string name_;
    const channel_plan& plan_;
    clamp_unit clamps_;
    series up_, response_time_;
    std::set<std::string, std::less<>> seen_;
    std::map<std::pair<const element_row*, int>, way> ways_;
    std::map<int, series> meters_;
};

} // namespace releve::wes
