// SPDX-License-Identifier: Apache-2.0
#include "http_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace wes_simulator {

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (unsigned i = 0; i < 4; ++i) {
            out += at + i <= bytes.size() ? letters[group >> (18 - 6 * i) & 63U] : '=';
        }
    }
    return out;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned byte = 0;
        const char* const end = text.data() + std::min(text.size(), at + 3);
        if (text[at] == '%' && std::from_chars(text.data() + at + 1, end, byte, 16).ptr == text.data() + at + 3) {
            out += static_cast<char>(byte);
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string message(std::string_view status, std::string_view more_headers, std::string_view type,
                    std::string_view body) {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\nServer: Keil-EWEB/2.1\r\nContent-Type: ").append(type).append("\r\n");
    text.append(more_headers).append("Connection: close\r\n\r\n").append(body);
    return text;
}

std::string human(std::string_view status, std::string_view more_headers, std::string_view text) {
    std::string body = "<html><head><title>WES</title></head><body><h1>";
    body.append(text).append("</h1></body></html>");
    return message(status, more_headers, "text/html", body);
}

} // namespace wes_simulator
