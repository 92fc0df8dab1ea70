// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/device.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace parallax {

/// A DRM format modifier under which a driver lists a format, and what an image with both can do.
/// A value.
struct ModifierAnswer {
    std::uint64_t modifier = 0;                ///< DRM_FORMAT_MOD_...
    std::uint32_t planes = 0;                  ///< of memory; more than the format's if compressed
    VkFormatFeatureFlags features = 0;         ///< of the format with this modifier
    Extent largest;                            ///< pixels; 0 if no image can be sampled
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles

    bool operator==(const ModifierAnswer&) const = default;

    /// Dma-bufs can be imported as such images.
    [[nodiscard]] bool importable() const noexcept {
        return (external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) != 0;
    }
    /// Memory of such images can be exported as a dma-buf.
    [[nodiscard]] bool exportable() const noexcept {
        return (external & VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT) != 0;
    }
    /// Both need an allocation for one image alone.
    [[nodiscard]] bool dedicated() const noexcept {
        return (external & VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT) != 0;
    }
};

/// Every modifier that the driver lists for a format, in its order, as asked of images to be
/// sampled. A format of luma and chroma is asked for as one image with all its planes.
/// @return empty if the driver has no modifiers, they are not enabled, or Vulkan has no such
/// format.
[[nodiscard]] std::vector<ModifierAnswer> ask_modifiers(const Importer& importer,
                                                        std::uint32_t fourcc);

/// "AMD GFX11, 64KB_D", "LINEAR", or the number of one that libdrm does not know.
[[nodiscard]] std::string modifier_name(std::uint64_t modifier);

/// @return why pixels laid out so cannot be imported; empty if the layout is LINEAR, the only one
/// that can.
[[nodiscard]] std::string modifier_refusal(const ImageLayout& layout);

/// Alignments that a driver demands of an image of one plane with the modifier LINEAR. A value.
struct LinearAlignment {
    std::uint64_t stride = 0; ///< bytes; 0 if only the driver's own stride is accepted
    std::uint64_t offset = 0; ///< bytes; 0 if none is accepted but 0

    bool operator==(const LinearAlignment&) const = default;
};

/// Finds them by trial: creates images without memory, of ever smaller alignment, until the driver
/// refuses one or gives it another layout. A driver that accepts all of them may do so without
/// looking.
/// @throws std::invalid_argument as vulkan_format().
[[nodiscard]] LinearAlignment find_linear_alignment(const Importer& importer,
                                                    const ImageRequest& request);

} // namespace parallax
