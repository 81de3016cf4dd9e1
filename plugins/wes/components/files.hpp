// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/connection.hpp"
#include "ftp/csv_log.hpp"
#include "ftp/file_places.hpp"
#include "ftp/listing.hpp"
#include "http/loop.hpp"

#include <releve/source.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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
    void read_server(std::size_t which, output& out);
    void read_file(std::size_t which, const listed_file& file, const std::vector<file_place>& changed, output& out);
    /// Of a file, or of a folder that is to be listed. Nothing: it is not there any more.
    std::optional<std::string> fetch(std::size_t which, const std::string& path, std::int64_t bytes);
    void take_lines(const std::string& server, const std::string& file, std::string_view text, std::size_t from,
                    output& out);
    /// Writes into the node's state how far a file was read, or (no name) all files of the server.
    void save(std::size_t which, const std::string& name = {});
    series series_of(const std::string& server, const column& of);

    context& host_;
    wes_connection& servers_;
    std::string folder_, files_;
    std::size_t header_lines_, largest_, suspect_column_;
    bool as_header_ = true;
    std::size_t last_column_ = 0; // that is read
    csv_layout layout_;
    std::vector<column> columns_;
    std::unique_ptr<csv_log> log_;
    std::vector<file_places> places_; // of each server
    bool was_served_ = false;         // it has answered since it was begun with
    std::map<std::pair<std::string, std::size_t>, series> series_;
    metric bad_lines_;
};

} // namespace releve::wes
