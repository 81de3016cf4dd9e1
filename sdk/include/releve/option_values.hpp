// SPDX-License-Identifier: Apache-2.0
// Reading the values of described options: `host.options().text("port")`.
#ifndef RELEVE_OPTION_VALUES_HPP
#define RELEVE_OPTION_VALUES_HPP
#include <releve/string.hpp>
#include <releve/time.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace releve {

/// The values of a section, or of a table in it. They live as long as the node. Reading a key that was not described,
/// or as another type, throws std::logic_error: a mistake of the plugin, not of the file. A value that is not given and
/// has no fallback reads as empty or 0: call given() first where that matters.
class option_values {
public:
    explicit option_values(const releve_value* table) noexcept
        : table_{table} {}

    /// Whether it is in the file (a fallback is not).
    bool given(std::string_view key) const { return find(key).given != 0; }

    std::string text(std::string_view key) const { return std::string{view(find(key, RELEVE_OPTION_TEXT).text)}; }
    std::string path(std::string_view key) const { return std::string{view(find(key, RELEVE_OPTION_PATH).text)}; }
    std::string secret(std::string_view key) const { return std::string{view(find(key, RELEVE_OPTION_SECRET).text)}; }
    std::string choice(std::string_view key) const { return std::string{view(find(key, RELEVE_OPTION_CHOICE).text)}; }
    std::int64_t integer(std::string_view key) const { return find(key, RELEVE_OPTION_INTEGER).integer; }
    double number(std::string_view key) const { return find(key, RELEVE_OPTION_NUMBER).number; }
    bool boolean(std::string_view key) const { return find(key, RELEVE_OPTION_BOOLEAN).integer != 0; }
    releve::duration duration(std::string_view key) const {
        return releve::duration{find(key, RELEVE_OPTION_DURATION).integer};
    }
    /// Bytes.
    std::int64_t size(std::string_view key) const { return find(key, RELEVE_OPTION_SIZE).integer; }
    void* connection(std::string_view key) const { return find(key, RELEVE_OPTION_CONNECTION).connection; }

    option_values table(std::string_view key) const { return option_values{&find(key, RELEVE_OPTION_TABLE)}; }
    std::vector<option_values> tables(std::string_view key) const {
        return each<option_values>(key, [](const releve_value& item) { return option_values{&item}; });
    }
    std::vector<std::string> texts(std::string_view key) const {
        return each<std::string>(key, [](const releve_value& item) { return std::string{view(item.text)}; });
    }
    std::vector<std::string> paths(std::string_view key) const { return texts(key); }
    std::vector<std::int64_t> integers(std::string_view key) const {
        return each<std::int64_t>(key, [](const releve_value& item) { return item.integer; });
    }
    std::vector<double> numbers(std::string_view key) const {
        return each<double>(key, [](const releve_value& item) { return item.number; });
    }

private:
    const releve_value& find(std::string_view key) const {
        for (std::uint32_t i = 0; i < table_->count; ++i)
            if (view(table_->items[i]->key) == key) return *table_->items[i];
        throw std::logic_error("option '" + std::string{key} + "' is read but was not described");
    }
    const releve_value& find(std::string_view key, std::uint32_t type) const {
        const auto& value = find(key);
        if (value.type != type) throw std::logic_error("option '" + std::string{key} + "' is read as another type");
        return value;
    }
    template <class T, class F>
    std::vector<T> each(std::string_view key, F make) const {
        const auto& list = find(key, RELEVE_OPTION_LIST);
        std::vector<T> all;
        all.reserve(list.count);
        for (std::uint32_t i = 0; i < list.count; ++i) all.push_back(make(*list.items[i]));
        return all;
    }
    const releve_value* table_;
};

} // namespace releve
#endif
