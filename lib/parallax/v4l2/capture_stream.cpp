// SPDX-License-Identifier: MIT
#include "parallax/v4l2/capture_stream.hpp"

#include "parallax/printable.hpp"

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <format>
#include <string>
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

/// Names the heaps with contiguous memory of any size.
std::string contiguous_heaps() {
    std::string options;
    std::error_code none; // without the folder there is no heap
    for (const auto& heap : std::filesystem::directory_iterator("/dev/dma_heap", none)) {
        if (!heap.path().filename().string().starts_with("system")) {
            append(options, "--exporter " + printable(heap.path().string()), " or ");
        }
    }
    return options.empty()
               ? "a CMA heap's buffers are contiguous, and this machine has none "
                 "(CONFIG_DMABUF_HEAPS_CMA, and cma=64M on the kernel's command line); frames of "
                 "up to 2 MiB often work with any exporter: --size"
               : std::format("the buffers of a CMA heap are contiguous: {}", options);
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
        if (!stream.try_queue(index)) {
            if (errno == EFAULT) { // the kernel's answer where DMA needs one contiguous chunk
                return std::unexpected(Reasons{
                    std::format("{} ({}) writes into contiguous memory only, and these buffers of "
                                "{} bytes are not",
                                camera.path(), camera.driver(), buffers[index].size()),
                    contiguous_heaps()});
            }
            stream.throw_refusal(index);
        }
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
        request_buffers(*camera_, 0); // releases the dma-bufs
    }
}

std::optional<CapturedFrame> CaptureStream::next(std::chrono::milliseconds patience,
                                                 int also) const {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        std::array<pollfd, 2> waiting{{{.fd = camera_->fd(), .events = POLLIN, .revents = 0},
                                       {.fd = also, .events = POLLIN, .revents = 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(),
                                 static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready >= 0 && waiting[0].revents == 0) {
            return std::nullopt;
        }
        v4l2_buffer buffer = empty_buffer();
        if (ready < 0 || retry_ioctl(camera_->fd(), VIDIOC_DQBUF, &buffer) != 0) {
            throw_errno(
                std::format("{} ({}) delivers no frame", camera_->path(), camera_->driver()));
        }
        const CapturedFrame frame{.index = buffer.index, .sequence = buffer.sequence};
        if ((buffer.flags & V4L2_BUF_FLAG_ERROR) == 0) {
            return frame;
        }
        give_back(frame);
    }
}

void CaptureStream::give_back(const CapturedFrame& frame) const {
    if (!try_queue(frame.index)) {
        throw_refusal(frame.index);
    }
}

bool CaptureStream::try_queue(std::uint32_t index) const {
    v4l2_buffer buffer = empty_buffer();
    buffer.index = index;
    buffer.m.fd = buffers_[index].fd(); // the kernel takes a reference
    buffer.length = static_cast<std::uint32_t>(buffers_[index].size());
    return retry_ioctl(camera_->fd(), VIDIOC_QBUF, &buffer) == 0;
}

void CaptureStream::throw_refusal(std::uint32_t index) const {
    throw_errno(std::format("{} ({}) does not take a dma-buf of {} bytes", camera_->path(),
                            camera_->driver(), buffers_[index].size()));
}

} // namespace parallax::v4l2
