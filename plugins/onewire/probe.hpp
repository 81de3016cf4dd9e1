// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus.hpp"

#include <releve/kit/text/odd_entries.hpp>
#include <releve/output.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::onewire {

/// One chip's series: what is reported of it, and which of its values are rejected.
class probe {
public:
    probe(context& host, std::string id, std::string name, humidity_chip humidity, temperature_rules rules,
          metric rejected);

    /// `odd`: gets the values that are rejected, or suspect.
    void take(const std::vector<chip_value>& all, output& out, kit::odd_entries& odd);
    /// It can't be read; the loss is logged once.
    void lost(const std::string& why, output& out);
    /// Nothing on the bus can be read.
    void unknown(output& out);

    const std::string& id() const noexcept { return id_; }
    const std::string& name() const noexcept { return name_; }
    read_request request() const { return {.id = id_, .humidity = humidity_}; }

private:
    series to(const chip_value& one);
    std::string shown(const chip_value& one) const;
    /// Why a value is rejected, as the end of a sentence; empty: it is accepted.
    std::string doubt(const chip_value& one);

    context& host_;
    std::string id_, name_;
    humidity_chip humidity_;
    temperature_rules rules_;
    metric rejected_;
    series up_;
    std::map<std::pair<measure, std::string>, series> series_;
    std::optional<double> before_; // degrees, since it can be read
};

} // namespace releve::onewire
