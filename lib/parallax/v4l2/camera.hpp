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
#include <vector>

namespace parallax::v4l2 {

/// Counts the frames that are missing in a stream, by the numbers of those that came. They count
/// from 0, and start again after UINT32_MAX.
class SequenceGaps {
public:
    /// @param sequence of the next frame. The same one again (the other field), or a smaller one
    ///                 (a driver that does not count), is no gap.
    constexpr void add(std::uint32_t sequence) noexcept {
        const std::uint32_t ahead = sequence - next_;
        if (ahead < UINT32_MAX / 2) {
            missing_ += ahead;
        }
        next_ = sequence + 1;
    }

    /// The frames that were missing so far.
    [[nodiscard]] constexpr std::uint64_t missing() const noexcept { return missing_; }

private:
    std::uint32_t next_ = 0;
    std::uint64_t missing_ = 0;
};

/// A V4L2 device that captures pictures, by the single-planar or the multi-planar API. Owns the
/// device.
class Camera {
public:
    /// Opens a camera.
    /// @param wish a node's path; empty takes the first in /dev that captures.
    /// @return the camera, or the reason against each node.
    [[nodiscard]] static std::expected<Camera, Reasons> open(const std::string& wish);

    /// Borrowed.
    [[nodiscard]] const Device& device() const noexcept { return device_; }
    /// V4L2_BUF_TYPE_VIDEO_CAPTURE or V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE.
    [[nodiscard]] std::uint32_t type() const noexcept { return type_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return device_.fd(); }

    /// As v4l2::set_format().
    [[nodiscard]] std::expected<StreamFormat, Reasons>
    set_format(const FormatWishes& wishes) const {
        return v4l2::set_format(device_, type_, wishes);
    }

private:
    Camera(Device&& device, std::uint32_t type) : device_(std::move(device)), type_(type) {}

    [[nodiscard]] static std::expected<Camera, std::string> open_node(const std::string& path);

    Device device_;
    std::uint32_t type_;
};

/// The video nodes in /dev, sorted.
[[nodiscard]] std::vector<std::string> video_nodes();

/// A camera that writes into given dma-bufs. Stops the camera in its destructor. Borrows the camera
/// and the array of buffers: they must outlive it, and must not be moved.
class CaptureStream {
public:
    /// Queues all buffers and starts the camera.
    /// @param format  that the camera agreed to.
    /// @param buffers as for BufferQueue::create().
    /// @return the stream, or the reasons why this camera cannot write into dma-bufs, or not into
    ///         these: its DMA may need contiguous memory.
    /// @throws DeviceError when the camera cannot be started.
    [[nodiscard]] static std::expected<CaptureStream, Reasons>
    start(const Camera& camera, const StreamFormat& format, std::span<const DmaBuf> buffers);

    /// Waits for the next frame. The camera does not write into its buffer until give_back().
    /// Frames that the camera marks as corrupted are counted, and given back at once.
    /// @param patience time limit; negative: 0.
    /// @param also     one more fd to poll, or -1.
    /// @return nothing when none comes in that time, or @p also becomes readable first.
    /// @throws DeviceError when the camera was unplugged (ENODEV) or is broken (EIO).
    [[nodiscard]] std::optional<DonePicture> next(std::chrono::milliseconds patience,
                                                  int also = -1);

    /// Queues the frame's buffer again.
    /// @throws DeviceError with the ioctl's errno.
    void give_back(const DonePicture& frame) const;

    /// Frames that the camera marked as corrupted (V4L2_BUF_FLAG_ERROR).
    [[nodiscard]] std::uint64_t corrupted() const noexcept { return corrupted_; }
    /// Frames that the camera counted and did not deliver.
    [[nodiscard]] std::uint64_t missing() const noexcept { return gaps_.missing(); }

private:
    explicit CaptureStream(BufferQueue&& queue) : queue_(std::move(queue)) {}

    BufferQueue queue_;
    SequenceGaps gaps_;
    std::uint64_t corrupted_ = 0;
};

} // namespace parallax::v4l2
