// SPDX-License-Identifier: Apache-2.0
#include "people/record_copy.hpp"

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace releve::sms {

namespace {

constexpr std::uint8_t saved_version = 1;

} // namespace

std::string_view record_copy::label(std::string_view key) const {
    const auto at = std::find_if(labels.begin(), labels.end(), [&](const auto& one) { return one.first == key; });
    return at == labels.end() ? std::string_view{} : at->second;
}

record_copy copy_of(const record& one, series_view as) {
    record_copy made{std::string{as.name()}, std::string{as.unit()}, {},
                     to_ns(one.time()),      one.quality(),          one.is_text()};
    for (std::uint32_t i = 0; i < as.label_count(); ++i) made.labels.emplace_back(as.label_key(i), as.label_value(i));
    if (one.is_text())
        made.text = one.text();
    else
        made.number = one.number();
    return made;
}

template <class A>
void serialize(A& archive, record_copy& of) {
    archive(of.name, of.unit, of.labels, of.time, of.grade, of.is_text, of.number, of.text);
}

std::string saved(const record_copy& one) {
    std::ostringstream out;
    cereal::PortableBinaryOutputArchive archive{out};
    archive(saved_version, one);
    return out.str();
}

record_copy restored(std::string_view saved) {
    std::istringstream in{std::string{saved}};
    cereal::PortableBinaryInputArchive archive{in};
    std::uint8_t version = 0;
    archive(version);
    if (version != saved_version) throw std::runtime_error("it was saved by another version of this plugin");
    record_copy made;
    archive(made);
    return made;
}

} // namespace releve::sms
