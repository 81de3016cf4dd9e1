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
    series_ids(const context& host, dialect& of)
        : host_{host}
        , dialect_{of} {}

    struct entry {
        std::int64_t id = 0; // 0: its records can't be written, because of `refused`
        std::string refused{};
        std::uint64_t identity = 0; // hash of its name and labels
        std::uint64_t held = 0;     // the generation in which it was certain last
        bool known = false;
    };
    /// A transaction has begun.
    void begin(soci::session& in);
    /// In the open transaction; one vector access for a series seen before. Valid until the next call.
    const entry& find(soci::session& in, series of) {
        if (of.number() < all_.size() && all_[of.number()].known) [[likely]]
            return used(all_[of.number()]);
        return used(add(in, of));
    }
    /// Whether each id that was found since begin() still is that of its series in the database: somebody may have
    /// restored a backup, or deleted or renamed series. If so, they stay as they are until the transaction ends; if
    /// not, forget().
    bool hold(soci::session& in);
    /// After a rollback, in another session, or when they do not hold: the ids are no longer certain.
    void forget() {
        all_.clear();
        used_.clear();
    }

private:
    struct use {
        std::int64_t id;
        std::uint64_t identity;
    };
    entry& add(soci::session& in, series of);
    const entry& used(entry& of) {
        if (of.held != generation_ && of.id != 0) {
            of.held = generation_;
            used_.push_back({of.id, of.identity});
        }
        return of;
    }

    const context& host_;
    dialect& dialect_;
    std::vector<entry> all_;
    std::vector<use> used_;
    entry unknown_{0, "its series is unknown to the host", 0, 0, true};
    std::uint64_t generation_ = 0;
};

/// {"device":"linky","site":"les-tilleuls"}: keys in order of their bytes, so that equal labels are equal texts.
std::string labels_json(series_view of);

} // namespace releve::sql
