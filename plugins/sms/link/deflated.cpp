// SPDX-License-Identifier: Apache-2.0
#include "link/deflated.hpp"

#include <zlib.h>

#include <cstddef>
#include <stdexcept>

namespace releve::sms {

namespace {

constexpr std::size_t head = 4, max_size = std::size_t{64} << 20; // octets: of the size field in front; of the content

} // namespace

std::string deflated(std::string_view bytes) {
    if (bytes.size() > max_size) throw std::runtime_error("it is larger than 64 MiB");
    std::string made(head + ::compressBound(bytes.size()), '\0');
    for (std::size_t i = 0; i < head; ++i) made[i] = static_cast<char>(bytes.size() >> (8 * i));
    auto size = static_cast<uLongf>(made.size() - head);
    if (::compress(reinterpret_cast<Bytef*>(made.data() + head), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                   bytes.size()) != Z_OK)
        throw std::runtime_error("zlib can't compress it");
    made.resize(head + size);
    return made;
}

std::string inflated(std::string_view bytes) {
    if (bytes.size() < head) throw std::runtime_error("it is cut off");
    std::size_t size = 0;
    for (std::size_t i = 0; i < head; ++i) size |= std::size_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    if (size > max_size) throw std::runtime_error("it says that it is larger than 64 MiB");
    std::string made(size, '\0');
    auto got = static_cast<uLongf>(size);
    if (::uncompress(reinterpret_cast<Bytef*>(made.data()), &got, reinterpret_cast<const Bytef*>(bytes.data() + head),
                     bytes.size() - head) != Z_OK ||
        got != size)
        throw std::runtime_error("zlib can't read it");
    return made;
}

} // namespace releve::sms
