// SPDX-License-Identifier: Apache-2.0
// The pages of a device: those of its folder of files, and those that are built in.
#include "device.hpp"
#include "http_text.hpp"

#include <algorithm>
#include <utility>

namespace wes_simulator {
namespace {

std::string_view content_type(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".htm", "text/html"},   {".html", "text/html"}, {".css", "text/css"},     {".js", "application/x-javascript"},
        {".xml", "text/xml"},    {".txt", "text/plain"}, {".gif", "image/gif"},    {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"}, {".png", "image/png"},  {".ico", "image/x-icon"},
    };
    for (const auto& [ending, type] : types) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

} // namespace

std::optional<std::string> device::file(std::string_view path) const {
    return files_ ? files_->read(path) : std::nullopt;
}

reply device::document(std::string_view page, bool is_cgx) const {
    rendered made = render(
        page, [this](std::string_view code) { return value(code); },
        [this](std::string_view name) { return file(name); }, is_cgx ? line_ends::dropped : line_ends::kept);
    if (fault_.kind == fault::bad_name) {
        // Names come with custom templates, printed by a bare %s: "Séjour & <salon>" in Latin-1, before the values.
        const std::size_t at = made.text.find("<temp>");
        made.text.insert(at == std::string::npos ? 0 : at + 6, "<NOM1>S\xe9jour & <salon></NOM1>");
    }
    if (fault_.kind == fault::cut) {
        made.text.resize(std::min(fault_.bytes != 0 ? fault_.bytes : made.text.size() / 2, made.text.size()));
    }
    return {.bytes = message("200 OK", "Cache-Control: no-cache\r\n", is_cgx ? "text/xml" : "text/html", made.text),
            .cut = made.broken};
}

// The folder of files, and the built-in pages. `path` is in lower case, without its query.
reply device::resource(const std::string& path) const {
    const bool is_cgx = path.ends_with(".cgx");
    if (const auto found = file(path)) {
        if (is_cgx || path.ends_with(".cgi")) return document(*found, is_cgx);
        return {
            message("200 OK", "Content-Length: " + std::to_string(found->size()) + "\r\n", content_type(path), *found)};
    }
    if (path == "/data.cgx") return document(data_page(setting_.profile), true);
    if (path == "/" || path == "/index.htm" || path == "/infocfg.htm")
        return {human("200 OK", "", setting_.name + " " + std::string{version(setting_.profile)})};
    return {human("404 Not Found", "", "Error 404 - Not Found")};
}

} // namespace wes_simulator
