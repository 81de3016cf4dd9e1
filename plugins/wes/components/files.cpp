// SPDX-License-Identifier: Apache-2.0
#include "components/files.hpp"

#include "client/reply.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/pattern.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

using namespace releve::literals;

/// A server that has just closed a session may refuse the next one for a moment.
constexpr int max_sessions = 4;
constexpr duration pause = 500ms;
/// A WES reads from an SD card: it has 30 s and the time that the file takes at this speed, in bytes a second.
constexpr std::int64_t min_speed = 20'000;

/// In 32 bits: so reads a counter that does not answer.
constexpr double counter_all_ones = 4'294'967'295;

std::string state_key(const std::string& server, std::size_t part) {
    return "files/" + server + "/" + std::to_string(part);
}

} // namespace

void wes_files::describe(option_list& o) {
    o.connection("connection", "wes", "The servers").required().example("\"dwellings\"");
    o.interval(1h).at_least(10s);
    o.text("folder", "Folder of the files, from the FTP root").fallback("/");
    o.text("files", "Names of the files, as a pattern; letters match in either case").fallback("*.csv");
    o.choice("separator", {";", ",", "tab"}, "Character between two columns").fallback(";");
    o.choice("decimal", {".", ","}, "The decimal mark").fallback(".");
    o.integer("header_lines", "Lines at the beginning of a file that are not part of the log")
        .fallback(1)
        .at_least(0)
        .at_most(100);
    o.choice("width", {"header", "any"}, "header: a line must have as many fields as the header; any: it need not")
        .fallback("header");
    o.integers("time_columns", "Columns of the time, from 1; several are joined by a blank").fallback("[1]");
    o.text("time_format", "Format of the time, as of strptime(3)").fallback("%d/%m/%Y %H:%M");
    o.choice("time_zone", {"site", "utc"}, "Time zone of the times").fallback("site");
    o.integer("suspect_column", "Column that marks doubtful lines: it is neither empty nor 0 there; 0: no such column")
        .fallback(0)
        .at_least(0)
        .at_most(256);
    o.tables("columns", "The columns that are read",
             [](option_list& one) {
                 one.integer("column", "Number of the column, from 1").required().at_least(1).at_most(256);
                 one.text("series", "Name of the series").required().example("\"active_energy_drawn\"");
                 one.text("unit", "Unit, as of UCUM").fallback("1");
                 one.choice("kind", {"gauge", "counter"}, "Kind of the series").fallback("gauge");
                 one.text("channel", "The label `channel`").fallback("");
                 one.number("factor", "Factor that a number is multiplied by").fallback(1);
             })
        .required()
        .at_least(1)
        .example("[{ column = 2, series = \"pulse_count\", kind = \"counter\", channel = \"pulse1\" }]");
    o.size("max_size", "Largest file that is read").fallback("4MiB").at_least("1KiB").at_most("64MiB");
}

wes_files::wes_files(context& host)
    : host_{host}
    , wait_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , folder_{host.options().text("folder")}
    , files_{host.options().text("files")}
    , header_lines_{static_cast<std::size_t>(host.options().integer("header_lines"))}
    , max_size_{static_cast<std::size_t>(host.options().size("max_size"))}
    , suspect_column_{static_cast<std::size_t>(host.options().integer("suspect_column"))}
    , bad_lines_{host.counter_metric("bad_lines_total", "Lines of log files that could not be read")} {
    const auto separator = host.options().choice("separator");
    layout_.separator = separator == "tab" ? '\t' : separator.front();
    layout_.decimal = host.options().choice("decimal").front();
    if (layout_.separator == layout_.decimal) host.refuse("decimal", "it is also the separator");
    layout_.time_format = host.options().text("time_format");
    layout_.zone = host.options().choice("time_zone") == "utc" ? "UTC" : std::string{host.timezone()};
    layout_.time_columns.clear();
    for (const auto one : host.options().integers("time_columns")) {
        if (one < 1 || one > 256) host.refuse("time_columns", "columns are counted from 1 to 256");
        layout_.time_columns.push_back(static_cast<std::size_t>(std::max<std::int64_t>(one, 1)));
    }
    if (layout_.time_columns.empty()) host.refuse("time_columns", "give at least one column: each line has a time");
    fixed_width_ = host.options().choice("width") == "header";
    if (!folder_.starts_with('/') || folder_.find_first_of("\r\n\\%?#") != folder_.npos ||
        folder_.find("/../") != folder_.npos)
        host.refuse("folder", "a folder begins with '/', and has none of \\ % ? # and no '..'");
    if (const auto why = kit::problem_of_pattern(files_); !why.empty()) host.refuse("files", "a pattern that " + why);
    if (!folder_.ends_with('/')) folder_ += '/';
    for (const auto& given : host.options().tables("columns"))
        columns_.push_back({static_cast<std::size_t>(given.integer("column")), std::string{given.text("series")},
                            std::string{given.text("unit")}, std::string{given.text("channel")},
                            given.choice("kind") == "counter" ? kind::counter : kind::gauge, given.number("factor")});
    last_column_ = suspect_column_;
    for (const auto& one : columns_) last_column_ = std::max(last_column_, one.number);
}

void wes_files::start() {
    log_ = std::make_unique<csv_log>(layout_);
    positions_.assign(servers_.servers().size(), {});
    odd_.assign(servers_.servers().size(), kit::odd_entries{});
    for (std::size_t i = 0; i < positions_.size(); ++i)
        for (std::size_t part = 0; part < read_positions::parts; ++part)
            positions_[i].restore(host_.state(state_key(servers_.servers()[i].name, part)).value_or(""));
}

void wes_files::save(std::size_t which, const std::string& name) {
    for (std::size_t part = 0; part < read_positions::parts; ++part) {
        if (!name.empty() && read_positions::part_of(name) != part) continue;
        const auto key = state_key(servers_.servers()[which].name, part);
        const auto text = positions_[which].part(part);
        if (text != host_.state(key).value_or("")) host_.set_state(key, text);
    }
}

series wes_files::series_of(const std::string& server, const column& of) {
    const auto key = std::pair{server, static_cast<std::size_t>(&of - columns_.data())};
    const auto known = series_.find(key);
    if (known != series_.end()) return known->second;
    std::vector<label> labels{{"device", server}};
    if (!of.channel.empty()) labels.push_back({"channel", of.channel});
    const auto made = host_.declare({.is = of.is,
                                     .name = of.series,
                                     .unit = of.unit,
                                     .help = "Column " + std::to_string(of.number) + " of its log files",
                                     .labels = std::move(labels)});
    series_.emplace(key, made);
    return made;
}

std::optional<std::string> wes_files::fetch(std::size_t which, const std::string& path, std::int64_t bytes) {
    const auto& server = servers_.servers()[which];
    http_request request;
    request.over_ftp = true;
    request.host = server.request.host;
    request.port = server.ftp_port;
    request.path = path;
    request.user = server.ftp_user;
    request.password = server.ftp_password;
    request.connect_timeout = server.request.connect_timeout + ftp_login_timeout;
    request.timeout = std::max<duration>(server.request.timeout, 30s) + std::chrono::seconds{bytes / min_speed};
    request.max_body = max_size_;
    for (int attempt = 1;; ++attempt) {
        auto got = [&] { // between two files other owners have their turn
            const reserved_server reserved{servers_, which, wait_};
            return wes::fetch(request, wait_);
        }();
        if (got.failure.empty()) {
            was_served_ = true;
            return std::move(got.body);
        }
        if (got.status == 550 && !path.ends_with('/')) return {};
        const bool is_refused = got.status == 421 || (got.status == 0 && was_served_);
        if (!is_refused || attempt == max_sessions) throw transient_error(ftp_failure(got) + ": FTP " + path);
        wait_.pause(pause);
    }
}

void wes_files::collect(output& out) {
    for (std::size_t i = 0; i < servers_.servers().size(); ++i) {
        const auto& name = servers_.servers()[i].name;
        try {
            read_server(i, out);
            host_.back(name);
        } catch (const transient_error& e) {
            host_.lost(name, e.what());
        }
    }
}

void wes_files::read_server(std::size_t which, output& out) {
    was_served_ = false;
    const auto listing = fetch(which, folder_, 0);
    std::vector<listed_file> files;
    auto& odd = odd_[which];
    for (auto& one : read_listing(listing.value_or(""), &odd))
        if (is_named(files_, one.name)) files.push_back(std::move(one));
    const auto& server = servers_.servers()[which].name;
    const auto told = odd.end_round();
    if (!told.begun.empty())
        host_.log(level::warning, "odd_listing", server + ": passes over lines of its listing: " + told.begun);
    if (!told.over.empty()) host_.log(level::info, "odd_listing_over", server + ": no longer lists: " + told.over);
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto changed = positions_[which].keep(files);
    save(which);
    for (const auto& one : files) read_file(which, one, changed, out);
}

void wes_files::read_file(std::size_t which, const listed_file& file, const std::vector<read_position>& changed,
                          output& out) {
    const auto& server = servers_.servers()[which].name;
    const auto* const known = positions_[which].find(file.name);
    auto at = known != nullptr ? *known : read_position{};
    if (at.is_seen(file)) return;
    const auto set_seen = [&](bool whole) {
        at.listed_bytes = whole ? file.bytes : 0;
        at.listed_changed = whole ? file.changed : "";
        positions_[which].set(file.name, at);
        save(which, file.name);
    };
    if (file.bytes > static_cast<std::int64_t>(max_size_)) {
        host_.log(level::warning, "too_large",
                  server + ": " + file.name + " has " + std::to_string(file.bytes) +
                      " bytes and is not read: 'max_size' allows " + std::to_string(max_size_));
        return set_seen(true);
    }
    const auto fetched = fetch(which, folder_ + file.name, file.bytes);
    if (!fetched) // usually: gone since it was listed
        return host_.log(level::warning, "no_file",
                         server + ": " + file.name + " is listed, but the server does not give it (FTP 550)");
    const std::string_view text{*fetched};

    if (!at.begins(text)) {
        const auto old =
            std::find_if(changed.begin(), changed.end(), [&](const auto& one) { return one.begins(text); });
        if (old == changed.end() && at.bytes != 0)
            host_.log(level::info, "new_file",
                      server + ": " + file.name + " was rewritten, and is read from its beginning");
        at.bytes = old == changed.end() ? 0 : old->bytes; // else it is a renamed file, and is read on
    }
    const auto from = static_cast<std::size_t>(at.bytes);
    const auto line_end = text.rfind('\n'); // the rest is half a line
    const auto to = line_end == text.npos ? from : std::max(from, line_end + 1);
    take_lines(server, file.name, text.substr(0, to), from, out);
    at.set_read(text.substr(0, to));
    const bool is_whole = static_cast<std::int64_t>(text.size()) >= file.bytes;
    set_seen(is_whole);
    out.flush(); // together with the position
    if (!is_whole)
        throw transient_error("sends " + std::to_string(text.size()) + " of the " + std::to_string(file.bytes) +
                              " bytes of " + file.name + ": FTP " + folder_);
}

/// `text`: the file from its beginning. Of lines before `from` only the time is read, because it tells apart the hours
/// that a clock shows twice.
void wes_files::take_lines(const std::string& server, const std::string& file, std::string_view text, std::size_t from,
                           output& out) {
    log_->begin();
    std::size_t number = 0, position = 0;
    std::string first_bad;
    std::uint64_t bad = 0, last_bad = 0; // lines, and the number of the last one
    const auto count = [&](const bad_line& e) {
        if (bad == 0) first_bad = "line " + std::to_string(number) + " " + e.what();
        if (last_bad != number) ++bad;
        last_bad = number;
    };
    while (position < text.size()) {
        const auto end = std::min(text.find('\n', position), text.size());
        auto line = text.substr(position, end - position);
        const bool is_new = position >= from;
        position = end + 1;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (++number == header_lines_ && fixed_width_) log_->header(line, last_column_);
        if (number <= header_lines_ || line.empty()) continue;
        try {
            const auto fields = log_->fields(line);
            const auto time = log_->time(fields);
            if (!is_new) continue;
            const auto is = log_->is_set(fields, suspect_column_) ? quality::suspect : quality::good;
            for (const auto& one : columns_) {
                try { // a field that is no number costs no other
                    const auto value = log_->number(fields, one.number);
                    if (!value) continue;
                    const bool doubtful = one.is == kind::counter && *value == counter_all_ones;
                    out.add(series_of(server, one), *value * one.factor, time, doubtful ? quality::suspect : is);
                } catch (const bad_line& e) {
                    count(e);
                }
            }
        } catch (const bad_line& e) {
            if (is_new) count(e);
        }
    }
    if (bad == 0) return;
    bad_lines_.add(static_cast<double>(bad));
    host_.log(level::warning, "bad_lines",
              server + ": " + file + ": " + std::to_string(bad) + (bad == 1 ? " line" : " lines") + " can't be read; " +
                  first_bad);
}

} // namespace releve::wes
