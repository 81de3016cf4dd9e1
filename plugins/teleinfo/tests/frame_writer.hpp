// SPDX-License-Identifier: Apache-2.0
// Writes TIC lines as Enedis' text has them, without a line of the decoder.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace tic_write {

inline char checksum(std::string_view summed) {
    int sum = 0;
    for (const char c : summed) sum += c;
    return static_cast<char>(sum % 64 + ' ');
}

/// LF label SP data SP checksum CR; the last separator is not summed.
inline std::string historique(const std::string& label, const std::string& data) {
    const auto body = label + ' ' + data;
    return '\n' + body + ' ' + checksum(body) + '\r';
}

/// LF label HT data HT checksum CR; the last separator is summed.
inline std::string standard(const std::string& label, const std::string& data) {
    const auto body = label + '\t' + data + '\t';
    return '\n' + body + checksum(body) + '\r';
}
inline std::string standard(const std::string& label, const std::string& horodate, const std::string& data) {
    return standard(label, horodate + '\t' + data);
}

inline std::string joined(std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const auto part : parts) all += part;
    return all;
}

inline std::string frame(std::initializer_list<std::string> groups) {
    std::string all = "\x02";
    for (const auto& one : groups) all += one;
    return all + '\x03';
}

} // namespace tic_write
