// SPDX-License-Identifier: Apache-2.0
// Connects classes to the contract: trampolines, descriptor and ELF note. Authors need only the last lines:
//     RELEVE_PLUGIN("cpu-temperature", "1.0.0", releve::component<cpu_temperature>("cpu_temperature"))
#ifndef RELEVE_PLUGIN_HPP
#define RELEVE_PLUGIN_HPP
#include <releve/askable.hpp>
#include <releve/context.hpp>
#include <releve/delivery.hpp>
#include <releve/node.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace releve {

class source;
class streaming_source;
class transform;
class sink;
class connection;

namespace detail {

template <class T>
struct holder {
    context host;
    T object;
    holder(const releve_host* h, releve_context* c)
        : host{h, c}
        , object{host} {}
};

template <class T>
holder<T>& held(void* self) noexcept {
    return *static_cast<holder<T>*>(self);
}

/// Runs `f`; an exception becomes a status, and its text is passed to the host.
template <class F>
releve_status guard(const releve_host* host, releve_context* c, F&& f) noexcept {
    const auto fail = [&](releve_status status, const char* why) {
        host->fail(c, to_c(std::string_view{why}));
        return status;
    };
    try {
        f();
        return RELEVE_OK;
    } catch (const stopped&) {
        return RELEVE_STOPPED;
    } catch (const bad_option& e) {
        host->bad_option(c, to_c(e.path), to_c(std::string_view{e.what()}));
        return RELEVE_BAD_OPTION;
    } catch (const permanent_error& e) {
        return fail(RELEVE_PERMANENT, e.what());
    } catch (const std::logic_error& e) { // a bug of the plugin: trying again does not help
        return fail(RELEVE_PERMANENT, e.what());
    } catch (const std::exception& e) {
        return fail(RELEVE_TRANSIENT, e.what());
    } catch (...) {
        return fail(RELEVE_TRANSIENT, "an exception of unknown type was thrown");
    }
}

template <class T, class F>
releve_status enter(void* self, F&& f) noexcept {
    auto& h = held<T>(self);
    return guard(h.host.host(), h.host.c(), [&] { f(h.object); });
}

/// With an output whose records are emitted even when `f` throws.
template <class T, class F>
releve_status enter_with_output(void* self, F&& f) noexcept {
    auto& h = held<T>(self);
    return guard(h.host.host(), h.host.c(), [&] {
        output out{h.host};
        const pending_output pending{out};
        try {
            f(h.object, out);
        } catch (const stopped&) {
            throw;
        } catch (...) {
            out.flush();
            throw;
        }
        out.flush();
    });
}

template <class T>
constexpr std::uint32_t roles() noexcept {
    if constexpr (std::is_base_of_v<connection, T>) return RELEVE_CONNECTION;
    std::uint32_t all = 0;
    if constexpr (std::is_base_of_v<source, T> || std::is_base_of_v<streaming_source, T>) all |= RELEVE_MAKES;
    if constexpr (std::is_base_of_v<transform, T>) all |= RELEVE_MAKES | RELEVE_TAKES;
    if constexpr (std::is_base_of_v<sink, T>) all |= RELEVE_TAKES;
    if constexpr (requires { requires T::makes; }) all |= RELEVE_MAKES;
    return all;
}

template <class T>
releve_status describe(const releve_host* host, releve_context* c) noexcept {
    return guard(host, c, [&] {
        if constexpr (requires(option_list & o) { T::describe(o); }) {
            option_list all;
            T::describe(all);
            all.give_to(*host, c);
        }
    });
}

template <class T>
releve_status create(const releve_host* host, releve_context* c, void** self) noexcept {
    bool refused = false;
    const auto status = guard(host, c, [&] {
        auto made = std::make_unique<holder<T>>(host, c);
        refused = made->host.refused();
        if (!refused) *self = made.release();
    });
    return status == RELEVE_OK && refused ? RELEVE_BAD_OPTION : status;
}
template <class T>
releve_status probe(void* self) noexcept {
    return enter<T>(self, [](T& object) { object.probe(); });
}
template <class T>
releve_status start(void* self) noexcept {
    return enter<T>(self, [](T& object) { object.start(); });
}
template <class T>
releve_status collect(void* self) noexcept {
    return enter_with_output<T>(self, [](T& object, output& out) { object.collect(out); });
}
template <class T>
releve_status run(void* self) noexcept {
    return enter_with_output<T>(self, [](T& object, output& out) { object.run(out); });
}
template <class T>
releve_status process(void* self, const releve_batch* in) noexcept {
    return enter_with_output<T>(self, [in](T& object, output& out) { object.process(batch{in}, out); });
}
template <class T>
releve_status tick(void* self, std::int64_t now) noexcept {
    return enter_with_output<T>(self, [now](T& object, output& out) { object.tick(to_time(now), out); });
}
template <class T>
releve_status write(void* self, const releve_delivery* const* all, std::uint32_t count) noexcept {
    return enter<T>(self, [&](T& object) {
        std::vector<delivery> group;
        group.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i) group.emplace_back(held<T>(self).host, all[i]);
        object.write_group(std::span<const delivery>{group});
    });
}
template <class T>
releve_status stop(void* self) noexcept {
    return enter<T>(self, [](T& object) { object.stop(); });
}
template <class T>
void destroy(void* self) noexcept {
    delete static_cast<holder<T>*>(self);
}

using give_text = void (*)(void* to, releve_string text) RELEVE_NOEXCEPT;
template <class T>
releve_status ask(void* self, const releve_label* words, std::uint32_t count, std::int32_t stop_fd, give_text give,
                  void* to) noexcept {
    try {
        const auto text = held<T>(self).object.reply(question{{words, count}, stop_fd});
        if (!text) return RELEVE_REFUSED;
        give(to, to_c(std::string_view{*text}));
        return RELEVE_OK;
    } catch (const stopped& e) {
        give(to, to_c(std::string_view{e.what()}));
        return RELEVE_STOPPED;
    } catch (const bad_option& e) {
        give(to, to_c(std::string_view{e.path + ": " + e.what()}));
        return RELEVE_BAD_OPTION;
    } catch (const permanent_error& e) {
        give(to, to_c(std::string_view{e.what()}));
        return RELEVE_PERMANENT;
    } catch (const std::exception& e) {
        give(to, to_c(std::string_view{e.what()}));
        return RELEVE_TRANSIENT;
    } catch (...) {
        give(to, to_c(std::string_view{"an exception of unknown type was thrown"}));
        return RELEVE_TRANSIENT;
    }
}
template <class T>
const void* extension(releve_string id) noexcept {
    static constexpr releve_ask asked{sizeof(releve_ask), 0, &ask<T>};
    return view(id) == RELEVE_ASK ? &asked : nullptr;
}

constexpr std::string_view abi_line = "abi " RELEVE_TARGET_VERSION "\n";

/// Writes the text of a note, or only counts its bytes (at == nullptr).
struct note_text {
    char* at = nullptr;
    std::size_t size = 0;
    constexpr note_text& operator<<(std::string_view text) {
        for (const char c : text) {
            if (at != nullptr) at[size] = c;
            ++size;
        }
        return *this;
    }
    constexpr note_text& operator<<(std::uint32_t digit) {
        const char c = static_cast<char>('0' + digit); // roles are below 8
        return *this << std::string_view{&c, 1};
    }
};

template <std::size_t N>
constexpr std::size_t write_note(char* at, std::string_view name, std::string_view version, std::string_view licence,
                                 const std::array<releve_component, N>& components) {
    note_text text{at};
    text << abi_line << "name " << name << "\nversion " << version << "\nlicence " << licence << "\n";
    for (const auto& one : components)
        text << "component " << std::string_view{one.name.data, one.name.size} << " " << one.roles << "\n";
    return text.size;
}

template <std::size_t Size>
struct note {
    std::uint32_t owner_size = sizeof RELEVE_NOTE_OWNER, text_size = Size, type = RELEVE_NOTE_TYPE;
    char owner[8] = RELEVE_NOTE_OWNER;
    char text[(Size + 3) / 4 * 4] = {};
};

template <std::size_t N>
constexpr std::array<const releve_component*, N> pointers(const std::array<releve_component, N>& all) {
    std::array<const releve_component*, N> to{};
    for (std::size_t i = 0; i < N; ++i) to[i] = &all[i];
    return to;
}

} // namespace detail

/// The component `name`, implemented by class T, which derives from source, streaming_source, transform, sink or
/// connection, has `static constexpr auto summary = "..."` and, when it has options, `static void
/// describe(releve::option_list&)`.
template <class T>
constexpr releve_component component(std::string_view name) noexcept {
    static_assert(detail::roles<T>() != 0,
                  "a component derives from releve::source, streaming_source, transform, sink or connection");
    static_assert(
        !(std::is_base_of_v<streaming_source, T> && (std::is_base_of_v<sink, T> || std::is_base_of_v<source, T>)),
        "a streaming source spends its whole life in run: it can't also be another kind of node");
    static_assert(!(std::is_base_of_v<transform, T> && (std::is_base_of_v<sink, T> || std::is_base_of_v<source, T> ||
                                                        std::is_base_of_v<streaming_source, T>)),
                  "a transform runs on the router: it can't also be another kind of node");
    releve_component c{};
    c.size = sizeof c;
    c.roles = detail::roles<T>();
    c.name = to_c(name);
    c.summary = to_c(std::string_view{T::summary});
    if constexpr (requires(option_list & o) { T::describe(o); }) c.describe = &detail::describe<T>;
    c.create = &detail::create<T>;
    if constexpr (!std::is_same_v<decltype(&T::probe), void (node::*)()>) c.probe = &detail::probe<T>;
    c.start = &detail::start<T>;
    if constexpr (std::is_base_of_v<source, T>) c.collect = &detail::collect<T>;
    if constexpr (std::is_base_of_v<streaming_source, T>) c.run = &detail::run<T>;
    if constexpr (std::is_base_of_v<transform, T>) {
        c.process = &detail::process<T>;
        c.tick = &detail::tick<T>;
    }
    if constexpr (std::is_base_of_v<sink, T>) c.write = &detail::write<T>;
    c.stop = &detail::stop<T>;
    c.destroy = &detail::destroy<T>;
    if constexpr (std::is_base_of_v<askable, T>) {
        static_assert(std::is_base_of_v<connection, T>, "only a connection can be askable");
        c.extension = &detail::extension<T>;
    }
    return c;
}

template <class T>
T& context::connection(std::string_view key) const {
    void* object = options().connection(key);
    if (object == nullptr) throw bad_option(std::string{key}, "no connection is named");
    return detail::held<T>(object).object;
}

} // namespace releve

/// The plugin's name, version and components. Once in a plugin, at file scope, outside any namespace.
#define RELEVE_PLUGIN(NAME, VERSION, ...) RELEVE_PLUGIN_LICENSED(NAME, VERSION, "Apache-2.0", __VA_ARGS__)

/// The same for a plugin under another licence (an SPDX identifier).
#define RELEVE_PLUGIN_LICENSED(NAME, VERSION, LICENCE, ...)                                                            \
    namespace {                                                                                                        \
    constexpr auto releve_components = std::to_array<releve_component>({__VA_ARGS__});                                 \
    constexpr auto releve_component_pointers = releve::detail::pointers(releve_components);                            \
    constexpr auto releve_note_size = releve::detail::write_note(nullptr, NAME, VERSION, LICENCE, releve_components);  \
    constexpr auto releve_make_note() {                                                                                \
        releve::detail::note<releve_note_size> made;                                                                   \
        releve::detail::write_note(made.text, NAME, VERSION, LICENCE, releve_components);                              \
        return made;                                                                                                   \
    }                                                                                                                  \
    alignas(4) [[gnu::section(RELEVE_NOTE_SECTION), gnu::used]] constinit const                                        \
        auto releve_plugin_note = releve_make_note();                                                                  \
    }                                                                                                                  \
    extern "C" RELEVE_EXPORT constinit const releve_plugin_descriptor releve_plugin = {                                \
        .size = sizeof(releve_plugin_descriptor),                                                                      \
        .magic = RELEVE_MAGIC,                                                                                         \
        .abi_major = RELEVE_ABI_MAJOR,                                                                                 \
        .abi_minor = RELEVE_TARGET_MINOR,                                                                              \
        .name = releve::to_c(NAME),                                                                                    \
        .version = releve::to_c(VERSION),                                                                              \
        .licence = releve::to_c(LICENCE),                                                                              \
        .components = releve_component_pointers.data(),                                                                \
        .component_count = static_cast<std::uint32_t>(releve_component_pointers.size()),                               \
        .reserved = 0};
#endif
