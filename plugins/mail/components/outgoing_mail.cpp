// SPDX-License-Identifier: Apache-2.0
#include "components/outgoing_mail.hpp"

#include "message/message.hpp"
#include "text/html.hpp"

#include <releve/kit/text/hash.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/sink.hpp>

namespace releve::mail {
namespace {

/// At this size no more records are added, so that a mail is below 2 MiB whatever the templates are.
constexpr std::size_t max_text_bytes = 262'144;

void identify(kit::fingerprint& of, const record& one, series_view as) {
    of.add(as.name());
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        of.add(as.label_key(i));
        of.add(as.label_value(i));
    }
    const auto& c = one.c();
    of.add(c.time);
    of.add(static_cast<std::int64_t>(c.quality));
    if (one.is_text())
        of.add(one.text());
    else
        of.add(one.number());
}

/// With the line ends of mail, CRLF.
void add_line(std::string& to, std::string_view text) {
    for (const char c : text) {
        if (c == '\r') continue;
        if (c == '\n') to += '\r';
        to += c;
    }
    to += "\r\n";
}

outgoing_mail composed_of(std::size_t max_records, std::span<const delivery> all, const mail_options& options,
                          const context& host, kit::site_time& clock) {
    outgoing_mail made;
    message_parts parts{
        .date = clock.mail_header(host.now()), .from = options.from, .from_name = options.from_name, .to = options.to};
    kit::fingerprint identity;
    identity.add(host.site());
    identity.add(host.node());
    for (const auto& one : options.to) identity.add(one);
    std::string rows;
    for (const auto& from : all) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (made.members.size() == max_records || parts.text.size() + rows.size() > max_text_bytes) break;
            if (!from.pending(i)) continue;
            const auto one = from[i];
            const auto as = host.declared(one.series());
            if (!as) {
                from.reject(i, "its series is unknown to the host");
                continue;
            }
            const auto texts = text_of(one, as, host, clock);
            if (made.members.empty()) parts.subject = options.subject.filled(texts, text_template::form::plain);
            add_line(parts.text, options.line.filled(texts, text_template::form::plain));
            if (options.html) add_line(rows, options.html_line.filled(texts, text_template::form::html));
            identify(identity, one, as);
            made.members.push_back({from.id(), static_cast<std::uint32_t>(i)});
        }
    }
    if (made.members.empty()) return made;
    const auto count = made.members.size();
    if (count > 1) ((parts.subject += " (+") += std::to_string(count - 1)) += ")";
    const auto about = "releve, node " + kit::one_line(host.node(), 200) + " of " + kit::one_line(host.site(), 200) +
                       ": " + std::to_string(count) + (count == 1 ? " record" : " records");
    ((parts.text += "\r\n-- \r\n") += about) += "\r\n";
    if (options.html) {
        parts.html =
            "<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"></head><body>\r\n<table cellpadding=\"4\">\r\n";
        ((parts.html += rows) += "</table>\r\n<p><small>") += html_escaped(about);
        parts.html += "</small></p>\r\n</body></html>\r\n";
    }
    parts.identity = identity.text();
    made.message = message_of(parts);
    for (const auto& one : options.to) made.recipients.push_back({.address = one});
    made.composed = host.steady();
    return made;
}

} // namespace

outgoing_mail compose_mail(std::span<const delivery> all, const mail_options& options, const context& host,
                           kit::site_time& clock, std::uint64_t max_bytes) {
    auto made = composed_of(options.max_records, all, options, host, clock);
    while (made.message.size() > max_bytes && made.members.size() > 1)
        made = composed_of(made.members.size() / 2, all, options, host, clock);
    return made;
}

} // namespace releve::mail
