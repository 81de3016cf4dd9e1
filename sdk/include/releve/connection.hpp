// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_CONNECTION_HPP
#define RELEVE_CONNECTION_HPP
#include <releve/node.hpp>
#include <releve/plugin.hpp>

namespace releve {

/// What several nodes of one plugin share: [connection.NAME]. Created and started before them, stopped and destroyed
/// after them. Its own functions are called by the nodes, on their threads: lock what they share.
class connection : public virtual node {};

} // namespace releve
#endif
