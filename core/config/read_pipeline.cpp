// SPDX-License-Identifier: Apache-2.0
#include "leaves.hpp"
#include "node.hpp"
#include "site.hpp"
#include "syntax.hpp"
#include "wiring.hpp"
#include "words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace releve::core {

namespace {

constexpr std::size_t max_file_size = 1 << 20;

/// The file's bytes; or sets `why` it can't be read.
std::string read_whole(const std::filesystem::path& file, std::string& why) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        why = "this is a folder, not a pipeline file";
        return {};
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        why = std::string("the file can't be read: ") + std::strerror(errno != 0 ? errno : EIO);
        return {};
    }
    std::string text;
    std::array<char, 16384> piece{};
    while (text.size() <= max_file_size && (in.read(piece.data(), piece.size()), in.gcount() > 0))
        text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > max_file_size) why = "the file is larger than " + options::format_size(max_file_size);
    return text;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

/// Values of the host's own keys are no secrets, wherever they stand.
void show(std::vector<options::position>& shown, const toml::node& value) {
    if (const auto* table = value.as_table())
        for (const auto& [key, one] : *table) show(shown, one);
    else if (const auto* list = value.as_array())
        for (const auto& one : *list) show(shown, one);
    else
        shown.push_back(options::position_of(value.source()));
}

void read_into(checked_file& made, const toml::table& root, catalogue& plugins, problems& found,
               std::vector<options::position>& shown) {
    auto& pipeline = made.pipeline;
    const auto folder = folder_of(pipeline.path);
    auto sections = find_sections(root, found);
    pipeline.site = read_site(sections.site, folder, found);
    const auto keep_hidden = [&](const node_section& node) {
        made.hidden.insert(made.hidden.end(), node.values.hidden().begin(), node.values.hidden().end());
        shown.insert(shown.end(), node.values.shown().begin(), node.values.shown().end());
    };
    for (const auto* list : {&sections.connections, &sections.nodes})
        for (const auto& section : *list)
            for (const auto key : options::host_keys())
                if (const auto there = section.table->find(key); there != section.table->end())
                    show(shown, there->second);
    if (sections.site != nullptr)
        for (const auto& key : site_keys())
            if (const auto there = sections.site->find(key); there != sections.site->end()) show(shown, there->second);
    for (auto* list : {&sections.connections, &sections.nodes}) {
        if (list->size() <= max_sections) continue;
        found.push_back({(*list)[max_sections].header,
                         "this file has " + std::to_string(list->size()) + " sections of this kind, and at most " +
                             std::to_string(max_sections) + " are allowed",
                         "many devices of one kind belong in one section"});
        list->resize(max_sections);
    }
    for (const auto& section : sections.connections) {
        auto one = read_section(section, sections.connections, folder, plugins, found);
        keep_hidden(one.node);
        pipeline.connections.push_back(std::move(one.node));
    }
    std::vector<read_node> nodes;
    for (const auto& section : sections.nodes) {
        nodes.push_back(read_section(section, sections.connections, folder, plugins, found));
        keep_hidden(nodes.back().node);
    }
    if (nodes.empty() && found.empty())
        found.push_back(
            {{}, "there is no node in this file", "a pipeline needs at least a [source.NAME] and a [sink.NAME]"});
    wire(nodes, sections.connections, found);
    for (auto& one : nodes) pipeline.nodes.push_back(std::move(one.node));
}

} // namespace

checked_file read_pipeline_text(std::string text, const std::filesystem::path& name, catalogue& plugins) {
    checked_file made;
    made.pipeline.path = name;
    made.text = std::move(text);
    problems found;
    auto parts = scan(made.text);
    if (!parts.too_deep.what.empty()) {
        found.push_back(std::move(parts.too_deep));
        made.hidden = hidden_parts(made.text, parts.leaves);
    } else {
        try {
            const auto root = toml::parse(made.text, name.string());
            std::vector<options::position> shown;
            read_into(made, root, plugins, found, shown);
            const auto others = hidden_parts(made.text, parts.leaves, std::move(shown));
            made.hidden.insert(made.hidden.end(), others.begin(), others.end());
        } catch (const toml::parse_error& error) {
            found.push_back(syntax_problem(error, made.text));
            made.hidden = hidden_parts(made.text, parts.leaves);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
    });
    if (found.size() > max_shown) {
        made.not_shown = found.size() - max_shown;
        found.resize(max_shown);
    }
    for (auto& problem : found) made.diagnostics.push_back({name, std::move(problem)});
    return made;
}

checked_file read_pipeline(const std::filesystem::path& file, catalogue& plugins) {
    std::string why;
    auto text = read_whole(file, why);
    if (why.empty()) return read_pipeline_text(std::move(text), file, plugins);
    checked_file made;
    made.pipeline.path = file;
    made.diagnostics.push_back({file, {{}, std::move(why), {}}});
    return made;
}

site_section read_site_of(const std::filesystem::path& file) {
    std::string why;
    const auto text = read_whole(file, why);
    if (!why.empty()) throw std::runtime_error(file.string() + ": " + why);
    problems ignored;
    const auto parts = scan(text);
    checked_file wrong;
    wrong.pipeline.path = file;
    if (parts.too_deep.what.empty()) try {
            const auto root = toml::parse(text, file.string());
            return read_site(find_sections(root, ignored).site, folder_of(file), ignored);
        } catch (const toml::parse_error& error) {
            wrong.diagnostics.push_back({file, syntax_problem(error, text)});
        }
    else
        wrong.diagnostics.push_back({file, parts.too_deep});
    wrong.hidden = hidden_parts(text, parts.leaves);
    wrong.text = text;
    std::ostringstream said;
    print(said, wrong, false);
    throw not_toml(said.str());
}

} // namespace releve::core
