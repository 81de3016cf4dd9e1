// SPDX-License-Identifier: Apache-2.0
#include "wes_files.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace releve::wes {
namespace {

using namespace releve::literals;

std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

kind kind_named(std::string_view name) { return name == "counter" ? kind::counter : kind::gauge; }

} // namespace

void wes_files::describe(option_list& o) {
    o.connection("connection", "wes", "The servers").required().example("\"dwellings\"");
    o.interval(1h).at_least(10s);
    o.text("folder", "Folder of the files, from the FTP root").fallback("/");
    o.text("files", "Names of the files, as a pattern with * and ?").fallback("*.csv");
    o.integer("port", "Port of FTP").fallback(21).at_least(1).at_most(65535);
    o.text("user", "Account of FTP").fallback("adminftp");
    o.secret("password", "Password of the account; the factory's when none is given").fallback("wesftp");
    o.choice("separator", {";", ",", "tab"}, "What stands between two columns").fallback(";");
    o.choice("decimal", {".", ","}, "The decimal mark").fallback(".");
    o.integer("header_lines", "Lines at the beginning of a file that are none of the log")
        .fallback(1)
        .at_least(0)
        .at_most(100);
    o.integers("time_columns", "Columns of the time, from 1; more than one are joined by a blank").fallback("[1]");
    o.text("time_format", "How a time is written, as of strptime(3)").fallback("%d/%m/%Y %H:%M");
    o.choice("time_zone", {"site", "utc"}, "Whose times they are").fallback("site");
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
    , user_{host.options().text("user")}
    , password_{host.options().secret("password")}
    , port_{static_cast<std::uint16_t>(host.options().integer("port"))}
    , header_lines_{static_cast<std::size_t>(host.options().integer("header_lines"))}
    , largest_{static_cast<std::size_t>(host.options().size("largest"))}
    , bad_lines_{host.total("bad_lines_total", "Lines of log files that could not be read")} {
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
    if (!folder_.starts_with('/') || folder_.find_first_of("\r\n\\%?#") != folder_.npos ||
        folder_.find("/../") != folder_.npos)
        host.refuse("folder", "a folder begins with '/', and has none of \\ % ? #");
    if (!folder_.ends_with('/')) folder_ += '/';
    for (const auto& given : host.options().tables("columns"))
        columns_.push_back({static_cast<std::size_t>(given.integer("column")), std::string{given.text("series")},
                            std::string{given.text("unit")}, std::string{given.text("channel")},
                            kind_named(given.choice("kind")), given.number("factor")});
}

void wes_files::start() {
    log_ = std::make_unique<csv_log>(layout_);
    places_.clear();
    std::istringstream kept{host_.cursor()}; // server TAB file TAB bytes TAB hash
    for (std::string line; std::getline(kept, line);) {
        std::istringstream parts{line};
        std::string server, file;
        place at;
        if (std::getline(parts, server, '\t') && std::getline(parts, file, '\t') && parts >> at.bytes >> at.hash)
            places_[{server, file}] = at;
    }
}

std::string wes_files::cursor_text() const {
    std::string text;
    for (const auto& [key, at] : places_)
        text += key.first + '\t' + key.second + '\t' + std::to_string(at.bytes) + '\t' + std::to_string(at.hash) + '\n';
    return text;
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

std::string wes_files::fetch(std::size_t which, const std::string& path) {
    const auto& server = servers_.servers()[which];
    http_request request;
    request.over_ftp = true;
    request.host = server.request.host;
    request.port = port_;
    request.path = path;
    request.user = user_;
    request.password = password_;
    request.connect_limit = server.request.connect_limit;
    request.limit = std::max<duration>(server.request.limit, 30s);
    request.largest_body = largest_;
    auto got = wes::fetch(host_, request);
    if (!got.failure.empty()) throw transient_error(got.failure + " (FTP " + path + ")");
    return std::move(got.body);
}

void wes_files::collect(output& out) {
    for (std::size_t i = 0; i < servers_.servers().size(); ++i) {
        const auto& name = servers_.servers()[i].name;
        try {
            const held_server held{servers_, i, host_};
            read_server(i, out);
            host_.back(name);
        } catch (const transient_error& e) {
            host_.lost(name, e.what());
        }
    }
}

void wes_files::read_server(std::size_t which, output& out) {
    const auto& server = servers_.servers()[which].name;
    std::vector<listed_file> files;
    for (auto& one : read_listing(fetch(which, folder_)))
        if (is_named(files_, one.name)) files.push_back(std::move(one));
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::set<std::string> there;
    for (const auto& one : files) there.insert(one.name);
    // A file that is gone is forgotten: one of its name that comes later is another one.
    std::erase_if(places_,
                  [&](const auto& at) { return at.first.first == server && !there.contains(at.first.second); });
    for (const auto& one : files) read_file(which, one, out);
}

void wes_files::read_file(std::size_t which, const listed_file& file, output& out) {
    const auto& server = servers_.servers()[which].name;
    auto& at = places_[{server, file.name}];
    if (at.seen == file) return; // nothing has changed
    const auto text = fetch(which, folder_ + file.name);
    const auto read = static_cast<std::size_t>(at.bytes);
    const bool grown = read <= text.size() && fnv1a(std::string_view{text}.substr(0, read)) == at.hash;
    if (read != 0 && !grown)
        host_.log(level::info, "new_file",
                  server + ": " + file.name + " was written anew, and is read from its beginning");
    const auto from = grown ? read : 0;
    const auto line_end = text.rfind('\n'); // what follows is half a line
    const auto to = line_end == text.npos || line_end + 1 < from ? from : line_end + 1;
    take_lines(server, file.name, std::string_view{text}.substr(0, to), from == 0, out);
    if (to != from) {
        at.bytes = static_cast<std::int64_t>(to);
        at.hash = fnv1a(std::string_view{text}.substr(0, to));
        out.flush(cursor_text());
    }
    at.seen = file;
}

/// `text` is all of the file up to where it is read now; lines before the last place are looked at for their time only,
/// which tells the hours that a clock shows twice.
void wes_files::take_lines(const std::string& server, const std::string& file, std::string_view text, bool from_start,
                           output& out) {
    const auto& at = places_[{server, file}];
    const auto from = from_start ? 0 : static_cast<std::size_t>(at.bytes);
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
        if (++number <= header_lines_ || line.empty()) continue;
        try {
            const auto fields = log_->fields(line);
            const auto time = log_->time(fields);
            if (!is_new) continue;
            std::vector<std::pair<const column*, double>> values;
            for (const auto& one : columns_)
                if (const auto value = log_->number(fields, one.number)) values.emplace_back(&one, *value * one.factor);
            for (const auto& [of, value] : values) out.add(series_of(server, *of), value, time);
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
