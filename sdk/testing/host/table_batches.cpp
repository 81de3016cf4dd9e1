// SPDX-License-Identifier: Apache-2.0
// The host functions of abi.h for batches, with their checks.
#include "table.hpp"
#include "world.hpp"

#include <cmath>

namespace releve::testing {

namespace {

constexpr std::uint32_t max_records = 65'536, max_text = 16u << 20; // of a batch, as abi.h has them
constexpr std::size_t max_cursor = 65'536;                          // bytes

std::string named(const declared_series& of) { return "series '" + of.name + "'"; }

/// What is wrong with a value, as a sentence; empty: nothing.
std::string broken_rule(const emitted_record& in, std::uint8_t type, std::uint8_t quality) {
    const auto& of = *in.series;
    if (type > RELEVE_VALUE_TEXT) return named(of) + ": the type of a record is unknown";
    if (quality > RELEVE_QUALITY_ABSENT) return named(of) + ": the quality of a record is unknown";
    const bool absent = quality == RELEVE_QUALITY_ABSENT;
    if (in.is_text) {
        if (of.kind == kind::gauge || of.kind == kind::counter) return named(of) + " is a number but got a text";
        if (!valid_text(in.text)) return named(of) + ": a text is not UTF-8";
    } else {
        if ((of.kind == kind::text || of.kind == kind::event) && !absent)
            return named(of) + " is a text but got a number";
        if (absent != std::isnan(in.value)) return named(of) + ": a number is NaN if and only if it is absent";
        if (std::isinf(in.value)) return named(of) + ": a number is infinite";
    }
    return {};
}

emitted_record as_emitted(fake& node, const releve_record& in, const char* text, std::uint32_t text_size) {
    auto& all = node.world.series;
    emitted_record made{
        all.find(in.series), to_time(in.time), in.type == RELEVE_VALUE_TEXT, 0, {}, static_cast<quality>(in.quality),
        node.emits};
    if (!made.series) {
        auto none = std::make_shared<declared_series>();
        none->number = in.series;
        made.series = std::move(none);
        node.misbehaves("a record is of series number " + std::to_string(in.series) + ", which is not declared");
    } else if (all.maker(in.series) != node.name && !node.received_series.contains(in.series)) {
        node.misbehaves("a record is of " + named(*made.series) + ", which '" + all.maker(in.series) +
                        "' declared and this node did not receive");
    }
    if (!made.is_text) {
        made.value = in.value.number;
    } else if (in.value.text.offset > text_size || in.value.text.size > text_size - in.value.text.offset) {
        node.misbehaves("a record's text lies outside the batch's text");
    } else if (in.value.text.size != 0) {
        made.text.assign(text + in.value.text.offset, in.value.text.size);
    }
    if (in.reserved != 0) node.misbehaves("a record's reserved field is not 0");
    if (!made.series->name.empty())
        if (auto rule = broken_rule(made, in.type, in.quality); !rule.empty()) node.misbehaves(std::move(rule));
    return made;
}

void record_all(fake& node, const releve_batch& in) {
    for (std::uint32_t i = 0; i < in.count; ++i)
        node.emitted.push_back(as_emitted(node, in.records[i], in.text, in.text_size));
}

void empty(releve_writer& writer) {
    writer.first = writer.next = writer.end = nullptr;
    writer.text = nullptr;
    writer.host_private = nullptr;
    writer.text_used = writer.text_capacity = 0;
}

/// Takes the writer's room; null, with a misbehaviour recorded, when it has none.
std::unique_ptr<room> take(fake& node, releve_writer& writer, std::string_view function) {
    auto found = node.rooms.extract(writer.host_private);
    empty(writer);
    if (!found.empty()) return std::move(found.mapped());
    node.misbehaves(std::string{function} + " of a writer that begin did not fill, or that was already handed over");
    return nullptr;
}

releve_status begin(releve_context* c, std::uint32_t records, std::uint32_t text, releve_writer* writer) noexcept {
    const locked_fake node{c};
    if (refuses_size(*node, writer)) return RELEVE_REFUSED;
    if (records == 0 || records > max_records || text > max_text)
        return refuse("a batch has 1 to 65,536 records and at most 16 MiB of text");
    auto made = std::make_unique<room>();
    made->record_capacity = records;
    made->text_capacity = text;
    made->records = std::make_unique_for_overwrite<releve_record[]>(made->record_capacity);
    made->text = std::make_unique_for_overwrite<char[]>(text);
    writer->text_used = 0;
    writer->text_capacity = text;
    writer->first = writer->next = made->records.get();
    writer->end = writer->first + made->record_capacity;
    writer->text = made->text.get();
    writer->host_private = made.get();
    node->rooms.emplace(made.get(), std::move(made));
    return RELEVE_OK;
}

releve_status emit(releve_context* c, releve_writer* writer, releve_string cursor) noexcept {
    const locked_fake node{c};
    if (refuses_size(*node, writer)) return RELEVE_REFUSED;
    const auto* next = writer->next;
    const auto text_used = writer->text_used;
    const auto in = take(*node, *writer, "emit");
    if (!in) return refuse("the writer is empty");
    if ((node->component.roles & RELEVE_MAKES) == 0) {
        node->misbehaves("emits, but its roles do not say that it makes records");
        return refuse("the component does not make records");
    }
    if (next < in->records.get() || next > in->records.get() + in->record_capacity || text_used > in->text_capacity) {
        node->misbehaves("wrote beyond the room of a batch");
        return refuse("the batch is written beyond its room");
    }
    if (cursor.size > max_cursor) return refuse("a cursor may have at most 64 KiB");
    writer->sequence = ++node->emits;
    const releve_batch batch{sizeof batch,      static_cast<std::uint32_t>(next - in->records.get()),
                             in->records.get(), in->text.get(),
                             text_used,         0};
    record_all(*node, batch);
    node->durable.emitted(node->emits, view(cursor));
    node.world().note_change();
    return RELEVE_OK;
}

void discard(releve_context* c, releve_writer* writer) noexcept {
    const locked_fake node{c};
    if (refuses_size(*node, writer)) return;
    take(*node, *writer, "discard");
}

received_batch* find(fake& node, const releve_batch* batch, std::string_view function) {
    const auto found = node.received.find(batch);
    if (found != node.received.end()) return found->second.get();
    node.misbehaves(std::string{function} + " of a batch that the node did not receive, or did not retain");
    return nullptr;
}

releve_status forward(releve_context* c, const releve_batch* batch) noexcept {
    const locked_fake node{c};
    if (!node.in_node() || !node->transform()) return node.forbid("forward is for the functions of a transform");
    if (find(*node, batch, "forward") == nullptr) return refuse("that batch was not received");
    ++node->emits;
    record_all(*node, *batch);
    node->durable.emitted(node->emits, {});
    return RELEVE_OK;
}

void retain(releve_context* c, const releve_batch* batch) noexcept {
    const locked_fake node{c};
    if (auto* found = find(*node, batch, "retain")) ++found->retained;
}

void release(releve_context* c, const releve_batch* batch) noexcept {
    const locked_fake node{c};
    auto* found = find(*node, batch, "release");
    if (found == nullptr) return;
    if (found->retained == 0) return node->misbehaves("release of a batch that is not retained");
    // During the call that delivered it, the caller holds it too.
    if (--found->retained == 0 && node->received.at(batch).use_count() == 1) node->received.erase(batch);
}

void reject(releve_context* c, const releve_delivery* delivery, std::uint32_t index, releve_string why) noexcept {
    const locked_fake node{c};
    if (!node.in_function() || entry::where() != phase::write) return node.forbid_void("reject is for write");
    if (refuses_size(*node, delivery)) return;
    const auto found = node->deliveries.find(delivery);
    if (found == node->deliveries.end()) return node->misbehaves("reject in a delivery that the node was not given");
    if (index >= found->second.size()) return node->misbehaves("reject of a record beyond the batch's last one");
    if (why.size == 0) node->misbehaves("a record is rejected without a reason");
    found->second[index] = view(why);
    delivery->answers[index] = RELEVE_ANSWER_REJECTED;
}

} // namespace

void add_batch_functions(releve_host& t) {
    t.begin = begin;
    t.emit = emit;
    t.discard = discard;
    t.forward = forward;
    t.retain = retain;
    t.release = release;
    t.reject = reject;
}

} // namespace releve::testing
