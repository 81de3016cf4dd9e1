// SPDX-License-Identifier: Apache-2.0
// Components with bad descriptions, each in a different way, and one with a good description.
#include <releve/connection.hpp>
#include <releve/source.hpp>

using namespace releve::literals;

namespace {

struct quiet_source : releve::source {
    static constexpr auto summary = "Makes nothing";
    explicit quiet_source(releve::context&) {}
    void collect(releve::output&) override {}
};

struct throws : quiet_source {
    using quiet_source::quiet_source;
    static void describe(releve::option_list&) { throw std::runtime_error("the table of tariffs is empty"); }
};

struct takes_a_host_key : quiet_source {
    using quiet_source::quiet_source;
    static void describe(releve::option_list& o) { o.text("inputs", "Where from"); }
};

struct streams : releve::streaming_source {
    static constexpr auto summary = "Streams nothing";
    static void describe(releve::option_list& o) { o.interval(10s); }
    explicit streams(releve::context&) {}
    void run(releve::output&) override {}
};

struct borrows : quiet_source {
    using quiet_source::quiet_source;
    static void describe(releve::option_list& o) { o.connection("modem", "gsm_modem", "The modem").required(); }
};

struct line : releve::connection {
    static constexpr auto summary = "A line that nodes share";
    explicit line(releve::context&) {}
};

struct right : quiet_source {
    using quiet_source::quiet_source;
    static void describe(releve::option_list& o) {
        o.connection("line", "shared_line", "The line").required();
        o.interval(10s).at_least(1s);
    }
};

releve_status silent(const releve_host*, releve_context*) noexcept { return RELEVE_PERMANENT; }

// Goes on as if nothing had been refused.
releve_status deaf(const releve_host* host, releve_context* context) noexcept {
    host->option(context, nullptr);
    return RELEVE_OK;
}

releve_option text_option(const char* key) {
    releve_option made{};
    made.size = sizeof made;
    made.type = RELEVE_OPTION_TEXT;
    made.key = releve::to_c(std::string_view{key});
    made.help = releve::to_c(std::string_view{"A text"});
    return made;
}

releve_status forgets_size(const releve_host* host, releve_context* context) noexcept {
    auto one = text_option("name");
    one.size = 0;
    return host->option(context, &one);
}

releve_status forgets_size_of_field(const releve_host* host, releve_context* context) noexcept {
    auto field = text_option("host");
    field.size = 0;
    const releve_option* fields[] = {&field};
    auto one = text_option("server");
    one.type = RELEVE_OPTION_TABLE;
    one.fields = fields;
    one.field_count = 1;
    return host->option(context, &one);
}

constexpr releve_component described_by(const char* name, decltype(releve_component::describe) describe) {
    auto made = releve::component<quiet_source>(name);
    made.describe = describe;
    return made;
}

} // namespace

RELEVE_PLUGIN("describes-badly", "1.0.0", releve::component<throws>("throws"),
              releve::component<takes_a_host_key>("takes_a_host_key"), releve::component<streams>("streams"),
              releve::component<borrows>("borrows"), releve::component<line>("shared_line"),
              releve::component<right>("right"), described_by("silent", &silent), described_by("deaf", &deaf),
              described_by("forgets_size", &forgets_size),
              described_by("forgets_size_of_field", &forgets_size_of_field))
