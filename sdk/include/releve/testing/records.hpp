// SPDX-License-Identifier: Apache-2.0
// Records to pass to a transform or a sink, and the upstream node that they come from.
#ifndef RELEVE_TESTING_RECORDS_HPP
#define RELEVE_TESTING_RECORDS_HPP
#include <releve/series.hpp>
#include <releve/testing/site.hpp>
#include <releve/time.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

class node;

/// A batch under construction. A record without a time gets the clock's time when it is added.
///     linky.batch().add(index, 1000).add(period, "HP").add(index, 1001, later, releve::quality::suspect)
class records {
public:
    records& add(series of, double value);
    records& add(series of, std::integral auto value, auto... time_and_quality) {
        return add(of, static_cast<double>(value), time_and_quality...);
    }
    records& add(series of, double value, time_point at, quality grade = quality::good);
    records& add(series of, std::string_view text);
    records& add(series of, std::string_view text, time_point at, quality grade = quality::good);
    records& add(series of, const char* text) { return add(of, std::string_view{text}); }
    records& absent(series of);
    std::size_t size() const;

    struct block;
    const std::shared_ptr<block>& shared() const { return block_; }

private:
    friend class upstream;
    explicit records(std::shared_ptr<site::world> world);
    std::shared_ptr<block> block_;
    std::shared_ptr<site::world> world_;
};

/// Stands for an upstream node: declares the series of the test's records. `name` is the `device` label that the host
/// adds.
class upstream {
public:
    upstream(const site& at, std::string_view name);
    upstream(const node& to, std::string_view name);

    /// Throws std::runtime_error when the host would refuse the series.
    series declare(const series_description& of);
    series gauge(std::string name, std::string unit, std::vector<label> with = {});
    series counter(std::string name, std::string unit, std::vector<label> with = {});
    series text(std::string name, std::vector<label> with = {});
    series event(std::string name, std::vector<label> with = {});
    series setting(std::string name, std::string unit, std::vector<label> with = {});

    /// An empty batch to add to.
    records batch() const;

private:
    std::shared_ptr<site::world> world_;
    std::string name_;
};

} // namespace releve::testing
#endif
