// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace parallax {

/// The reasons why something is not supported here: one sentence each, with the numbers that
/// decided it. "Not supported" is an answer and returned as a value; failures are thrown.
using Reasons = std::vector<std::string>;

} // namespace parallax
