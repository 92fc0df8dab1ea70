// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/multiplanar.hpp"

#include <algorithm>
#include <iterator>

namespace parallax {
std::expected<ImportedYcbcr, Reasons> ImportedYcbcr::create(const Importer& importer,
                                                            std::span<const DmaBuf> buffers,
                                                            const ImageLayout& layout) {
    if (std::string fault = fault_of(layout, sizes_of(buffers)); !fault.empty()) {
        return std::unexpected(Reasons{std::move(fault)});
    }
    ImportedYcbcr result;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        auto plane =
            import_image(importer, layout.plane_layout(i), buffers[layout.planes.at(i).buffer]);
        if (!plane) {
            return std::unexpected(plane.error());
        }
        result.planes_.push_back(std::move(plane->image));
        result.method_ = std::max(result.method_, plane->plan.method);
        std::ranges::copy_if(describe(plane->plan.refused), std::back_inserter(result.refused_),
                             [&](const std::string& reason) {
                                 return !std::ranges::contains(result.refused_, reason);
                             });
    }
    return result;
}

void ImportedYcbcr::acquire(VkCommandBuffer commands) {
    for (const auto& plane : planes_) {
        plane->acquire(commands);
    }
}

void ImportedYcbcr::release(VkCommandBuffer commands) {
    for (const auto& plane : planes_) {
        plane->release(commands);
    }
}

} // namespace parallax
