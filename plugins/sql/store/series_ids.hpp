// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "store/dialect.hpp"

#include <releve/context.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sql {

/// The ids of series in the table `series`, by the host's numbers. New series are inserted into the table.
class series_ids {
public:
    explicit series_ids(const context& host)
        : host_{host} {}

    struct entry {
        std::int64_t id = 0; // 0: its records can't be written, because of `refused`
        std::string refused{};
        bool known = false;
    };
    /// In the open transaction; one vector access for a series seen before. Valid until the next call.
    const entry& find(soci::session& in, series of) {
        if (of.number() < all_.size() && all_[of.number()].known) [[likely]]
            return all_[of.number()];
        return add(in, of);
    }
    /// After a rollback, or in another session: the ids are no longer certain.
    void forget() { all_.clear(); }

private:
    const entry& add(soci::session& in, series of);

    const context& host_;
    std::vector<entry> all_;
};

/// {"device":"linky","site":"les-tilleuls"}: keys in order of their bytes, so that equal labels are equal texts.
std::string labels_json(series_view of);

} // namespace releve::sql
