// SPDX-License-Identifier: Apache-2.0
#include "options/database_url.hpp"

#include "options/percent.hpp"

#include <releve/failure.hpp>

#include <string_view>

namespace releve::sql {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

std::string file_of_url(const std::string& url) {
    const std::string_view text = url;
    if (!text.starts_with(sqlite_scheme)) {
        const auto scheme = text.substr(0, text.find(':'));
        if (scheme.size() == text.size())
            throw bad_option("url", "this is not a URL; for a SQLite file write path = \"" + url + "\"");
        throw bad_option("url", "databases of the kind '" + std::string{scheme} +
                                    "' are unknown; known are sqlite, mysql (or mariadb), postgresql");
    }
    auto rest = text.substr(sqlite_scheme.size());
    if (rest.find_first_of("?#") != rest.npos)
        throw bad_option("url", "a SQLite URL has no '?' or '#'; in a file name write %3F and %23");
    if (rest.starts_with("///")) rest.remove_prefix(2);
    if (!rest.starts_with("/") || rest.starts_with("//"))
        throw bad_option(
            "url",
            "a SQLite URL has an absolute path, \"sqlite:///folder/file.db\"; for a path relative to the pipeline file "
            "write path = \"file.db\"");
    return percent_decoded(rest);
}

} // namespace

std::string sqlite_file(const option_values& options) {
    const auto path = options.path("path"), url = options.text("url");
    if (path.empty() && url.empty())
        throw bad_option("path",
                         "give path = \"readings.db\" (a SQLite file) or url = \"postgresql://releve@host/readings\"");
    if (!path.empty() && !url.empty()) throw bad_option("url", "path and url name two databases: give one of them");
    const auto* key = path.empty() ? "url" : "path";
    auto file = path.empty() ? file_of_url(url) : path;
    if (file.back() == '/') throw bad_option(key, "this is a folder; the database is a file in it");
    // SOCI puts the name between quotes, and has no escape for one.
    if (file.find_first_of(std::string_view{"\"\0", 2}) != file.npos)
        throw bad_option(key, "a database's file name can't contain a '\"' or a NUL");
    return file;
}

} // namespace releve::sql
