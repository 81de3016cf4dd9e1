// SPDX-License-Identifier: Apache-2.0
#include "people/handled_batches.hpp"

#include <algorithm>
#include <sstream>

namespace releve::sms {

std::size_t handled_batches::records_of(std::string_view batch) const {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.batch == batch; });
    return at == all_.end() ? 0 : at->records;
}

void handled_batches::note(const std::string& batch, std::size_t records) {
    std::erase_if(all_, [&](const auto& one) { return one.batch == batch; });
    all_.push_back({batch, records});
    if (all_.size() > max) all_.pop_front();
}

std::string handled_batches::saved() const {
    std::ostringstream out;
    for (const auto& one : all_) out << one.batch << ' ' << one.records << '\n';
    return out.str();
}

void handled_batches::restore(const std::string& saved) {
    all_.clear();
    std::istringstream in{saved};
    for (handled one; in >> one.batch >> one.records;) all_.push_back(one);
}

} // namespace releve::sms
