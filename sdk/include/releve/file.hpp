// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_FILE_HPP
#define RELEVE_FILE_HPP
#include <releve/failure.hpp>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#ifndef __cpp_lib_to_chars
#include <algorithm>
#include <clocale>
#include <string_view>
#endif

namespace releve {

namespace detail {
/// As the C locale has it, whatever setlocale was called with. `end`: after the number; `text` itself: there is none.
inline double leading_number(const char* text, const char* past, const char*& end) {
    double number = 0;
    end = text;
#ifdef __cpp_lib_to_chars
    const auto read = std::from_chars(text, past, number);
    if (read.ec == std::errc{}) end = read.ptr;
#else // libc++ before 20 has no from_chars for double
    const std::string_view point = std::localeconv()->decimal_point;
    std::string local{text, past};
    std::size_t dot = std::string::npos;
    if (point != ".") {
        local.erase(std::min(local.find(point), local.size()));
        dot = local.find('.');
        if (dot != std::string::npos) local.replace(dot, 1, point);
    }
    char* stopped = nullptr;
    number = std::strtod(local.c_str(), &stopped);
    auto size = static_cast<std::size_t>(stopped - local.c_str());
    if (size > dot) size = std::max(dot + 1, size - (point.size() - 1));
    end = text + size;
#endif
    return number;
}
} // namespace detail

/// The number that a small file begins with (sysfs, procfs), with a decimal point whatever the locale. Throws
/// transient_error when it can't be opened or does not begin with a finite number; "1,5", "1.2.3" and "0x1f" are none.
inline double read_number(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) throw transient_error(path + ": " + std::strerror(errno));
    char text[64];
    const auto size = std::fread(text, 1, sizeof text - 1, file);
    std::fclose(file);
    text[size] = '\0';
    const char* begin = text;
    const char* const past = text + size;
    while (begin != past && (*begin == ' ' || (*begin >= '\t' && *begin <= '\r'))) ++begin;
    if (begin != past && *begin == '+' && begin[1] != '-') ++begin;
    const char* end = begin;
    const double number = detail::leading_number(begin, past, end);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_cut = end == past && size == sizeof text - 1; // it may go on
    const bool goes_on = is_digit(*end) || *end == 'x' || *end == 'X' ||
                         ((*end == ',' || *end == '.' || *end == '_' || *end == '\'') && is_digit(end[1]));
    if (end == begin || is_cut || goes_on || !std::isfinite(number))
        throw transient_error(path + ": does not begin with a number");
    return number;
}

} // namespace releve
#endif
