// SPDX-License-Identifier: Apache-2.0
#include "components/files.hpp"

#include "client/reply.hpp"

#include <releve/failure.hpp>

#include <algorithm>

namespace releve::wes {
namespace {

using namespace releve::literals;

/// A server that has just closed a session may refuse the next one for a moment.
constexpr int attempts = 4;
constexpr duration pause = 500ms;
/// A WES reads from an SD card: at least so fast, beside 30 s for the rest.
constexpr std::int64_t slowest_bytes_a_second = 20'000;

std::string state_key(const std::string& server, std::size_t part) {
    return "files/" + server + "/" + std::to_string(part);
}

} // namespace

void wes_files::describe(option_list& o) {
    o.connection("connection", "wes", "The servers").required().example("\"dwellings\"");
    o.interval(1h).at_least(10s);
    o.text("folder", "Folder of the files, from the FTP root").fallback("/");
    o.text("files", "Names of the files, as a pattern with * and ?").fallback("*.csv");
    o.choice("separator", {";", ",", "tab"}, "What stands between two columns").fallback(";");
    o.choice("decimal", {".", ","}, "The decimal mark").fallback(".");
    o.integer("header_lines", "Lines at the beginning of a file that are none of the log")
        .fallback(1)
        .at_least(0)
        .at_most(100);
    o.choice("width", {"header", "any"}, "Whether a line has as many fields as the header, or is a bad one")
        .fallback("header");
    o.integers("time_columns", "Columns of the time, from 1; more than one are joined by a blank").fallback("[1]");
    o.text("time_format", "How a time is written, as of strptime(3)").fallback("%d/%m/%Y %H:%M");
    o.choice("time_zone", {"site", "utc"}, "Whose times they are").fallback("site");
    o.integer("suspect_column",
              "Column that marks lines in which something is wrong: what is neither empty nor 0; 0: none")
        .fallback(0)
        .at_least(0)
        .at_most(256);
    o.tables("columns", "What the columns are",
             [](option_list& one) {
                 one.integer("column", "Its number, from 1").required().at_least(1).at_most(256);
                 one.text("series", "Name of the series").required().example("\"active_energy_drawn\"");
                 one.text("unit", "Unit, as of UCUM").fallback("1");
                 one.choice("kind", {"gauge", "counter"}, "What it is").fallback("gauge");
                 one.text("channel", "The label `channel`").fallback("");
                 one.number("factor", "What a number is multiplied by").fallback(1);
             })
        .required()
        .at_least(1)
        .example("[{ column = 2, series = \"pulse_count\", kind = \"counter\", channel = \"pulse1\" }]");
    o.size("largest", "The largest file that is read").fallback("4MiB").at_least("1KiB").at_most("64MiB");
}

wes_files::wes_files(context& host)
    : host_{host}
    , servers_{host.connection<wes_connection>("connection")}
    , folder_{host.options().text("folder")}
    , files_{host.options().text("files")}
    , header_lines_{static_cast<std::size_t>(host.options().integer("header_lines"))}
    , largest_{static_cast<std::size_t>(host.options().size("largest"))}
    , suspect_column_{static_cast<std::size_t>(host.options().integer("suspect_column"))}
    , bad_lines_{host.counter_metric("bad_lines_total", "Lines of log files that could not be read")} {
    const auto separator = host.options().choice("separator");
    layout_.separator = separator == "tab" ? '\t' : separator.front();
    layout_.decimal = host.options().choice("decimal").front();
    if (layout_.separator == layout_.decimal) host.refuse("decimal", "it is the separator as well");
    layout_.time_format = host.options().text("time_format");
    layout_.zone = host.options().choice("time_zone") == "utc" ? "UTC" : std::string{host.timezone()};
    layout_.time_columns.clear();
    for (const auto one : host.options().integers("time_columns")) {
        if (one < 1 || one > 256) host.refuse("time_columns", "columns are counted from 1 to 256");
        layout_.time_columns.push_back(static_cast<std::size_t>(std::max<std::int64_t>(one, 1)));
    }
    if (layout_.time_columns.empty()) host.refuse("time_columns", "a line without a time is none of a log");
    as_header_ = host.options().choice("width") == "header";
    if (!folder_.starts_with('/') || folder_.find_first_of("\r\n\\%?#") != folder_.npos ||
        folder_.find("/../") != folder_.npos)
        host.refuse("folder", "a folder begins with '/', and has none of \\ % ? #");
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
    places_.assign(servers_.servers().size(), {});
    for (std::size_t i = 0; i < places_.size(); ++i)
        for (std::size_t part = 0; part < file_places::parts; ++part)
            places_[i].read(host_.state(state_key(servers_.servers()[i].name, part)).value_or(""));
}

void wes_files::save(std::size_t which, const std::string& name) {
    for (std::size_t part = 0; part < file_places::parts; ++part) {
        if (!name.empty() && file_places::part_of(name) != part) continue;
        const auto key = state_key(servers_.servers()[which].name, part);
        const auto text = places_[which].part(part);
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
    request.connect_limit = server.request.connect_limit + ftp_login_limit;
    request.limit =
        std::max<duration>(server.request.limit, 30s) + std::chrono::seconds{bytes / slowest_bytes_a_second};
    request.largest_body = largest_;
    for (int attempt = 1;; ++attempt) {
        auto got = [&] { // between two files other nodes have their turn
            const held_server held{servers_, which, host_};
            return wes::fetch(host_, request);
        }();
        if (got.failure.empty()) {
            was_served_ = true;
            return std::move(got.body);
        }
        if (got.status == 550 && !path.ends_with('/')) return {};
        const bool is_refused = got.status == 421 || (got.status == 0 && was_served_);
        if (!is_refused || attempt == attempts) throw transient_error(ftp_failure(got) + ": FTP " + path);
        if (host_.wait(pause) == wake::stopped) throw stopped{};
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
    for (auto& one : read_listing(listing.value_or("")))
        if (is_named(files_, one.name)) files.push_back(std::move(one));
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto changed = places_[which].keep(files);
    save(which);
    for (const auto& one : files) read_file(which, one, changed, out);
}

void wes_files::read_file(std::size_t which, const listed_file& file, const std::vector<file_place>& changed,
                          output& out) {
    const auto& server = servers_.servers()[which].name;
    const auto* const known = places_[which].find(file.name);
    auto at = known != nullptr ? *known : file_place{};
    if (at.is_seen(file)) return;
    const auto looked_at = [&](bool whole) {
        at.listed_bytes = whole ? file.bytes : 0;
        at.listed_changed = whole ? file.changed : "";
        places_[which].set(file.name, at);
        save(which, file.name);
    };
    if (file.bytes > static_cast<std::int64_t>(largest_)) {
        host_.log(level::warning, "too_large",
                  server + ": " + file.name + " has " + std::to_string(file.bytes) +
                      " bytes and is not read: 'largest' allows " + std::to_string(largest_));
        return looked_at(true);
    }
    const auto fetched = fetch(which, folder_ + file.name, file.bytes);
    if (!fetched) // gone since it was listed, as a rule
        return host_.log(level::warning, "no_file",
                         server + ": " + file.name + " is listed but can't be had (FTP 550)");
    const std::string_view text{*fetched};

    if (!at.begins(text)) {
        const auto old =
            std::find_if(changed.begin(), changed.end(), [&](const auto& one) { return one.begins(text); });
        if (old == changed.end() && at.bytes != 0)
            host_.log(level::info, "new_file",
                      server + ": " + file.name + " was written anew, and is read from its beginning");
        at.bytes = old == changed.end() ? 0 : old->bytes; // else it is what another file was, and is read on
    }
    const auto from = static_cast<std::size_t>(at.bytes);
    const auto line_end = text.rfind('\n'); // what follows is half a line
    const auto to = line_end == text.npos ? from : std::max(from, line_end + 1);
    take_lines(server, file.name, text.substr(0, to), from, out);
    at.read_to(text.substr(0, to));
    const bool is_whole = static_cast<std::int64_t>(text.size()) >= file.bytes;
    looked_at(is_whole);
    out.flush(); // with the place that goes with it
    if (!is_whole)
        throw transient_error("sends " + std::to_string(text.size()) + " of the " + std::to_string(file.bytes) +
                              " bytes of " + file.name + ": FTP " + folder_);
}

/// `text` is all of the file up to where it is read now; lines before `from` are looked at for their time only, which
/// tells the hours that a clock shows twice.
void wes_files::take_lines(const std::string& server, const std::string& file, std::string_view text, std::size_t from,
                           output& out) {
    log_->begin();
    std::size_t number = 0, position = 0;
    std::string first_wrong;
    std::uint64_t wrong = 0;
    while (position < text.size()) {
        const auto end = std::min(text.find('\n', position), text.size());
        auto line = text.substr(position, end - position);
        const bool is_new = position >= from;
        position = end + 1;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (++number == header_lines_ && as_header_) log_->header(line, last_column_);
        if (number <= header_lines_ || line.empty()) continue;
        try {
            const auto fields = log_->fields(line);
            const auto time = log_->time(fields);
            if (!is_new) continue;
            std::vector<std::pair<const column*, double>> values;
            for (const auto& one : columns_)
                if (const auto value = log_->number(fields, one.number)) values.emplace_back(&one, *value * one.factor);
            const auto how = log_->is_set(fields, suspect_column_) ? quality::suspect : quality::good;
            for (const auto& [of, value] : values) out.add(series_of(server, *of), value, time, how);
        } catch (const bad_line& e) {
            if (!is_new) continue;
            if (wrong++ == 0) first_wrong = "line " + std::to_string(number) + " " + e.what();
        }
    }
    if (wrong == 0) return;
    bad_lines_.add(static_cast<double>(wrong));
    host_.log(level::warning, "bad_lines",
              server + ": " + file + ": " + std::to_string(wrong) + (wrong == 1 ? " line" : " lines") +
                  " can't be read; " + first_wrong);
}

} // namespace releve::wes
