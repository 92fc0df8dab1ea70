// SPDX-License-Identifier: MIT
#include "parallax/v4l2/capture_stream.hpp"

#include <cerrno>

namespace parallax::v4l2 {

std::expected<CaptureStream, Reasons> CaptureStream::start(const Camera& camera,
                                                           const StreamFormat& format,
                                                           std::span<const DmaBuf> buffers) {
    auto queue = BufferQueue::create(camera.device(), camera.type(), format, buffers);
    if (!queue) {
        return std::unexpected(queue.error());
    }
    for (std::uint32_t index = 0; index < queue->size(); ++index) {
        if (const auto queued = queue->queue(index); !queued) {
            return std::unexpected(queued.error());
        }
    }
    queue->start();
    return CaptureStream(*std::move(queue));
}

std::optional<DonePicture> CaptureStream::next(std::chrono::milliseconds patience, int also) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience;
    while (queue_.ready(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()), also)) {
        const DonePicture frame = queue_.take();
        gaps_.add(frame.sequence);
        if (!frame.corrupted) {
            return frame;
        }
        ++corrupted_;
        give_back(frame);
    }
    return std::nullopt;
}

void CaptureStream::give_back(const DonePicture& frame) const {
    if (const auto queued = queue_.queue(frame.index); !queued) {
        throw DeviceError(EFAULT, queued.error().front());
    }
}

} // namespace parallax::v4l2
