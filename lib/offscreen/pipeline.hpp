// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/local_image.hpp"
#include "offscreen/vk.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace parallax {

/// SPIR-V words, as shaders/ is compiled into the program.
using ShaderWords = std::span<const std::uint32_t>;

/// The descriptors and push constants that shaders are given. All stages see all of them.
struct BindingsDescription {
    std::vector<vk::DescriptorType> types = {}; ///< of bindings 0, 1, ... of descriptor set 0
    std::uint32_t push_constants = 0;           ///< bytes
    std::uint32_t sets = 1;                     ///< of such descriptors
    vk::Filter filter = vk::Filter::eNearest;   ///< of the sampler, which all images have
    /// With which the sampler converts luma and chroma; the layout keeps it for its only image.
    vk::SamplerYcbcrConversion conversion = nullptr;
};

/// Descriptor sets of one layout and the pipeline layout around it, for one pipeline or several.
/// Owns them; borrows the device.
class Bindings {
public:
    /// @throws vk::SystemError when memory runs out.
    Bindings(const vk::raii::Device& device, const BindingsDescription& description);

    /// Of pipelines that use these bindings.
    [[nodiscard]] vk::PipelineLayout layout() const noexcept { return layout_; }

    /// Sets one descriptor of a set that no pending work uses. The sampler is the common one.
    void set_image(std::uint32_t set, std::uint32_t binding, vk::DescriptorImageInfo image) const;
    /// The same for a whole buffer.
    void set_buffer(std::uint32_t set, std::uint32_t binding, vk::Buffer buffer) const;

    /// Records: pipelines of that kind use this set.
    void bind(const vk::raii::CommandBuffer& commands, vk::PipelineBindPoint kind,
              std::uint32_t set = 0) const {
        commands.bindDescriptorSets(kind, layout_, 0, *sets_[set], nullptr);
    }

    /// Records: the push constants, from the first.
    template <class Value>
    void push(const vk::raii::CommandBuffer& commands, const Value& value) const {
        commands.pushConstants<Value>(layout_, stages, 0, value);
    }

private:
    static constexpr vk::ShaderStageFlags stages = vk::ShaderStageFlagBits::eVertex |
                                                   vk::ShaderStageFlagBits::eFragment |
                                                   vk::ShaderStageFlagBits::eCompute;

    const vk::raii::Device& device_;
    std::vector<vk::DescriptorType> types_;
    // In order of creation, so that they end in the reverse order.
    vk::raii::Sampler sampler_;
    vk::raii::DescriptorSetLayout set_layout_;
    vk::raii::DescriptorPool pool_;
    vk::raii::DescriptorSets sets_;
    vk::raii::PipelineLayout layout_;
};

/// A pipeline of the project. One that draws fills triangles, without depth, into one colour
/// attachment, with dynamic viewport and scissor. All is borrowed for the call alone.
struct PipelineDescription {
    vk::PipelineLayout layout;                  ///< of the bindings
    ShaderWords compute = {};                   ///< if given, nothing that follows counts
    ShaderWords vertex = {};                    ///< none: one triangle that covers the target
    ShaderWords fragment = {};                  ///< of what is drawn
    vk::Format target = vk::Format::eUndefined; ///< of the colour attachment
    vk::PrimitiveTopology topology =
        vk::PrimitiveTopology::eTriangleList; ///< how vertices make triangles
    std::span<const vk::VertexInputAttributeDescription> attributes = {}; ///< of vertices
    std::uint32_t vertex_stride = 0; ///< bytes; 0: the shader makes vertices from their numbers
    bool blend = false; ///< over what is there by the fragment's alpha; otherwise replace
};

/// @throws vk::SystemError when the driver refuses it.
[[nodiscard]] vk::raii::Pipeline create_pipeline(const vk::raii::Device& device,
                                                 const PipelineDescription& description);

/// Records: clears the target, a colour attachment, and covers it by the fragment shader of a
/// pipeline without a vertex shader.
/// @param set of descriptors.
void cover(const vk::raii::CommandBuffer& commands, const LocalImage& target,
           const vk::raii::Pipeline& pipeline, const Bindings& bindings, std::uint32_t set = 0);

} // namespace parallax
