// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::survey {

/// What the machine is, where the kernel tells: model, distribution, and the kernel's drivers of
/// its GPUs. Without serial numbers.
[[nodiscard]] std::vector<Fact> machine_model();

/// An exporter by its name, and why it cannot be opened.
[[nodiscard]] Source source_of(const std::string& name, std::string_view summary);

/// Every exporter that the project knows, and the other dma-heaps and devices of this machine.
[[nodiscard]] std::vector<Source> sources_here();

/// The day, in UTC.
[[nodiscard]] std::string today();

} // namespace parallax::demo::survey
