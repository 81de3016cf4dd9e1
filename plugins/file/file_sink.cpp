// SPDX-License-Identifier: Apache-2.0
#include "file_sink.hpp"

#include "csv.hpp"

#include <releve/failure.hpp>
#include <releve/record_text.hpp>

#include <sys/stat.h>

#include <algorithm>

namespace releve::file {

namespace {

using namespace releve::literals;

/// Text that is gathered before it is written, bytes.
constexpr std::size_t write_at_bytes = 1 << 20;

} // namespace

void file_sink::describe(option_list& o) {
    o.path("path", "File that lines are added to; its folder must exist").required().example("\"readings.csv\"");
    o.choice("format", {"csv", "json"}, "Comma-separated values with a header, or JSON lines").fallback("csv");
    o.boolean("spreadsheet",
              "With format = \"csv\": whether a text that a spreadsheet would run as a formula gets a ' before it")
        .fallback(false);
    o.choice("rotate", {"never", "day", "size"}, "When a new file is started").fallback("never");
    o.size("size", "With rotate = \"size\": how large a file may grow").fallback("100MiB").at_least("4KiB");
    o.boolean("compress", "Whether a file that is complete is compressed with gzip").fallback(true);
    o.integer("keep", "Complete files that are kept, the latest; 0: all").fallback(0).at_least(0).at_most(100'000);
    o.choice("sync", {"never", "batch"},
             "Whether the disk is asked to sync before records count as written: a power cut then loses none")
        .fallback("never");
}

file_sink::file_sink(context& host)
    : host_{host}
    , path_{host.options().path("path")}
    , csv_{host.options().choice("format") == "csv"}
    , sync_{host.options().choice("sync") == "batch"}
    , rotate_{host.options().choice("rotate") == "day"    ? rotate::day
              : host.options().choice("rotate") == "size" ? rotate::size
                                                          : rotate::never}
    , max_bytes_{host.options().size("size")}
    , for_spreadsheet_{host_.options().boolean("spreadsheet")}
    , file_{path_, csv_}
    , rotation_{path_, host.options().boolean("compress"), host.options().integer("keep")} {
    if (path_.filename().empty()) host.refuse("path", "it names a folder, not a file");
    if (!csv_ && host_.options().given("spreadsheet"))
        host.refuse("spreadsheet", "it has no meaning with format = \"json\"");
    if (rotate_ == rotate::never)
        for (const char* key : {"size", "compress", "keep"})
            if (host.options().given(key)) host.refuse(key, "it has no meaning with rotate = \"never\"");
    if (rotate_ == rotate::day && host.options().given("size"))
        host.refuse("size", "it has no meaning with rotate = \"day\"");
}

void file_sink::start() {
    clock_.emplace(host_.timezone());
    open();
    if (rotate_ != rotate::never) tidy();
}

std::string file_sink::today() { return clock_->date(host_.now()); }

void file_sink::open() {
    const auto repaired = file_.open();
    if (repaired.cut != 0)
        host_.log(level::warning, "half_line",
                  path_.string() + " ended in half a record, which was cut off (" + std::to_string(repaired.cut) +
                      " bytes): it comes again");
    if (!repaired.set_aside.empty())
        host_.log(level::warning, "open_quote",
                  path_.string() + " has an open quote, with records after it: it is now " +
                      repaired.set_aside.string() + ", nothing of it is lost, and a new file is begun");
    struct stat of {};
    if (file_.size() == 0)
        day_ = today();
    else if (day_.empty() && ::stat(path_.c_str(), &of) == 0)
        day_ = clock_->date(std::chrono::system_clock::from_time_t(of.st_mtime));
}

void file_sink::rotate_if_due(std::size_t coming) {
    if (file_.size() == 0) return;
    if (rotate_ == rotate::never || (rotate_ == rotate::day && today() <= day_)) return;
    if (rotate_ == rotate::size && file_.size() + static_cast<std::int64_t>(coming) <= max_bytes_) return;
    auto stamp = day_;
    if (rotate_ == rotate::size) {
        stamp = utc_text(std::chrono::floor<std::chrono::seconds>(host_.now()));
        std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    }
    try {
        rotation_.put_away(stamp);
    } catch (const std::filesystem::filesystem_error& e) {
        throw transient_error(e.what());
    }
    file_.close();
    day_.clear();
    open();
    tidy();
}

/// Files that can't be compressed or removed stay, and are tried again with the next one: writing continues.
void file_sink::tidy() {
    try {
        rotation_.tidy([&] { return host_.stopping(); });
        host_.back("rotation");
    } catch (const std::exception& e) {
        host_.lost("rotation", e.what());
    }
}

void file_sink::write_group(std::span<const delivery> all) {
    open();
    text_.clear();
    auto gathered = all.begin();
    for (auto in = all.begin(); in != all.end(); ++in) {
        gather(*in);
        if (text_.size() < write_at_bytes && in + 1 != all.end()) continue;
        if (!text_.empty()) append();
        for (; gathered <= in; ++gathered) gathered->written();
    }
}

void file_sink::gather(const delivery& in) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto one = in[i];
        const auto as = host_.declared(one.series());
        if (!as) {
            in.reject(i, "its series is unknown to the host");
        } else if (csv_) {
            append_csv(text_, one, as, for_spreadsheet_);
        } else {
            append_json(text_, one, as);
            text_ += '\n';
        }
    }
}

void file_sink::append() {
    rotate_if_due(text_.size());
    if (csv_ && file_.size() == 0) text_.insert(0, csv_header);
    file_.append(text_, sync_);
    text_.clear();
}

} // namespace releve::file
