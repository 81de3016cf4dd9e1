// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus.hpp"

#include <releve/kit/io/wait.hpp>

namespace releve::onewire {

/// The chips that the kernel shows as folders. A read blocks as long as the kernel takes: a conversion, 750 ms.
class w1_bus final : public bus {
public:
    w1_bus(std::string folder, kit::waiter wait);
    std::vector<std::string> list(kit::odd_entries& odd) override;
    std::string alias(const std::string&) override { return {}; }
    /// Throws bus_lost when a master does not end its conversion in time.
    bool convert() override;
    bool parasite(const std::string& id) override;
    std::vector<chip_value> read(const read_request& of) override;
    void close() override {}

    static constexpr std::size_t page = 4096; // bytes: no file of sysfs is longer

private:
    std::vector<std::string> entries() const;
    std::string file(const std::string& id, const char* name, std::size_t max = page) const;
    double hundredths(const std::string& id, const char* name) const;
    void add_monitor(const read_request& of, std::vector<chip_value>& to) const;
    void add_bits(const std::string& id, std::vector<chip_value>& to) const;

    std::string folder_;
    kit::waiter wait_;
};

} // namespace releve::onewire
