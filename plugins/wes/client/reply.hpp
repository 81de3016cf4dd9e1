// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/loop.hpp"
#include "page/document.hpp"

#include <string>

namespace releve::wes {

/// The document that a reply holds. Throws bad_document, whose what() follows the server's name in a sentence ("refuses
/// the connection"), for every reply that is not a whole page of values.
document document_in(const http_reply& reply);

/// Why FTP gave no file, as a sentence's end: what its replies say, where there was one. Only of a reply that failed.
std::string ftp_failure(const http_reply& reply);
/// What curl counts to the connection: the login.
constexpr std::chrono::seconds ftp_login_limit{5};

} // namespace releve::wes
