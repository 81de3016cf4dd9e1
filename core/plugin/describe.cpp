// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include "descriptor.hpp"
#include "plugin_call.hpp"

#include <algorithm>

namespace releve::core {
namespace {

// What the releve_context of a describe function is.
struct description_context {
    const plugin_card& plugin;
    bool polled;
    options::descriptions described;
    std::string refused; // why, of the first option that was refused
    std::string failed;  // the plugin's own reason
};

description_context& of(releve_context* context) { return *reinterpret_cast<description_context*>(context); }

constexpr std::size_t max_options = 1000;

std::string connection_problem(const options::description& option, const plugin_card& plugin) {
    const bool needs_one = option.type == RELEVE_OPTION_CONNECTION ||
                           (option.type == RELEVE_OPTION_LIST && option.item_type == RELEVE_OPTION_CONNECTION);
    const auto fits = [&](const component_card& c) {
        return c.name == option.connection && c.roles == RELEVE_CONNECTION;
    };
    if (needs_one && std::none_of(plugin.components.begin(), plugin.components.end(), fits))
        return "asks for a connection '" + option.connection + "', which plugin " + plugin.name + " does not have";
    for (const auto& field : option.fields)
        if (auto why = connection_problem(field, plugin); !why.empty()) return why;
    return {};
}

std::string add(description_context& context, const releve_option* option) {
    if (auto why = options::size_problem(option); !why.empty()) return why;
    auto copy = options::copy_of(*option);
    if (auto why = options::refusal(copy, context.described); !why.empty()) return why;
    if (copy.type == RELEVE_OPTION_INTERVAL && !context.polled)
        return "option 'interval' is for a component that is polled (collect), and this one is not";
    if (auto why = connection_problem(copy, context.plugin); !why.empty()) return "option '" + copy.key + "' " + why;
    if (context.described.size() == max_options) return "it describes more than 1000 options";
    context.described.push_back(std::move(copy));
    return {};
}

releve_string string_of(std::string_view text) { return {text.data(), text.size()}; }

// Only option, fail, reason and version work here. The other functions exist, and refuse.
const releve_host describing_host = {
    .size = sizeof(releve_host),
    .abi_minor = RELEVE_ABI_MINOR,
    .version = {RELEVE_VERSION, sizeof RELEVE_VERSION - 1},
    .option = [](releve_context* context, const releve_option* option) noexcept -> releve_status {
        auto why = add(of(context), option);
        if (why.empty()) return RELEVE_OK;
        if (of(context).refused.empty()) of(context).refused = std::move(why);
        return RELEVE_REFUSED;
    },
    .fail = [](releve_context* context,
               releve_string why) noexcept { of(context).failed = text_of(why).substr(0, 1000); },
    .bad_option = [](releve_context*, releve_string, releve_string) noexcept {},
    .reason =
        [](releve_context* context) noexcept {
            const auto& why = of(context).refused;
            return why.empty() ? string_of("not while a component describes itself") : string_of(why);
        },
    .options = [](releve_context*) noexcept -> const releve_value* { return nullptr; },
    .identity = [](releve_context*) noexcept -> const releve_identity* { return nullptr; },
    .log = [](releve_context*, int32_t, releve_string, releve_string) noexcept {},
    .health = [](releve_context*, releve_string, int32_t, releve_string) noexcept {},
    .now = [](releve_context*) noexcept -> int64_t { return 0; },
    .steady = [](releve_context*) noexcept -> int64_t { return 0; },
    .wait = [](releve_context*, releve_wait*, uint32_t, int64_t) noexcept -> releve_status { return RELEVE_STOPPED; },
    .stopping = [](releve_context*) noexcept -> int32_t { return 1; },
    .stop_fd = [](releve_context*) noexcept -> int32_t { return -1; },
    .wake_at = [](releve_context*, int64_t) noexcept {},
    .declare = [](releve_context*, const releve_series*, uint32_t*) noexcept -> releve_status {
        return RELEVE_REFUSED;
    },
    .series = [](releve_context*, uint32_t) noexcept -> const releve_series* { return nullptr; },
    .begin = [](releve_context*, uint32_t, uint32_t, releve_writer*) noexcept -> releve_status {
        return RELEVE_REFUSED;
    },
    .emit = [](releve_context*, releve_writer*, releve_string) noexcept -> releve_status { return RELEVE_REFUSED; },
    .discard = [](releve_context*, releve_writer*) noexcept {},
    .forward = [](releve_context*, const releve_batch*) noexcept -> releve_status { return RELEVE_REFUSED; },
    .retain = [](releve_context*, const releve_batch*) noexcept {},
    .release = [](releve_context*, const releve_batch*) noexcept {},
    .cursor = [](releve_context*) noexcept { return releve_string{}; },
    .acknowledged = [](releve_context*) noexcept -> uint64_t { return 0; },
    .state_read = [](releve_context*, releve_string, releve_string*) noexcept -> releve_status {
        return RELEVE_REFUSED;
    },
    .state_write = [](releve_context*, releve_string, releve_string) noexcept -> releve_status {
        return RELEVE_REFUSED;
    },
    .reject = [](releve_context*, const releve_delivery*, uint32_t, releve_string) noexcept {},
    .metric = [](releve_context*, const releve_metric*, uint32_t*) noexcept -> releve_status { return RELEVE_REFUSED; },
    .metric_add = [](releve_context*, uint32_t, double) noexcept {},
    .metric_set = [](releve_context*, uint32_t, double) noexcept {},
    .extension = [](releve_context*, releve_string) noexcept -> const void* { return nullptr; },
};

} // namespace

options::descriptions describe(const releve_component& component, const plugin_card& siblings) {
    if (!component.describe) return {};
    description_context context{siblings, component.collect != nullptr, {}, {}, {}};
    const plugin_call call{{{}, text_of(component.name), siblings.file.native()}, "describe"};
    const auto status = component.describe(&describing_host, reinterpret_cast<releve_context*>(&context));
    // A refused option counts also when the component ignores the refusal.
    const auto& why = !context.refused.empty()  ? context.refused
                      : !context.failed.empty() ? context.failed
                      : status != RELEVE_OK     ? std::string("it gives no reason, which is a mistake in itself")
                                                : std::string();
    if (!why.empty())
        throw load_error(siblings.file.string() + ": component '" + std::string(text_of(component.name)) +
                         "' can't describe its options (" + why +
                         "), which this host needs: "
                         "install another version than " +
                         siblings.version + " of plugin " + siblings.name + ", or tell its author");
    return std::move(context.described);
}

} // namespace releve::core
