// SPDX-License-Identifier: Apache-2.0
// A link's ends as bytes, the same on every machine, for their owner's durable state.
#include "link/link.hpp"

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#include <sstream>

namespace releve::sms {

namespace {

constexpr std::uint32_t saved_version = 3;

template <class T>
std::string bytes_of(const T& link) {
    std::ostringstream out;
    cereal::PortableBinaryOutputArchive archive{out};
    archive(saved_version, link);
    return out.str();
}

template <class T>
void read_into(T& link, std::string_view saved) {
    std::istringstream in{std::string{saved}};
    cereal::PortableBinaryInputArchive archive{in};
    std::uint32_t version = 0;
    archive(version);
    if (version != saved_version) throw std::runtime_error("it was saved by another version of this plugin");
    auto made = link;
    archive(made);
    link = std::move(made);
}

} // namespace

template <class A>
void serialize(A& archive, residual_model& of) {
    archive(of.seen, of.spread);
}
template <class A>
void serialize(A& archive, series_definition& of) {
    archive(of.name, of.unit, of.labels, of.decimals, of.counter, of.text);
}
template <class A>
void serialize(A& archive, packet_record& of) {
    archive(of.time, of.series, of.steps, of.quality, of.text);
}
template <class A>
void serialize(A& archive, series_track& of) {
    archive(of.residual, of.steps, of.seconds, of.rate);
}
template <class A>
void serialize(A& archive, packet_state& of) {
    archive(of.number, of.time_decimals, of.series, of.tracks, of.time_residual, of.time, of.interval);
}
template <class A>
void serialize(A& archive, packet_message& of) {
    archive(of.number, of.bytes);
}
template <class A>
void packet_writer::serialize(A& archive) {
    archive(state_, defined_);
}
template <class A>
void packet_reader::serialize(A& archive) {
    archive(state_, defined_);
}
template <class A>
void serialize_limit(A& archive, kit::rate_limit& of) {
    auto noted = of.saved();
    archive(noted);
    if constexpr (A::is_loading::value) of.restore(noted);
}
template <class A>
void link_sender::sent::serialize(A& archive) {
    archive(message, known, acknowledged, tries, due);
}
template <class A>
void link_sender::group::serialize(A& archive) {
    archive(messages, records);
}
template <class A>
void link_sender::serialize(A& archive) {
    archive(dictionary_, writer_, mirror_, groups_, waiting_, waiting_since_, defined_, first_, behind_);
    serialize_limit(archive, limit_);
}
template <class A>
void link_receiver::serialize(A& archive) {
    archive(reader_, early_, other_state_, read_, owed_at_);
    serialize_limit(archive, limit_);
}

std::string link_sender::saved() const { return bytes_of(*this); }
void link_sender::restore(std::string_view saved) { read_into(*this, saved); }
std::string link_receiver::saved() const { return bytes_of(*this); }
void link_receiver::restore(std::string_view saved) { read_into(*this, saved); }

} // namespace releve::sms
