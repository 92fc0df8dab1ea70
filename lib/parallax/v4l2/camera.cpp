// SPDX-License-Identifier: MIT
#include "parallax/v4l2/camera.hpp"

#include "parallax/text.hpp"

#include <linux/videodev2.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

namespace parallax::v4l2 {

std::vector<std::string> video_nodes() {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/dev", none)) {
        if (entry.path().filename().string().starts_with("video")) {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

std::expected<Camera, Reasons> Camera::open(const std::string& wish) {
    Reasons reasons;
    for (const std::string& path : wish.empty() ? video_nodes() : std::vector{wish}) {
        auto camera = open_node(path);
        if (camera) {
            return *std::move(camera);
        }
        reasons.push_back(camera.error());
    }
    if (reasons.empty()) {
        reasons.emplace_back("there is no camera: /dev has no video nodes; try one that is made "
                             "up: sudo modprobe vivid");
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Camera, std::string> Camera::open_node(const std::string& path) {
    auto device = Device::open(path);
    if (!device) {
        return std::unexpected(device.error());
    }
    const std::uint32_t can = device->capabilities();
    constexpr std::uint32_t captures = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE;
    if ((can & captures) == 0) {
        constexpr std::uint32_t converts = V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE;
        return std::unexpected(text::format("{} captures no pictures{}", device->text(),
                                            (can & converts) != 0 ? "; it transforms them" : ""));
    }
    if ((can & V4L2_CAP_STREAMING) == 0) {
        return std::unexpected(
            text::format("{} has no streaming, only read(), which copies", device->text()));
    }
    return Camera(*std::move(device), (can & V4L2_CAP_VIDEO_CAPTURE) != 0
                                          ? V4L2_BUF_TYPE_VIDEO_CAPTURE
                                          : V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
}

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
