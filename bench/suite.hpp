// SPDX-License-Identifier: MIT
#pragma once

#include "buffer_cases.hpp"
#include "vulkan_device.hpp"

#include <string>
#include <string_view>

namespace parallax::bench {

/// How much is measured.
struct Scope {
    std::vector<std::uint64_t> buffers;   ///< bytes
    std::vector<std::uint64_t> bandwidth; ///< bytes
    std::vector<std::uint64_t> frames;    ///< pixels a side
    int repetitions;
    double seconds; ///< of work in each repetition

    [[nodiscard]] std::uint64_t largest_buffer() const;
};

/// Everything; minutes even on hardware.
[[nodiscard]] Scope full_scope();
/// What the goals need, at fewer sizes: under a minute on an emulated machine.
[[nodiscard]] Scope quick_scope();

/// Every case of the scope, in the order of the report.
[[nodiscard]] Cases all_cases(const Scope& scope, const Sources& sources,
                              const std::shared_ptr<VulkanDevice>& device);

/// The cases whose names match a regular expression somewhere; all for an empty one.
/// @throws std::regex_error when it is none.
[[nodiscard]] Cases filtered(Cases cases, const std::string& expression);

/// Whether a case needs the Vulkan device.
[[nodiscard]] bool needs_vulkan(const Case& one);

} // namespace parallax::bench
