// SPDX-License-Identifier: MIT
#include "parallax/v4l2/capture_stream.hpp"

#include <linux/videodev2.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <format>
#include <utility>

namespace parallax::v4l2 {
namespace {

v4l2_buffer empty_buffer() {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_DMABUF;
    return buffer;
}

/// @return how many buffers the queue has now, or -1 with errno set.
int request_buffers(const Camera& camera, std::uint32_t count) {
    v4l2_requestbuffers request{};
    request.count = count;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_DMABUF;
    return retry_ioctl(camera.fd(), VIDIOC_REQBUFS, &request) == 0 ? static_cast<int>(request.count)
                                                                   : -1;
}

} // namespace

std::expected<CaptureStream, Reasons> CaptureStream::start(const Camera& camera,
                                                           std::span<const DmaBuf> buffers) {
    const int got = request_buffers(camera, static_cast<std::uint32_t>(buffers.size()));
    if (got < 0) {
        return std::unexpected(
            Reasons{errno == EINVAL
                        ? std::format("{} ({}) cannot write into dma-bufs (no V4L2_MEMORY_DMABUF)",
                                      camera.path(), camera.driver())
                        : std::format("{} ({}) gives no buffers: {}", camera.path(),
                                      camera.driver(), std::strerror(errno))});
    }
    CaptureStream stream(camera, buffers);
    if (static_cast<std::size_t>(got) > buffers.size()) {
        return std::unexpected(
            Reasons{std::format("{} ({}) wants at least {} buffers, not {}", camera.path(),
                                camera.driver(), got, buffers.size())});
    }
    for (std::uint32_t index = 0; index < static_cast<std::uint32_t>(got); ++index) {
        stream.queue(index);
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (retry_ioctl(camera.fd(), VIDIOC_STREAMON, &type) != 0) {
        throw_errno(std::format("{} ({}) does not start", camera.path(), camera.driver()));
    }
    return stream;
}

CaptureStream::CaptureStream(CaptureStream&& other) noexcept
    : camera_(std::exchange(other.camera_, nullptr)),
      buffers_(other.buffers_) {}

CaptureStream::~CaptureStream() {
    if (camera_ != nullptr) {
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        retry_ioctl(camera_->fd(), VIDIOC_STREAMOFF, &type);
        request_buffers(*camera_, 0); // lets go of the dma-bufs
    }
}

std::optional<CapturedFrame> CaptureStream::next(std::chrono::milliseconds patience) const {
    pollfd waiting{.fd = camera_->fd(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
        return std::nullopt;
    }
    v4l2_buffer buffer = empty_buffer();
    if (ready < 0 || retry_ioctl(camera_->fd(), VIDIOC_DQBUF, &buffer) != 0) {
        throw_errno(std::format("{} ({}) delivers no frame", camera_->path(), camera_->driver()));
    }
    if ((buffer.flags & V4L2_BUF_FLAG_ERROR) != 0) {
        errno = EIO;
        throw_errno(
            std::format("{} ({}) delivers a broken frame", camera_->path(), camera_->driver()));
    }
    return CapturedFrame{.index = buffer.index, .sequence = buffer.sequence};
}

void CaptureStream::give_back(const CapturedFrame& frame) const {
    queue(frame.index);
}

void CaptureStream::queue(std::uint32_t index) const {
    v4l2_buffer buffer = empty_buffer();
    buffer.index = index;
    buffer.m.fd = buffers_[index].fd(); // the kernel takes a reference of its own
    buffer.length = static_cast<std::uint32_t>(buffers_[index].size());
    if (retry_ioctl(camera_->fd(), VIDIOC_QBUF, &buffer) != 0) {
        throw_errno(std::format("{} ({}) does not take a dma-buf of {} bytes", camera_->path(),
                                camera_->driver(), buffers_[index].size()));
    }
}

} // namespace parallax::v4l2
