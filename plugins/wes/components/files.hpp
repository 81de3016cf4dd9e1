// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "components/connection.hpp"
#include "ftp/csv_log.hpp"
#include "ftp/listing.hpp"
#include "ftp/read_positions.hpp"
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

/// [source.NAME] component = "wes_files": reads log files of each server over FTP, from where the last acknowledged
/// record was read, with the times in the files.
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
    void read_file(std::size_t which, const listed_file& file, const std::vector<read_position>& changed, output& out);
    /// A file, or the listing of a folder. Nothing: the file is not there any more.
    std::optional<std::string> fetch(std::size_t which, const std::string& path, std::int64_t bytes);
    void take_lines(const std::string& server, const std::string& file, std::string_view text, std::size_t from,
                    output& out);
    /// Writes into the node's state how far a file was read, or (no name) all files of the server.
    void save(std::size_t which, const std::string& name = {});
    series series_of(const std::string& server, const column& of);

    context& host_;
    kit::waiter wait_;
    wes_connection& servers_;
    std::string folder_, files_;
    std::size_t header_lines_, max_size_, suspect_column_;
    bool fixed_width_ = true;     // each line has as many fields as the header
    std::size_t last_column_ = 0; // that is used
    csv_layout layout_;
    std::vector<column> columns_;
    std::unique_ptr<csv_log> log_;
    std::vector<read_positions> positions_; // of each server
    std::vector<kit::odd_entries> odd_;     // of each server: lines of its listing
    bool was_served_ = false;               // the server has given a file or a listing in this collect
    std::map<std::pair<std::string, std::size_t>, series> series_;
    metric bad_lines_;
};

} // namespace releve::wes
