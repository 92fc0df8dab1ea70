// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <vector>

namespace parallax::demo::survey {

/// What the machine is, where the kernel tells: model, distribution, and the kernel's drivers of
/// its GPUs. Without serial numbers.
[[nodiscard]] std::vector<Fact> machine_model();

/// Every exporter that the project knows, and the other dma-heaps of this machine.
[[nodiscard]] std::vector<Source> sources_here();

/// The day, in UTC.
[[nodiscard]] std::string today();

} // namespace parallax::demo::survey
