// SPDX-License-Identifier: Apache-2.0
// For hosts: which structs of abi.h are large enough to be read.
#ifndef RELEVE_STRUCT_SIZE_HPP
#define RELEVE_STRUCT_SIZE_HPP
#include <releve/abi.h>

#include <cstddef>
#include <string>

namespace releve {

/// A struct of the contract: its name, and its size in contract 1.0, which is what a host reads without RELEVE_HAS.
template <class T>
struct struct_in_1_0;

#define RELEVE_STRUCT_IN_1_0(TYPE, LAST_FIELD)                                                                         \
    template <>                                                                                                        \
    struct struct_in_1_0<TYPE> {                                                                                       \
        static constexpr const char* name = #TYPE;                                                                     \
        static constexpr std::size_t size = offsetof(TYPE, LAST_FIELD) + sizeof(TYPE::LAST_FIELD);                     \
    }
RELEVE_STRUCT_IN_1_0(releve_series, max_rate);
RELEVE_STRUCT_IN_1_0(releve_writer, sequence);
RELEVE_STRUCT_IN_1_0(releve_option, connection);
RELEVE_STRUCT_IN_1_0(releve_delivery, answers);
RELEVE_STRUCT_IN_1_0(releve_metric, reserved);
RELEVE_STRUCT_IN_1_0(releve_component, extension);
RELEVE_STRUCT_IN_1_0(releve_ask, ask);
RELEVE_STRUCT_IN_1_0(releve_plugin_descriptor, reserved);
#undef RELEVE_STRUCT_IN_1_0

template <class T>
constexpr bool is_whole(const T* one) noexcept {
    return one != nullptr && one->size >= struct_in_1_0<T>::size;
}

/// Why the host refuses a struct that is not whole.
template <class T>
std::string why_not_whole(const T* one) {
    const std::string name = struct_in_1_0<T>::name;
    if (one == nullptr) return "the " + name + " is a null pointer";
    return "the size of the " + name + " is " + std::to_string(one->size) + ", and contract 1.0 has " +
           std::to_string(struct_in_1_0<T>::size) + " bytes: set it to sizeof(" + name + ")";
}

} // namespace releve
#endif
