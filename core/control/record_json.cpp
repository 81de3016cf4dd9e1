// SPDX-License-Identifier: Apache-2.0
#include "record_json.hpp"

#include "json_text.hpp"

#include <releve/string.hpp>

#include <boost/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace releve::core {

std::string iso_time(std::int64_t ns) {
    constexpr std::int64_t second = 1'000'000'000;
    auto s = ns / second;
    auto rest = ns % second;
    if (rest < 0) rest += second, --s;
    const std::time_t t = s;
    std::tm utc{};
    gmtime_r(&t, &utc);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 8> ms{};
    std::snprintf(ms.data(), ms.size(), ".%03dZ", static_cast<int>(rest / 1'000'000));
    return std::string{text.data(), size} + ms.data();
}

std::string json_record(const node& from, const releve_series& series, const releve_record& record, const char* text) {
    constexpr std::array kinds{"gauge", "counter", "text", "event", "setting"};
    constexpr std::array qualities{"good", "suspect", "estimated", "absent"};
    boost::json::object labels;
    for (std::uint32_t i = 0; i < series.label_count; ++i)
        labels[view(series.labels[i].key)] = boost::json::string{view(series.labels[i].value)};
    boost::json::object all{{"time", iso_time(record.time)},
                            {"node", from.name()},
                            {"series", boost::json::string{view(series.name)}},
                            {"labels", std::move(labels)},
                            {"unit", boost::json::string{view(series.unit)}},
                            {"kind", kinds[series.kind % kinds.size()]},
                            {"quality", qualities[record.quality % qualities.size()]}};
    if (record.type == RELEVE_VALUE_TEXT)
        all["value"] = boost::json::string{text + record.value.text.offset, record.value.text.size};
    else if (std::isfinite(record.value.number))
        all["value"] = record.value.number;
    else
        all["value"] = nullptr;
    return json_text(all);
}

} // namespace releve::core
