// SPDX-License-Identifier: Apache-2.0
// What a WES reports: the bytes of data.cgx in, texts and numbers by section and element out. No I/O.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::wes {

/// The bytes are not a whole document of a WES. what() says why, without quoting them.
struct bad_document : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What of a document can't be read, or not for certain, while the rest can.
struct odd_element {
    std::string text;     // printable, what it has in place of a value; may be empty
    std::string_view why; // as the end of a sentence
};

/// Elements by name, never by position: sections may be missing, unknown elements are ignored, of repeated elements the
/// last counts, and is doubtful where another one differs. A document that is not well-formed (names are printed
/// without escaping) is read piece by piece, and only if it is whole; see page/recovery.hpp.
class document {
public:
    static constexpr std::size_t max_bytes = 262'144; // 256 KiB

    /// Throws bad_document: it is too large, cut or empty, or is not <data>. An element that can't be read costs no
    /// other.
    static document parse(std::string_view bytes);

    /// The text of <section><element>, without blanks around it; nothing when it is absent or empty.
    std::optional<std::string_view> text(std::string_view section, std::string_view element) const;
    /// By "section/element", or "section" of a whole one: elements that are not among elements(), and doubtful ones
    /// that are.
    const std::map<std::string, odd_element, std::less<>>& odd() const noexcept { return odd_; }
    /// It had to be read piece by piece.
    bool recovered() const noexcept { return recovered_; }
    std::size_t size() const noexcept { return elements_.size(); }
    /// "section/element" to text.
    const std::map<std::string, std::string, std::less<>>& elements() const noexcept { return elements_; }

private:
    class builder;

    std::map<std::string, std::string, std::less<>> elements_;
    std::map<std::string, odd_element, std::less<>> odd_;
    bool recovered_ = false;
};

/// A number as a WES prints it: perhaps '-', digits, perhaps a point and digits. Nothing: another text.
std::optional<double> plain_number_in(std::string_view text) noexcept;
/// Decimals after the point of a number as above: 29386 has 0, 29386.970 has 3.
std::optional<int> decimals_of(std::string_view number) noexcept;

} // namespace releve::wes
