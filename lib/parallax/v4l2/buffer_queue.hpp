// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/v4l2/device.hpp"
#include "parallax/v4l2/stream_format.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace parallax::v4l2 {

/// A picture that the device has given back.
struct DonePicture {
    std::uint32_t index = 0;    ///< of the picture in the queue
    std::uint32_t sequence = 0; ///< the device's count, from 0; what it dropped is missing
    bool corrupted = false;     ///< V4L2_BUF_FLAG_ERROR
    /// Bytes from the start of each of its dma-bufs to the picture (data_offset of the multi-planar
    /// API), which only the device knows.
    std::array<std::uint32_t, 4> offsets{};

    /// Where the picture lies.
    /// @param layout that was agreed on.
    [[nodiscard]] ImageLayout placed(ImageLayout layout) const;
};

/// One queue of a device: pictures in dma-bufs (V4L2_MEMORY_DMABUF) that it writes, or that it
/// reads. Owns the kernel's queue, which its destructor stops and empties. Device and buffers must
/// outlive it.
class BufferQueue {
public:
    /// @param type    V4L2_BUF_TYPE_VIDEO_...
    /// @param buffers for each picture as many as @p format has, one picture after the other.
    /// @return the queue, or the reasons why this device has none for dma-bufs.
    [[nodiscard]] static std::expected<BufferQueue, Reasons>
    create(const Device& device, std::uint32_t type, const StreamFormat& format,
           std::span<const DmaBuf> buffers);

    /// Leaves @p other without a queue.
    BufferQueue(BufferQueue&& other) noexcept;
    BufferQueue& operator=(BufferQueue&&) = delete;
    BufferQueue(const BufferQueue&) = delete;
    BufferQueue& operator=(const BufferQueue&) = delete;
    ~BufferQueue();

    /// Borrowed.
    [[nodiscard]] const Device& device() const noexcept { return *device_; }

    /// The number of pictures.
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

    /// Gives a picture to the device.
    /// @return nothing, or the reasons why the device cannot reach this memory: its DMA may need
    ///         one contiguous chunk.
    /// @throws DeviceError with the ioctl's errno.
    std::expected<void, Reasons> queue(std::uint32_t index) const;

    /// Starts the device on this queue.
    /// @throws DeviceError with the ioctl's errno.
    void start() const;

    /// Waits until a picture can be taken back.
    /// @param patience time limit.
    /// @param also     one more fd to poll, or -1.
    /// @return false when there is none in that time, or @p also becomes readable first.
    [[nodiscard]] bool ready(std::chrono::milliseconds patience, int also) const;

    /// Takes a picture back, and waits for one if there is none.
    /// @throws DeviceError when the device is gone (ENODEV) or broken (EIO).
    [[nodiscard]] DonePicture take() const;

private:
    BufferQueue(const Device& device, std::uint32_t type, const StreamFormat& format,
                std::span<const DmaBuf> buffers)
        : device_(&device),
          type_(type),
          per_picture_(format.sizes.size()),
          layout_(format.layout),
          buffers_(buffers) {}

    [[nodiscard]] int request(std::uint32_t count) const;
    [[noreturn]] void fail(int error, const std::string& else_what) const;

    const Device* device_; // borrowed; null: moved from
    std::uint32_t type_;
    std::size_t per_picture_;
    ImageLayout layout_;
    std::span<const DmaBuf> buffers_;
    std::uint32_t size_ = 0;
};

} // namespace parallax::v4l2
