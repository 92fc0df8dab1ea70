// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "parallax/vulkan/importer.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>

namespace parallax {

// The whole import in one call: asks the driver, plans, and imports. Where the driver refuses the
// import itself, the next method is tried. Drivers do so for reasons that they cannot be asked for:
// the memory lies where the device does not reach, or they want more bytes than they said.

/// An import, and how it came about.
struct Import {
    ImportPlan plan;                      ///< with all refusals of better methods
    std::unique_ptr<ImportedImage> image; ///< never null
};

/// The same of memory that was allocated for it.
struct AllocatedImport {
    ImportPlan plan;                      ///< with all refusals of better methods
    DmaBuf buffer;                        ///< of ImportPlan::buffer_size() or more
    std::unique_ptr<ImportedImage> image; ///< never null
};

/// Imports memory that exists, by the best method that suits it and that the driver takes.
/// @param layout where the pixels lie; of one plane.
/// @param only   a method to take and no other.
/// @return the import, or every refusal of every method considered; nothing is left behind then.
/// @throws std::system_error when no fd can be duplicated, VulkanError when the device is lost or
///         its memory or the host's runs out.
[[nodiscard]] std::expected<Import, Reasons>
import_image(const Importer& importer, const ImageLayout& layout, const DmaBuf& buffer,
             std::optional<ImportMethod> only = std::nullopt);

/// Allocates memory that suits the best method that the driver takes, and imports it.
/// @param allocate gives a buffer of that many bytes or more; called for each method that is tried,
///                 when the buffer of the former has ended.
/// @param only     a method to take and no other.
/// @return as import_image().
/// @throws as import_image(), and what @p allocate throws.
[[nodiscard]] std::expected<AllocatedImport, Reasons>
allocate_image(const Importer& importer, const ImageRequest& request,
               const std::function<DmaBuf(std::uint64_t size)>& allocate,
               std::optional<ImportMethod> only = std::nullopt);

} // namespace parallax
