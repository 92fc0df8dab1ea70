// SPDX-License-Identifier: MIT
//
// Other users of a buffer: attached devices, PRIME handles, and CPU access.
#include "worker.hpp"

#include "support/vgem.hpp"

#include <importer.h>

#include <drm/drm.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace stress {

/// The beginning or the end of CPU access, if there is an fd for it.
void Worker::bracket(const Buffer& buffer, std::uint64_t flags) {
    if (!buffer.fds.empty()) {
        dma_buf_sync sync{.flags = flags};
        done(call([&] { return ::ioctl(buffer.fds[0].get(), DMA_BUF_IOCTL_SYNC, &sync); }), "SYNC");
    }
}

/// CPU access that begins and does not end, ends and did not begin, or ends for less than it began.
void Worker::sync() {
    if (Buffer* buffer = any_buffer_with_fd()) {
        bracket(*buffer, random_.between(DMA_BUF_SYNC_READ, DMA_BUF_SYNC_RW) |
                             (random_.one_in(2) ? DMA_BUF_SYNC_START : DMA_BUF_SYNC_END));
    }
}

void Worker::attach() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer != nullptr && buffer->attachments.size() <= 3) {
        attach_to(*buffer);
    }
}

void Worker::attach_to(Buffer& buffer) {
    const Result opened = call([] { return ::open("/dev/importer", O_RDWR | O_CLOEXEC); });
    if (!done(opened, "opening /dev/importer")) {
        return;
    }
    uapi::UniqueFd node(static_cast<int>(opened.value));
    const auto direction =
        static_cast<__u32>(random_.between(IMPORTER_TO_DEVICE, IMPORTER_BOTH_WAYS));
    importer_attach data{.fd = any_fd(buffer), .direction = direction, .segments = 0, .longest = 0};
    if (done(call([&] { return ::ioctl(node.get(), IMPORTER_ATTACH, &data); }), "attaching")) {
        buffer.attachments.push_back({.node = std::move(node),
                                      .reads = direction != IMPORTER_FROM_DEVICE,
                                      .writes = direction != IMPORTER_TO_DEVICE});
    }
}

/// As the device at its DMA addresses, or as its driver through dma_buf_vmap(): there, an exporter
/// that has no memory is a WARNING of the kernel's, so that call is not made to fail.
void Worker::device_access() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->attachments.empty()) {
        return;
    }
    const Attachment& device = random_.pick(buffer->attachments);
    const std::size_t pages = random_.between(1, std::min(buffer->pages(), scratch_.size() / page));
    const std::size_t first = random_.below(buffer->pages() - pages + 1);
    const bool kernel = random_.one_in(2);
    importer_access access{.address = reinterpret_cast<__u64>(scratch_.data()),
                           .offset = first * page,
                           .length = pages * page};
    if (random_.one_in(2)) {
        if (!kernel && !device.writes) {
            return;
        }
        std::array<Tag, 16> tags{};
        for (std::size_t i = 0; i < pages; ++i) {
            tags[i] = new_tag();
            fill(scratch_.data() + i * page, tags[i]);
        }
        const unsigned long command = kernel ? IMPORTER_KERNEL_WRITE : IMPORTER_DEVICE_WRITE;
        Result written =
            call([&] { return ::ioctl(device.node.get(), command, &access); }, !kernel);
        if (written.injected && written.error != 0) { // with the first pages written, or not
            written.value = ::ioctl(device.node.get(), command, &access);
            written.error = written.value == -1 ? errno : 0;
            written.injected = false;
        }
        if (done(written, "writing as a device")) {
            std::copy_n(tags.begin(), pages,
                        buffer->tags.begin() + static_cast<std::ptrdiff_t>(first));
        }
        return;
    }
    if (!kernel && !device.reads) {
        return;
    }
    const unsigned long command = kernel ? IMPORTER_KERNEL_READ : IMPORTER_DEVICE_READ;
    if (done(call([&] { return ::ioctl(device.node.get(), command, &access); }, !kernel),
             "reading as a device")) {
        for (std::size_t i = 0; i < pages; ++i) {
            check(scratch_.data() + i * page, buffer->tags[first + i], first + i,
                  kernel ? "dma_buf_vmap()" : "a device");
        }
    }
}

void Worker::detach() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->attachments.empty()) {
        return;
    }
    auto& devices = buffer->attachments;
    const auto which = devices.begin() + static_cast<std::ptrdiff_t>(random_.below(devices.size()));
    if (random_.one_in(2)) { // or it is the close that detaches
        done(call([&] { return ::ioctl(which->node.get(), IMPORTER_DETACH); }), "detaching");
    }
    devices.erase(which);
}

void Worker::prime_import() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr) {
        return;
    }
    drm_prime_handle data{.handle = 0, .flags = 0, .fd = any_fd(*buffer)};
    const Result imported =
        call([&] { return ::ioctl(vgem_.fd(), DRM_IOCTL_PRIME_FD_TO_HANDLE, &data); });
    if (!done(imported, "importing by PRIME")) {
        return;
    }
    if (buffer->handle != 0 && buffer->handle != data.handle) {
        throw Discrepancy("one dma-buf has two PRIME handles at one device");
    }
    buffer->handle = data.handle;
}

void Worker::prime_export() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->handle == 0) {
        return;
    }
    if (random_.one_in(2)) {
        vgem_.close(buffer->handle);
        buffer->handle = 0;
        return;
    }
    drm_prime_handle data{.handle = buffer->handle, .flags = DRM_CLOEXEC | DRM_RDWR, .fd = -1};
    const Result exported =
        call([&] { return ::ioctl(vgem_.fd(), DRM_IOCTL_PRIME_HANDLE_TO_FD, &data); });
    if (!done(exported, "exporting by PRIME")) {
        return;
    }
    uapi::UniqueFd fd(data.fd);
    struct stat one{};
    struct stat other{};
    if (!buffer->fds.empty() && ::fstat(fd.get(), &one) == 0 &&
        ::fstat(buffer->fds[0].get(), &other) == 0 && one.st_ino != other.st_ino) {
        throw Discrepancy("what PRIME exports is not what it imported");
    }
    buffer->fds.push_back(std::move(fd));
}

} // namespace stress
