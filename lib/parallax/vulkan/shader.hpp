// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/vk.hpp"

#include <cstdint>
#include <span>

namespace parallax {

/// A shader module from SPIR-V words, as shaders/ is compiled into the program.
[[nodiscard]] inline vk::raii::ShaderModule create_shader(const vk::raii::Device& device,
                                                          std::span<const std::uint32_t> words) {
    return {device, {.codeSize = words.size_bytes(), .pCode = words.data()}};
}

} // namespace parallax
