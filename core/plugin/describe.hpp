// SPDX-License-Identifier: Apache-2.0
// Calls a component's describe.
#pragma once
#include "catalogue.hpp"

namespace releve::core {

/// The options that the component describes, each accepted by options::refusal. `siblings` are the components of its
/// plugin: a connection option may name only one of them, because the node gets a pointer that only that plugin
/// understands. Throws load_error.
options::descriptions describe(const releve_component& component, const plugin_card& siblings);

} // namespace releve::core
