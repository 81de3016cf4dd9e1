// SPDX-License-Identifier: Apache-2.0
#include "control.hpp"

#include <algorithm>
#include <charconv>

namespace wes_simulator {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

// One "key=value" into `order`; false: not understood.
bool take(std::string_view key, std::string_view value, control& order) {
    if (key == "port") {
        const auto port = number<std::uint16_t>(value);
        order.port = port.value_or(0);
        return port.has_value();
    }
    if (key == "seconds") {
        const auto seconds = number<double>(value);
        if (!seconds || !(*seconds >= 0) || *seconds > 1e9) return false;
        order.seconds = order.fault.seconds = *seconds;
        return true;
    }
    if (key == "bytes") {
        const auto bytes = number<std::size_t>(value);
        order.fault.bytes = bytes.value_or(0);
        return bytes.has_value();
    }
    return key == "name"; // taken before the others: it sets what they change
}

} // namespace

std::optional<control> control_in(std::string_view segment) {
    const std::size_t space = segment.find(' ');
    if (space == std::string_view::npos) return {};
    const std::string_view method = segment.substr(0, space);
    std::string_view target = segment.substr(space + 1);
    target = target.substr(0, target.find_first_of(" \r\n"));
    if (!target.starts_with("/simulator")) return {};
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);

    control order;
    if (method == "GET" && path == "/simulator") {
        order.what = control::show;
    } else if (method == "PUT" && path == "/simulator/advance") {
        order.what = control::advance;
    } else if (method == "PUT" && path == "/simulator/fault") {
        const std::size_t at = std::string{"&"}.append(query).find("&name=");
        const std::string_view given = at == std::string::npos ? "" : query.substr(at + 5);
        const auto fault = fault_named(given.substr(0, given.find('&')));
        if (fault) {
            order.what = control::set_fault;
            order.fault = *fault;
        } else {
            order.complaint = "give name=, one of: " + std::string{fault_names};
        }
    } else {
        order.complaint = "GET /simulator, PUT /simulator/fault?name=NAME or PUT /simulator/advance?seconds=N";
    }
    while (!query.empty() && order.what != control::wrong) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || !take(pair.substr(0, equals), pair.substr(equals + 1), order)) {
            order.what = control::wrong;
            order.complaint =
                std::string{pair} + ": not understood; there are name=TEXT, port=N, seconds=N and bytes=N";
        }
    }
    return order;
}

std::string control_reply(const control& order) {
    std::string head = order.what == control::wrong ? "HTTP/1.1 400 Bad Request" : "HTTP/1.1 200 OK";
    head += "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
    if (!order.complaint.empty()) head += order.complaint + "\n";
    return head;
}

} // namespace wes_simulator
