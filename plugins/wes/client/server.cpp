// SPDX-License-Identifier: Apache-2.0
#include "client/server.hpp"

#include "m2m/reply.hpp"
#include "m2m/tags.hpp"

#include <algorithm>

namespace releve::wes {

std::optional<double> channel::value(std::string_view series, std::string_view label_value) const {
    return of_->value(kind_, number_, series, label_value);
}

std::optional<std::string> channel::text(std::string_view series) const { return of_->text(kind_, number_, series); }

std::vector<element_value> channel::values() const {
    auto all = of_->values();
    std::erase_if(all, [&](const auto& one) { return one.row->of != kind_ || one.channel != number_; });
    return all;
}

double clamp_view::voltage() const { return of().value(channel_kind::mains, 1, "voltage", {}).value_or(0); }

double meter_view::energy_wh(std::string_view register_name) const {
    if (register_name == "BASE") return value_or_zero("active_energy_drawn");
    return value("active_energy_drawn_tariff", register_name).value_or(0);
}

server::server(const server_address& at, read_from from)
    : server{transport_to(at), from} {}
server::server(std::unique_ptr<transport> over, read_from from)
    : over_{std::move(over)}
    , from_{from} {}

void server::refresh() { page_ = document::parse(over_->fetch(resource::page, "/data.cgx")); }

const document& server::page() {
    if (!page_) refresh();
    return *page_;
}

std::vector<element_value> server::values() { return values_of(page(), clamps_); }

std::optional<std::string> server::over_m2m(channel_kind of, int number, std::string_view series,
                                            std::string_view label_value) {
    if (from_ != read_from::m2m) return std::nullopt;
    const auto known = m2m_tag_of(of, number, series, label_value);
    if (!known) return std::nullopt;
    return tag(spell(*known));
}

std::optional<double> server::value(channel_kind of, int number, std::string_view series,
                                    std::string_view label_value) {
    if (const auto found = over_m2m(of, number, series, label_value)) return m2m_number(*found);
    for (const auto& one : values()) {
        const bool labelled = label_value.empty() || one.row->label_value == label_value;
        if (one.row->of == of && one.channel == number && one.row->series == series && labelled) return one.number;
    }
    return std::nullopt;
}

std::optional<std::string> server::text(channel_kind of, int number, std::string_view series) {
    if (auto found = over_m2m(of, number, series, {})) return found;
    for (const auto& one : values())
        if (one.row->of == of && one.channel == number && one.row->series == series) return std::string{one.text};
    return std::nullopt;
}

void server::set_relay(int number, bool on) { set("relay" + std::to_string(number), on); }
void server::set_virtual_switch(int number, bool on) { set("switch" + std::to_string(number), on); }

void server::set(const std::string& channel, bool on) {
    if (!is_channel(channel)) throw not_set("a WES has no " + channel);
    const auto target = target_of(channel, on, pages_of_firmware(firmware()));
    over_->fetch(resource::page, target.path + "?" + target.query);
    refresh();
    if (!is_set(*page_, target)) throw not_set(channel + " was set, but the page does not show it");
}

std::string server::firmware() { return text(channel_kind::server, 1, "firmware").value_or(""); }

std::vector<listed_file> server::files(std::string_view folder) {
    return read_listing(over_->fetch(resource::folder, folder));
}

} // namespace releve::wes
