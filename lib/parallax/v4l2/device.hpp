// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <drm_fourcc.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace parallax::v4l2 {

/// A device that failed while it was used: it was unplugged (ENODEV), or is broken (EIO).
class DeviceError : public std::system_error {
public:
    /// @param error an errno.
    /// @param sentence what failed, without the text of errno.
    DeviceError(int error, const std::string& sentence)
        : std::system_error(error, std::generic_category(), sentence) {}
};

/// An open V4L2 device. Owns the fd.
class Device {
public:
    /// @return the device, or one sentence why it cannot be opened.
    [[nodiscard]] static std::expected<Device, std::string> open(const std::string& path);

    /// "/dev/video0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name.
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// The driver's name of the device.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// "/dev/video0 (vivid)", for messages.
    [[nodiscard]] std::string text() const { return path_ + " (" + driver_ + ")"; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    /// V4L2_CAP_... of this node.
    [[nodiscard]] std::uint32_t capabilities() const noexcept { return capabilities_; }

    /// Why no picture can come from the present input: it has no signal, or none that the device
    /// can lock on to. Empty if it has one, or if the driver does not tell.
    [[nodiscard]] std::string signal_trouble() const;

private:
    Device(UniqueFd&& fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    UniqueFd fd_;
    std::string path_;
    std::string driver_;
    std::string name_;
    std::uint32_t capabilities_ = 0;
};

/// The format that a device agreed to, of the pictures in one of its queues.
struct StreamFormat {
    ImageLayout layout;               ///< of the pixels; its planes name the dma-buf of a picture
    std::vector<std::uint32_t> sizes; ///< bytes that the device requires of each dma-buf
    std::string_view interlacing;     ///< how fields lie in memory; empty where frames are whole

    /// Bytes to allocate for a dma-buf of a picture. Up to 2 MiB this is a power of two: for such
    /// a size this project's exporter takes one contiguous chunk while memory is not fragmented,
    /// and there are devices whose DMA needs that.
    [[nodiscard]] std::uint64_t buffer_size(std::size_t buffer = 0) const;

    bool operator==(const StreamFormat&) const = default;
};

/// The format that is requested from a device.
struct FormatWishes {
    /// DRM_FORMAT_... in order of preference: the first one that the device has is taken.
    std::vector<std::uint32_t> fourccs{DRM_FORMAT_YUYV};
    /// True asks for a dma-buf for each plane (NV12M), false for one for all planes. Without a
    /// value one for all is preferred, and a dma-buf for each plane taken.
    std::optional<bool> buffer_each_plane = std::nullopt;
    std::optional<Extent> extent = std::nullopt; ///< the device's own if none
};

/// Sets a format. The device may change the extent, and chooses the strides.
/// @param type of the queue: V4L2_BUF_TYPE_VIDEO_...
/// @return the format; or the reasons, with the formats that the device has.
/// @throws std::invalid_argument if only one fourcc is wished for, which is not in the table, and
///         the device lacks it.
[[nodiscard]] std::expected<StreamFormat, Reasons>
set_format(const Device& device, std::uint32_t type, const FormatWishes& wishes);

/// True for the types of the multi-planar API.
[[nodiscard]] bool is_multi_planar(std::uint32_t type) noexcept;

/// A picture that the device has given back.
struct DonePicture {
    std::uint32_t index = 0;    ///< of the picture in the queue
    std::uint32_t sequence = 0; ///< the device's count, from 0; what it dropped is missing
    bool corrupted = false;     ///< V4L2_BUF_FLAG_ERROR
    /// Bytes from the start of each of its dma-bufs to the picture (data_offset of the multi-planar
    /// API), which only the device knows.
    std::array<std::uint32_t, 4> offsets{};

    /// Returns the layout of the picture in memory.
    /// @param layout that was agreed on.
    [[nodiscard]] ImageLayout placed(ImageLayout layout) const;
};

/// One queue of a device: pictures in dma-bufs (V4L2_MEMORY_DMABUF) that it writes, or that it
/// reads. Owns the kernel's queue, which its destructor stops and empties. Borrows the device and
/// the array of buffers: they must outlive it, and must not be moved.
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
    /// @param index less than size(); unchecked.
    /// @return nothing, or the reasons why the device cannot reach this memory: its DMA may need
    ///         one contiguous chunk.
    /// @throws DeviceError with the ioctl's errno.
    std::expected<void, Reasons> queue(std::uint32_t index) const;

    /// Starts the device on this queue.
    /// @throws DeviceError with the ioctl's errno.
    void start() const;

    /// Waits until a picture can be taken back.
    /// @param patience time limit; negative: 0.
    /// @param also     one more fd to poll, or -1.
    /// @return false when there is none in that time, or @p also becomes readable first.
    /// @throws std::system_error with poll's errno.
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
