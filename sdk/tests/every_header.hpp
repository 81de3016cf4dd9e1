// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/askable.hpp>
#include <releve/connection.hpp>
#include <releve/file.hpp>
#include <releve/record_text.hpp>
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>
