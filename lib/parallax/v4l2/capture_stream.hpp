// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/v4l2/camera.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

namespace parallax::v4l2 {

/// A frame that the camera has written.
struct CapturedFrame {
    std::uint32_t index = 0;    ///< of the buffer
    std::uint32_t sequence = 0; ///< the camera's count; frames that it dropped are missing
};

/// A camera that writes into given dma-bufs (V4L2_MEMORY_DMABUF). Owns the camera's queue, and
/// stops the camera in its destructor. Camera and buffers must outlive it.
class CaptureStream {
public:
    /// Queues all buffers and starts the camera.
    /// @return the stream, or the reasons why this camera cannot write into dma-bufs, or not into
    ///         these: its DMA may need contiguous memory.
    /// @throws std::system_error when the camera cannot be started.
    [[nodiscard]] static std::expected<CaptureStream, Reasons>
    start(const Camera& camera, std::span<const DmaBuf> buffers);

    /// Leaves @p other without a queue.
    CaptureStream(CaptureStream&& other) noexcept;
    CaptureStream& operator=(CaptureStream&&) = delete;
    CaptureStream(const CaptureStream&) = delete;
    CaptureStream& operator=(const CaptureStream&) = delete;
    ~CaptureStream();

    /// Waits for the next frame. The camera does not write into its buffer until give_back().
    /// Frames that the camera marks as corrupted (V4L2_BUF_FLAG_ERROR) are given back at once.
    /// @param patience time limit.
    /// @param also     one more fd to poll, or -1.
    /// @return nothing when none comes in that time, or @p also becomes readable first.
    /// @throws std::system_error when the camera is gone (ENODEV) or broken (EIO).
    [[nodiscard]] std::optional<CapturedFrame> next(std::chrono::milliseconds patience,
                                                    int also = -1) const;

    /// Queues the frame's buffer again.
    /// @throws std::system_error with the ioctl's errno.
    void give_back(const CapturedFrame& frame) const;

private:
    CaptureStream(const Camera& camera, std::span<const DmaBuf> buffers)
        : camera_(&camera),
          buffers_(buffers) {}

    [[nodiscard]] bool try_queue(std::uint32_t index) const; // else errno says why not
    [[noreturn]] void throw_refusal(std::uint32_t index) const;

    const Camera* camera_; // borrowed; null: moved from
    std::span<const DmaBuf> buffers_;
};

} // namespace parallax::v4l2
