// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
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

/// A camera that writes into dma-bufs of ours (V4L2_MEMORY_DMABUF). Owns the camera's queue; the
/// camera stops at the end of its life. Camera and buffers must outlive it.
class CaptureStream {
public:
    /// Hands all buffers to the camera and starts it.
    /// @return the stream, or why this camera cannot write into dma-bufs.
    /// @throws std::system_error when the camera cannot be started.
    [[nodiscard]] static std::expected<CaptureStream, Reasons>
    start(const Camera& camera, std::span<const DmaBuf> buffers);

    /// Takes the queue over; the other one has none then.
    CaptureStream(CaptureStream&& other) noexcept;
    CaptureStream& operator=(CaptureStream&&) = delete;
    CaptureStream(const CaptureStream&) = delete;
    CaptureStream& operator=(const CaptureStream&) = delete;
    ~CaptureStream();

    /// Waits for the next frame. Its buffer is ours until give_back().
    /// @return nothing when none comes in that time.
    /// @throws std::system_error when the camera is gone (ENODEV) or broken (EIO).
    [[nodiscard]] std::optional<CapturedFrame> next(std::chrono::milliseconds patience) const;

    /// Lets the camera write into the frame's buffer again.
    void give_back(const CapturedFrame& frame) const;

private:
    CaptureStream(const Camera& camera, std::span<const DmaBuf> buffers)
        : camera_(&camera),
          buffers_(buffers) {}

    void queue(std::uint32_t index) const;

    const Camera* camera_; // borrowed; null: moved from
    std::span<const DmaBuf> buffers_;
};

} // namespace parallax::v4l2
