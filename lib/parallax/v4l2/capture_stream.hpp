// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/v4l2/buffer_queue.hpp"
#include "parallax/v4l2/camera.hpp"
#include "parallax/v4l2/sequence_gaps.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <utility>

namespace parallax::v4l2 {

/// A camera that writes into given dma-bufs. Stops the camera in its destructor. Camera and buffers
/// must outlive it.
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
    /// @param patience time limit.
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
