// SPDX-License-Identifier: Apache-2.0
// All series of a site, by number and by identity (name and labels).
#pragma once
#include <releve/testing/seen.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

class series_table {
public:
    struct result {
        std::uint32_t number = 0; // 0: refused
        std::string why;          // refused: the reason; else a rule that the description breaks, or empty
    };
    /// `maker` is the node's name; `limit` the maximum of series of a node.
    result declare(const releve_series& of, std::string_view site, const std::string& maker, std::uint32_t limit);
    /// Null: unknown number.
    std::shared_ptr<const declared_series> find(std::uint32_t number) const;
    const releve_series* c(std::uint32_t number) const;
    const std::string& maker(std::uint32_t number) const { return rows_[number - 1].maker; }
    std::vector<declared_series> of(const std::string& maker) const;
    std::uint32_t count(const std::string& maker) const;
    /// False: two nodes may declare the same series, and each has its own.
    bool one_maker_each = true;

private:
    struct row {
        std::shared_ptr<const declared_series> series;
        std::string maker;
        std::vector<releve_label> c_labels;
        releve_series c{};
    };
    std::deque<row> rows_; // number - 1; addresses stay
    std::map<std::string, std::uint32_t> numbers_;
    std::map<std::string, std::uint32_t, std::less<>> counts_; // by maker
};

} // namespace releve::testing
