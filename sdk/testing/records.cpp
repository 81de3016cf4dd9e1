// SPDX-License-Identifier: Apache-2.0
#include "records_block.hpp"

#include <releve/testing/node.hpp>

#include <limits>
#include <stdexcept>

namespace releve::testing {

records::records(std::shared_ptr<site::world> world)
    : block_{std::make_shared<block>()}
    , world_{std::move(world)} {}

records& records::add(series of, double value) {
    const std::lock_guard lock{world_->mutex};
    return add(of, value, to_time(world_->utc()));
}
records& records::add(series of, double value, time_point at, quality grade) {
    releve_record made{};
    made.time = to_ns(at);
    made.value.number = value;
    made.series = of.number();
    made.type = RELEVE_VALUE_NUMBER;
    made.quality = static_cast<std::uint8_t>(grade);
    block_->records.push_back(made);
    return *this;
}
records& records::add(series of, std::string_view text) {
    const std::lock_guard lock{world_->mutex};
    return add(of, text, to_time(world_->utc()));
}
records& records::add(series of, std::string_view text, time_point at, quality grade) {
    releve_record made{};
    made.time = to_ns(at);
    made.value.text = {static_cast<std::uint32_t>(block_->text.size()), static_cast<std::uint32_t>(text.size())};
    made.series = of.number();
    made.type = RELEVE_VALUE_TEXT;
    made.quality = static_cast<std::uint8_t>(grade);
    block_->records.push_back(made);
    block_->text.insert(block_->text.end(), text.begin(), text.end());
    return *this;
}
records& records::absent(series of) {
    const std::lock_guard lock{world_->mutex};
    return add(of, std::numeric_limits<double>::quiet_NaN(), to_time(world_->utc()), quality::absent);
}
std::size_t records::size() const { return block_->records.size(); }

upstream::upstream(const site& at, std::string_view name)
    : world_{at.shared()}
    , name_{name} {}
upstream::upstream(const node& to, std::string_view name)
    : world_{to.world()}
    , name_{name} {}

series upstream::declare(const series_description& of) {
    std::vector<releve_label> c_labels;
    c_labels.reserve(of.labels.size());
    for (const auto& one : of.labels) c_labels.push_back({to_c(one.key), to_c(one.value)});
    const releve_series c{.size = sizeof c,
                          .kind = static_cast<std::uint32_t>(of.is),
                          .name = to_c(of.name),
                          .quantity = to_c(of.quantity),
                          .unit = to_c(of.unit),
                          .help = to_c(of.help),
                          .labels = c_labels.data(),
                          .label_count = static_cast<std::uint32_t>(c_labels.size()),
                          .reserved = 0,
                          .resolution = of.resolution,
                          .modulus = of.modulus,
                          .max_rate = of.max_rate};
    const std::lock_guard lock{world_->mutex};
    const auto made = world_->series.declare(c, world_->settings.site, name_, world_->settings.max_series);
    if (made.number == 0) throw std::runtime_error("series '" + of.name + "': " + made.why);
    return series{made.number};
}
series upstream::gauge(std::string name, std::string unit, std::vector<label> with) {
    return declare({kind::gauge, std::move(name), {}, std::move(unit), "A gauge of the test", std::move(with)});
}
series upstream::counter(std::string name, std::string unit, std::vector<label> with) {
    return declare({kind::counter, std::move(name), {}, std::move(unit), "A counter of the test", std::move(with)});
}
series upstream::text(std::string name, std::vector<label> with) {
    return declare({kind::text, std::move(name), {}, {}, "A text of the test", std::move(with)});
}
series upstream::event(std::string name, std::vector<label> with) {
    return declare({kind::event, std::move(name), {}, {}, "An event of the test", std::move(with)});
}
series upstream::setting(std::string name, std::string unit, std::vector<label> with) {
    return declare({kind::setting, std::move(name), {}, std::move(unit), "A setting of the test", std::move(with)});
}
records upstream::batch() const { return records{world_}; }

} // namespace releve::testing
