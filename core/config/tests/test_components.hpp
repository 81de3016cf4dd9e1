// SPDX-License-Identifier: Apache-2.0
// Components of every role and with every type of option, linked into the tests.
#pragma once
#include <releve/abi.h>

const releve_plugin_descriptor& test_components();
