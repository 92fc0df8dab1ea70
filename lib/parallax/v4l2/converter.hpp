// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/v4l2/device.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace parallax::v4l2 {

/// A memory-to-memory device: reads pictures from dma-bufs and writes what it makes of them into
/// others, as scalers, converters of formats and codecs do. Owns the device.
class Converter {
public:
    /// @param wish a node's path; empty takes the first in /dev.
    /// @return the device, or the reason against each node.
    [[nodiscard]] static std::expected<Converter, Reasons> open(const std::string& wish);

    /// Borrowed.
    [[nodiscard]] const Device& device() const noexcept { return device_; }
    /// V4L2_BUF_TYPE_VIDEO_OUTPUT...: of the pictures that it reads.
    [[nodiscard]] std::uint32_t source_type() const noexcept { return source_type_; }
    /// V4L2_BUF_TYPE_VIDEO_CAPTURE...: of those that it writes.
    [[nodiscard]] std::uint32_t result_type() const noexcept { return result_type_; }

private:
    Converter(Device&& device, std::uint32_t source_type, std::uint32_t result_type)
        : device_(std::move(device)),
          source_type_(source_type),
          result_type_(result_type) {}

    [[nodiscard]] static std::expected<Converter, std::string> open_node(const std::string& path);

    Device device_;
    std::uint32_t source_type_;
    std::uint32_t result_type_;
};

/// Pictures in dma-bufs, as for BufferQueue::create().
struct Pictures {
    const StreamFormat& format;      ///< as the device has set it; borrowed
    std::span<const DmaBuf> buffers; ///< borrowed
};

/// A Converter at work. Borrows the converter and the arrays of buffers: they must outlive it, and
/// must not be moved.
class Conversion {
public:
    /// Starts the device.
    /// @return the conversion, or the reasons why the device has no queues for dma-bufs.
    /// @throws DeviceError when it cannot be started.
    [[nodiscard]] static std::expected<Conversion, Reasons>
    start(const Converter& converter, const Pictures& sources, const Pictures& results);

    /// Gives the device a picture to read, and one to write.
    /// @param source, result indices of pictures; unchecked.
    /// @return nothing, or the reasons why it cannot reach this memory. The result may stay queued
    ///         then: end the Conversion.
    /// @throws DeviceError with the ioctl's errno.
    [[nodiscard]] std::expected<void, Reasons> submit(std::uint32_t source, std::uint32_t result);

    /// Waits until the device is done with them.
    /// @param patience time limit; negative: 0.
    /// @param also     one more fd to poll, or -1.
    /// @return the result; nothing when it takes longer than @p patience, or @p also becomes
    ///         readable first: end the Conversion then, since one picture may be back already.
    /// @throws DeviceError when the device was unplugged or is broken.
    [[nodiscard]] std::optional<DonePicture> wait(std::chrono::milliseconds patience, int also);

private:
    Conversion(BufferQueue&& sources, BufferQueue&& results)
        : sources_(std::move(sources)),
          results_(std::move(results)) {}

    BufferQueue sources_;
    BufferQueue results_;
};

} // namespace parallax::v4l2
