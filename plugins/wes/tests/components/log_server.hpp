// SPDX-License-Identifier: Apache-2.0
// A folder of log files behind a real FTP server, and a node that reads it.
#pragma once

#include "tests/components/site.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <wes_simulator/ftp_server.hpp>
#include <wes_simulator/temporary_folder.hpp>

namespace wes_testing {

class log_server {
public:
    const std::filesystem::path& folder() const { return folder_.path; }
    void put(const std::string& name, const std::string& text) const { folder_.put(name, text); }
    void append(const std::string& name, const std::string& text) const {
        std::ofstream{folder() / name, std::ios::binary | std::ios::app} << text;
    }
    std::uint16_t port() const { return ftp_.port(); }
    void fault(std::string_view what) { ftp_.fault(what); }
    /// One server, A11, and two columns: pulse_count and temperature.
    std::string node(const std::string& more = {}, const std::string& password = "wesftp") const {
        return "[connection.c]\ncomponent = \"wes\"\nconnect_timeout = \"1m\"\ntimeout = \"5m\"\nservers = [{ name = "
               "\"A11\", host = \"127.0.0.1\", ftp_port = " +
               std::to_string(ftp_.port()) + ", ftp_password = \"" + password +
               "\" }]\n[source.s]\ncomponent = \"wes_files\"\nconnection = \"c\"\n"
               "columns = [{ column = 2, series = \"pulse_count\", kind = \"counter\", channel = \"pulse1\" }, { "
               "column = 3, series = \"temperature\", unit = \"Cel\", factor = 0.1 }]\n" +
               more;
    }

private:
    wes_simulator::temporary_folder folder_;
    wes_simulator::ftp_server ftp_{folder_.path};
};

inline const std::string header = "date;PULS1;TEMP\r\n";

inline releve::testing::setup in_paris() {
    auto made = real_peers();
    made.timezone = "Europe/Paris";
    return made;
}

inline std::int64_t epoch(const releve::testing::emitted_record& of) { return releve::to_ns(of.time) / 1'000'000'000; }

} // namespace wes_testing
