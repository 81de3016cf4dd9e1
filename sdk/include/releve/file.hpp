// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_FILE_HPP
#define RELEVE_FILE_HPP
#include <releve/failure.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace releve {

/// The number that a small file begins with (sysfs, procfs). Throws transient_error when it can't be opened or does not
/// begin with a number.
inline double read_number(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) throw transient_error(path + ": " + std::strerror(errno));
    char text[64];
    const auto size = std::fread(text, 1, sizeof text - 1, file);
    std::fclose(file);
    text[size] = '\0';
    char* end = nullptr;
    const double number = std::strtod(text, &end);
    if (end == text) throw transient_error(path + ": does not begin with a number");
    return number;
}

} // namespace releve
#endif
