// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/loop.hpp"
#include "page/document.hpp"

#include <string>

namespace releve::wes {

/// The document that a reply holds. Throws bad_document for every reply that is not a whole page of values; its what()
/// follows the server's name in a sentence ("refuses the connection").
document document_in(const http_reply& reply);

/// Of an FTP reply that failed: why, as the end of a sentence, by the server's reply code where there is one.
std::string ftp_failure(const http_reply& reply);
/// libcurl counts the FTP login as part of the connection: this is added to its timeout.
constexpr std::chrono::seconds ftp_login_timeout{5};

} // namespace releve::wes
