// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/local_image.hpp"
#include "offscreen/pipeline.hpp"
#include "parallax/vulkan/import/image.hpp"

namespace parallax {

/// What the fragment shader does to each pixel it samples.
enum class Shade : std::uint32_t {
    as_it_is = 0,
    negative = 1,        ///< colours inverted: something only the GPU can have computed
    negative_of_bgr = 2, ///< the same into an image that has blue where its format has red
};

/// For the descriptor of an imported image, without a sampler.
[[nodiscard]] inline vk::DescriptorImageInfo sampled(const ImportedImage& image) {
    return {.imageView = image.view(), .imageLayout = static_cast<vk::ImageLayout>(image.layout())};
}

/// Draws what the GPU samples from an imported image, one pixel of it on one pixel of the target,
/// without filtering: the GPU view. Owns its pipeline.
class ImageRenderer {
public:
    /// @param context borrowed; must outlive it.
    /// @param target_format of every image that it will draw into.
    /// @throws vk::SystemError when the driver makes no pipeline of it.
    ImageRenderer(const Context& context, vk::Format target_format);

    /// Records the draw; @p source is acquired, @p target is a colour attachment. One recording
    /// may be in flight at a time.
    void draw(const vk::raii::CommandBuffer& commands, const ImportedImage& source,
              const LocalImage& target, Shade shade) const {
        draw(commands, sampled(source), target, shade);
    }

    /// The same from an image of any kind, in a layout that can be sampled; its sampler is not
    /// used.
    void draw(const vk::raii::CommandBuffer& commands, vk::DescriptorImageInfo source,
              const LocalImage& target, Shade shade) const;

private:
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
};

} // namespace parallax
