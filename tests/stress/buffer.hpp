// SPDX-License-Identifier: MIT
#pragma once

#include "pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace stress {

/// A mapping of a buffer or a part of it.
struct Span {
    std::byte* address = nullptr;
    std::size_t pages = 0;
    std::size_t first = 0; ///< index in the buffer of the page at address
    bool readable = true;
    bool writable = true;
    bool inherited = true;      ///< a forked child has it too
    bool of_shared_file = true; ///< mprotect() may make it writable

    [[nodiscard]] std::byte* at(std::size_t index) const { return address + index * uapi::page; }
    [[nodiscard]] std::size_t bytes() const { return pages * uapi::page; }
    void unmap() const { ::munmap(address, bytes()); }
};

/// A device of the module dmabuf_importer that is attached to the buffer.
struct Attachment {
    uapi::UniqueFd node;
    bool reads = true; ///< the direction of its mapping lets it
    bool writes = true;
};

/// A message that holds the buffer while it is on its way through a socket of its own.
struct Flight {
    uapi::UniqueFd here;
    uapi::UniqueFd there;
};

/// A worker's record of a dma-buf: all that keeps it alive, and the expected content of each page.
struct Buffer {
    Buffer(std::size_t page_count, int access_mode) : mode(access_mode), tags(page_count) {}
    Buffer(Buffer&&) = default;
    Buffer& operator=(Buffer&& other) noexcept { // the other then releases the former content
        std::swap(mode, other.mode);
        std::swap(tags, other.tags);
        std::swap(fds, other.fds);
        std::swap(spans, other.spans);
        std::swap(attachments, other.attachments);
        std::swap(handle, other.handle);
        std::swap(paths, other.paths);
        std::swap(flights, other.flights);
        std::swap(node, other.node);
        return *this;
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() {
        for (const Span& span : spans) {
            span.unmap();
        }
    }

    [[nodiscard]] std::size_t pages() const { return tags.size(); }
    [[nodiscard]] std::size_t bytes() const { return tags.size() * page; }

    /// True if anything keeps it. A file of O_PATH keeps it, too, and then only the node can map
    /// it.
    [[nodiscard]] bool kept() const {
        return !fds.empty() || !spans.empty() || !attachments.empty() || handle != 0 ||
               !paths.empty() || !flights.empty();
    }

    int mode; ///< O_RDONLY, O_WRONLY or O_RDWR
    std::vector<Tag> tags;
    std::vector<uapi::UniqueFd> fds;
    std::vector<Span> spans;
    std::vector<Attachment> attachments;
    std::uint32_t handle = 0;          ///< of PRIME, at the worker's vgem device
    std::vector<uapi::UniqueFd> paths; ///< opened with O_PATH
    std::vector<Flight> flights;
    uapi::UniqueFd node; ///< on which it was allocated last, or none
};

} // namespace stress
