// SPDX-License-Identifier: MIT
#include "parallax/v4l2/device.hpp"

#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

namespace parallax::v4l2 {
namespace {

using Planes = std::array<v4l2_plane, VIDEO_MAX_PLANES>;

/// @param planes what the kernel reads and writes in the multi-planar API.
v4l2_buffer empty_buffer(std::uint32_t type, Planes& planes, std::size_t plane_count) {
    v4l2_buffer buffer{};
    buffer.type = type;
    buffer.memory = V4L2_MEMORY_DMABUF;
    if (is_multi_planar(type)) {
        buffer.m.planes = planes.data();
        buffer.length = static_cast<std::uint32_t>(plane_count);
    }
    return buffer;
}

bool is_read_by_device(std::uint32_t type) {
    return type == V4L2_BUF_TYPE_VIDEO_OUTPUT || type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
}

/// Names the heaps with contiguous memory of any size.
std::string contiguous_heaps() {
    std::string heaps;
    std::error_code none; // without the folder there is no heap
    for (const auto& heap : std::filesystem::directory_iterator("/dev/dma_heap", none)) {
        if (!heap.path().filename().string().starts_with("system")) {
            append(heaps, printable(heap.path().string()), ", ");
        }
    }
    return heaps.empty()
               ? "a CMA heap's buffers are contiguous, and this machine has none "
                 "(CONFIG_DMABUF_HEAPS_CMA, and cma=64M on the kernel's command line); frames of "
                 "up to 2 MiB often work with any exporter"
               : text::format("the buffers of a CMA heap are contiguous: {}", heaps);
}

} // namespace

std::expected<BufferQueue, Reasons> BufferQueue::create(const Device& device, std::uint32_t type,
                                                        const StreamFormat& format,
                                                        std::span<const DmaBuf> buffers) {
    BufferQueue queue(device, type, format, buffers);
    const auto wanted = static_cast<std::uint32_t>(buffers.size() / queue.per_picture_);
    const int got = queue.request(wanted);
    if (got < 0) {
        return std::unexpected(Reasons{
            errno == EINVAL
                ? text::format("{} cannot {} dma-bufs (no V4L2_MEMORY_DMABUF)", device.text(),
                               is_read_by_device(type) ? "read" : "write into")
                : text::format("{} gives no buffers: {}", device.text(), std::strerror(errno))});
    }
    queue.size_ = static_cast<std::uint32_t>(got);
    if (queue.size_ > wanted) {
        return std::unexpected(Reasons{
            text::format("{} wants at least {} buffers, not {}", device.text(), got, wanted)});
    }
    return queue;
}

BufferQueue::BufferQueue(BufferQueue&& other) noexcept
    : device_(std::exchange(other.device_, nullptr)),
      type_(other.type_),
      per_picture_(other.per_picture_),
      layout_(other.layout_),
      buffers_(other.buffers_),
      size_(other.size_) {}

BufferQueue::~BufferQueue() {
    if (device_ != nullptr) {
        std::uint32_t type = type_;
        retry_ioctl(device_->fd(), VIDIOC_STREAMOFF, &type);
        static_cast<void>(request(0)); // releases the dma-bufs
    }
}

/// @return how many pictures the queue has now, or -1 with errno set.
int BufferQueue::request(std::uint32_t count) const {
    v4l2_requestbuffers request{};
    request.count = count;
    request.type = type_;
    request.memory = V4L2_MEMORY_DMABUF;
    return retry_ioctl(device_->fd(), VIDIOC_REQBUFS, &request) == 0
               ? static_cast<int>(request.count)
               : -1;
}

std::expected<void, Reasons> BufferQueue::queue(std::uint32_t index) const {
    Planes planes{};
    v4l2_buffer buffer = empty_buffer(type_, planes, per_picture_);
    buffer.index = index;
    buffer.field = V4L2_FIELD_NONE;
    const std::span<const DmaBuf> picture = buffers_.subspan(index * per_picture_, per_picture_);
    for (std::size_t i = 0; i < per_picture_; ++i) { // the kernel takes a reference of each
        const auto length = static_cast<std::uint32_t>(picture[i].size());
        const auto used =
            is_read_by_device(type_) // else the device says how much it wrote
                ? static_cast<std::uint32_t>(layout_.size(static_cast<std::uint32_t>(i)))
                : 0;
        if (is_multi_planar(type_)) {
            planes.at(i).m.fd = picture[i].fd();
            planes.at(i).length = length;
            planes.at(i).bytesused = used;
        } else {
            buffer.m.fd = picture[i].fd();
            buffer.length = length;
            buffer.bytesused = used;
        }
    }
    if (retry_ioctl(device_->fd(), VIDIOC_QBUF, &buffer) == 0) {
        return {};
    }
    const int error = errno;
    const std::string sizes =
        joined(picture, " and ", [](const DmaBuf& each) { return std::to_string(each.size()); });
    if (error == EFAULT) { // the kernel's answer where DMA needs one contiguous chunk
        return std::unexpected(
            Reasons{text::format("{} {} contiguous memory only, and these buffers of {} bytes are "
                                 "not",
                                 device_->text(),
                                 is_read_by_device(type_) ? "reads from" : "writes into", sizes),
                    contiguous_heaps()});
    }
    fail(error, text::format("does not take a dma-buf of {} bytes", sizes));
}

/// @param else_what happened, if the errno alone does not say it.
void BufferQueue::fail(int error, const std::string& else_what) const {
    throw DeviceError(error, device_->text() + " " +
                                 (error == ENODEV ? "was unplugged"
                                  : error == EIO  ? "stopped with a fatal error"
                                                  : else_what));
}

void BufferQueue::start() const {
    std::uint32_t type = type_;
    if (retry_ioctl(device_->fd(), VIDIOC_STREAMON, &type) != 0) {
        throw DeviceError(errno, device_->text() + " does not start");
    }
}

bool BufferQueue::ready(std::chrono::milliseconds patience, int also) const {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience;
    std::array<pollfd, 2> waiting{
        {{.fd = also, .events = POLLIN, .revents = 0},
         {.fd = device_->fd(),
          .events = static_cast<short>(is_read_by_device(type_) ? POLLOUT : POLLIN),
          .revents = 0}}};
    int ready = -1;
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        ready = ::poll(waiting.data(), waiting.size(),
                       static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) {
        throw_errno("cannot wait for " + device_->text());
    }
    return waiting[0].revents == 0 && waiting[1].revents != 0; // an error, too: take() names it
}

DonePicture BufferQueue::take() const {
    Planes planes{};
    v4l2_buffer buffer = empty_buffer(type_, planes, per_picture_);
    if (retry_ioctl(device_->fd(), VIDIOC_DQBUF, &buffer) != 0) {
        fail(errno, "delivers no frame");
    }
    DonePicture done{.index = buffer.index,
                     .sequence = buffer.sequence,
                     .corrupted = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0};
    for (std::size_t i = 0; is_multi_planar(type_) && i < per_picture_; ++i) {
        done.offsets.at(i) = planes.at(i).data_offset;
    }
    return done;
}

ImageLayout DonePicture::placed(ImageLayout layout) const {
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        PlaneLayout& plane = layout.planes.at(i);
        plane.offset += offsets.at(plane.buffer);
    }
    return layout;
}

} // namespace parallax::v4l2
