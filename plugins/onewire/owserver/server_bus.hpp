// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus.hpp"
#include "owserver/client.hpp"

#include <releve/kit/io/wait.hpp>

#include <map>

namespace releve::onewire {

/// The chips of an owserver. Thermometers are read after their own conversion, or after the last one for all.
class owserver_bus final : public bus {
public:
    owserver_bus(kit::host_port to, owserver_timeouts timeouts, bool uncached, bool aliases, kit::waiter wait);
    std::vector<std::string> list(kit::odd_entries& odd) override;
    std::string alias(const std::string& id) override;
    bool convert() override;
    bool parasite(const std::string& id) override;
    std::vector<chip_value> read(const read_request& of) override;
    void close() override {
        client_.close();
        aliased_.clear(); // the next server may have others
    }

private:
    std::optional<std::string> id_of(const std::string& entry, kit::odd_entries& odd);
    double number(const std::string& path);
    void add_counters(const std::string& id, std::vector<chip_value>& to);
    void add_bits(const std::string& id, std::vector<chip_value>& to);

    owserver_client client_;
    bool aliases_;
    kit::waiter wait_;
    std::map<std::string, bool> parasite_;
    std::map<std::string, std::string> aliased_; // alias to address
    std::map<std::string, duration> not_chips_;  // entries without an address, and when to ask again (steady)
    std::string counters_ = "/counters.ALL";     // or the older name
};

} // namespace releve::onewire
