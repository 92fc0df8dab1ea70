// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/device.hpp"

#include <expected>
#include <memory>

namespace parallax {

namespace detail {
struct LoadedDevice;
}

/// A Vulkan device that dma-bufs can be imported into. A value without Vulkan objects; it may end
/// before the objects that were created with it.
class Importer {
public:
    /// Loads the functions that import needs.
    /// @return the importer, or the names of the required extensions that are not enabled and of
    ///         the functions that the device lacks.
    [[nodiscard]] static std::expected<Importer, Reasons> create(const VulkanDevice& device);

    /// The reasons why Semaphore cannot be used on this device; empty if it can.
    [[nodiscard]] const Reasons& semaphore_refusals() const noexcept;

    /// For the library's own use.
    [[nodiscard]] const std::shared_ptr<const detail::LoadedDevice>& loaded() const noexcept {
        return loaded_;
    }

private:
    explicit Importer(std::shared_ptr<const detail::LoadedDevice> loaded)
        : loaded_(std::move(loaded)) {}

    std::shared_ptr<const detail::LoadedDevice> loaded_;
};

} // namespace parallax
