// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/vk.hpp"

#include <cstdint>
#include <span>

namespace parallax {

/// What tells one drawing pipeline of the project from another. All draw triangles without depth
/// into one colour attachment, with dynamic viewport and scissor. Everything is borrowed for the
/// call alone.
struct GraphicsPipelineSpec {
    std::span<const std::uint32_t> vertex;      ///< SPIR-V words
    std::span<const std::uint32_t> fragment;    ///< SPIR-V words
    vk::PipelineLayout layout;                  ///< of sets and push constants
    vk::Format target = vk::Format::eUndefined; ///< of the colour attachment
    vk::PrimitiveTopology topology =
        vk::PrimitiveTopology::eTriangleList; ///< how vertices make shapes
    bool blend = false; ///< over what is there by the fragment's alpha; otherwise replace
    vk::PipelineVertexInputStateCreateInfo vertices = {}; ///< none: corners come from the shader
};

/// A graphics pipeline for dynamic rendering.
/// @throws vk::SystemError when the driver refuses it.
[[nodiscard]] vk::raii::Pipeline create_graphics_pipeline(const vk::raii::Device& device,
                                                          const GraphicsPipelineSpec& spec);

/// A compute pipeline from SPIR-V words.
[[nodiscard]] vk::raii::Pipeline create_compute_pipeline(const vk::raii::Device& device,
                                                         std::span<const std::uint32_t> words,
                                                         vk::PipelineLayout layout);

} // namespace parallax
