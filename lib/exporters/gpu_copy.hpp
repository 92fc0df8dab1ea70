// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/local_buffer.hpp"
#include "parallax/image/drawn_buffer.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace parallax {

/// A Vulkan device that allocates memory for others.
struct ExportingDevice {
    std::unique_ptr<Instance> instance;
    std::unique_ptr<Context> context; ///< ends before the instance
};

/// A picture in an image of a device, which copies it from and to memory that the CPU reaches.
class GpuCopy final : public PictureAccess {
public:
    /// Zeroes the image, in the layout in which others use it.
    /// @param buffer the memory, exported.
    /// @throws vk::SystemError when memory runs out or the device fails.
    GpuCopy(std::shared_ptr<const ExportingDevice> device, vk::raii::DeviceMemory memory,
            vk::raii::Image image, DmaBuf buffer, const ImageLayout& layout);

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    void write(const Picture& picture) override;
    [[nodiscard]] Picture read() const override;

private:
    std::shared_ptr<const ExportingDevice> device_;
    vk::raii::DeviceMemory memory_;
    vk::raii::Image image_; // ends before its memory
    DmaBuf buffer_;
    ImageLayout packed_;
    LocalBuffer staging_;
    std::string name_;
};

} // namespace parallax
