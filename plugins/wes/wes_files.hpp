// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "csv_log.hpp"
#include "ftp_listing.hpp"
#include "http_loop.hpp"
#include "wes_connection.hpp"

#include <releve/source.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace releve::wes {

/// Log files of the servers, by FTP: what is new in them since what was acknowledged, with the files' own times.
class wes_files final : public source {
public:
    static constexpr auto summary = "Log files of WES energy servers, over FTP";
    static void describe(option_list& o);
    explicit wes_files(context& host);

    void start() override;
    void collect(output& out) override;

private:
    struct column {
        std::size_t number = 0; // from 1
        std::string series, unit, channel;
        kind is = kind::gauge;
        double factor = 1;
    };
    /// How far a file was read, and the bytes up to there, as a hash: a file that was written anew has others.
    struct place {
        std::int64_t bytes = 0;
        std::uint64_t hash = 0;
        listed_file seen{}; // not kept over a restart
    };
    using file_key = std::pair<std::string, std::string>; // server, file

    void read_server(std::size_t which, output& out);
    void read_file(std::size_t which, const listed_file& file, output& out);
    std::string fetch(std::size_t which, const std::string& path);
    void take_lines(const std::string& server, const std::string& file, std::string_view text, bool from_start,
                    output& out);
    series series_of(const std::string& server, const column& of);
    std::string cursor_text() const;

    context& host_;
    wes_connection& servers_;
    std::string folder_, files_, user_, password_;
    std::uint16_t port_;
    std::size_t header_lines_, largest_;
    csv_layout layout_;
    std::vector<column> columns_;
    std::unique_ptr<csv_log> log_;
    std::map<file_key, place> places_;
    std::map<std::pair<std::string, std::size_t>, series> series_;
    metric bad_lines_;
};

} // namespace releve::wes
