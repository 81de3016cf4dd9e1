// SPDX-License-Identifier: Apache-2.0
// A certificate authority of the tests' own, and a server's certificate for 127.0.0.1.
#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>

#include <cstdlib>

namespace releve::sql::tests {

/// Makes ca.pem, server.pem and server.key in the folder, readable by all: the servers run as other users.
inline void make_certificates(const std::filesystem::path& folder) {
    const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    const auto command =
        "(cd '" + folder.string() + "' && openssl req -x509 " + key +
        " -keyout ca.key -out ca.pem -days 2 -subj '/CN=test authority' -addext basicConstraints=critical,CA:TRUE && "
        "openssl req " +
        key + " -keyout server.key -out server.csr -subj /CN=database && echo subjectAltName=IP:127.0.0.1 > names && " +
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out "
        "server.pem && "
        "chmod 644 ca.pem server.pem server.key) > /dev/null 2>&1";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("no certificates (is openssl installed?)");
}

} // namespace releve::sql::tests
