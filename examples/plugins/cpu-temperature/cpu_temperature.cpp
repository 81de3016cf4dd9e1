// SPDX-License-Identifier: Apache-2.0
#include <releve/source.hpp>
using namespace releve::literals;

class cpu_temperature final : public releve::source {
    std::string path_;
    releve::series temperature_;

public:
    static constexpr auto summary = "Temperature of this machine's processor";
    static void describe(releve::option_list& o) {
        o.path("path", "sysfs file to read").fallback("/sys/class/thermal/thermal_zone0/temp");
        o.interval(10s).at_least(1s);
    }
    explicit cpu_temperature(releve::context& host)
        : path_{host.options().path("path")}
        , temperature_{host.gauge("temperature", "Cel", "Processor temperature", {{"device", "cpu"}})} {}

    void collect(releve::output& out) override { out.add(temperature_, releve::read_number(path_) / 1000); }
};

RELEVE_PLUGIN("cpu-temperature", "1.0.0", releve::component<cpu_temperature>("cpu_temperature"))
