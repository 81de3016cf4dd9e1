// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/time/civil_time.hpp>
#include <releve/time.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace releve::kit {

/// What a clock of the site shows.
struct local_time {
    civil_time at;
    duration utc_offset{};    // local minus UTC
    std::string abbreviation; // "CET"
};

/// The two times that a clock change makes alike, or skips.
enum class ambiguity { none, twice, skipped };

/// A time zone: UTC to local time and back, by the system's tz database. Not for several threads at once: it remembers
/// the last offset.
class site_time {
public:
    /// `zone`: as IANA names it, "Europe/Paris"; context::timezone() has the site's. Throws permanent_error when this
    /// machine does not know it.
    explicit site_time(std::string_view zone);
    site_time(site_time&&) noexcept;
    site_time& operator=(site_time&&) noexcept;
    ~site_time();

    local_time local(time_point utc) const;
    /// Whether the clock shows this time twice, or never. Of a valid time.
    ambiguity ambiguity_of(const civil_time& local) const;
    /// Of a time that comes twice, the first or the last; of a skipped one, the moment of the change. Of a valid time
    /// of the years 1678 to 2261.
    enum class which { first, last };
    time_point utc(const civil_time& local, which of = which::first) const;
    /// The first moment of the local day that `utc` is in; of the day after with `days_later` 1.
    time_point day_begin(time_point utc, int days_later = 0) const;

    // -- for people
    std::string date(time_point utc) const;           // "2026-11-23"
    std::string time_of_day(time_point utc) const;    // "14:03:22"
    std::string day_for_people(time_point utc) const; // "Monday 23 November 2026"
    /// "2026-11-23 14:03:22 CET": the abbreviation distinguishes the two passes of an hour that a clock change repeats.
    std::string with_zone(time_point utc) const;
    /// "2026-11-23 14:03"; with the abbreviation, "2026-10-25 02:30 CEST", only where the hour occurs twice.
    std::string to_minute(time_point utc) const;
    /// RFC 5322: "Mon, 23 Nov 2026 14:03:22 +0100".
    std::string mail_header(time_point utc) const;

private:
    struct zone;
    std::unique_ptr<zone> zone_;
};

} // namespace releve::kit
