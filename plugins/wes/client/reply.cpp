// SPDX-License-Identifier: Apache-2.0
#include "client/reply.hpp"

#include <algorithm>

namespace releve::wes {
namespace {

bool mentions_xml(std::string type) {
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return type.find("xml") != std::string::npos;
}

} // namespace

std::string ftp_failure(const http_reply& got) {
    switch (got.status) {
    case 421:
        return "refuses the session: it allows one at a time (FTP 421)";
    case 530:
        return "asks for another account (FTP 530)";
    case 550:
        return "does not have it, or does not show it (FTP 550)";
    default:
        return got.failure;
    }
}

document document_in(const http_reply& reply) {
    if (!reply.failure.empty()) throw bad_document(reply.failure);
    switch (reply.status) {
    case 200:
        break;
    case 401:
        throw bad_document("asks for other credentials (HTTP 401): check its user and password");
    case 403:
        throw bad_document("forbids the page to this account (HTTP 403): allow it in the WES, or use another account");
    case 404:
        throw bad_document("has no such page (HTTP 404): check its path");
    default:
        throw bad_document("answers HTTP " + std::to_string(reply.status));
    }
    // A page without a declared type is read; a page with another type does not come from a WES.
    if (!reply.content_type.empty() && !mentions_xml(reply.content_type))
        throw bad_document("answers with a page that is not XML: is it a WES?");
    try {
        return document::parse(reply.body);
    } catch (const bad_document& why) {
        throw bad_document(std::string{"answers, but its document "}.append(why.what()));
    }
}

} // namespace releve::wes
